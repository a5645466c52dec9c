"""Training: deterministic, resumable, stoppable, and honest about what can't be learnt."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import TrainingError
from core.training import FitArrays, TrainSettings
from core.training.examples import class_weights, require_finite
from tests.models import toys
from tests.training.watches import Killed, Watch, same

NOISY = TrainSettings(epochs=6, batch_size=8, noise=0.1)
DROPPING = {"units": 6, "attention_size": 4, "dropout": 0.2}


def trained(seed: int = 0, watch: Watch | None = None, **changes: Any) -> tuple[Any, Any]:
    from core.training.fitting import fit

    model = toys.built("attention-lstm", seed=seed, settings=DROPPING)
    return model, fit(model, toys.arrays(), NOISY.model_copy(update=changes), seed, watch)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, second, other = trained()[0], trained()[0], trained(seed=1)[0]
    assert same(first, second)
    assert not same(first, other)


@pytest.mark.slow
def test_rows_hold_loss_and_accuracy_of_both_parts_and_the_best_epoch_is_kept() -> None:
    watch = Watch()
    _, fitted = trained(watch=watch)
    assert tuple(watch.rows) == fitted.history
    assert [row["epoch"] for row in watch.rows] == [1, 2, 3, 4, 5, 6]
    assert set(watch.rows[0]) == {
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds",
        "gradient_norm", "attention_entropy", "learning_rate", "samples_per_second",
    }  # fmt: skip
    assert fitted.best_epoch == 1 + int(np.argmin([row["val_loss"] for row in watch.rows]))
    assert (fitted.stopped, fitted.epochs) == ("epochs", 6)


@pytest.mark.slow
@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_j16_a_resumed_training_equals_an_unbroken_one(
    schedule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.watching.SECONDS_BETWEEN_CHECKPOINTS", 0.0)

    with pytest.raises(KeyboardInterrupt):
        trained(watch=Killed(tmp_path / "checkpoint.npz"), schedule=schedule)
    resumed = Watch(tmp_path / "checkpoint.npz")
    model, fitted = trained(watch=resumed, schedule=schedule)
    unbroken, whole = trained(schedule=schedule)
    assert [row["epoch"] for row in resumed.rows] == [4, 5, 6]
    assert same(model, unbroken)
    assert [row["loss"] for row in fitted.history] == [row["loss"] for row in whole.history]
    assert fitted.best_epoch == whole.best_epoch


@pytest.mark.slow
def test_j16_a_training_cancelled_within_an_epoch_and_resumed_equals_an_unbroken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.watching.SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    _, stopped = trained(watch=Watch(tmp_path / "checkpoint.npz", batches=7))
    assert (stopped.stopped, stopped.epochs) == ("cancelled", 2)
    model, fitted = trained(watch=Watch(tmp_path / "checkpoint.npz"))
    unbroken, whole = trained()
    assert same(model, unbroken)
    assert [row["loss"] for row in fitted.history] == [row["loss"] for row in whole.history]


@pytest.mark.slow
def test_a_finished_training_that_is_resumed_trains_no_more(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    model, _ = trained(watch=Watch(path))
    again = Watch(path)
    resumed, fitted = trained(watch=again)
    assert again.rows == []
    assert fitted.epochs == 6
    assert same(model, resumed)


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", None])
def test_a_checkpoint_that_is_cut_or_of_another_training_counts_as_none(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.npz"
    if content is None:
        trained(seed=5, watch=Watch(path), epochs=1)
    else:
        path.write_bytes(content)
    watch = Watch(path)
    trained(watch=watch, epochs=1)
    assert [row["epoch"] for row in watch.rows] == [1]


@pytest.mark.slow
def test_j5_cancelling_keeps_the_best_weights_of_finished_epochs() -> None:
    model, fitted = trained(watch=Watch(batches=7))
    assert (fitted.stopped, fitted.epochs) == ("cancelled", 2)
    whole, _ = trained(watch=Watch(batches=6))
    assert same(model, whole)
    assert trained(watch=Watch(batches=0))[1].epochs == 0


@pytest.mark.slow
def test_patience_ends_a_training_that_gets_no_better() -> None:
    _, fitted = trained(patience=2, epochs=40, learning_rate=1e-9, schedule="constant", noise=0.0)
    assert fitted.epochs <= fitted.best_epoch + 2
    assert fitted.stopped == "patience" or fitted.epochs == 40


@pytest.mark.slow
def test_j6_a_loss_that_is_not_finite_stops_with_advice() -> None:
    from core.training.fitting import fit

    arrays = toys.arrays()
    model = toys.built("lstm", settings={"units": 4})
    weights = model.get_weights()
    model.set_weights([weights[0] * np.nan, *weights[1:]])
    with pytest.raises(
        TrainingError, match=r"stay finite; .* became nan in epoch 1.*Lower the learning rate"
    ):
        fit(model, arrays, NOISY, 0)


@pytest.mark.slow
def test_j6_without_validation_the_training_loss_decides() -> None:
    from core.training.fitting import fit

    arrays = toys.arrays()
    empty = arrays.validation.take(slice(0))
    fitted = fit(toys.built("lstm"), FitArrays(arrays.train, empty), toys.FAST, 0)
    assert fitted.history[0]["val_loss"] is None
    assert fitted.best_epoch == 1 + int(np.argmin([row["loss"] for row in fitted.history]))


@pytest.mark.slow
def test_j6_a_constant_channel_and_class_weights_are_no_trouble() -> None:
    from core.training.fitting import fit

    arrays = toys.arrays()
    arrays.train.series[""][:, :, 0] = 0.0
    fitted = fit(toys.built("lstm"), arrays, toys.FAST.model_copy(update={"class_weights": True}), 0)
    assert np.isfinite(fitted.history[-1]["loss"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"targets": {"label": np.zeros(24, np.int64)}}, "at least 2 classes; got 1"),
        ({"targets": {"label": np.full(24, 5) - np.arange(24) % 2}}, "of label must lie in 0 to 1; got 5"),
        ({"targets": {"label": np.full(24, -2)}}, "of label must lie in 0 to 1; got -2"),
    ],
)
def test_j6_what_nothing_can_be_learnt_from_is_refused(change: dict[str, Any], message: str) -> None:
    arrays = toys.arrays()
    with pytest.raises(TrainingError, match=message):
        replace(arrays, train=replace(arrays.train, **change)).check({"label": 2})


def test_j6_series_that_are_not_finite_are_refused() -> None:
    broken = replace(toys.arrays().train, series={"": np.full((24, 8, 2), np.nan, np.float32)})
    with pytest.raises(TrainingError, match="must be finite"):
        require_finite(broken)


def test_balanced_weights_give_every_class_the_same_total() -> None:
    weights = class_weights(np.array([3, 0, 1]))[[0, 0, 0, 2]]
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights.mean() == pytest.approx(1)
