"""The trainings of the experiment that is shown, one row each, and what its arms reach so far."""

from typing import Any

from core.jobs.standing import ExperimentStatus, MemberStatus
from dashboard.components.format import percent
from dashboard.components.table import Column
from dashboard.pages.train.shelf import STATES
from dashboard.services import curves
from dashboard.services.curves import Member

MEMBER_COLUMNS = (
    Column("arm", "Arm", least=150),
    Column("seed", "Seed", numeric=True, width=70),
    Column("fold", "Fold", numeric=True, width=68),
    Column("state", "State", width=130, help_text="Hover a cell for what is known of it"),
    Column("epoch", "Epoch", numeric=True, width=78),
    Column(
        "validation",
        "Val. loss",
        numeric=True,
        digits=3,
        width=92,
        help_text="Lowest validation loss so far; of a finished run that of the weights that were kept",
    ),
    Column(
        "accuracy", "Test acc.", numeric=True, percent=True, width=96,
        help_text="Share of the test samples that are classified rightly, known at the end",
    ),
)  # fmt: skip
TESTED = "test"


def member_columns(folded: bool) -> list[dict[str, Any]]:
    """Return the columns of the trainings; the fold stands where there are several."""
    found = [column.definition() for column in MEMBER_COLUMNS if folded or column.field != "fold"]
    return [one | ({"tooltipField": "message"} if one["field"] == "state" else {}) for one in found]


def member_rows(found: ExperimentStatus) -> list[dict[str, Any]]:
    """Return a row for each training."""
    return [_row(member) for member in found.members]


def arms_in_words(found: ExperimentStatus) -> str:
    """Say what the arms reach so far on the test part, the best by validation loss first."""
    said = []
    for arm in found.ranked:
        spread = arm.spread(TESTED, "accuracy")
        if spread is not None:
            dev = f" \u00b1 {100 * spread.sd:.1f}" if spread.sd is not None else ""
            said.append(
                f"{arm.label} {percent(spread.mean).removesuffix(' %')}{dev} % (n = {spread.points:,})"
            )
    if not said:
        return ""
    rest = f"; and {len(said) - 6} more" if len(said) > 6 else ""
    over = found.arms[0].over
    return f"Test accuracy so far, mean \u00b1 SD over {over}: {'; '.join(said[:6])}{rest}."


def _row(member: MemberStatus) -> dict[str, Any]:
    epoch, lowest = curves.progress_of(Member(member.id, member.label, "", member.run))
    kept = member.metrics.get("validation", {}).get("loss")
    return {
        "id": member.id,
        "arm": member.label,
        "seed": member.seed,
        "fold": member.fold + 1,
        "state": "stopping" if member.cancelling else STATES.get(member.state, member.state),
        "message": member.message or member.state,
        "epoch": member.epochs or epoch,
        "validation": lowest if kept is None else kept,
        "accuracy": member.metrics.get(TESTED, {}).get("accuracy"),
    }
