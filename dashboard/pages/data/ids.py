"""Ids of the page Data."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    SECTION = "data-section"
    ABOUT = "data-about"
    ABOUT_TITLE = "data-about-title"
    BODY = "data-body"
    CHANNEL = "data-channel"
    TARGET = "data-target"
    TARGET_FIELD = "data-target-field"
    CHANNEL_FIELD = "data-channel-field"
    BALANCE = "data-balance"
    EXAMPLES = "data-examples"
    SPREAD = "data-spread"
    SPREAD_PLACE = "data-spread-place"
    TABLE = "data-channels"
    NEW_NAME = "data-new-name"
    RENAME = "data-rename"
    DELETE = "data-delete"
    CONFIRM = "data-confirm"
    DELETED = "data-deleted"
    UNDO = "data-undo"
    EDIT = "data-edit"
