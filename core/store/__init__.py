"""Directories on disk: manifests of plain values, hashes, locks; knows no Dataset and no Keras."""

from core.store.edits import Edits, tidy_name
from core.store.home import Store, open_store
from core.store.ids import is_id, new_id
from core.store.locks import FileLock
from core.store.manifest import Damaged, Listing, Manifest
from core.store.shelf import Shelf
from core.store.staging import Staging

__all__ = [
    "Damaged",
    "Edits",
    "FileLock",
    "Listing",
    "Manifest",
    "Shelf",
    "Staging",
    "Store",
    "is_id",
    "new_id",
    "open_store",
    "tidy_name",
]
