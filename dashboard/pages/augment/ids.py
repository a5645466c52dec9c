"""Ids of the page Augment."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "augment-notice"
    BODY = "augment-body"
    TRAIN = "augment-train"
    OFFERS = "augment-offers"
    LIST = "augment-list"
    LIST_ASKED = "augment-list-asked"
    DRAWN = "augment-drawn"
    SEEN = "augment-seen"
    PROBLEM = "augment-problem"
    CHANNEL = "augment-channel"
    CHANNEL_FIELD = "augment-channel-field"
    PLACE = "augment-place"
    PLACE_ASKED = "augment-place-asked"
    WALK = "augment-walk"
    WORDS = "augment-words"
    WORDS_ASKED = "augment-words-asked"
    WORDS_SPEC = "augment-words-spec"
    MOVED = "augment-moved"
    POINTS = "augment-points"
    LINES = "augment-lines"
    VALUES = "augment-values"
    SPECTRA = "augment-spectra"
