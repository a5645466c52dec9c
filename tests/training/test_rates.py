"""The learning rate over a training, and what the settings leave open."""

import pytest

from core.training import TrainSettings
from core.training.rates import cuts, rate_at

RATE = 0.1


def settings(**changes: object) -> TrainSettings:
    return TrainSettings.model_validate({"epochs": 10, "learning_rate": RATE, **changes})


@pytest.mark.parametrize(
    ("changes", "passed", "expected"),
    [
        ({"schedule": "constant"}, 7.5, RATE),
        ({"schedule": "cosine"}, 0.0, RATE),
        ({"schedule": "cosine"}, 5.0, RATE / 2),
        ({"schedule": "cosine"}, 10.0, 0.0),
        ({"schedule": "constant", "warmup": 4}, 1.0, RATE / 4),
        ({"schedule": "cosine", "warmup": 4}, 4.0, RATE),
        ({"schedule": "cosine", "warmup": 4}, 7.0, RATE / 2),
        ({"schedule": "cosine", "warmup": 40}, 10.0, RATE / 4),
    ],
)
def test_the_rate_warms_up_and_follows_its_schedule(
    changes: dict[str, object], passed: float, expected: float
) -> None:
    assert rate_at(settings(**changes), passed) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([], 1.0),
        ([3.0, 2.0, 1.0], 1.0),
        ([1.0, 2.0], 1.0),
        ([1.0, 2.0, 1.0], 0.5),
        ([1.0, 2.0, 1.0, 0.5, 0.6, 0.7], 0.25),
        ([1.0] * 7, 0.125),
    ],
)
def test_a_plateau_halves_the_rate_and_only_where_it_is_asked_for(
    losses: list[float], expected: float
) -> None:
    assert cuts(settings(schedule="plateau", plateau=2), losses) == expected
    assert cuts(settings(schedule="cosine", plateau=2), losses) == 1.0
