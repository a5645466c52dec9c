"""Curves of several seeds as one: mean, band, and runs that end early."""

import numpy as np
import pytest

from core.errors import SettingsError
from core.evaluation import run_curve
from core.evaluation.arm_curves import MEASURES, Arm, arm_curves


def curve(run, losses, **more):
    rows = [{"epoch": place, "loss": loss, "val_loss": loss, **more} for place, loss in enumerate(losses, 1)]
    return run_curve(run, run, rows)


def test_a_band_is_the_mean_and_range_of_the_runs_that_reached_an_epoch():
    band = Arm("a", (curve("one", [3.0, 2.0, 1.0]), curve("two", [1.0, 0.0]))).band("loss")
    assert band.epoch.tolist() == [1, 2, 3]
    assert band.mean.tolist() == [2.0, 1.0, 1.0]
    assert band.low.tolist() == [1.0, 0.0, 1.0]
    assert band.high.tolist() == [3.0, 2.0, 1.0]
    assert band.runs.tolist() == [2, 2, 1]


def test_values_that_are_missing_count_for_nothing():
    band = Arm("a", (curve("one", [None, 2.0]), curve("two", [None, 4.0]))).band("loss")
    assert np.isnan([band.mean[0], band.low[0], band.high[0]]).all()
    assert (band.mean[1], band.runs.tolist()) == (3.0, [0, 2])


@pytest.mark.parametrize("runs", [(), (curve("one", []),)])
def test_before_the_first_epoch_a_band_is_empty(runs):
    band = Arm("a", runs).band("gradient_norm")
    assert len(band.epoch) == len(band.mean) == len(band.low) == len(band.high) == 0


def test_what_older_runs_did_not_measure_is_unknown_and_what_newer_ones_did_is_there():
    assert np.isnan(curve("old", [1.0]).attention_entropy).all()
    assert curve("new", [1.0], attention_entropy=0.5).attention_entropy.tolist() == [0.5]


def test_the_table_names_arm_run_and_epoch_of_each_value():
    frame = arm_curves([Arm("a", (curve("one", [1.0, 2.0]),)), Arm("b", (curve("two", [3.0]),))]).to_frame()
    assert list(zip(frame["arm"], frame["run"], frame["epoch"], frame["loss"], strict=True)) == [
        ("a", "one", 1, 1.0),
        ("a", "one", 2, 2.0),
        ("b", "two", 1, 3.0),
    ]
    assert arm_curves([]).to_frame().empty


def test_an_unknown_measure_is_refused_with_those_there_are():
    with pytest.raises(SettingsError, match="loss, gradient, entropy, rate, speed"):
        arm_curves([], "colour")


def test_every_measure_is_a_field_of_a_curve():
    one = curve("one", [1.0])
    for panels in MEASURES.values():
        for panel in panels:
            assert len(getattr(one, panel.of("training"))) == len(getattr(one, panel.of("validation"))) == 1
