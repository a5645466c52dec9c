"""Ids of the page Attention that all its sections share."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    SECTION = "attention-section"
    NOTICE = "attention-notice"
    BODY = "attention-body"
    THRESHOLD = "attention-threshold"
    CLASS = "attention-class"
    LAYER = "attention-layer"
    LAYER_FIELD = "attention-layer-field"
    OWN_NOTE = "attention-own-note"
    COACH = "attention-coach"
    COACH_STATE = "attention-coach-state"
