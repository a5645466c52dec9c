from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.data.dataset import Dataset, spread_rows
from core.data.published import publish_dataset
from core.data.quality import Quality, compute_quality
from core.data.quality_channels import OUTLIER_BOUND
from core.data.quality_known import dataset_quality
from core.results import Result
from core.store import Store
from tests.data.datasets import ragged, tiny
from tests.data.spoiled import noise, spoiled


def kinds(found: Quality, severity: str = "") -> set[str]:
    return {remark.kind for remark in found.remarks if severity in {"", remark.severity}}


def words(found: Quality, kind: str) -> str:
    return " ".join(remark.words for remark in found.remarks if remark.kind == kind)


def cells(dataset: Dataset, channel: int) -> np.ndarray:
    """Return the known values of a channel."""
    values = dataset.series[:, :, channel][dataset.mask()]
    return values[~np.isnan(values)]


def test_of_sound_data_nothing_is_said_but_that_all_is_well() -> None:
    found = compute_quality(noise())
    assert kinds(found, "caution") == set()
    assert {"missing", "constant", "identical", "outliers", "balance", "lengths"} <= kinds(found, "ok")
    assert words(found, "missing") == "No value is missing."
    assert isinstance(found, Result)
    assert isinstance(found.missing, Result)


def test_everything_that_is_wrong_is_named() -> None:
    made = spoiled()
    found = compute_quality(made)
    assert words(found, "constant") == "1 of 12 channels never changes: channel 1."
    assert "channel 0 = channel 2" in words(found, "identical")
    assert found.duplicates.identical == ((0, 2),)
    assert found.duplicates.alike == ((0, 2, 3),)
    assert words(found, "still").startswith("1 of 12 channels stays at one value within nearly every sample")
    assert "channel 4 (100 %)" in words(found, "still")
    assert "channel 5 (" in words(found, "flat")
    assert "lowest value" in words(found, "clipped")
    assert "channel 6 (" in words(found, "clipped")
    assert "robust standard deviations" in words(found, "outliers")
    assert found.checks.outliers[7] == 2
    assert found.checks.worst[0].tolist() == [4, 2]
    assert "1 of 12 channels has no value at all: channel 8." in words(found, "missing")
    assert "left as they are" in words(found, "missing")
    assert words(found, "entities").startswith("Each of the 12 entities")
    assert "but 120 of" in words(found, "steps")
    assert "of state" in words(found, "balance")
    assert [remark.severity for remark in found.remarks] == sorted(
        (remark.severity for remark in found.remarks), key=("caution", "note", "ok").index
    )


def test_missing_values_are_counted_as_one_by_one() -> None:
    made = spoiled()
    found = compute_quality(made).missing
    gone = np.isnan(made.series) & made.mask()[:, :, None]
    assert found.total == gone.sum()
    assert found.counts.sum(axis=1).tolist() == gone.sum(axis=(0, 1)).tolist()
    for place, (start, end) in enumerate(zip(found.edges[:-1], found.edges[1:], strict=True)):
        assert found.counts[:, place].tolist() == gone[:, start:end].sum(axis=(0, 1)).tolist()
        assert found.expected[place] == made.mask()[:, start:end].sum()
    by_sample = gone.sum(axis=(1, 2))
    assert found.most[0, 1] == by_sample.max()
    assert found.by_share.sum() == made.samples
    assert found.by_share[0] == (by_sample == 0).sum()
    share = by_sample / (made.lengths * made.channel_count)
    assert found.by_share[3] == ((share > 0.05) & (share <= 0.1)).sum()
    frame = found.to_frame()
    assert frame["missing"].sum() == gone.sum()


def test_filled_values_are_counted_by_channel_and_step() -> None:
    filled = np.zeros((30, 6), np.int64)
    filled[3, 2], filled[29, 2] = 4, 1
    found = compute_quality(noise(nan_policy="interpolate", filled=filled)).missing
    assert (found.total, found.filled, len(found.by_share)) == (5, 5, 0)
    assert found.counts[2].sum() == 5
    assert "filled by interpolation" in words(
        compute_quality(noise(nan_policy="interpolate", filled=filled)), "missing"
    )


