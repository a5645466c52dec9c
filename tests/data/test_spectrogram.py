from dataclasses import replace

import numpy as np
import pytest
from scipy import signal

from core.data.dataset import Dataset
from core.data.derived import SPECTROGRAM, derive_spectrogram
from core.data.manifest import DatasetManifest
from core.data.published import publish_dataset
from core.data.spectrogram import SpectrogramSettings, floors_of, plan_spectrogram, spectrograms
from core.errors import DataError, HeedError, LimitError, NotFoundError, SettingsError
from core.registry import validated
from core.store import Store
from tests.data.datasets import tiny


def waves(samples: int = 6, steps: int = 128, width: int = 2, **changes: object) -> Dataset:
    """Return sines: channel c of sample n goes round once in 4 (c + 2) steps."""
    n, t, c = np.ogrid[:samples, :steps, :width]
    series = np.sin(2 * np.pi * t / (4 * (c + 2)) + n).astype(np.float32)
    return tiny(samples, steps, width, 2, **{"series": series, **changes})


def of(dataset: Dataset, **settings: object) -> tuple:
    """Return the plan and the spectrogram (N, frames, C, F) of a dataset."""
    plan = plan_spectrogram(dataset, SpectrogramSettings(**settings))
    floors = floors_of(plan, np.nanstd(dataset.series, axis=(0, 1)))
    found = spectrograms(plan, dataset.series, dataset.lengths, floors)
    return plan, found.reshape(*found.shape[:2], len(plan.channels), len(plan.frequencies))


@pytest.mark.parametrize("rate", [None, 250.0])
@pytest.mark.parametrize("scaling", ["log", "power"])
@pytest.mark.parametrize("window", [32, 64])
def test_a_sine_has_its_peak_at_its_frequency(window: int, scaling: str, rate: float | None) -> None:
    plan, found = of(waves(), window=window, scaling=scaling, sampling_rate=rate)
    for channel in range(2):
        true = (rate or 1) / (4 * (channel + 2))
        peaks = plan.frequencies[found[:, :, channel].argmax(axis=-1)]
        assert np.abs(peaks - true).max() <= (rate or 1) / window
    assert plan.frequency_unit == ("Hz" if rate else "cycles/step")
    assert plan.labels[1] == f"channel 0 {(rate or 1) / window:.6g} {plan.frequency_unit}"


