"""What tests share that strike deeds at one point after another: a stage, a fresh store, what is left."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from core.store import Store
from core.store.verify import Problem, verify_store
from tests.faults.strace import Stage, require_strace


def staged(deeds: str = "tests.faults.deeds") -> Iterator[Stage]:
    """Give the stage of a module of deeds, for a fixture; skip its tests where processes can't be traced."""
    require_strace()
    with Stage(deeds) as stage:
        yield stage


def fresh(template: Path, root: Path) -> Store:
    """Return a store as it is before the deed, in place of what was made of it."""
    if root.exists():
        shutil.rmtree(root)
    shutil.copytree(template, root)
    return Store(root)


def strangers(store: Store) -> list[Problem]:
    """Return what is wrong with a store beyond what a killed writer may leave behind."""
    found = [one for one in verify_store(store).problems if not one.where.startswith("tmp/")]
    return [one for one in found if "left behind" not in one.what]