def test_a_long_axis_is_seen_in_at_most_a_hundred_bins() -> None:
    found = compute_quality(noise(5, 250, 2)).missing
    assert found.counts.shape == (2, 100)
    assert found.expected.sum() == 5 * 250
    assert (found.edges[0], found.edges[-1]) == (0, 250)
    assert len(found.labels) == 100


def test_outliers_and_extremes_are_counted_as_one_by_one() -> None:
    made = spoiled()
    found = compute_quality(made).checks
    for channel in range(made.channel_count):
        values = cells(made, channel)
        assert found.values[channel] == len(values)
        if not len(values):
            continue
        assert found.lowest[channel] == pytest.approx((values == values.min()).mean())
        assert found.highest[channel] == pytest.approx((values == values.max()).mean())
        if found.judged[channel]:
            low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
            spread = (high - low) / 1.3489795003921634 or values.std()
            far = np.abs(values - middle) > OUTLIER_BOUND * spread
            assert found.outliers[channel] == far.sum()


def test_flat_lines_and_still_samples_are_counted_as_one_by_one() -> None:
    made = spoiled()
    found = compute_quality(made).checks
    for channel in (0, 4, 5, 6):
        still, flat, able, longest = 0, 0, 0, 0
        for sample, length in enumerate(made.lengths):
            values = made.series[sample, :length, channel]
            known = values[~np.isnan(values)]
            run, best = 1, 1
            for one, other in pairwise(values):
                run = run + 1 if one == other else 1
                best = max(best, run)
            able += len(known) > 1
            stays = len(known) > 1 and known.min() == known.max()
            still += stays
            flat += best >= max(10, np.ceil(0.2 * length)) and not stays
            longest = max(longest, best)
        assert found.still[channel] == pytest.approx(still / able)
        assert found.flat[channel] == pytest.approx(flat / able)
        assert found.longest[channel] == longest


def test_codes_and_flags_are_not_judged_as_measurements() -> None:
    found = compute_quality(spoiled()).checks
    assert found.categorical.tolist().index(True) == 9
    assert np.flatnonzero(found.two_valued).tolist() == [10]
    assert found.outliers[[9, 10]].tolist() == [0, 0]
    assert found.clipped[[9, 10]].tolist() == [0, 0]


@pytest.mark.parametrize("missing", [False, True])
def test_correlations_are_those_of_numpy(missing: bool) -> None:
    made = noise(20, 30, 4)
    series = made.series.copy()
    series[:, :, 1] += 0.5 * series[:, :, 0] + 1e4
    if missing:
        series[np.random.default_rng(0).random(series.shape) < 0.2] = np.nan
    found = compute_quality(replace(made, series=series, nan_policy="mask")).correlation
    for one in range(4):
        for other in range(4):
            pair = series[:, :, [one, other]].reshape(-1, 2).astype(np.float64)
            pair = pair[~np.isnan(pair).any(axis=1)]
            assert found.values[one, other] == pytest.approx(np.corrcoef(pair.T)[0, 1], abs=2e-4)
    assert found.steps == 600


def test_channels_without_a_correlation_are_left_out_and_counted() -> None:
    found = compute_quality(spoiled()).correlation
    assert (found.categorical, found.constant, found.more) == (1, 2, 0)
    assert found.channels.tolist() == [0, 2, 3, 4, 5, 6, 7, 10, 11]
    assert len(found.to_frame()) == 9 * 8 / 2


def test_classes_are_counted_by_entity() -> None:
    made = spoiled()
    entities = np.array([f"e{place % 7}" for place in range(60)])
    entities[-1] = "alone"
    found = compute_quality(replace(made, entities=entities)).entities
    assert set(found) == {"label"}
    balance = found["label"]
    assert (balance.total, balance.several, balance.single) == (8, 7, 0)
    for name, counts in zip(balance.entities, balance.counts, strict=True):
        own = made.targets["label"][entities == name]
        assert counts.tolist() == [(own == 0).sum(), (own == 1).sum()]
    assert balance.counts.sum() == 60
    assert balance.to_frame()["total"].tolist() == sorted(balance.counts.sum(axis=1), reverse=True)


