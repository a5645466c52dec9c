"""Verbs about experiments: several arms, seeds and folds trained and compared as one."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.data import Dataset
from core.jobs import JobDesk
from core.jobs.experiment_shelf import ExperimentManifest
from core.jobs.experiments import Experiments
from core.jobs.plans import ExperimentPlan
from core.jobs.standing import ExperimentStatus, status_of
from core.registry import validated
from core.store import Listing, Store, tidy_name
from core.verbs.opening import dataset_id, opened, the_dataset
from core.verbs.waiting import Watch, ended, execute_here


def experiment(  # noqa: PLR0913 - the arguments of a verb are its interface
    dataset: str | Dataset,
    arms: Sequence[str | Mapping[str, Any]],
    *,
    seeds: Sequence[int] = (0,),
    split: Mapping[str, Any] | None = None,
    all_folds: bool = False,
    targets: Sequence[str] = ("label",),
    sweep: Mapping[str, Any] | None = None,
    name: str = "",
    here: bool = False,
    watch: Watch | None = None,
    store: Store | None = None,
) -> ExperimentStatus:
    """Train several arms with several seeds and folds as one experiment, and wait until all have ended.

    Its trainings are jobs of the store: they go on when this process ends, and `resume` finishes them.
    A training that fails does not end the others; the answer says which one and why.

    Args:
        dataset: A dataset, its id, the beginning of its id or its name.
        arms: What is compared: names of architectures, or mappings with "model" and, as they are wanted,
            "settings", "training", "augmentations", "scaling", "modalities", "control" and "label".
        seeds: Each arm is trained with each of these.
        split: Settings of the split.
        all_folds: Whether each arm is trained on every fold of a split that has folds.
        targets: What is learnt; measures are of the first.
        sweep: Settings that are varied in every arm that has them, as `sweep` takes them: {"axes": ...}.
        name: What to call the experiment.
        here: Whether to train in this process, one after the other, in place of the job slots.
        watch: Called with all jobs whenever one of them has changed.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        How it stands: members with their runs and metrics, arms with mean, deviation and range over seeds,
        and the best arm by validation loss.

    Raises:
        SettingsError: If a setting is unknown or out of bounds, or there are more than 200 trainings.
        DataError: If the dataset lacks a target or can't be split so. Nothing has been submitted then.

    Example:
        >>> import core
        >>> dataset = core.make("synthetic", {"samples": 60, "timesteps": 16})
        >>> small = {"model": "lstm", "settings": {"units": 4}, "training": {"epochs": 1}}
        >>> large = {"model": "lstm", "settings": {"units": 8}, "training": {"epochs": 1}}
        >>> found = core.experiment(dataset, [small, large], seeds=[0, 1])
        >>> [(arm.label, arm.spread("test", "accuracy").points) for arm in found.arms]
        [('lstm, units 4', 2), ('lstm, units 8', 2)]
    """
    place = opened(store)
    wanted = {
        "arms": [{"model": arm} if isinstance(arm, str) else dict(arm) for arm in arms],
        "seeds": tuple(seeds),
        "split": dict(split or {}),
        "all_folds": all_folds,
        "targets": tuple(targets),
        "sweep": None if sweep is None else dict(sweep),
        "name": name,
    }
    return trained(place, plan_on(the_dataset(dataset, place), place, wanted), here, watch)


def sweep(  # noqa: PLR0913 - the arguments of a verb are its interface
    dataset: str | Dataset,
    model: str | Mapping[str, Any],
    axes: Mapping[str, Any],
    *,
    trials: int | None = None,
    sweep_seed: int = 0,
    seeds: Sequence[int] = (0,),
    training: Mapping[str, Any] | None = None,
    name: str = "",
    store: Store | None = None,
) -> ExperimentStatus:
    """Try settings of a model or its training, on a grid or at random, as one experiment.

    Choose by validation: `found.arms[found.best]` is the arm with the lowest mean validation loss. What it
    reaches on the test part is then an honest number; the highest of the test numbers would not be.

    Args:
        dataset: A dataset, its id, the beginning of its id or its name.
        model: Name of the architecture, or an arm as `experiment` takes it.
        axes: What to try by setting: "units": [16, 32], "training.learning_rate": "log:1e-4..1e-2". A
            range goes from low to high; on a grid with its number of points: "0..0.4:3".
        trials: How many combinations are drawn at random; unless given, every one of the grid is tried.
        sweep_seed: Seed of the draw.
        seeds: Each combination is trained with each of these.
        training: Settings of the training that all have in common.
        name: What to call the experiment.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        How the experiment stands, as `experiment` gives it; `ranked` are its arms by validation loss.

    Raises:
        SettingsError: If neither model nor training has the setting, or a value is out of bounds.

    Example:
        >>> import core
        >>> dataset = core.make("synthetic", {"samples": 60, "timesteps": 16})
        >>> found = core.sweep(dataset, "lstm", {"units": [4, 8]}, training={"epochs": 1})
        >>> [arm.label for arm in found.arms], found.arms[found.best].done
        (['lstm, units 4', 'lstm, units 8'], 1)
    """
    arm: dict[str, Any] = {"model": model} if isinstance(model, str) else dict(model)
    arm["training"] = {**dict(training or {}), **dict(arm.get("training", {}))}
    wanted: dict[str, Any] = {"axes": {key: axis_text(values) for key, values in axes.items()}}
    if trials is not None:
        wanted |= {"search": "random", "trials": trials, "seed": sweep_seed}
    return experiment(dataset, [arm], seeds=seeds, sweep=wanted, name=name, store=store)


def experiments(store: Store | None = None) -> Listing[ExperimentManifest]:
    """Return the experiments of the store, newest first, and which directories are damaged.

    Args:
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> core.experiments().damaged
        ()
    """
    return opened(store).experiments.list(ExperimentManifest)


def plan_on(dataset: Dataset, store: Store, wanted: Mapping[str, Any]) -> ExperimentPlan:
    """Return a plan on a dataset of the store, from plain values; SettingsError if one is wrong."""
    name = str(wanted.get("name", ""))
    named = {"name": tidy_name(name) if name.strip() else "", "dataset": dataset_id(dataset, store)}
    return validated(ExperimentPlan, {**wanted, **named})


def axis_text(values: Any) -> str:
    """Return the values of an axis as a plan takes them: a list joined by commas."""
    return values if isinstance(values, str) else ",".join(map(str, values))


def trained(
    store: Store, plan: ExperimentPlan, here: bool = False, watch: Watch | None = None
) -> ExperimentStatus:
    """Submit a plan, wait until its trainings have ended, and return how it stands."""
    desk = JobDesk(store)
    shelf = Experiments(desk)
    id = shelf.submit(plan, queue="here" if here else "train")
    return finished(desk, id, watch)


def finished(desk: JobDesk, id: str, watch: Watch | None = None) -> ExperimentStatus:
    """Have what waits of an experiment executed, and return how it stands once all has ended."""
    manifest = Experiments(desk).get(id)
    ids = [member.id for member in manifest.members]
    if manifest.queue == "here":
        execute_here(desk, ids, watch)
    else:
        desk.ensure_runner()
    ended(desk, ids, watch)
    return standing(desk, id)


def standing(desk: JobDesk, id: str) -> ExperimentStatus:
    """Return how an experiment stands."""
    return status_of(desk.store, Experiments(desk).get(id), desk.list())
