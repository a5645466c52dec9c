"""Ids of the frame's own components; pages have their own ``Id`` enums."""

from enum import StrEnum


class Id(StrEnum):
    """Ids that every page may listen to.

    Attributes:
        VIEW: Store of what is looked at; read it with ``ViewState.parse``.
        VIEW_CHANGES: Store of what callbacks change of the view, each once; write it with ``change``.
        CHARTS_TIED, CONTROLS_TIED, WATCHED_TIED: Stores that nobody writes: a callback without an output is
            not asked when a page brings what it listens to.
        THEME: Store of "light" or "dark".
        LIBRARY: Store of a stamp that changes when a dataset or run appears, changes or goes.
        COHORTS: Store of a stamp that changes when a cohort is saved, renamed, deleted or brought back. Where
            the view names one, whatever listens to the view is asked again then.
        JOBS: Store of the jobs as plain values, newest first; changes only when a job does.
        TICK: The one interval, once a second; prefer JOBS and LIBRARY.
        NOTICE: Store of the last notice; write it with ``notify``.
        NARROW: Store of what narrows the selection next: a condition, a toggled part, picked samples.
        SAMPLE_ORDER: Store of sample indices in the order in which ``[`` and ``]`` walk; a page sets it.
    """

    VIEW = "view"
    VIEW_SPEC = "view-spec"
    CHARTS_TIED = "charts-tied"
    CONTROLS_TIED = "controls-tied"
    WATCHED_TIED = "watched-tied"
    VIEW_CHANGES = "view-changes"
    THEME = "theme"
    LIBRARY = "library"
    COHORTS = "cohorts"
    JOBS = "jobs"
    TICK = "tick"
    NOTICE = "notice"
    SAMPLE_ORDER = "sample-order"
    OWNER = "run-owner"
    THEME_TOGGLE = "theme-toggle"
    DATASET = "context-dataset"
    RUN = "context-run"
    PART = "context-part"
    JOB_BAR = "job-bar"
    JOB_COUNT = "rail-job-count"
    RAIL = "rail"
    MAIN = "main"
    TOASTS = "toasts"
    KEYS = "keys-help"
    COHORT = "context-cohort"
    NARROW = "narrow"
    FILTER = "filter-line"
    FILTER_TEXT = "filter-text"
    FILTER_COUNT = "filter-count"
    FILTER_ERROR = "filter-error"
    FILTER_CHIPS = "filter-chips"
    FILTER_TYPED = "filter-typed"
    FILTER_ACCEPTED = "filter-accepted"
    FILTER_DRAWN = "filter-drawn"
    COHORT_NAME = "cohort-name"
    COHORT_NOTE = "cohort-note"
    COHORT_ERROR = "cohort-error"
    COHORT_SAVE = "cohort-save"
    COHORT_SAVED = "cohort-saved"
    COHORT_LIST = "cohort-list"
    COHORT_RENAME = "cohort-rename"
    COHORT_RENAMING = "cohort-renaming"
    COHORT_ORDER = "cohort-order"
