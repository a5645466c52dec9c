"""Steps that are compiled first learn the same but for rounding."""

import numpy as np
import pytest

from tests.models import toys

pytestmark = pytest.mark.slow


def test_compiled_steps_learn_what_others_learn() -> None:
    from core.training.fitting import fit

    losses = []
    for xla in ("off", "on"):
        settings = toys.FAST.model_copy(update={"xla": xla, "batch_size": 9})
        fitted = fit(toys.built("gru", settings={"units": 4}), toys.arrays(), settings, 0)
        losses.append([row["loss"] for row in fitted.history])
    assert np.allclose(losses[0], losses[1], atol=1e-4)
    assert losses[0][-1] < losses[0][0]
