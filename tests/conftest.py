"""What every test may ask for: a store of its own, far from the user's."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store import Store, open_store


def pytest_collection_finish() -> None:
    """Keep thousands of collected tests out of every later look for garbage; some libraries order one."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _away_from_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point HEED_HOME and what libraries write away from the user's own, also without a store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEED_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("HEED_RUNNER_IDLE", "20")  # no runner of a test stays for its usual ten minutes
        patch.setenv("HEED_WARM", "0")  # TensorFlow is loaded where a test trains, not where it opens a page
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        patch.setenv("NUMBA_CACHE_DIR", str(tmp_path_factory.getbasetemp().parent / "numba"))
        patch.setenv("NUMBA_OPT", "1")  # compiled in half the time, and once only
        yield


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Give an empty store that HEED_HOME names; its jobs do not run on beside later tests."""
    root = tmp_path / "home"
    monkeypatch.setenv("HEED_HOME", str(root))
    yield open_store(root)
    if (root / "locks" / "jobs-runner").exists():
        from tests.jobs.running import end_runner

        end_runner(open_store(root))
