"""Cohorts: named selections of a run's samples, by a condition or by their numbers, kept beside the run."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.arrays import BoolArray
from core.attention.packing import unpacked
from core.errors import LimitError, NotFoundError, SettingsError, StoreError
from core.expressions import named
from core.expressions.columns import nearest
from core.store import Store
from core.store.edits import NAME_LIMIT, require_text
from core.store.sides import change_side, read_side, side_path, side_stamp
from core.store.watched import Seen

FOLDER = "cohorts"
MOST_COHORTS = 200
NOTE_LIMIT = 1000
KEPT_DAYS = 7  # after its deletion
Part = Literal["train", "validation", "test", "all"]


class Scope(BaseModel):
    """What a condition is about beside what it says.

    Attributes:
        part: Which samples are meant: "train", "validation", "test" or "all".
        layer: Name of the attention layer; "" for the first.
        klass: Name of the class looked at: with more than two classes outcomes are this one against the rest;
            without, they are right and wrong.
        threshold: Probability of the positive class of two from which it is predicted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: Part = "test"
    layer: str = ""
    klass: str = ""
    threshold: float = Field(default=0.5, ge=0, le=1)


class Cohort(BaseModel):
    """A named selection of samples.

    Attributes:
        name: What it is called, once a run.
        where: The condition its samples meet; "" where they are listed.
        samples: The numbers of its samples, packed by `packed`; "" where a condition says them.
        scope: What the condition is about; a list of samples is of all parts.
        count: Number of its samples.
        note: What its maker wrote of it.
        created: When it was saved.
        deleted: When it was deleted; it can be restored for seven days.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    where: str = ""
    samples: str = ""
    scope: Scope = Scope()
    count: int = 0
    note: str = ""
    created: datetime = Field(default_factory=lambda: datetime.now(UTC))
    deleted: datetime | None = None

    def rows(self, samples: int) -> BoolArray:
        """Return which of a dataset's samples are listed (N,)."""
        return unpacked(self.samples, samples)

    def plain(self) -> dict[str, Any]:
        """Return what is told of it: all but the numbers of its samples."""
        return {
            "name": self.name,
            "where": self.where or None,
            "count": self.count,
            "note": self.note,
            "created": self.created.isoformat(),
            **self.scope.model_dump(),
        }


def read_cohorts(store: Store, run: str) -> tuple[Cohort, ...]:
    """Return the cohorts of a run, in the order in which they were saved; deleted ones are left out.

    Raises:
        StoreError: If their file is damaged.
    """
    return tuple(cohort for cohort in _all(store, run) if cohort.deleted is None)


def deleted_cohorts(store: Store, run: str) -> tuple[Cohort, ...]:
    """Return the deleted cohorts of a run that can be restored, those deleted last first."""
    found = [cohort for cohort in _all(store, run) if cohort.deleted is not None and _is_kept(cohort)]
    living = {cohort.name for cohort in read_cohorts(store, run)}
    found.sort(key=lambda cohort: str(cohort.deleted), reverse=True)
    return tuple(cohort for cohort in found if cohort.name not in living)


def find_cohort(store: Store, run: str, name: str) -> Cohort:
    """Return a cohort by its name; NotFoundError offers the nearest."""
    known = read_cohorts(store, run)
    for cohort in known:
        if cohort.name == name:
            return cohort
    raise NotFoundError(_no_cohort(name, [cohort.name for cohort in known]))


def cohorts_stamp(store: Store, run: str) -> str:
    """Return a text that changes when a cohort of a run is saved, renamed or deleted."""
    return str(side_stamp(_path(store, run)))


def add_cohort(store: Store, run: str, cohort: Cohort) -> Cohort:
    """Save a cohort; one of the same name that was deleted is gone for good then.

    Raises:
        SettingsError: If there is one of its name, or a text is too long.
        LimitError: If the run has as many as it may.
    """
    checked = _checked(cohort)

    def added(known: list[Cohort]) -> list[Cohort]:
        living = [one for one in known if one.deleted is None]
        _require_new(checked.name, living)
        if len(living) >= MOST_COHORTS:
            raise LimitError(f"a run must have at most {MOST_COHORTS} cohorts; delete one first")
        rest = [one for one in known if one.name != checked.name]
        return [*rest, checked]

    _change(store, run, added)
    return checked


def change_cohort(
    store: Store, run: str, name: str, new_name: str | None = None, note: str | None = None
) -> Cohort:
    """Rename a cohort or write another note; what is None stays.

    Raises:
        NotFoundError: If there is no such cohort.
        SettingsError: If there is one of the new name, or the condition of another cohort names it.
    """

    def changed(known: list[Cohort]) -> list[Cohort]:
        _, found = _place(known, name)
        texts = {"name": name if new_name is None else new_name, "note": found.note if note is None else note}
        other = _checked(found.model_copy(update=texts))
        if other.name != name:
            living = [one for one in known if one.deleted is None]
            _require_new(other.name, living)
            require_unnamed("cohort", name, [one for one in living if one is not found], "renamed")
        kept = [one for one in known if one.name != other.name or one is found]
        return [other if one is found else one for one in kept]

    _change(store, run, changed)
    return find_cohort(store, run, name if new_name is None else new_name.strip())