@pytest.mark.parametrize("kind", ["hann", "hamming", "blackman", "rectangle"])
@pytest.mark.parametrize("detrend", ["mean", "line", "none"])
@pytest.mark.parametrize(("window", "overlap"), [(16, 0.5), (17, 0.0), (31, 0.9)])
def test_the_density_is_that_of_scipy(window: int, overlap: float, detrend: str, kind: str) -> None:
    rng = np.random.default_rng(0)
    made = waves(series=rng.normal(3, 2, (6, 128, 2)).astype(np.float32))
    chosen = {"window": window, "overlap": overlap, "window_type": kind, "detrend": detrend}
    plan, found = of(made, scaling="power", sampling_rate=10, **chosen)
    frequencies, times, expected = signal.spectrogram(
        made.series.astype(np.float64),
        fs=10,
        window=signal.get_window({"rectangle": "boxcar"}.get(kind, kind), window),
        nperseg=window,
        noverlap=window - plan.hop,
        detrend={"mean": "constant", "line": "linear", "none": False}[detrend],
        axis=1,
    )
    np.testing.assert_allclose(found, expected.transpose(0, 3, 2, 1), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(plan.frequencies, frequencies)
    np.testing.assert_allclose(plan.times, times, atol=0.051)


def test_the_density_adds_up_to_the_mean_square() -> None:
    rng = np.random.default_rng(1)
    made = waves(series=rng.normal(0, 2, (6, 128, 2)).astype(np.float32))
    plan, found = of(made, window=16, overlap=0, window_type="rectangle", scaling="power", detrend="none")
    squares = (made.series.reshape(6, 8, 16, 2) ** 2).mean(axis=2)
    np.testing.assert_allclose(found.sum(axis=-1) * plan.frequencies[1], squares, rtol=1e-4)


def test_decibels_are_ten_logarithms_of_the_density_above_a_floor() -> None:
    made = waves()
    _, power = of(made, scaling="power")
    plan, log = of(made, scaling="log")
    floors = floors_of(plan, made.series.std(axis=(0, 1)))
    np.testing.assert_allclose(log, 10 * np.log10(np.maximum(power, floors[:, None])), rtol=1e-3, atol=2e-3)
    assert np.isfinite(of(tiny(4, 32, 2, 2, series=np.ones((4, 32, 2), np.float32)))[1]).all()


def test_only_windows_within_a_sample_count() -> None:
    lengths = np.array([128, 64, 63, 33, 32, 31, 5])
    made = waves(7, lengths=lengths)
    series = np.where(made.mask()[:, :, None], made.series, 0).astype(np.float32)
    plan, found = of(replace(made, series=series), window=32, overlap=0.5, scaling="power")
    frames = plan.lengths(lengths)
    assert frames.tolist() == [7, 3, 2, 1, 1, 1, 1]
    for sample, count in enumerate(frames):
        assert found[sample, :count].any(axis=(1, 2)).all()
        assert not found[sample, count:].any()
    whole = of(waves(7), window=32, overlap=0.5, scaling="power")[1]
    np.testing.assert_array_equal(found[1, :3], whole[1, :3])


def test_what_lies_behind_a_sample_changes_nothing() -> None:
    lengths = np.array([128, 20, 50, 7, 40, 128])
    made = waves(lengths=lengths)
    dirty = np.where(made.mask()[:, :, None], made.series, 1e6).astype(np.float32)
    clean = of(made, scaling="power")[1]
    np.testing.assert_array_equal(clean, of(replace(made, series=dirty), scaling="power")[1])


def test_the_order_of_samples_orders_the_answer() -> None:
    made = waves(lengths=np.array([128, 20, 50, 70, 40, 128]))
    order = np.array([5, 3, 0, 1, 4, 2])
    moved = replace(made, series=made.series[order], lengths=made.lengths[order])
    np.testing.assert_allclose(of(moved)[1], of(made)[1][order], rtol=1e-5, atol=1e-4)


def test_missing_values_are_bridged() -> None:
    made = waves()
    series = made.series.copy()
    series[0, 40:43, 0] = np.nan
    series[1, :, 1] = np.nan
    gaps = replace(made, series=series, nan_policy="mask")
    plan, found = of(gaps, window=64)
    assert np.isfinite(found).all()
    peaks = plan.frequencies[found[0, :, 0].argmax(axis=-1)]
    assert np.abs(peaks - 1 / 8).max() <= 1 / 64


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"channels": ("nobody",)}, SettingsError, "there is no 'nobody'"),
        ({"channels": ("channel 1",)}, SettingsError, "holds codes"),
        ({"window": 129}, SettingsError, "at most 128, the steps of the longest sample; got 129"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    settings: dict[str, object], error: type[HeedError], message: str
) -> None:
    made = waves(categories={"channel 1": ("a", "b")})
    with pytest.raises(error, match=message):
        plan_spectrogram(made, SpectrogramSettings(**settings))


@pytest.mark.parametrize("rate", [0, -1, 1e300, 1e-300, float("inf"), float("nan"), "fast"])
def test_a_rate_out_of_reach_is_refused(rate: object) -> None:
    with pytest.raises(SettingsError, match="sampling_rate must be"):
        validated(SpectrogramSettings, {"sampling_rate": rate})


def test_a_dataset_of_codes_has_no_spectrogram() -> None:
    made = waves(width=1, categories={"channel 0": ("a", "b")})
    with pytest.raises(DataError, match="holds numbers"):
        plan_spectrogram(made, SpectrogramSettings())


