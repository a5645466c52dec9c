"""What the pages ask about experiments: a plan of a form, how one stands, what can be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import SettingsError
from core.jobs import Job
from core.jobs.experiment_shelf import ExperimentManifest
from core.jobs.experiments import Experiments
from core.jobs.plans import ExperimentPlan
from core.jobs.standing import ExperimentStatus, status_of
from core.registry import validated
from core.store import Listing, tidy_name
from dashboard.services import jobs, library, planning
from dashboard.services.augmentation import recipe
from dashboard.services.cache import AnswerCache
from dashboard.services.orders import parse_seeds
from dashboard.services.owner import current_owner

_standing = AnswerCache(32)


@dataclass(frozen=True)
class ArmOrder:
    """One arm as a form gives it.

    Attributes:
        settings: Settings of the model, as plain values; `training` those of the training.
        augment: Augmentations as text, see `augmentation.recipe`.
        modalities: Groups of channels that are read, in their order; () for the usual ones.
        control: Whether its labels are shuffled.
        label: What to call it; made from what differs unless given.
    """

    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    augment: str = ""
    scaling: str = "standard"
    modalities: Sequence[str] = ()
    control: bool = False
    label: str = ""


@dataclass(frozen=True)
class ExperimentOrder:
    """An experiment as a form gives it.

    Attributes:
        seeds: As text: "0", "0, 1, 2" or "0-4".
        targets: What is learnt; () for the first target that can be trained.
        split: Id of a stored split, None for the dataset's usual one.
        all_folds: Whether each arm is trained on every fold, of a split that has folds.
        sweep: Settings to vary as text, one a line or split by semicolons: "units=16,32".
        trials: How many combinations are drawn at random, 0 for every one of the grid.
        nonce: The same order sent twice with the same nonce is one order.
    """

    dataset: str | None
    arms: Sequence[ArmOrder]
    seeds: str = "0"
    targets: Sequence[str] = ()
    split: str | None = None
    all_folds: bool = False
    sweep: str = ""
    trials: int = 0
    sweep_seed: int = 0
    name: str = ""
    nonce: str = ""


def plan_of(order: ExperimentOrder) -> ExperimentPlan:
    """Return the plan of an order.

    Raises:
        SettingsError: If a setting is unknown or out of its bounds.
        DataError: If a target can't be trained.
        NotFoundError: If the dataset or the split is not there.
    """
    manifest = library.dataset(order.dataset)
    targets = tuple(planning.target_of(manifest, name) for name in order.targets or ("",))
    split = planning.split_plan(manifest, order.split, targets[0])
    axes = axes_of(order.sweep)
    search = {"search": "random", "trials": order.trials} if order.trials else {}
    return validated(
        ExperimentPlan,
        {
            "dataset": manifest.id,
            "name": tidy_name(order.name) if order.name.strip() else "",
            "arms": [_arm(arm) for arm in order.arms],
            "seeds": parse_seeds(order.seeds),
            "split": split.settings,
            "all_folds": order.all_folds and split.folds > 0,
            "targets": targets,
            "sweep": {"axes": axes, "seed": order.sweep_seed, **search} if axes else None,
        },
    )


def axes_of(text: str) -> dict[str, str]:
    """Return the settings to vary, from text: one a line or split by semicolons, each name=values."""
    found: dict[str, str] = {}
    for piece in filter(None, (piece.strip() for piece in text.replace(";", "\n").splitlines())):
        name, sign, values = (part.strip() for part in piece.partition("="))
        if not sign or not name or name in found:
            raise SettingsError(
                f"a sweep names each setting once with its values, units=16,32; got {piece!r:.80}"
            )
        found[name] = values
    return found


def submit(order: ExperimentOrder) -> str:
    """Write an experiment and all its jobs down, hand them to the runner, and return its id.

    Raises:
        SettingsError, DataError, NotFoundError: As `plan_of`; nothing is submitted then.
        JobError: If too many jobs wait; nothing is submitted then.
    """
    id = _shelf().submit(plan_of(order), order.nonce, current_owner())
    jobs.start(*(member.id for member in _shelf().get(id).members))
    return id


def status(id: str) -> ExperimentStatus:
    """Return how an experiment stands; computed again only when one of its jobs or runs has changed.

    Raises:
        NotFoundError: If there is none.
        StoreError: If it is damaged.
    """
    return _status(_shelf().get(id), {job.id: job for job in library.desk().list()})


def statuses(dataset: str | None = None) -> Listing[ExperimentManifest]:
    """Return the experiments, newest first, or those of a dataset, and which are damaged."""
    listing = _shelf().list()
    kept = tuple(one for one in listing.entries if dataset in {None, one.dataset})
    return Listing(kept, listing.damaged)


def standing(dataset: str | None = None, most: int = 20) -> tuple[ExperimentStatus, ...]:
    """Return how the newest experiments stand."""
    known = {job.id: job for job in library.desk().list()}
    return tuple(_status(manifest, known) for manifest in statuses(dataset).entries[:most])


def cancel(id: str) -> int:
    """Stop all trainings of an experiment that have not ended; return how many."""
    return _shelf().cancel(id)


def resume(id: str) -> int:
    """Put all trainings that ended early back into the queue; return how many."""
    back = _shelf().resume(id)
    jobs.start(*back)
    return len(back)


def add_seeds(id: str, seeds: str) -> int:
    """Train every arm and fold with further seeds; return how many trainings that makes."""
    new = _shelf().add_seeds(id, parse_seeds(seeds))
    jobs.start(*new)
    return len(new)


def rename(id: str, name: str) -> None:
    """Give an experiment another name."""
    _shelf().rename(id, name)


def annotate(id: str, notes: str) -> None:
    """Write notes to an experiment."""
    _shelf().annotate(id, notes)


def delete(id: str) -> int:
    """Move an experiment and its runs to the trash for seven days; return how many runs."""
    return _shelf().delete(id)


def restore(id: str) -> int:
    """Bring an experiment and its runs back from the trash; return how many runs."""
    return _shelf().restore(id)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _standing.clear()


def _status(manifest: ExperimentManifest, known: Mapping[str, Job]) -> ExperimentStatus:
    own = [known[member.id] for member in manifest.members if member.id in known]
    versions = [(job.state.version, job.position, job.cancelling) for job in own]
    edited = (manifest.name, manifest.notes, len(manifest.members))
    key = repr((manifest.id, edited, versions, library.stamp()))
    answer: ExperimentStatus = _standing.get(key, lambda: status_of(library.store(), manifest, own))
    return answer


def _arm(order: ArmOrder) -> dict[str, Any]:
    varied = recipe(order.augment)
    if varied.problems:
        raise SettingsError("; ".join(varied.problems))
    return {
        "model": order.model,
        "settings": dict(order.settings),
        "training": dict(order.training),
        "augmentations": varied.plain(),
        "scaling": {"kind": order.scaling},
        "modalities": tuple(order.modalities),
        "control": order.control,
        "label": tidy_name(order.label) if order.label.strip() else "",
    }


def _shelf() -> Experiments:
    return Experiments(library.desk())
