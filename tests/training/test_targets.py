"""Several targets, labels per step, missing labels: all are learnt, and a resume changes nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import TrainingError
from core.models.family import MODELS, InputShape
from core.training import Examples, FitArrays, TrainSettings
from tests.models import toys
from tests.training.watches import Killed, Watch, same

SHAPE = InputShape(8, 2, {"label": 2, "mood": 3, "phase": 2}, frozenset({"phase"}))
SETTINGS = TrainSettings(epochs=4, batch_size=8, noise=0.1, class_weights=True, warmup=1, patience=0)


def examples(samples: int = 24, seed: int = 0) -> Examples:
    """Return toys with a second target that often has no label, and a third with labels per step."""
    toy = toys.examples(samples, seed=seed)
    rng = np.random.default_rng(seed)
    mood = np.where(rng.random(samples) < 0.4, -1, toy.targets + (np.arange(samples) % 3 == 0))
    phase = np.where(rng.random((samples, 8)) < 0.2, -1, toy.targets[:, None])
    return Examples({"": toy.series}, {"": toy.lengths}, {"label": toy.targets, "mood": mood, "phase": phase})


def arrays(**changes: Any) -> FitArrays:
    return replace(FitArrays(examples(), examples(12, seed=1)), **changes)


def trained(watch: Watch | None = None, given: FitArrays | None = None, **changes: Any) -> tuple[Any, Any]:
    from core.training.fitting import fit, seed_everything

    seed_everything(0)
    part = MODELS.create("attention-lstm", {"units": 6, "attention_size": 4, "dropout": 0.2})
    model = part.build(SHAPE)
    given = given or arrays(layers=part.attention_layers(SHAPE))
    return model, fit(model, given, SETTINGS.model_copy(update=changes), 0, watch)


def shaken(examples: Examples, rng: np.random.Generator) -> Examples:
    """Return examples with a copy of each whose series are noisy."""
    noise = rng.normal(0, 0.1, examples.series[""].shape).astype(np.float32)
    both = np.concatenate(
        [examples.series[""], examples.series[""] + noise * examples.masks()[""][:, :, None]]
    )
    return Examples(
        {"": both},
        {"": np.tile(examples.lengths[""], 2)},
        {name: np.concatenate([codes, codes]) for name, codes in examples.targets.items()},
    )


@pytest.mark.slow
def test_rows_hold_the_accuracy_of_every_target_and_how_even_attention_is() -> None:
    _, fitted = trained(epochs=3)
    row = fitted.history[-1]
    for name in ("accuracy", "accuracy_mood", "accuracy_phase", "val_accuracy_mood", "val_accuracy_phase"):
        assert 0 <= row[name] <= 1
    assert 0.5 < row["attention_entropy"] <= 1 + 1e-6
    assert row["gradient_norm"] > 0
    assert fitted.batch_size == 8


@pytest.mark.slow
def test_what_has_no_label_changes_nothing() -> None:
    padded = examples()
    phase = np.array(padded.targets["phase"])
    phase[np.arange(8)[None, :] >= padded.lengths[""][:, None]] = 1
    other = replace(padded, targets={**padded.targets, "phase": phase})
    assert not np.array_equal(phase, padded.targets["phase"])
    one, two = (trained(given=arrays(train=train), epochs=2)[0] for train in (padded, other))
    assert same(one, two)


@pytest.mark.slow
@pytest.mark.parametrize("copies", [False, True])
@pytest.mark.parametrize("schedule", ["plateau", "cosine"])
def test_j16_a_resumed_training_of_several_targets_equals_an_unbroken_one(
    schedule: str, copies: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.watching.SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    given = arrays(augment=shaken, copies=2.0) if copies else arrays()
    changes: dict[str, Any] = {
        "schedule": schedule,
        "plateau": 1,
        "given": given,
        "learning_rate": 0.3,
        "epochs": 5,
    }
    with pytest.raises(KeyboardInterrupt):
        trained(Killed(tmp_path / "checkpoint.npz", after=3), **changes)
    resumed = Watch(tmp_path / "checkpoint.npz")
    model, fitted = trained(resumed, **changes)
    unbroken, whole = trained(**changes)
    assert [row["epoch"] for row in resumed.rows] == [3, 4, 5]
    assert same(model, unbroken)
    for name in ("loss", "val_loss", "learning_rate", "gradient_norm", "accuracy_mood"):
        assert [row[name] for row in fitted.history] == [row[name] for row in whole.history]
    if schedule == "plateau":
        assert whole.history[-1]["learning_rate"] < 0.3


@pytest.mark.slow
def test_copies_are_drawn_anew_in_every_epoch() -> None:
    seen: list[float] = []

    def counted(examples: Examples, rng: np.random.Generator) -> Examples:
        seen.append(float(rng.random()))
        return shaken(examples, rng)

    _, fitted = trained(given=arrays(augment=counted, copies=2.0), epochs=3)
    assert len(set(seen)) == 3
    assert fitted.epochs == 3


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("train", "training part must hold at least 2 classes of mood; got 0"),
        ("validation", "validation part must hold labels of mood; got none"),
    ],
)
def test_a_part_without_labels_of_a_target_is_refused(part: str, message: str) -> None:
    whole = getattr(arrays(), part)
    bare = replace(whole, targets={**whole.targets, "mood": np.full(len(whole), -1)})
    with pytest.raises(TrainingError, match=message):
        arrays(**{part: bare}).check(SHAPE.classes)
