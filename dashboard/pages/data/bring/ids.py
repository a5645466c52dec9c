"""Ids of what brings a dataset to the page Data."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the components that bring a dataset."""

    SOURCE = "data-source"
    FORM = "data-form"
    SETTINGS = "data-settings"
    READING = "data-reading"
    SOURCE_LINE = "data-source-line"
    MADE_FIELDS = "data-made-fields"
    FILE_FIELDS = "data-file-fields"
    UPLOAD = "data-upload"
    READER_FORM = "data-reader-form"
    NAME = "data-name"
    NONCE = "data-nonce"
    MAKE = "data-make"
    PROBLEM = "data-bring-problem"
    JOB = "data-job"
    STATE = "data-state"
