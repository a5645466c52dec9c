"""Trainings that break: a clear message, and the best so far where an epoch was finished."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import TrainingError
from core.training import Examples, FitArrays
from tests.models import toys
from tests.training.watches import Watch

pytestmark = pytest.mark.slow


def fitted(arrays: FitArrays, watch: Watch | None = None, **changes: Any) -> Any:
    from core.training.fitting import fit

    model = toys.built("lstm", settings={"units": 4})
    return fit(model, arrays, toys.FAST.model_copy(update=changes), 0, watch)


def broken_from(epoch: int) -> FitArrays:
    """Return arrays whose series become infinite in an epoch."""
    seen: list[int] = []

    def grown(examples: Examples, _: np.random.Generator) -> Examples:
        seen.append(1)
        series = np.asarray(examples.series[""])
        given = np.full_like(series, np.inf) if len(seen) >= epoch else series
        return Examples({"": given}, examples.lengths, examples.targets)

    given = toys.arrays()
    return FitArrays(given.train, given.validation, grown)


def test_a_loss_that_stops_being_finite_later_keeps_the_best_so_far() -> None:
    found = fitted(broken_from(3), epochs=5, learning_rate=0.01, clip=0.0)
    assert (found.stopped, found.epochs) == ("nan", 2)
    assert "Lower the learning rate" in found.problem
    assert found.best_epoch in {1, 2}


@pytest.mark.parametrize("batches", [0, 4])
def test_memory_that_runs_out_ends_a_training_with_advice(
    batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    from core.training.steps import Steps

    done: list[int] = []
    true = Steps.train

    def full(self: Steps, *given: Any) -> None:
        done.append(1)
        if len(done) > batches:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        true(self, *given)

    monkeypatch.setattr(Steps, "train", full)
    if not batches:
        with pytest.raises(TrainingError, match="memory was not enough for steps of 8 samples"):
            fitted(toys.arrays())
        return
    found = fitted(toys.arrays())
    assert (found.stopped, found.epochs) == ("memory", 1)
    assert "smaller batch size" in found.problem


def test_a_full_disk_ends_a_training_with_the_best_so_far_and_leaves_no_half_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("core.training.watching.SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr("core.training.checkpoint.os.fsync", full)
    found = fitted(toys.arrays(), Watch(tmp_path / "checkpoint.npz"))
    assert (found.stopped, found.epochs) == ("disk", 1)
    assert "disk is full" in found.problem
    assert list(tmp_path.iterdir()) == []


def test_a_batch_size_of_its_own_choice_is_a_power_of_two_that_leaves_steps_to_learn_in() -> None:
    from core.training.sizing import batch_size

    model, given = toys.built("attention-lstm"), toys.arrays()
    free = toys.FAST.model_copy(update={"batch_size": 0})
    assert batch_size(model, given, toys.FAST) == 8
    assert batch_size(model, given, free) == 16
    many = FitArrays(given.train.take(np.tile(np.arange(24), 100)), given.validation)
    assert batch_size(model, many, free) == 128
    wide = toys.built("attention-lstm", steps=1000, settings={"units": 1024, "attention_size": 4})
    assert batch_size(wide, many, free) == 16


def test_two_processes_with_the_same_seed_end_with_the_same_weights() -> None:
    code = (
        "from core.jobs.publishing import weights_hash; from core.training.fitting import fit, one_thread;"
        "from tests.models import toys; from tests.training.test_targets import arrays, shaken; one_thread();"
        "model = toys.built('attention-lstm', settings={'units': 6, 'dropout': 0.2});"
        "given = toys.arrays(); given = type(given)(given.train, given.validation, shaken, 2.0);"
        "fit(model, given, toys.FAST.model_copy(update={'noise': 0.1}), 7); print(weights_hash(model))"
    )
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(found) == 1
    assert len(found.pop().strip()) == 64


def test_steps_are_compiled_where_loops_remain_and_run_long_enough() -> None:
    from core.training.sizing import compiles

    given = toys.arrays()
    auto = toys.FAST.model_copy(update={"xla": "auto"})
    long = auto.model_copy(update={"epochs": 10_000})
    gru, lstm = toys.built("gru", settings={"units": 4}), toys.built("lstm", settings={"units": 4})
    assert [compiles(gru, given, chosen) for chosen in (toys.FAST, auto, long)] == [False, False, True]
    assert not compiles(lstm, given, long)
    assert compiles(lstm, given, auto.model_copy(update={"xla": "on"}))
