"""Ids of the section Split and leaks."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    KINDS = "data-split-kinds"
    FORM = "data-split-form"
    SETTINGS = "data-split-settings"
    DRAWN = "data-split-drawn"
    EXAMINE = "data-split-examine"
    STOP = "data-split-stop"
    STATE = "data-split-state"
    PROBLEM = "data-split-problem"
    ASKED = "data-split-asked"
    NONCE = "data-split-nonce"
    PARTS = "data-split-parts"
    RESULT = "data-split-result"
    FINDINGS = "data-split-findings"
    CHANGES = "data-split-changes"
    CHANGES_PLACE = "data-split-changes-place"
    DRIFT = "data-split-drift"
    PROBES = "data-split-probes"
    PROBES_PLACE = "data-split-probes-place"


REPAIR = "data-split-repair"
