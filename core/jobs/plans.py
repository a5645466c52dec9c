"""What an experiment is: arms that differ, each trained with several seeds and folds."""

import hashlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.data import SplitSettings
from core.data.scaler import ScalerSettings
from core.errors import SettingsError
from core.jobs.modalities import checked_names
from core.jobs.sweeps import Sweep
from core.jobs.train import CONTROL, SourceRequest, TrainRequest
from core.registry import validated
from core.store import tidy_name
from core.store.ids import ALPHABET
from core.training import TrainSettings

MOST_MEMBERS = 200  # trainings of one experiment
LARGEST_SEED = 2**31 - 1


class Arm(BaseModel):
    """What is the same in all trainings of one arm but for seed and fold.

    Attributes:
        model: Name of the architecture, with its `settings`.
        training: Settings of the training; what is missing suits the model, or is as usual.
        augmentations: Each {"name": ..., "settings": {...}}; the training part gets a copy by each.
        scaling: How channels are scaled.
        modalities: Groups of channels that a model of several modalities reads, in their order; the groups of
            the dataset unless given.
        control: Whether labels are shuffled, so that chance is right.
        label: What tells it from the other arms; made from the differences unless given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(max_length=100)
    settings: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    augmentations: tuple[dict[str, Any], ...] = ()
    scaling: ScalerSettings = Field(default_factory=ScalerSettings)
    modalities: tuple[str, ...] = ()
    control: bool = False
    label: str = Field("", max_length=120)


class Member(BaseModel):
    """One training of an experiment; its job and its finished run have its id.

    Attributes:
        arm: Place of its arm in the experiment's arms, from 0.
        fold: Which fold of the split, 0 where there is one split.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    arm: int = Field(0, ge=0)
    seed: int = Field(0, ge=0)
    fold: int = Field(0, ge=0)


class ExperimentPlan(BaseModel):
    """What is to be trained together and compared.

    Attributes:
        dataset: Id of a dataset; or
        source: What the dataset is made of.
        name: What to call the experiment.
        arms: What is compared, before a sweep makes more of them.
        seeds: Each arm is trained with each of these.
        split: How samples are divided, with its `fold` unless
        all_folds: Each arm is trained on every fold.
        targets: What is learnt; the first is the one that measures are of.
        sweep: Settings that are varied in every arm that has them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str | None = None
    source: SourceRequest | None = None
    name: str = Field("", max_length=120)
    arms: tuple[Arm, ...] = Field(min_length=1)
    seeds: tuple[int, ...] = (0,)
    split: SplitSettings = Field(default_factory=SplitSettings)
    all_folds: bool = False
    targets: tuple[str, ...] = Field(("label",), min_length=1)
    sweep: Sweep | None = None

    @field_validator("seeds")
    @classmethod
    def _different_seeds(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        return checked_seeds(seeds)

    @field_validator("targets")
    @classmethod
    def _different_targets(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        return checked_names(targets, "targets")

    @model_validator(mode="after")
    def _one_origin(self) -> "ExperimentPlan":
        if (self.dataset is None) == (self.source is None):
            raise SettingsError("either a dataset or a source must be given")
        if self.all_folds and not self.split.folds:
            raise SettingsError("all folds can be trained of a split that has folds: split folds=5, say")
        return self

    @property
    def folds(self) -> tuple[int, ...]:
        """The folds that are trained."""
        return tuple(range(self.split.folds)) if self.all_folds else (self.split.fold,)


def checked_seeds(seeds: tuple[int, ...]) -> tuple[int, ...]:
    """Return the seeds; SettingsError unless they are different whole numbers from 0 up."""
    if not seeds:
        raise SettingsError("seeds must be at least one number; got none")
    if len(set(seeds)) != len(seeds):
        raise SettingsError(f"seeds must be different; got {seeds!s:.80}")
    if min(seeds) < 0 or max(seeds) > LARGEST_SEED:
        raise SettingsError(f"seeds must be 0 to {LARGEST_SEED}; got {seeds!s:.80}")
    return seeds


def require_size(arms: int, seeds: int, folds: int) -> None:
    """Raise SettingsError with the number if that makes too many trainings."""
    count = arms * seeds * folds
    if count > MOST_MEMBERS:
        raise SettingsError(
            f"an experiment holds at most {MOST_MEMBERS} trainings;"
            f" {arms} arms x {seeds} seeds x {folds} folds make {count}"
        )


def members_of(experiment: str, plan: ExperimentPlan, arms: int) -> tuple[Member, ...]:
    """Return the trainings of an experiment, seed by seed, so that every arm has a first result early."""
    require_size(arms, len(plan.seeds), len(plan.folds))
    return tuple(
        Member(id=member_id(experiment, arm, seed, fold), arm=arm, seed=seed, fold=fold)
        for seed in plan.seeds
        for fold in plan.folds
        for arm in range(arms)
    )


def member_id(experiment: str, arm: int, seed: int, fold: int) -> str:
    """Return the id of a member: the same one whenever the experiment is submitted again."""
    return derived_id(f"{experiment}/{arm}/{seed}/{fold}")


def derived_id(text: str) -> str:
    """Return an id of 12 characters that follows from a text."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])
    letters = []
    for _ in range(12):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def request_of(plan: ExperimentPlan, arms: tuple[Arm, ...], member: Member, of: str, on: str) -> TrainRequest:
    """Return what a member's job is asked for.

    Args:
        plan: The plan.
        arms: All arms of the experiment.
        member: The member.
        of: Id of the experiment.
        on: Name of the dataset.
    """
    arm = arms[member.arm]
    split = plan.split.model_copy(update={"fold": member.fold})
    return TrainRequest(
        dataset=plan.dataset,
        source=plan.source,
        model=arm.model,
        settings=arm.settings,
        training=validated(TrainSettings, arm.training),
        augmentations=list(arm.augmentations),
        split=split,
        scaling=arm.scaling,
        modalities=arm.modalities,
        permuted_labels=arm.control,
        seed=member.seed,
        experiment=of,
        name=_run_name(plan, arms, member, on),
        target=plan.targets[0],
        targets=plan.targets[1:],
    )


def member_title(plan: ExperimentPlan, arms: tuple[Arm, ...], member: Member, on: str) -> str:
    """Return what lists of jobs call a member."""
    arm = arms[member.arm]
    control = f", {CONTROL}" if arm.control and CONTROL not in arm.label else ""
    return f"{arm.label or arm.model} on {on}, seed {member.seed}{_fold_words(plan, member)}{control}"[:300]


def _run_name(plan: ExperimentPlan, arms: tuple[Arm, ...], member: Member, on: str) -> str:
    """Return what to call a run; nothing where model and dataset say it all."""
    arm, fold = arms[member.arm], _fold_words(plan, member)
    label = (arm.label or arm.model).removesuffix(f", {CONTROL}")
    if plan.name:
        return tidy_name(f"{plan.name}{f': {label}' if len(arms) > 1 else ''}{fold}")
    return tidy_name(f"{label} on {on}{fold}") if fold or label != arm.model else ""


def _fold_words(plan: ExperimentPlan, member: Member) -> str:
    return f", fold {member.fold + 1} of {plan.split.folds}" if plan.split.folds else ""
