"""The leak guard finds what is planted, and nothing where nothing is."""

import numpy as np
import pytest

from core.data.leaks import examine_split
from core.data.splits import SplitSettings, make_split
from core.errors import DataError
from tests.data.datasets import ragged, tiny
from tests.data.leaking.made import KINDS, bumps, examined_as, severities
from tests.data.splitting.recordings import windows


def doubled(dataset, rows, **changes):
    """Return a dataset with some rows once more at its end."""
    series = np.concatenate([dataset.series, changes.pop("series", dataset.series[rows])])
    labels = np.concatenate([dataset.targets["label"], changes.pop("labels", dataset.targets["label"][rows])])
    return tiny(len(series), *series.shape[1:], 2, series=series, targets={"label": labels}, **changes)


@pytest.mark.parametrize("seed", range(5))
def test_clean_data_is_called_clean(seed: int) -> None:
    report = examined_as(bumps(400, seed=seed, metadata={"place": np.array(["a", "b"] * 200)}))
    assert tuple(severities(report)) == KINDS
    assert set(severities(report).values()) <= {"ok", "untested"}
    assert report.counts == {"leak": 0, "caution": 0}
    assert all(finding.repair is None for finding in report.findings)
    assert report.drift.words.startswith("No evidence of drift (smallest adjusted p")


def test_clean_recordings_split_as_they_come_are_called_clean() -> None:
    for dataset in (windows(12, rows=200, stride=4), windows(2, rows=1500, stride=5, dated=True)):
        report = examined_as(dataset)
        assert report.counts == {"leak": 0, "caution": 0}, [
            finding.words for finding in report.findings if finding.severity in {"leak", "caution"}
        ]
        assert severities(report)["overlap"] == severities(report)["entities"] == "ok"


def test_what_the_data_lacks_is_untested_and_says_why() -> None:
    report = examined_as(tiny(40, 6, 1, targets={}, classes={}))
    untested = {kind for kind, severity in severities(report).items() if severity == "untested"}
    assert untested == {
        "shifted",
        "overlap",
        "entities",
        "time",
        "channels",
        "metadata",
        "position",
        "contradicting",
    }
    assert "names no entities" in report.finding("entities").words
    assert report.finding("position").words == "Untested: there is no label for each window."
    assert report.balance == {}


def test_copies_on_both_sides_are_counted_and_purged() -> None:
    clean = bumps()
    leaky = doubled(clean, np.arange(0, 240, 4), classes={"label": ("dent", "bump")})
    split = make_split(leaky)
    report = examine_split(leaky, split)
    found = report.finding("identical")
    copied = {row: 240 + place for place, row in enumerate(range(0, 240, 4))}
    training = set(split.train.tolist())
    expected = sum(
        any(
            copied.get(row) in training or other in training
            for other in (copied.get(row), _source(row, copied))
        )
        for row in split.test.tolist()
    )
    assert (found.severity, found.count, found.samples) == ("leak", expected, len(split.test))
    assert f"{expected} of {len(split.test)} test windows" in found.words
    assert severities(report)["near"] == "ok"
    assert found.repair == SplitSettings(purge=True)
    again = examine_split(leaky, make_split(leaky, found.repair))
    assert severities(again)["identical"] == "ok"
    assert again.sizes["left out"] > 0
    assert again.sizes["test"] == report.sizes["test"]


def _source(row: int, copied: dict[int, int]) -> int | None:
    return next((source for source, copy in copied.items() if copy == row), None)


@pytest.mark.parametrize("noise", [1e-3, 5e-3])
def test_copies_with_a_little_noise_are_found_all_and_only_they(noise: float) -> None:
    clean = bumps()
    rows = np.arange(0, 240, 4)
    near = clean.series[rows] + noise * np.random.default_rng(1).standard_normal(clean.series[rows].shape)
    leaky = doubled(clean, rows, series=near.astype(np.float32), classes={"label": ("dent", "bump")})
    split = make_split(leaky)
    report = examine_split(leaky, split)
    sources = np.concatenate([np.arange(240), rows])
    expected = int(np.isin(sources[split.test], sources[split.train]).sum())
    assert expected
    assert report.finding("near").count == expected
    assert severities(report)["near"] == "leak"
    assert severities(report)["identical"] == "ok"
    again = examined_as(leaky, purge=True)
    assert severities(again)["near"] == "ok"


