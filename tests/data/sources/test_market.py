import numpy as np
import pytest

from core.data.families import SOURCES
from core.data.soundness import sound
from core.data.trading import FEATURES, VOLUME_FEATURES, draw_prices, features
from core.errors import DataError, LimitError

DAY = 86_400_000_000_000


def make(seed=0, **settings):
    return sound(SOURCES.create("market", settings).make(np.random.default_rng(seed)))


def test_windows_have_entities_business_days_and_spans():
    dataset = make(shares=4, days=100)
    assert set(dataset.entities) == {"S001", "S002", "S003", "S004"}
    weekday = (dataset.timestamps // DAY + 3) % 7  # 1970 began on a Thursday
    assert weekday.max() <= 4
    assert (np.diff(dataset.timestamps, axis=1) > 0).all()
    assert np.array_equal(dataset.spans, dataset.timestamps[:, [0, -1]])
    assert dataset.sample_ids[0] == f"S001 {dataset.labels_of(0)[-1]}"


def test_windows_are_cut_from_the_features_day_by_day():
    dataset = make(shares=3, days=80, stride=1)
    first, second = dataset.series[0], dataset.series[1]
    assert np.array_equal(first[1:], second[:-1])
    assert dataset.channels == FEATURES


def test_a_late_surge_announces_a_rise():
    dataset = make(shares=200)
    surging = dataset.truth.any(axis=(1, 2))
    up = dataset.targets["label"] == 1
    assert 0.1 < surging.mean() < 0.6
    assert up[surging].mean() > up[~surging].mean() + 0.3


def test_without_drift_a_surge_says_nothing():
    dataset = make(shares=300, drift=0.0)
    surging = dataset.truth.any(axis=(1, 2))
    up = dataset.targets["label"] == 1
    assert abs(up[surging].mean() - up[~surging].mean()) < 0.05


def test_the_truth_marks_volume_near_the_end_only():
    dataset = make()
    others = [place for place, name in enumerate(FEATURES) if name not in VOLUME_FEATURES]
    assert not dataset.truth[:, :, others].any()
    assert not dataset.truth[:, : dataset.steps - 8].any()
    ratio = dataset.series[:, :, FEATURES.index("volume ratio 20")]
    marked = dataset.truth[:, :, FEATURES.index("volume ratio 20")]
    assert ratio[marked].mean() > 1.8 * ratio[~marked].mean()


def test_features_know_nothing_of_the_future():
    rng = np.random.default_rng(1)
    prices = draw_prices(3, 60, 0.1, 0.05, 5, rng)
    whole = features(prices)
    day = 70
    cut = type(prices)(*(getattr(prices, name)[:, :day] for name in prices.__dataclass_fields__))
    assert whole[:, :day] == pytest.approx(features(cut))


def test_prices_stay_within_the_range_of_their_day():
    prices = draw_prices(20, 100, 0.05, 0.05, 5, np.random.default_rng(3))
    assert (prices.low <= np.minimum(prices.open, prices.close)).all()
    assert (prices.high >= np.maximum(prices.open, prices.close)).all()
    assert (prices.low > 0).all()


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"days": 30}, DataError, "days must cover a window and its horizon, 35; got 30"),
        ({"threshold": 0.9}, DataError, "windows of both classes"),
        ({"shares": 2000, "days": 5000}, LimitError, "at most 5,000,000"),
        ({"shares": 2000, "days": 2000, "stride": 1}, LimitError, "choose a larger stride"),
    ],
)
def test_settings_that_make_no_dataset_are_refused(settings, error, said):
    with pytest.raises(error, match=said):
        make(**settings)
