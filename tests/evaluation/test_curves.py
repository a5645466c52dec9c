import numpy as np

from core.evaluation import run_curve

ROWS = [
    {"epoch": 1, "loss": 0.7, "accuracy": 0.5, "val_loss": 0.6, "val_accuracy": 0.5},
    {"message": "another record of the job"},
    {"epoch": 2, "loss": 0.5, "accuracy": 0.7, "val_loss": 0.4, "val_accuracy": None},
    {"epoch": 3, "loss": 0.4, "accuracy": 0.8, "val_loss": 0.5, "val_accuracy": 0.8},
]


def test_a_curve_is_read_from_epoch_rows():
    curve = run_curve("r", "a run", ROWS)
    assert curve.epoch.tolist() == [1, 2, 3]
    assert curve.loss.tolist() == [0.7, 0.5, 0.4]
    assert np.isnan(curve.validation_accuracy[1])


def test_an_epoch_that_came_twice_counts_as_it_came_last():
    assert run_curve("r", "a run", [*ROWS, {"epoch": 3, "loss": 0.1}]).loss.tolist() == [0.7, 0.5, 0.1]


def test_a_run_before_its_first_epoch_has_an_empty_curve():
    curve = run_curve("r", "a run", [])
    assert curve.epoch.size == curve.loss.size == curve.learning_rate.size == 0