def test_windows_at_another_level_or_scale_are_not_nearly_the_same() -> None:
    clean = bumps()
    rows = np.arange(0, 240, 4)
    for changed in (clean.series[rows] + 0.2, clean.series[rows] * 1.2):
        report = examined_as(doubled(clean, rows, series=changed, classes={"label": ("dent", "bump")}))
        assert report.finding("near").count == 0


@pytest.mark.parametrize("stride", [1, 2, 5])
def test_overlapping_windows_split_at_random_leak_and_a_split_by_time_mends_it(stride: int) -> None:
    leaky = windows(1, rows=900, length=10, stride=stride, named=False)
    report = examined_as(leaky, kind="stratified")
    found = report.finding("overlap")
    assert found.severity == "leak"
    assert found.share is not None
    assert found.share > 0.6
    assert severities(report)["time"] == "caution"
    assert found.repair is not None
    assert found.repair.kind == "time"
    again = examine_split(leaky, make_split(leaky, found.repair))
    assert severities(again)["overlap"] == severities(again)["time"] == "ok"


def test_a_few_overlapping_windows_are_purged() -> None:
    leaky = windows(1, rows=3000, length=10, stride=10, named=False)
    spans = np.array(leaky.spans)
    spans[::20, 1] += 1
    report = examined_as(
        tiny(300, 10, 2, series=leaky.series, targets=leaky.targets, spans=spans), kind="stratified"
    )
    found = report.finding("overlap")
    assert found.severity == "leak"
    assert found.repair == SplitSettings(kind="stratified", purge=True)


@pytest.mark.parametrize(
    ("stride", "scaled"), [(1, False), (3, False), (5, False), (7, False), (1, True), (3, True)]
)
def test_overlapping_windows_that_hide_where_they_were_cut_are_found(stride: int, scaled: bool) -> None:
    leaky = windows(1, rows=1500, length=20, stride=stride, named=False, placed=False, channels=3)
    if scaled:
        series = leaky.series / leaky.series.std(axis=(1, 2), keepdims=True)
        leaky = tiny(len(series), 20, 3, 2, series=series, targets=leaky.targets)
    report = examined_as(leaky)
    found = report.finding("shifted")
    assert severities(report)["overlap"] == "untested"
    assert found.severity == "leak"
    assert found.share is not None
    assert found.share > 0.6
    assert "Load the data with its entities or times" in found.words


def test_values_too_coarse_for_stretches_do_not_raise_an_alarm() -> None:
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 2, (300, 24, 1)).astype(np.float32)
    report = examined_as(tiny(300, 24, 1, 2, series=coarse, targets={"label": rng.integers(0, 2, 300)}))
    assert severities(report)["shifted"] == "ok"
    assert "too coarse" in report.finding("shifted").words


def test_entities_on_both_sides_leak_unless_the_split_is_by_time() -> None:
    leaky = windows(8, rows=300)
    report = examined_as(leaky, kind="stratified")
    found = report.finding("entities")
    assert (found.severity, found.count) == ("leak", found.samples)
    assert "entity 0, entity 1, entity 2 and 5 more" in found.words
    assert found.repair == SplitSettings(kind="entity")
    assert severities(examined_as(leaky, kind="entity"))["entities"] == "ok"
    by_time = examined_as(leaky, kind="time").finding("entities")
    assert by_time.severity == "ok"
    assert "not for new ones" in by_time.words


def test_two_entities_on_both_sides_have_no_repair_by_entity() -> None:
    assert examined_as(windows(2, rows=600), kind="stratified").finding("entities").repair is None


