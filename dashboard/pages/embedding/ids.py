"""Ids of the page Embedding."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "embedding-notice"
    BODY = "embedding-body"
    METHOD = "embedding-method"
    SPACE = "embedding-space"
    LAYER = "embedding-layer"
    LAYER_FIELD = "embedding-layer-field"
    COLOUR = "embedding-colour"
    MAP = "embedding-map"
    STATUS = "embedding-status"
    STATE = "embedding-state"
    START = "embedding-start"
    STOP = "embedding-stop"
    PROBLEM = "embedding-problem"
    NONCE = "embedding-nonce"
    WAITING = "embedding-waiting"
    READY = "embedding-ready"
    LASSO = "embedding-lasso"
    FOCUS = "embedding-focus"
    FOCUSED = "embedding-focused"
    NOTES = "embedding-notes"
    MARKED = "embedding-marked"
