"""Which groups of channels a model of several modalities reads."""

from collections.abc import Iterable, Sequence

from core.data import Dataset
from core.errors import SettingsError
from core.models.family import MODELS, Architecture, ReferenceClassifier

WHOLE = "series"  # what all channels together are called beside derived modalities


def groups_of(dataset: Dataset, chosen: Sequence[str] = ()) -> dict[str, tuple[int, ...]]:
    """Return what a model of several modalities reads: channels by group, none for what was derived.

    Args:
        dataset: The dataset.
        chosen: Names of groups, derived modalities or all channels together, in the order in which they are
            read; without them the groups of the dataset, or all channels and what was derived.

    Raises:
        SettingsError: If one is unknown, comes twice, stands alone or holds categories.
    """
    known: dict[str, tuple[int, ...]] = {WHOLE: tuple(range(dataset.channel_count))}
    known |= {name: tuple(columns) for name, columns in dataset.groups.items()}
    known |= dict.fromkeys(dataset.modalities, ())
    usual = usual_modalities(dataset.groups, dataset.modalities)
    wanted = checked_names(tuple(chosen), "modalities") or usual
    if strangers := [name for name in wanted if name not in known]:
        raise SettingsError(f"modalities must be some of {', '.join(known)}; got {strangers[0]!r:.80}")
    if len(wanted) < 2:
        others = ", ".join(name for name in known if name not in wanted)
        advice = "Name groups of channels when the data is imported, or derive a spectrogram on the Data page"
        advice = f"Choose another one beside it: {others!s:.200}" if chosen and others else advice
        raise SettingsError(
            "a model of several modalities needs at least two groups of channels; "
            f"got {wanted[0]!r:.80} alone. {advice}"
        )
    for name in wanted:
        codes = set(known[name]) & set(dataset.categorical)
        if codes:
            raise SettingsError(
                "a model of several modalities reads measured channels only; "
                f"{name!r:.80} holds the categorical channel {dataset.channels[min(codes)]!r:.80}"
            )
    return {name: known[name] for name in wanted}


def usual_modalities(groups: Iterable[str], derived: Iterable[str]) -> tuple[str, ...]:
    """Return what is read unless something is chosen: groups, or all channels and what was derived."""
    named = tuple(groups)
    return named if len(named) > 1 else (WHOLE, *derived)


def require_reader(part: Architecture | ReferenceClassifier, chosen: Sequence[str]) -> None:
    """Raise SettingsError where modalities are chosen for an architecture that reads all channels as one."""
    if chosen and not part.reads_modalities:
        readers = ", ".join(name for name in MODELS if MODELS.part(name).reads_modalities)
        raise SettingsError(
            f"{MODELS.name_of(part)} reads all channels as one series: leave modalities out"
            f" ({', '.join(chosen)!s:.200}), or choose a model that reads several ({readers})"
        )


def checked_names(names: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Return names of targets or modalities; SettingsError if one comes twice."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise SettingsError(f"{what} must be different; {name!r:.80} came twice")
    return names
