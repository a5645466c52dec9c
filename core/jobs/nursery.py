"""Where the processes of jobs are forked from servers that have imported beforehand what they need."""

import logging
import multiprocessing
import pkgutil
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from itertools import chain
from threading import Event, Thread
from typing import Any, Protocol

import multiprocess

from core.jobs import process

QUICK_PRELOAD = ("core.jobs.process", "core.jobs.intake")
TRAIN_PRELOAD = (
    "core.jobs.process",
    "tensorflow",
    "keras",
    "tf2onnx.convert",
    "tf2onnx.tfonnx",
    "onnxruntime",
    "core.jobs.train",
)
# Every module of these is preloaded: parts are found by looking there, and layers define Keras classes.
_TRAIN_PACKAGES = (
    "core.training",
    "core.models.architectures",
    "core.models.layers",
    "core.augmentation.transforms",
)
_log = logging.getLogger("heed.runner")


class Child(Protocol):
    """A process that was forked."""

    @property
    def pid(self) -> int | None:
        """Its number."""

    @property
    def exitcode(self) -> int | None:
        """How it ended; None while it lives."""

    @property
    def sentinel(self) -> int:
        """A file descriptor that becomes readable when it ends."""


class Nursery:
    """Forks processes from one server.

    Args:
        library: `multiprocessing` or its copy `multiprocess`: each has one server of its own, so that quick
            jobs need not wait until TensorFlow is imported.
        preload: Modules that the server imports, and nothing more: an operation run there would leave threads
            behind that a fork does not copy. What can't be imported is passed over.
    """

    def __init__(self, library: Any, preload: tuple[str, ...]) -> None:
        self._context = library.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        self._ready = Event()

    @property
    def ready(self) -> bool:
        """Whether forking takes no longer than a fork."""
        return self._ready.is_set()

    def warm(self) -> None:
        """Import what is to be preloaded; returns when that is done."""
        try:
            probe = self._context.Process(target=_nothing)
            probe.start()
            probe.join()
        except (OSError, EOFError):
            _log.exception("the server of job processes could not be started")
        self._ready.set()

    def fork(self, root: str, id: str, kinds: Mapping[str, str]) -> Child:
        """Start the process of a job.

        Raises:
            OSError, EOFError: If the server is gone or can't start.
        """
        child = self._context.Process(target=process.run, args=(root, id, dict(kinds)), name=f"job-{id}")
        child.start()
        # The library joins its children when its own process ends; jobs go on.
        _forget(child)
        return child  # type: ignore[no-any-return]


def quick_nursery() -> Nursery:
    """Return the nursery for jobs of the queue "quick"."""
    return Nursery(multiprocessing, QUICK_PRELOAD)


def train_nursery(preload: tuple[str, ...] | None) -> Nursery:
    """Return the nursery for trainings; `preload` replaces the usual modules."""
    if preload is None:
        preload = (*TRAIN_PRELOAD, *chain.from_iterable(map(_modules_of, _TRAIN_PACKAGES)))
    return Nursery(multiprocess, ("core.jobs.process", *preload))


def warm(nurseries: Iterable[Nursery]) -> None:
    """Begin to import what is to be preloaded, in the background, one nursery after the other."""

    def warm_all() -> None:
        for nursery in nurseries:
            nursery.warm()

    Thread(target=warm_all, name="warm", daemon=True).start()


def _modules_of(package: str) -> list[str]:
    found = find_spec(package)
    places = found.submodule_search_locations if found is not None else None
    return [f"{package}.{module.name}" for module in pkgutil.iter_modules(places or [])]


def _nothing() -> None:
    """Be forked, and thereby show that the server has imported everything."""


def _forget(child: Any) -> None:
    for library in (multiprocessing.process, multiprocess.process):
        getattr(library, "_children", set()).discard(child)
