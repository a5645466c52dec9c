"""Ids of the page Modalities."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "modalities-notice"
    BODY = "modalities-body"
    PAIR = "modalities-pair"
    PAIR_FIELD = "modalities-pair-field"
    HEAD = "modalities-head"
    SHOW = "modalities-show"
    NEAR = "modalities-near"
    STEPPED = "modalities-stepped"
    PLACE = "modalities-place"
    VERDICT = "modalities-verdict"
    PREVIOUS = "modalities-previous"
    NEXT = "modalities-next"
    MAPS = "modalities-maps"
    GUIDE = "modalities-guide"
    ALIGNMENT = "modalities-alignment"
    LAGS = "modalities-lags"
    GROUPS = "modalities-groups"
    TESTS = "modalities-tests"
    CONTRIBUTIONS = "modalities-contributions"
    NUMBERS = "modalities-numbers"
    HEADS = "modalities-heads"
    SENTENCE = "modalities-sentence"
    REPORT = "modalities-report"
