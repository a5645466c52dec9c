"""Ids of what brings a dataset to the page Data."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the components that bring a dataset.

    Attributes:
        CHOSEN: Store of the file that was chosen, and whether it is looked at; lives as long as the tab.
        WISH: Store of the reader, roles and settings that were changed; lives as long as the tab.
        ASKED: Store of what the file is to be looked at with: chosen file and wish, once both rest.
        LOOKING: Store of the job that looks.
        FOUND: Store of the job that has looked and whose result is shown.
        SHOWN: Store of the settings as the form shows them.
        DRAWN: Store of the key of what is on the page, once it is, and whether it can be imported.
    """

    COLUMN = "data-bring-column"
    SOURCE = "data-source"
    FORM = "data-form"
    SETTINGS = "data-settings"
    SOURCE_LINE = "data-source-line"
    MADE_FIELDS = "data-made-fields"
    NAME = "data-name"
    NAME_FIELD = "data-name-field"
    NONCE = "data-nonce"
    MAKE = "data-make"
    IMPORT = "data-import"
    PROBLEM = "data-bring-problem"
    JOB = "data-job"
    STATE = "data-state"
    STOP = "data-stop"

    FILE_FIELDS = "data-file-fields"
    STAGES = "data-stages"
    CHOOSE = "data-choose"
    UPLOAD = "data-upload"
    KEPT = "data-kept"
    KEPT_LINE = "data-kept-line"
    AGAIN = "data-look-again"
    FOLDERS = "data-folders"
    FOLDER_FILTER = "data-folder-filter"
    FOLDER_FILES = "data-folder-files"

    CHOSEN = "data-chosen"
    WISH = "data-wish"
    ASKED = "data-asked"
    LOOKING = "data-looking"
    FOUND = "data-found"
    SHOWN = "data-shown"
    DRAWN = "data-drawn"
    PULSE = "data-pulse"

    LOOK = "data-look"
    FILE_LINE = "data-file-line"
    BACK = "data-back"
    WAIT = "data-look-wait"
    LOOK_PROBLEM = "data-look-problem"
    LOOK_BODY = "data-look-body"
    SHAPE = "data-shape"
    SHAPE_FIELD = "data-shape-field"
    READER_FORM = "data-reader-form"
    READING = "data-reading"
    RESULT = "data-result"
    PROBLEMS = "data-look-problems"
    COLUMNS_TITLE = "data-columns-title"
    COLUMNS_FIELD = "data-columns-field"
    COLUMN_FILTER = "data-column-filter"
    COLUMN_COUNT = "data-column-count"
    COLUMNS = "data-columns"
    BULK = "data-column-bulk"
    BULK_ROLE = "data-column-bulk-role"
    BULK_SET = "data-column-bulk-set"
    HEAD = "data-head"
