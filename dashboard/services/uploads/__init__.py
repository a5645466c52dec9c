"""Files on their way to the server, kept piece by piece until they are whole and read."""

from dashboard.services.uploads.keeping import CHUNK, Uploads
from dashboard.services.uploads.records import (
    Announced,
    Arrived,
    OffsetError,
    Piece,
    PieceError,
    QuotaError,
    tidy_file_name,
)

__all__ = [
    "CHUNK",
    "Announced",
    "Arrived",
    "OffsetError",
    "Piece",
    "PieceError",
    "QuotaError",
    "Uploads",
    "tidy_file_name",
]
