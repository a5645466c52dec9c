from types import SimpleNamespace

import pytest

from core.evaluation.scoring import other_names, why_unfit

KNOWN = {
    "id": "run",
    "model": "ridge",
    "channels": ("load", "gear"),
    "steps": 10,
    "categories": {"gear": ("low", "high")},
    "modalities": {},
    "has_model": True,
}
RUN = SimpleNamespace(**KNOWN)


def data(channels=("load", "gear"), steps=10, categories=None):
    kept = {"gear": ("low", "high")} if categories is None else categories
    return SimpleNamespace(channels=channels, steps=steps, categories=kept, modalities={})


def test_data_of_the_same_channels_fits_without_a_word():
    assert why_unfit(RUN, data()) == ""
    assert other_names(RUN, data()) == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (data(("load",)), "reads 2 channels; the dataset has 1"),
        (data(steps=11), "at most 10 steps; the dataset has 11"),
        (data(("gear", "load")), "must come in the order load, gear"),
        (data(categories={"gear": ("high", "low")}), "must have the categories low, high"),
        (data(categories={}), "the dataset has none"),
    ],
)
def test_data_that_a_run_would_misread_is_refused(given, said):
    assert said in why_unfit(RUN, given)


def test_channels_of_other_names_are_matched_by_place_and_told():
    given = data(("c0", "c1"), categories={"c1": ("low", "high")})
    assert why_unfit(RUN, given) == ""
    assert "the run knows load, gear; the data has c0, c1" in other_names(RUN, given)


def test_a_reference_classifier_keeps_no_model_to_score_with():
    assert "keeps no model" in why_unfit(SimpleNamespace(**{**KNOWN, "has_model": False}), data())


def test_a_derived_modality_that_a_run_reads_must_be_there():
    reads = {"series": SimpleNamespace(indices=(0, 1)), "band": SimpleNamespace(indices=())}
    run = SimpleNamespace(**{**KNOWN, "modalities": reads})
    assert "reads the modality 'band'" in why_unfit(run, data())
    given = SimpleNamespace(**{**vars(data()), "modalities": {"band": (4, 2)}})
    assert why_unfit(run, given) == ""
