"""Ids of the page Attention."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "attention-notice"
    BODY = "attention-body"
    THRESHOLD = "attention-threshold"
    SORT = "attention-sort"
    OUTCOME = "attention-outcome"
    CLASS = "attention-class"
    LAYER = "attention-layer"
    LAYER_FIELD = "attention-layer-field"
    SHOW = "attention-show"
    SHOW_FIELD = "attention-show-field"
    OWN_NOTE = "attention-own-note"
    HEATMAP = "attention-heatmap"
    SAMPLE = "attention-sample"
    BY_OUTCOME = "attention-by-outcome"
    BY_CLASS = "attention-by-class"
    PATTERNS = "attention-patterns"
    FOCUS = "attention-focus"
    MARK = "attention-mark"
    PLACE = "attention-place"
    PREVIOUS = "attention-previous"
    NEXT = "attention-next"
    VERDICT = "attention-verdict"
    TEXT = "attention-text"
    COACH = "attention-coach"
    COACH_STATE = "attention-coach-state"
