import numpy as np
import pytest

from core.augmentation import create_augmentations
from core.augmentation.preview import TOGETHER, preview, titles_of
from core.errors import NotFoundError
from tests.augmentation.samples import plain_windows, rich_windows, rng


def test_lines_hold_the_sample_before_and_after_each_and_all() -> None:
    windows = rich_windows(40)
    parts = create_augmentations(
        [
            {"name": "amplitude-scaling", "settings": {"low": 2, "high": 2}},
            {"name": "amplitude-scaling", "settings": {"low": 3, "high": 3}},
        ]
    )
    for sample in (0, 17, 39):
        lines = preview(windows, parts, rng(), sample, 1).lines
        assert lines.names == ("Original", "Amplitude scaling", "Amplitude scaling 2", TOGETHER)
        own = windows.series[sample, : windows.lengths[sample], 1]
        np.testing.assert_array_equal(lines.values, np.array([[1], [2], [3], [6]], np.float32) * own)


def test_one_augmentation_needs_no_line_of_all_together() -> None:
    made = preview(plain_windows(), create_augmentations([{"name": "shift"}]), rng(), 0, 0)
    assert made.lines.names == ("Original", "Shift")
    assert made.pairs.names == ("Shift",)
    assert made.separability.names == ("Original", "Shift")


def test_a_preview_without_augmentations_shows_the_original() -> None:
    made = preview(plain_windows(20), (), rng(), 3, 1)
    assert made.lines.names == ("Original",)
    assert len(made.pairs.to_frame()) == 0
    assert [line.name for line in made.spectra.lines] == ["Original"]


@pytest.mark.parametrize(("sample", "channel"), [(10, 0), (-1, 0), (0, 2)])
def test_what_is_not_there_can_not_be_shown(sample: int, channel: int) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        preview(plain_windows(), (), rng(), sample, channel)


def test_titles_tell_augmentations_of_one_kind_apart() -> None:
    parts = create_augmentations([{"name": "shift"}, {"name": "gaussian-noise"}, {"name": "shift"}])
    assert titles_of(parts) == ("Shift", "Gaussian noise", "Shift 2")