def remove_cohort(store: Store, run: str, name: str) -> Cohort:
    """Delete a cohort; `restore_cohort` brings it back for seven days.

    Raises:
        NotFoundError: If there is no such cohort.
        SettingsError: If the condition of another cohort names it.
    """
    gone = find_cohort(store, run, name)

    def removed(known: list[Cohort]) -> list[Cohort]:
        place, found = _place(known, name)
        others = [one for one in known if one.deleted is None and one is not found]
        require_unnamed("cohort", name, others, "deleted")
        known[place] = found.model_copy(update={"deleted": datetime.now(UTC)})
        return known

    _change(store, run, removed)
    return gone


def restore_cohort(store: Store, run: str, name: str) -> Cohort:
    """Bring a deleted cohort back; NotFoundError if there is none of this name among the deleted ones."""

    def restored(known: list[Cohort]) -> list[Cohort]:
        for place, cohort in enumerate(known):
            if cohort.name == name and cohort.deleted is not None:
                known[place] = cohort.model_copy(update={"deleted": None})
                return known
        raise NotFoundError(f"there is no deleted cohort {name[:60]!r}")

    _change(store, run, restored)
    return find_cohort(store, run, name)


def require_unnamed(field: str, name: str, cohorts: Iterable[Cohort], what: str) -> None:
    """Raise SettingsError where the condition of one of some cohorts names something of a run.

    Args:
        field: What it is: "cohort", or "variant" for a changed sample.
        name: What it is called.
        cohorts: The cohorts that are asked.
        what: What is to be done with it, as "deleted".
    """
    whose = "a cohort that another one" if field == "cohort" else "a changed sample that a cohort"
    for cohort in cohorts:
        if cohort.where and _names(cohort.where, field, name):
            raise SettingsError(
                f"{whose} names can't be {what}; {cohort.name[:60]!r} is where {cohort.where[:80]}"
            )


def _names(where: str, field: str, name: str) -> bool:
    try:
        return name in named(where, field)
    except SettingsError:
        return False


def _path(store: Store, run: str) -> Path:
    return side_path(store, FOLDER, store.runs, run)


def _all(store: Store, run: str) -> tuple[Cohort, ...]:
    path = _path(store, run)
    return _read(path, side_stamp(path))


@lru_cache(maxsize=16)
def _read(path: Path, stamp: Seen | None) -> tuple[Cohort, ...]:  # noqa: ARG001 - read anew when it changes
    return tuple(_understood(read_side(path)))


def _understood(plain: Any) -> list[Cohort]:
    if plain is None:
        return []
    try:
        return [Cohort.model_validate(entry) for entry in plain["cohorts"]]
    except (ValidationError, TypeError, KeyError) as error:
        raise StoreError(f"the cohorts of this run are damaged: {error!s:.160}") from None


def _change(store: Store, run: str, change: Callable[[list[Cohort]], list[Cohort]]) -> None:
    def changed(plain: Any) -> Mapping[str, Any]:
        kept = [one for one in change(_understood(plain)) if _is_kept(one)]
        gone = [one for one in kept if one.deleted is not None][-MOST_COHORTS:]
        cohorts = [one for one in kept if one.deleted is None or one in gone]
        return {"cohorts": [cohort.model_dump(mode="json", exclude_defaults=True) for cohort in cohorts]}

    change_side(store, _path(store, run), changed)


def _is_kept(cohort: Cohort) -> bool:
    return cohort.deleted is None or cohort.deleted > datetime.now(UTC) - timedelta(days=KEPT_DAYS)


def _place(known: list[Cohort], name: str) -> tuple[int, Cohort]:
    for place, cohort in enumerate(known):
        if cohort.name == name and cohort.deleted is None:
            return place, cohort
    raise NotFoundError(_no_cohort(name, [cohort.name for cohort in known if cohort.deleted is None]))


def _no_cohort(name: str, names: list[str]) -> str:
    there = f"; there are {len(names)}" if names else "; there is none yet"
    return f"this run has no cohort {name[:60]!r}{nearest(name, names) or there}"


def _checked(cohort: Cohort) -> Cohort:
    name = require_text(cohort.name.strip(), "the name of a cohort", NAME_LIMIT)
    if not name:
        raise SettingsError(f"the name of a cohort must have 1 to {NAME_LIMIT} characters; got none")
    note = require_text(cohort.note.strip(), "the note of a cohort", NOTE_LIMIT, lines=True)
    return cohort.model_copy(update={"name": name, "note": note})


def _require_new(name: str, living: list[Cohort]) -> None:
    if any(cohort.name == name for cohort in living):
        raise SettingsError(
            f"cohorts of a run must have different names; there is already one called {name[:60]!r}"
        )
