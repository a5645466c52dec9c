"""A store with known runs that the services of this process look at."""

from collections.abc import Iterator

import pytest

from core.store import Store
from dashboard.services import attention, comparison, library, previewing, samples
from tests.pages.known_runs import Known, publish_known


def forget() -> None:
    """Make services forget what they know of another store."""
    library.answers.clear()
    for service in (samples, attention, comparison, previewing):
        service.forget()


@pytest.fixture
def house(store: Store) -> Iterator[Store]:
    """Return an empty store that the dashboard's services look at."""
    forget()
    yield store
    forget()


@pytest.fixture
def known(house: Store) -> Known:
    """Return a dataset with two runs whose numbers are known."""
    return publish_known(house)
