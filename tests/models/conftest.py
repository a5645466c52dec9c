"""Architectures under test: each is built and exported once for all tests of the room."""

from collections.abc import Iterator

import pytest

from tests.models.contract import NAMES, Subject, shape_for, subject_of, tiny

ATTENDING = tuple(name for name in NAMES if tiny(name).attention_layers(shape_for(tiny(name), 12, 3, 2)))


@pytest.fixture(scope="session")
def subjects() -> Iterator[dict[str, Subject]]:
    """Give the subjects by name that were made so far."""
    made: dict[str, Subject] = {}
    yield made
    made.clear()


@pytest.fixture(scope="session", params=NAMES)
def subject(
    request: pytest.FixtureRequest, subjects: dict[str, Subject], tmp_path_factory: pytest.TempPathFactory
) -> Subject:
    """Return each architecture in turn."""
    return _made(request.param, subjects, tmp_path_factory)


@pytest.fixture(scope="session", params=ATTENDING)
def attending(
    request: pytest.FixtureRequest, subjects: dict[str, Subject], tmp_path_factory: pytest.TempPathFactory
) -> Subject:
    """Return each architecture that has attention."""
    return _made(request.param, subjects, tmp_path_factory)


def _made(name: str, subjects: dict[str, Subject], factory: pytest.TempPathFactory) -> Subject:
    if name not in subjects:
        subjects[name] = subject_of(name, factory.mktemp(name))
    return subjects[name]
