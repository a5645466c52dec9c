"""The leak guard on data that is odd: shared dates, labels ahead, huge and tiny values, gaps, padding."""

import numpy as np
import pytest

from core.data.leaking.overlap import records_of
from tests.data.datasets import tiny
from tests.data.leaking.made import bumps, examined_as, severities
from tests.data.splitting.recordings import DAY, windows


def test_windows_that_begin_together_are_not_called_overlapping() -> None:
    stamps = np.tile(np.arange(30) * DAY, (240, 1))
    for spans in (None, stamps[:, [0, -1]]):
        report = examined_as(bumps(timestamps=stamps, spans=spans))
        assert severities(report)["overlap"] == severities(report)["time"] == "untested"
        assert "taken as a record of its own" in report.finding("overlap").words
        assert severities(report)["shifted"] == "ok"


def test_labels_ahead_of_their_windows_overlap_with_what_follows() -> None:
    origin = {"settings": {"label_at": "horizon", "horizon": 50}}
    ahead = windows(1, rows=3000, named=False, origin=origin)
    report = examined_as(ahead, kind="time", embargo=0)
    assert severities(report)["overlap"] == "caution"  # what lies before the test part is validation
    assert "the rows up to its label" in report.finding("overlap").words
    assert severities(report)["time"] == "caution"
    assert "before the last training label is known" in report.finding("time").words
    mended = examined_as(ahead)
    assert severities(mended)["overlap"] == severities(mended)["time"] == "ok"
    purged = examined_as(ahead, kind="time", embargo=0, purge=True)
    assert severities(purged)["overlap"] == "ok"


@pytest.mark.parametrize("kind", ["entities", "time"])
def test_validation_that_shares_with_training_is_a_caution(kind: str) -> None:
    dataset = windows(8, rows=300, dated=True)
    last = dataset.spans[:, 0] >= np.quantile(dataset.spans[:, 0], 0.8)
    tested = last if kind == "time" else records_of(dataset) >= 6
    drawn = np.where(np.arange(dataset.samples) % 4 == 0, 1, 0)
    parts = np.where(tested, 2, drawn).astype(np.int8)
    found = examined_as(windows(8, rows=300, dated=True, parts=parts)).finding(kind)
    assert (found.severity, found.count) == ("caution", 0)
    assert "validation" in found.words


@pytest.mark.parametrize("width", [1, 2])
def test_huge_values_are_examined_like_others(width: int) -> None:
    rng = np.random.default_rng(0)
    series = rng.standard_normal((5000, 10, width)).astype(np.float32)
    series[3, [2, 7], 0] = [3.3e38, -3.3e38]
    series[4:8] *= 8e37
    labels = {"label": rng.integers(0, 2, 5000)}
    report = examined_as(tiny(5000, 10, width, 2, series=series, targets=labels))
    assert {"leak", "caution"}.isdisjoint(severities(report).values())
    huge = np.clip(2e38 * rng.standard_normal((200, 10, width)), -3.3e38, 3.3e38).astype(np.float32)
    report = examined_as(tiny(200, 10, width, 2, series=huge, targets={"label": rng.integers(0, 2, 200)}))
    assert severities(report)["position"] == "ok"


def test_labels_as_channels_are_found_however_many_there_are() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    series = rng.standard_normal((200, 20, 3)).astype(np.float32)
    series[:, :, 1:] = np.stack([labels, 1 - labels], axis=1)[:, None]
    found = examined_as(tiny(200, 20, 3, 2, series=series, targets={"label": labels})).finding("channels")
    assert (found.severity, found.count) == ("leak", 2)
    assert "channel 1, channel 2 do not move within a window" in found.words


def test_sensors_that_start_late_are_no_stretches_in_common() -> None:
    rng = np.random.default_rng(0)
    series = rng.standard_normal((100, 80, 1)).astype(np.float32)
    series[:50, :20] = np.nan
    late = tiny(100, 80, 1, 2, series=series, targets={"label": np.arange(100) % 2}, nan_policy="mask")
    assert severities(examined_as(late))["shifted"] == "ok"


@pytest.mark.parametrize("padding", [0, 1, 5])
def test_moved_windows_are_found_beside_longer_ones(padding: int) -> None:
    record = np.random.default_rng(0).standard_normal(400).cumsum()
    cut = np.stack([record[begin : begin + 40] for begin in range(0, 300, 2)])
    cut = (cut - cut.mean(axis=1, keepdims=True)) / cut.std(axis=1, keepdims=True)
    series = np.zeros((150, 40 + padding, 1), np.float32)
    series[:, :40, 0] = cut
    lengths = np.where(np.arange(150) == 0, 40 + padding, 40)
    found = examined_as(tiny(150, 40 + padding, 1, 2, series=series, lengths=lengths)).finding("shifted")
    assert found.severity == "leak"
    assert found.share is not None
    assert found.share > 0.6


@pytest.mark.parametrize("unit", [1.0, 1e-8, 1e-30])
def test_units_do_not_matter_to_simple_models(unit: float) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    series = rng.standard_normal((200, 20, 2))
    series[:, 5, 0] += 100 * labels
    series = (series * unit).astype(np.float32)
    report = examined_as(tiny(200, 20, 2, 2, series=series, targets={"label": labels}))
    assert (severities(report)["channels"], severities(report)["position"]) == ("caution", "caution")