def test_limits_are_checked_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.spectrogram.CELLS", 1000)
    with pytest.raises(LimitError, match="at most 1,000 values; 2 channels x 17 frequencies x 7 frames"):
        plan_spectrogram(waves(), SpectrogramSettings(window=32))
    monkeypatch.setattr("core.data.spectrogram.COLUMNS", 33)
    with pytest.raises(LimitError, match="at most 33 channels"):
        plan_spectrogram(waves(), SpectrogramSettings(window=32))


@pytest.mark.parametrize("steps", [1, 3, 5, 9, 100, 10_000])
def test_the_usual_window_fits_every_length(steps: int) -> None:
    plan = plan_spectrogram(waves(2, steps, 1), SpectrogramSettings())
    assert 1 <= plan.window <= min(256, steps)
    assert len(of(waves(2, min(steps, 100), 1))[1])


def test_a_new_dataset_holds_the_same_samples_and_the_spectrogram(store: Store) -> None:
    source = publish_dataset(store, waves(entities=np.array(["a", "b"] * 3)))
    told: list[float] = []
    made = derive_spectrogram(
        store, source.id, SpectrogramSettings(window=32), progress=lambda share, _: told.append(share)
    )
    found = made.modalities[SPECTROGRAM]
    assert made.id != source.id
    np.testing.assert_array_equal(made.series, source.series)
    assert made.entities.tolist() == source.entities.tolist()
    assert made.origin["from"] == {"id": source.id, "sha256": source.sha256, "name": source.name}
    assert made.origin["settings"]["window"] == 32
    assert found.series.shape == (6, 7, 2 * 17)
    assert (found.step_name, found.step_labels[:2]) == ("step", ("15.5", "31.5"))
    assert found.channels[17] == "channel 1 0 cycles/step"
    plan, expected = of(source, window=32)
    np.testing.assert_allclose(found.series.reshape(expected.shape), expected, rtol=1e-4, atol=1e-3)
    assert found.origin["frequencies"] == plan.frequencies.tolist()
    assert told == sorted(told)
    assert list(store.tmp.iterdir()) == []
    assert store.datasets.read(made.id, DatasetManifest).modalities == {"spectrogram": (7, 34)}


def test_the_same_spectrogram_is_made_once(store: Store) -> None:
    source = publish_dataset(store, waves())
    first = derive_spectrogram(store, source.id, SpectrogramSettings())
    chosen = SpectrogramSettings(window=first.origin["settings"]["window"])
    assert derive_spectrogram(store, source.id, chosen).id == first.id
    store.datasets.edit(first.id, name="another name")
    assert derive_spectrogram(store, source.id, SpectrogramSettings()).id == first.id
    assert derive_spectrogram(store, source.id, SpectrogramSettings(overlap=0)).id != first.id
    assert derive_spectrogram(store, source.id, SpectrogramSettings(), name="own").name == "own"
    with pytest.raises(NotFoundError):
        derive_spectrogram(store, "nothere00000", SpectrogramSettings())


def test_blocks_change_nothing_and_an_end_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = publish_dataset(store, waves(lengths=np.array([128, 20, 50, 70, 40, 128])))
    whole = derive_spectrogram(store, source.id, SpectrogramSettings(window=16))
    monkeypatch.setattr("core.data.spectrogram.CHUNK_CELLS", 700)
    pieces = derive_spectrogram(store, source.id, SpectrogramSettings(window=16), name="in pieces")
    assert pieces.sha256 == whole.sha256

    class EnoughError(Exception):
        pass

    def stop(share: float, _words: str) -> None:
        if share:
            raise EnoughError

    before = set(store.datasets.ids())
    with pytest.raises(EnoughError):
        derive_spectrogram(store, source.id, SpectrogramSettings(window=32), progress=stop)
    assert set(store.datasets.ids()) == before
    assert list(store.tmp.iterdir()) == []
