"""A plan held against the store and the parts before anything is submitted, its sweep made into arms."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.augmentation.family import create_augmentations
from core.data import SOURCES, Dataset, make_split, open_dataset
from core.errors import SettingsError
from core.jobs.material import shape_of
from core.jobs.modalities import groups_of, require_reader
from core.jobs.plans import Arm, ExperimentPlan, Member, members_of, request_of, require_size
from core.jobs.references import attending, require_memory, require_reference, settled
from core.jobs.sweeps import Combination, Sweep
from core.jobs.train import CONTROL
from core.models.family import MODELS, ReferenceClassifier, require_ports
from core.registry import describe_settings, validated
from core.store import Store
from core.training import TrainSettings

MODEL, TRAINING = "model.", "training."
LONGEST_LABEL = 120


@dataclass(frozen=True)
class Checked:
    """A plan in which every setting is known and within its bounds.

    Attributes:
        plan: What was asked for.
        arms: The arms it comes to, each with all its settings and its label.
        dataset: Id of the dataset, "" when a source makes it.
        dataset_name: What to call it.
    """

    plan: ExperimentPlan
    arms: tuple[Arm, ...]
    dataset: str
    dataset_name: str

    def members(self, experiment: str) -> tuple[Member, ...]:
        """Return the trainings under the id of their experiment."""
        return members_of(experiment, self.plan, len(self.arms))


def checked(store: Store, plan: ExperimentPlan) -> Checked:
    """Hold a plan against dataset, parts and bounds.

    Raises:
        SettingsError: If a setting is unknown or out of bounds, or there are too many trainings.
        DataError: If the dataset lacks a target, or can't be split so.
        NotFoundError: If there is no such dataset.
    """
    wanted = swept(plan)
    require_size(len(wanted), len(plan.seeds), len(plan.folds))
    arms = labelled([_settled(store, whole(arm)) for arm in wanted])
    if len(arms) > len({arm.model_dump_json(exclude={"label"}) for arm in arms}):
        raise SettingsError("arms must differ in more than their label; two of them are the same")
    if plan.source is not None:
        SOURCES.create(plan.source.name, plan.source.settings)
        found = Checked(plan, arms, "", plan.source.name)
    else:
        dataset = open_dataset(store, str(plan.dataset))
        for target in plan.targets:
            dataset.require_any_target(target)
        split = make_split(dataset, plan.split, plan.targets[0])
        for arm in arms:
            arm.scaling.require_channels(dataset.channels)
            _require_fit(store, dataset, plan, arm, len(split.train))
        found = Checked(plan, arms, dataset.id, dataset.name)
    # Whatever else a request holds its parts to is told now and not by a job.
    request_of(plan, arms, found.members("x")[0], "", found.dataset_name)
    return found


def _require_fit(store: Store, dataset: Dataset, plan: ExperimentPlan, arm: Arm, rows: int) -> None:
    """Raise what the training of an arm on so many samples would end with before its first epoch."""
    part = MODELS.create(arm.model, arm.settings)
    require_ports(plan.targets)
    groups = groups_of(dataset, arm.modalities) if part.reads_modalities else {}
    if isinstance(part, ReferenceClassifier):
        require_reference(part, dataset, plan.targets, bool(arm.augmentations))
        require_memory(part, dataset, plan.targets[0], rows)
        attending(store, part.attending_run, dataset)
    else:
        part.refuse(shape_of(dataset, plan.targets, groups))


def _settled(store: Store, arm: Arm) -> Arm:
    """Return an arm that names the run it learns from, if there is one, by its id."""
    part = settled(store, MODELS.create(arm.model, arm.settings))
    return arm.model_copy(update={"settings": part.model_dump(mode="json")})


def whole(arm: Arm) -> Arm:
    """Return an arm with all its settings, defaults among them; SettingsError if one is wrong."""
    part = MODELS.create(arm.model, arm.settings)
    require_reader(part, arm.modalities)
    training = validated(TrainSettings, {**getattr(part, "defaults", {}), **arm.training})
    augmentations = create_augmentations(arm.augmentations)
    return arm.model_copy(
        update={
            "settings": part.model_dump(mode="json"),
            "training": training.model_dump(mode="json"),
            "augmentations": tuple(
                {"name": str(wish["name"]), "settings": made.model_dump(mode="json")}
                for wish, made in zip(arm.augmentations, augmentations, strict=True)
            ),
        }
    )


def swept(plan: ExperimentPlan) -> tuple[Arm, ...]:
    """Return the arms of a plan, with those that its sweep makes of them."""
    if plan.sweep is None:
        return plan.arms
    places = _places(plan, plan.sweep)
    made: list[Arm] = []
    combinations = _combinations(plan, plan.sweep)
    for arm in plan.arms:
        for combination in combinations:
            varied = _varied(arm, combination, places, set(MODELS.part(arm.model).model_fields))
            if varied not in made:
                made.append(varied)
    return tuple(made)


def shortfall(plan: ExperimentPlan) -> str:
    """Say where a random search has fewer different combinations than were asked for; else nothing."""
    if plan.sweep is None or plan.sweep.search != "random":
        return ""
    count = len(_combinations(plan, plan.sweep))
    if count == plan.sweep.trials:
        return ""
    were = "combination was" if count == 1 else "different combinations were"
    return f"{count} {were} drawn of {plan.sweep.trials} asked for: there are no more"


def _combinations(plan: ExperimentPlan, sweep: Sweep) -> tuple[Combination, ...]:
    places = _places(plan, sweep).items()
    return sweep.combinations(frozenset(axis for axis, place in places if _is_whole(place, plan.arms)))


def _places(plan: ExperimentPlan, sweep: Sweep) -> dict[str, str]:
    """Return the swept settings with their prefixes."""
    known = {name for arm in plan.arms for name in MODELS.part(arm.model).model_fields}
    return {axis: _place(axis, known, plan.arms) for axis in sweep.axes}


def _place(axis: str, models: set[str], arms: Sequence[Arm]) -> str:
    """Return a swept setting with its prefix."""
    place = axis
    if not axis.startswith((MODEL, TRAINING)):
        place = f"{MODEL if axis in models else TRAINING}{axis}"
    name = place.partition(".")[2]
    if name not in (models if place.startswith(MODEL) else TrainSettings.model_fields):
        names = ", ".join(dict.fromkeys(arm.model for arm in arms))
        raise SettingsError(
            f"a sweep goes over settings of the model or the training; neither {names} nor the training"
            f" has {axis!r:.80}; `heed parts` lists them"
        )
    return place


def _is_whole(place: str, arms: Sequence[Arm]) -> bool:
    prefix, _, name = place.partition(".")
    models = [TrainSettings] if f"{prefix}." == TRAINING else [MODELS.part(arm.model) for arm in arms]
    kinds = {setting.kind for model in models for setting in describe_settings(model) if setting.name == name}
    return kinds == {"integer"}


def _varied(arm: Arm, combination: Combination, places: Mapping[str, str], fields: set[str]) -> Arm:
    settings, training = dict(arm.settings), dict(arm.training)
    for axis, value in combination.items():
        prefix, _, name = places[axis].partition(".")
        if f"{prefix}." == TRAINING:
            training[name] = value
        elif name in fields:
            settings[name] = value
    return arm.model_copy(update={"settings": settings, "training": training})


def labelled(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Return arms with labels that say what differs, where none was given."""
    labels = [arm.label or _label(arm, arms) for arm in arms]
    often = Counter(labels)
    met: Counter[str] = Counter()
    found = []
    for arm, label in zip(arms, labels, strict=True):
        met[label] += 1
        number = f" ({met[label]})" if often[label] > 1 else ""
        found.append(arm.model_copy(update={"label": f"{label[: LONGEST_LABEL - len(number)]}{number}"}))
    return tuple(found)


def _label(arm: Arm, arms: Sequence[Arm]) -> str:
    alike = [other for other in arms if other.model == arm.model]
    said = [arm.model]
    said += _said(arm.settings, [other.settings for other in alike])
    said += _said(arm.training, [other.training for other in alike])
    if any(other.augmentations != arm.augmentations for other in alike):
        said.append(" + ".join(str(wish["name"]) for wish in arm.augmentations) or "not augmented")
    if any(other.scaling != arm.scaling for other in alike):
        said.append(f"scaling {arm.scaling.kind}")
    if any(other.modalities != arm.modalities for other in alike):
        said.append(" and ".join(arm.modalities) or "usual modalities")
    if arm.control:
        said.append(CONTROL)
    return ", ".join(said)


def _said(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{name.replace('_', ' ')} {_shown(value)}"
        for name, value in values.items()
        if any(other.get(name) != value for other in others)
    ]


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