def test_the_order_of_samples_changes_nothing_but_what_names_samples() -> None:
    made = spoiled()
    order = np.random.default_rng(1).permutation(made.samples)
    moved = replace(
        made,
        series=made.series[order],
        lengths=made.lengths[order],
        targets={name: codes[order] for name, codes in made.targets.items()},
        entities=made.entities[order],
        sample_ids=made.sample_ids[order],
    )
    before, after = compute_quality(made), compute_quality(moved)
    assert before.to_frame().equals(after.to_frame())
    assert [remark.words for remark in before.remarks] == [remark.words for remark in after.remarks]
    assert before.missing.counts.tolist() == after.missing.counts.tolist()
    np.testing.assert_allclose(before.correlation.values, after.correlation.values, atol=1e-6)
    assert order[after.checks.worst[0, 0]] == before.checks.worst[0, 0]


def test_samples_of_a_large_dataset_are_spread_evenly_and_their_number_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.data.quality_channels.LOOKED_CELLS", 30 * 6 * 10)
    found = compute_quality(noise())
    assert found.checks.looked == 10
    assert "10 of 40 samples" in words(found, "looked")
    rows = spread_rows(1000, 100)
    assert len(rows) == 100
    assert np.bincount(rows // 100).tolist() == [10] * 10
    assert 30 < (rows % 2).sum() < 70


def test_what_was_found_is_kept_and_read_again(store: Store) -> None:
    published = publish_dataset(store, spoiled())
    kept, fresh = dataset_quality(store, published.id), compute_quality(published)
    assert kept.remarks == fresh.remarks
    assert kept.to_frame().equals(fresh.to_frame())
    assert kept.provenance == fresh.provenance
    assert kept.missing.to_frame().equals(fresh.missing.to_frame())
    assert kept.missing.provenance == fresh.missing.provenance
    np.testing.assert_array_equal(kept.correlation.values, fresh.correlation.values)
    assert kept.correlation.provenance == fresh.correlation.provenance
    assert kept.entities["label"].to_frame().equals(fresh.entities["label"].to_frame())
    assert kept.checks.worst.tolist() == fresh.checks.worst.tolist()
    assert store.datasets.verify(published.id) == []


def test_a_dataset_from_before_is_looked_over_when_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.published.save_quality", lambda *_: None)
    published = publish_dataset(store, spoiled())
    files = sorted(path.name for path in store.datasets.directory(published.id).iterdir())
    assert "quality.json" not in files
    assert dataset_quality(store, published.id).remarks == compute_quality(published).remarks
    assert sorted(path.name for path in store.datasets.directory(published.id).iterdir()) == files


@pytest.mark.parametrize(
    "made",
    [
        tiny(1, 1, 1, 1),
        tiny(10, 1, 3),
        tiny(targets={}, classes={}),
        ragged([1, 1, 5, 2]),
        noise(12, 200, 1),
        noise(series=np.zeros((40, 30, 6), np.float32)),
        noise(series=np.full((40, 30, 6), np.nan, np.float32), nan_policy="mask"),
        noise(entities=np.array(["one"] * 40)),
        noise(channels=("<b>x</b>", "\u202ey", "z" * 300, "a\nb", "", "$x$")),
    ],
)
def test_odd_datasets_are_looked_over_too(made: Dataset, store: Store) -> None:
    published = publish_dataset(store, made)
    found = dataset_quality(store, published.id)
    assert found.remarks == compute_quality(made).remarks
    assert len(found.to_frame()) == made.channel_count
    assert all(remark.words.endswith(".") and "\n" not in remark.words for remark in found.remarks)


def test_values_near_the_largest_of_float32_are_looked_at_without_a_warning():
    series = np.full((40, 5, 1), 3.3e38, np.float32)
    series[::2] = -3.3e38
    assert compute_quality(tiny(40, 5, 1, 2, series=series)).checks.looked == 40
