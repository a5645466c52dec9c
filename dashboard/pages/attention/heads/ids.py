"""Ids of the section Heads."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    NOTE = "attention-heads-note"
    MAP_PLACE = "attention-heads-map-place"
    LINKS_PLACE = "attention-heads-links-place"
    GRID = "attention-heads-grid"
    MAP = "attention-heads-map"
    TABLE = "attention-heads-table"
    READINGS = "attention-heads-readings"
    OFFERED = "attention-heads-offered"
    CLOSED = "attention-heads-closed"
    FLOW = "attention-heads-flow"
    NETWORK = "attention-heads-network"
    OVER = "attention-heads-over"
    LAYER = "attention-heads-layer"
    LAYER_FIELD = "attention-heads-layer-field"
    HEAD = "attention-heads-head"
    LEAST = "attention-heads-least"
