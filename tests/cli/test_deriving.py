import pytest

from core.data import Dataset
from tests.cli.calling import Heed


def test_a_spectrogram_is_told_in_the_keys_of_its_schema(heed: Heed, dataset: Dataset) -> None:
    line = ("data", "spectrogram", "waves", "--set", "window=8", "--set", "sampling_rate=4")
    called = heed.json(*line)
    assert called.code == 0
    made = called.fits("data-spectrogram")
    assert (made["samples"], made["origin"]["from"]["id"]) == (60, dataset.id)
    assert (made["modality"]["frames"], made["modality"]["frequencies"]) == (2, 5)
    assert made["modality"]["step_name"] == "second"
    assert made["modality"]["settings"]["window"] == 8
    assert heed.json(*line).document["dataset"] == made["dataset"]
    plain = heed(*line, "--name", "own name")
    assert plain.code == 0
    assert "2 frames x 5 frequencies of 1 channels" in plain.stdout
    assert heed.json("data", "show", "own name").fits("data-show")["samples"] == 60


def test_channels_are_named_in_a_list(heed: Heed, dataset: Dataset) -> None:
    made = heed.json("data", "spectrogram", dataset.id, "--set", f"channels={dataset.channels[0]}").document
    assert made["modality"]["channels"] == [dataset.channels[0]]


@pytest.mark.parametrize(
    ("setting", "code", "message"),
    [
        ("window=13", 2, "at most 12"),
        ("window=two", 2, "window must be"),
        ("overlap=1", 2, "overlap must be"),
        ("channels=nobody", 2, "there is no 'nobody'"),
        ("speed=3", 2, "there is no setting speed"),
    ],
)
def test_settings_that_do_not_fit_are_wrong_usage(
    heed: Heed, dataset: Dataset, setting: str, code: int, message: str
) -> None:
    called = heed.json("data", "spectrogram", dataset.id, "--set", setting)
    assert called.code == code
    assert message in called.fits("error")["error"]["message"]
    assert len(heed.json("data", "list").document["datasets"]) == 1


def test_what_was_found_about_the_data_is_told_first(heed: Heed, dataset: Dataset) -> None:
    shown = heed.json("data", "show", "waves").fits("data-show")
    assert shown["quality"]["looked"] == 60
    kinds = [remark["kind"] for remark in shown["quality"]["remarks"]]
    assert {"missing", "constant", "outliers", "balance", "lengths"} <= set(kinds)
    plain = heed("data", "show", "waves").stdout
    assert plain.index("No value is missing.") < plain.index("samples by label")
