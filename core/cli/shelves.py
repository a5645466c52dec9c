"""Renaming, deleting and restoring what has a directory: runs, datasets and experiments."""

from typing import Any

from core.cli.output import Output
from core.errors import HeedError, NotFoundError
from core.jobs import JobDesk
from core.jobs.experiment_shelf import left_behind
from core.jobs.experiments import Experiments
from core.store import Manifest, Shelf

KINDS = ("run", "dataset", "experiment")


def shelf_of(output: Output, kind: str) -> Shelf:
    """Return the shelf of a kind."""
    store = output.store
    return {"run": store.runs, "dataset": store.datasets, "experiment": store.experiments}[kind]


def found(output: Output, prefix: str) -> tuple[str, str]:
    """Return kind and id of the one thing that an id, its beginning or a name means.

    Raises:
        NotFoundError: If there is none.
        HeedError: If several fit.
    """
    fitting = []
    for kind in KINDS:
        try:
            fitting.append((kind, shelf_of(output, kind).resolve(prefix)))
        except NotFoundError:
            continue
    if not fitting and prefix in left_behind(output.store):
        return "experiment", prefix  # its deletion was cut off: it can be finished
    if not fitting:
        raise NotFoundError(f"there is no run, dataset or experiment {prefix[:60]!r}")
    if len(fitting) > 1:
        kinds = " and ".join(f"a {kind}" for kind, _ in fitting).replace("a experiment", "an experiment")
        raise HeedError(f"{prefix[:60]!r} is ambiguous: {kinds} fit; give the id")
    return fitting[0]


def delete_from(output: Output, kind: str, prefix: str) -> None:
    """Move a run, a dataset, or an experiment with its runs to the trash and tell so."""
    shelf = shelf_of(output, kind)
    id = prefix if prefix in left_behind(output.store) else shelf.resolve(prefix)
    name = name_of(shelf, id)
    gone = f"is in the trash; `heed restore {id}` brings it back for seven days."
    if kind == "experiment":
        count = Experiments(JobDesk(output.store)).delete(id)
        tell_done(output, kind, id, name, f"with {count} runs {gone}", runs=count)
        return
    shelf.delete(id)
    tell_done(output, kind, id, name, gone)


def restore_to(output: Output, kind: str, id: str) -> None:
    """Bring a run, a dataset, or an experiment with its runs back from the trash and tell so."""
    shelf = shelf_of(output, kind)
    if kind == "experiment":
        count = Experiments(JobDesk(output.store)).restore(id)
        tell_done(output, kind, id, name_of(shelf, id), f"is back with {count} runs.", runs=count)
        return
    shelf.restore(id)
    tell_done(output, kind, id, name_of(shelf, id), "is back.")


def trashed(output: Output, prefix: str) -> tuple[str, str]:
    """Return kind and id of the one thing in the trash that an id or its beginning means."""
    fitting = [
        (kind, id)
        for kind in KINDS
        for id in shelf_of(output, kind).trashed()
        if prefix and id.startswith(prefix)
    ]
    exact = [pair for pair in fitting if pair[1] == prefix]
    if len(exact or fitting) > 1:
        raise HeedError(f"{prefix[:60]!r} is ambiguous: {', '.join(sorted(id for _, id in fitting)[:5])} fit")
    if not fitting:
        raise NotFoundError(f"the trash holds no run, dataset or experiment {prefix[:60]!r}")
    return (exact or fitting)[0]


def name_of(shelf: Shelf, id: str) -> str:
    """Return the name of a directory; nothing if it is damaged, which must not hinder its deletion."""
    try:
        return shelf.read(id, Manifest).name
    except HeedError:
        return ""


def tell_done(output: Output, kind: str, id: str, name: str, what: str, **more: Any) -> None:
    """Tell what was done with a run, a dataset or an experiment."""
    document: dict[str, Any] = {"id": id, "kind": kind, "name": name, **more}
    output.answer(document, f"{kind.capitalize()} {id}{f' ({name})' if name else ''} {what}")