def test_training_on_the_future_is_told() -> None:
    report = examined_as(windows(6, rows=300, dated=True), kind="stratified")
    found = report.finding("time")
    assert found.severity == "caution"
    assert "begin before the last training window does" in found.words
    assert found.repair == SplitSettings(kind="time")


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("samples", [100, 400])
def test_a_channel_that_is_the_label_is_a_leak(classes: int, samples: int) -> None:
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.arange(samples) % classes)
    series = rng.standard_normal((samples, 20, 4)).astype(np.float32)
    series[:, :, 2] = labels[:, None]
    leaky = tiny(samples, 20, 4, classes, series=series, targets={"label": labels})
    found = examined_as(leaky).finding("channels")
    assert (found.severity, found.count) == ("leak", 1)
    assert found.words.startswith("A simple model that sees channel 2 alone tells the label of 100.0 %")
    assert "the label in disguise" in found.words


def test_a_categorical_channel_that_is_the_label_is_a_leak() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    series = rng.standard_normal((200, 20, 3)).astype(np.float32)
    series[:, :, 1] = np.where(rng.random((200, 20)) < 0.5, labels[:, None], 2)
    leaky = tiny(
        200, 20, 3, 2, series=series, targets={"label": labels}, categories={"channel 1": ("a", "b", "c")}
    )
    assert examined_as(leaky).finding("channels").severity == "leak"


def test_a_channel_that_moves_with_the_label_is_a_caution() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 300)
    series = rng.standard_normal((300, 20, 4)).astype(np.float32)
    series[:, :, 1] += 5 * labels[:, None]
    found = examined_as(tiny(300, 20, 4, 2, series=series, targets={"label": labels})).finding("channels")
    assert found.severity == "caution"
    series[:, :, :] += 5 * labels[:, None, None]
    easy = examined_as(tiny(300, 20, 4, 2, series=series, targets={"label": labels}))
    assert severities(easy)["channels"] == "ok"
    assert severities(easy)["position"] == "caution"
    assert "no leak by itself" in easy.finding("position").words


@pytest.mark.parametrize("kind", ["text", "number", "number with gaps"])
def test_a_column_that_tells_the_label_is_a_caution(kind: str) -> None:
    clean = bumps(300)
    labels = clean.targets["label"]
    column = np.array(["north", "south"])[labels] if kind == "text" else 10.0 * labels + np.arange(300) % 7
    if kind == "number with gaps":
        column[::50] = np.nan
    report = examined_as(bumps(300, metadata={"site": column, "order": np.arange(300.0)}))
    found = report.finding("metadata")
    assert (found.severity, found.count) == ("caution", 1)
    assert "The column site alone" in found.words


def test_copies_within_a_part_and_contradictions_are_told() -> None:
    clean = bumps(300)
    rows = np.arange(40)
    leaky = doubled(clean, rows, labels=1 - clean.targets["label"][rows], classes={"label": ("a", "b")})
    report = examined_as(leaky)
    assert severities(report)["repeated"] == severities(report)["contradicting"] == "caution"
    assert report.finding("contradicting").count == 80
    assert "No model can be right on all of them" in report.finding("contradicting").words


def test_missing_values_and_unequal_lengths_are_no_hindrance() -> None:
    rng = np.random.default_rng(0)
    series = np.array(bumps(200).series)
    series[rng.random(series.shape) < 0.05] = np.nan
    series[5] = series[150]
    masked = bumps(200, series=series, nan_policy="mask")
    assert examined_as(masked).finding("repeated").count in {0, 1}
    report = examined_as(ragged([5, 9, 12, 3] * 20))
    assert set(severities(report)) == set(KINDS)


def test_labels_per_step_leave_untested_what_needs_one_label_a_window() -> None:
    labels = np.tile(np.arange(60)[:, None] % 2, (1, 12))
    dataset = tiny(60, 12, 2, targets={"label": labels}, classes={"label": ("a", "b")})
    report = examined_as(dataset)
    assert [severities(report)[kind] for kind in ("channels", "position", "contradicting")] == [
        "untested"
    ] * 3
    assert report.balance["a"]["train"] > 0


def test_an_unknown_target_is_refused() -> None:
    dataset = bumps()
    with pytest.raises(DataError, match="must have the target 'mood'"):
        examine_split(dataset, make_split(dataset), "mood")
