"""Ids of the page Gallery."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "gallery-notice"
    BODY = "gallery-body"
    THRESHOLD = "gallery-threshold"
    OUTCOME = "gallery-outcome"
    CLASS = "gallery-class"
    PREDICTED = "gallery-predicted"
    SORT = "gallery-sort"
    CHANNEL = "gallery-channel"
    CHANNEL_FIELD = "gallery-channel-field"
    SIZE = "gallery-size"
    NOTE = "gallery-note"
    SAMPLES = "gallery-samples"
    COMPARED = "gallery-compared"
    COMPARED_FRAME = "gallery-compared-place"
    CLEAR = "gallery-clear"
    CONFUSION = "gallery-confusion"
    CONFUSION_FRAME = "gallery-confusion-place"
    SAMPLES_FRAME = "gallery-samples-place"
    PREVIOUS = "gallery-previous"
    NEXT = "gallery-next"
    PLACE = "gallery-page-place"
    PAGES = "gallery-pages"
    LIST = "gallery-list"
    NAMES = "gallery-names"
