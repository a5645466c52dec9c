"""The examples of an epoch: seed and epoch decide them, each is met once, blocks change nothing of that."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import TrainingError
from core.training import Examples, FitArrays
from core.training import epochs as module
from core.training.epochs import Pass, passes

SAMPLES = 1000


class OnDisk:
    """An array that is read by rows."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array, self.shape, self.most = array, array.shape, 0

    def __getitem__(self, rows: Any) -> Any:
        found = self.array[rows]
        self.most = max(self.most, len(found))
        return found


def arrays(on_disk: bool, **changes: Any) -> FitArrays:
    values = np.arange(SAMPLES, dtype=np.float32)[:, None, None] * np.ones((1, 3, 1), np.float32)
    series: Any = OnDisk(values) if on_disk else values
    examples = Examples({"": series}, {"": np.full(SAMPLES, 3)}, {"label": np.arange(SAMPLES) % 2})
    return FitArrays(examples, examples, **changes)


def met(parts: list[Pass]) -> list[int]:
    return [int(value) for part in parts for value in part.examples.series[""][part.order, 0, 0]]


def twice(examples: Examples, rng: np.random.Generator) -> Examples:
    return examples.take(rng.permutation(np.tile(np.arange(len(examples)), 2)))


@pytest.mark.parametrize("on_disk", [False, True])
def test_each_example_is_met_once_an_epoch_in_an_order_of_its_own(
    on_disk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK_CELLS", 3 * 512)
    given = arrays(on_disk)
    first, second = ([part for part in passes(given, 0, 16, range(2)) if part.epoch == one] for one in (0, 1))
    assert len(first) == (2 if on_disk else 1)
    assert sorted(met(first)) == sorted(met(second)) == list(range(SAMPLES))
    assert met(first) != met(second)
    assert [part.last for part in first] == ([False, True] if on_disk else [True])
    if on_disk:
        series: Any = given.train.series[""]
        assert series.most <= 512


@pytest.mark.parametrize("augment", [None, twice])
@pytest.mark.parametrize("on_disk", [False, True])
def test_a_later_start_gives_the_same_epochs(
    on_disk: bool, augment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK_CELLS", 3 * 512)
    given = arrays(on_disk, augment=augment, copies=2.0 if augment else 1.0)
    whole = [part for part in passes(given, 3, 16, range(3)) if part.epoch == 2]
    assert met(whole) == met(list(passes(given, 3, 16, range(2, 3))))
    assert met(whole) != met(list(passes(given, 4, 16, range(2, 3))))
    assert len(met(whole)) == SAMPLES * (2 if augment else 1)


@pytest.mark.parametrize("on_disk", [False, True])
def test_series_that_are_not_finite_are_refused(on_disk: bool) -> None:
    given = arrays(on_disk)
    broken: Any = np.full((SAMPLES, 3, 1), np.nan, np.float32)
    train = replace(given.train, series={"": OnDisk(broken) if on_disk else broken})
    with pytest.raises(TrainingError, match="must be finite"):
        list(passes(replace(given, train=train), 0, 16, range(1)))
