"""Ids of the page Train."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "train-notice"
    BODY = "train-body"
    BALANCE = "train-balance"
    MODEL = "train-model"
    PRESET = "train-preset"
    PRESET_FIELD = "train-preset-field"
    MODEL_LINE = "train-model-line"
    MODEL_FORM = "train-model-form"
    SETTINGS = "train-settings"
    SEEDS = "train-seeds"
    NONCE = "train-nonce"
    SUBMIT = "train-submit"
    PROBLEM = "train-order-problem"
    ORDERED = "train-ordered"
    CURVES = "train-curves"
    JOBS = "train-jobs"
    RUNS = "train-runs"
    RUNS_LINE = "train-runs-line"
    EVERYWHERE = "train-everywhere"
    LOOK = "train-look"
    COMPARE = "train-compare"
    NAME = "train-name"
    RENAME = "train-rename"
    DELETE = "train-delete"
    DELETED = "train-deleted"
    UNDO = "train-undo"
