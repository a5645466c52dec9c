import numpy as np
import pytest

from core.data.content import content_hash
from core.data.families import READERS, SOURCES
from core.data.sniff import WORDS
from core.data.soundness import sound

# The bundled sets import aeon, which takes seconds.
SOME_SLOW = [pytest.param(name, marks=pytest.mark.slow if name == "bundled" else ()) for name in SOURCES]


@pytest.mark.parametrize("name", SOME_SLOW)
def test_every_source_describes_itself_and_makes_a_sound_dataset_that_the_seed_decides(name: str) -> None:
    described = SOURCES.describe(name)
    assert described.summary
    assert all(setting.description for setting in described.settings)
    source = SOURCES.create(name)
    first, again, other = (sound(source.make(np.random.default_rng(seed))) for seed in (0, 0, 1))
    assert first.labelled
    assert content_hash(first) == content_hash(again)
    assert (content_hash(first) != content_hash(other)) == source.random


@pytest.mark.parametrize("name", SOURCES.names())
def test_every_number_a_source_takes_has_bounds(name: str) -> None:
    numbers = [each for each in SOURCES.describe(name).settings if each.kind in {"integer", "number"}]
    assert all(number.minimum is not None and number.maximum is not None for number in numbers)


@pytest.mark.parametrize("name", READERS.names())
def test_every_reader_describes_itself_and_says_which_files_are_its_own(name: str) -> None:
    described = READERS.describe(name)
    assert described.summary
    assert all(setting.description for setting in described.settings)
    part = READERS.part(name)
    assert part.suffixes
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in part.suffixes)
    assert part.contents
    assert set(part.contents) <= set(WORDS)
