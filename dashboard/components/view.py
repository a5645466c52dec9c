"""What is being looked at: dataset, run, part, sample and the like, as the URL and the pages know it.

The browser holds the view in ``dcc.Store("view")`` and mirrors it into the URL's query; the server remembers
nothing. A page's callback takes ``Input(Id.VIEW, "data")`` and reads it with ``ViewState.parse(data)``. A new
key is one field here; everything else (URL, controls, downloads) follows.
"""

import json
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MAX_LISTED = 100
MAX_LONG_TEXT = 2000


def _first(value: object) -> object:
    """Take the first of a key that stands several times in the URL."""
    return value[0] if isinstance(value, list | tuple) and value else value


def _listed(value: object) -> object:
    if isinstance(value, list | tuple):
        return [
            part
            for item in value
            for part in (item.split(",") if isinstance(item, str) else [item])
            if part != ""
        ][:MAX_LISTED]
    return _listed([value]) if isinstance(value, str) else value


def _rounded(value: float) -> float:
    return round(value, 2)


def _number(value: object) -> object:
    """Leave out True, which pydantic would take for 1."""
    return None if isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_first), Field(pattern=r"^[0-9a-z-]{8,40}\z")]
Word = Annotated[str, BeforeValidator(_first), Field(pattern=r"^[a-zA-Z0-9_-]{0,40}\z")]
Span = Annotated[str, BeforeValidator(_first), Field(pattern=r"^([0-9]{1,9}-[0-9]{1,9})?\z")]
Text = Annotated[str, BeforeValidator(_first), Field(max_length=200)]
LongText = Annotated[str, BeforeValidator(_first), Field(max_length=MAX_LONG_TEXT)]
Index = Annotated[int, BeforeValidator(_number), BeforeValidator(_first), Field(ge=0, lt=10**9)]
Share = Annotated[
    float,
    BeforeValidator(_number),
    BeforeValidator(_first),
    Field(ge=0, le=1, allow_inf_nan=False),
    AfterValidator(_rounded),
]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_listed)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_listed)]
Indices = Annotated[tuple[Index, ...], BeforeValidator(_listed)]


class ViewState(BaseModel):
    """What is being looked at; a key that is missing, unknown or malformed has its default.

    Attributes:
        dataset: Id of the dataset.
        run: Id of the run.
        runs: Ids of the runs that are compared.
        part: Which samples: those of one part, or all.
        sample: Index of the focused sample in the dataset.
        sort: Key by which samples are ordered; the page says which there are.
        outcome: One of TP, TN, FP, FN, or "" for all.
        klass: Name of the class looked at (the actual one where two are named), "" for the usual one.
        predicted: Name of the predicted class, "" for all.
        layer: Attention layer, "" for the first.
        channel: Name of a channel, "" for the first.
        channels: Indices of the channels that are drawn, none for those that stand out most.
        group: What averages are grouped by.
        show: Which statistic is shown, as mean or max.
        metric: Which metric is shown.
        page: Page of a paged list, from 0.
        job: Id of the job that is watched.
        source: Name of the data source whose form is open.
        model: Name of the architecture whose form is open.
        query: Free text of a filter.
        pinned: Indices of pinned samples.
        coach: Step of the guided look that is shown, "" for none.
        target: Name of the target that is learnt, "" for the first with one label a sample.
        augment: Augmentations of the training samples, as `heed train --augment` takes each, split by ";".
        draw: Seed of the draw that a preview of augmentations shows.
        split: Id of the stored split that is looked at and trained on; none for the dataset's usual one.
        spectrum: Settings of the spectrogram that is previewed, as k=v split by ","; "" for the usual ones.
        section: Section of the page that is shown, "" for the first.
        threshold: Probability of the positive class of two from which it is predicted.
        experiment: Id of the experiment whose trainings are shown.
        models: Names of the architectures whose forms are open.
        against: Id of another run: only samples that the run gets right and this one wrong.
        where: Condition that the samples must meet, as `heed attend --samples` takes it.
        cohort: Name of the cohort that is looked at, "" for all samples.
        versus: What it is contrasted with: the name of a cohort or a condition, "" for the rest.
        among: What is contrasted, likewise; "" for the samples that are shown.
        other: Id of the run that is looked at beside the run.
        rows: First and last place of the order that is zoomed into, "" for all.
        steps: First and last step that is zoomed into, "" for all.
        head: Number of an attention head, "" for the mean over heads.
        over: Whose maps heads are looked at by: "sample" for the focused sample, "" for the mean over all.
        axis: How steps of unequal lengths are laid out, "" for as they are.
        least: Smallest weight that a flow or a network shows.
        edits: What is changed of the sample's signal or attention, in order, split by ";".
        method: How samples are laid out in a plane.
        space: What of the samples is laid out.
        colour: What points are coloured by.
        scale: "log" where a distribution is shown on a logarithmic scale.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    dataset: Id | None = None
    run: Id | None = None
    runs: Ids = ()
    part: Annotated[Literal["train", "validation", "test", "all"], BeforeValidator(_first)] = "test"
    sample: Index | None = None
    sort: Text = ""
    outcome: Word = ""
    klass: Text = ""
    predicted: Text = ""
    layer: Text = ""
    channel: Text = ""
    channels: Indices = ()
    group: Word = ""
    show: Word = ""
    metric: Word = ""
    page: Index = 0
    job: Id | None = None
    source: Word = ""
    model: Word = ""
    query: Text = ""
    pinned: Indices = ()
    coach: Word = ""
    target: Text = ""
    augment: LongText = ""
    draw: Index = 0
    split: Id | None = None
    spectrum: Text = ""
    section: Word = ""
    threshold: Share = 0.5
    experiment: Id | None = None
    models: Words = ()
    against: Id | None = None
    where: LongText = ""
    cohort: Text = ""
    versus: Text = ""
    among: Text = ""
    other: Id | None = None
    rows: Span = ""
    steps: Span = ""
    head: Word = ""
    over: Word = ""
    axis: Word = ""
    least: Share = 0.0
    edits: LongText = ""
    method: Word = ""
    space: Word = ""
    colour: Text = ""
    scale: Word = ""

    @classmethod
    def parse(cls, values: object) -> "ViewState":
        """Return the view of a store or a URL query; what can't be understood is left out, never raised."""
        if not isinstance(values, Mapping):
            return cls()
        kept: dict[str, Any] = {}
        for name in cls.model_fields:
            if values.get(name) is None:
                continue
            try:
                cls.model_validate({name: values[name]})
            except ValidationError:
                continue
            kept[name] = values[name]
        return cls.model_validate(kept)

    def plain(self, uses: Collection[str] = ()) -> dict[str, Any]:
        """Return what differs from the defaults, of the named keys or of all."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name in type(self).model_fields
            if (not uses or name in uses) and (value := getattr(self, name)) != _default(name)
        }

    def changed(self, **values: Any) -> "ViewState":
        """Return the view with other values for some keys; a dataset leaves nothing of the former one."""
        kept = self.plain()
        for key in values:
            for name in DEPENDENTS.get(key, ()):
                kept.pop(name, None)
        return type(self).parse({**kept, **values})

    def carried(self) -> "ViewState":
        """Return what of the view goes along to another page."""
        return type(self).parse(self.plain(CARRIED))

    def query_string(self, uses: Collection[str] = ()) -> str:
        """Return the view as a URL query without the question mark."""
        plain = self.plain(uses)
        return urlencode({k: ",".join(map(str, v)) if isinstance(v, list) else v for k, v in plain.items()})

    def href(self, path: str, **values: Any) -> str:
        """Return a link to a page that shows this view, with other values for some keys.

        ``view.href("/attention", run=run_id, sample=3)``
        """
        query = self.changed(**values).query_string()
        return f"{path}?{query}" if query else path

    def key(self, uses: Collection[str] = ()) -> str:
        """Return a text that is equal for views which are equal in the named keys."""
        return json.dumps(self.plain(uses), sort_keys=True)


CARRIED = (
    *("dataset", "run", "part", "split", "augment", "threshold", "where", "cohort"),
    *("klass", "outcome", "predicted", "against", "layer", "sort", "sample", "pinned"),
)
"""Keys that go along from page to page: what is looked at, whatever a page shows of it."""

STEPS = ("dataset", "run", "part", "section", "where", "cohort", "rows", "steps")
"""Keys whose change is a step that the browser's Back takes back; that of others takes the step's place."""

COHORT_KEYS = ("cohort", "among", "versus")
"""Keys whose value may be the name of a cohort; others name one in a condition, or mean all by "cohort"."""

_PLACE = ("page", "rows")
_NAMED = ("sort", "colour")  # may name further columns of a dataset
_OF_A_RUN = (
    *("sample", "klass", "predicted", "outcome", "layer", "head", "pinned", "against"),
    *("where", "cohort", "versus", "among", "other", "steps", "edits", *_PLACE),
)
DEPENDENTS: dict[str, tuple[str, ...]] = {
    "dataset": ("run", "runs", "channel", "channels", "target", "split", "threshold", *_NAMED, *_OF_A_RUN),
    "run": ("layer", "head", "against", "other", "cohort", "versus", "among", "edits", *_PLACE),
    "part": ("pinned", *_PLACE),
    **dict.fromkeys(("outcome", "klass", "predicted", "against", "where", "cohort", "sort"), _PLACE),
    "layer": ("head",),
    "axis": ("steps",),
    "sample": ("edits",),
}
"""Keys that are forgotten when another key gets a new value."""


def owners(keys: Collection[str]) -> list[str]:
    """Return the keys that others depend on: these say nothing once one of them has another value.

    A dataset is its own: what is meant in place of one is not meant in place of another.
    """
    return [key for key, names in DEPENDENTS.items() if not set(names).isdisjoint(keys)] + [
        key for key in ("dataset",) if key in keys
    ]


def view_spec() -> dict[str, Any]:
    """Return what the browser must know of the keys: defaults, kinds, dependents, which are carried."""
    kinds = {
        "runs": "list",
        "models": "list",
        "pinned": "numbers",
        "channels": "numbers",
        "threshold": "share",
        "least": "share",
    }
    kinds |= dict.fromkeys(("sample", "page", "draw"), "number")
    return {
        "keys": {
            name: {"default": _plain_default(name), "kind": kinds.get(name, "text")}
            for name in ViewState.model_fields
        },
        "dependents": {key: list(names) for key, names in DEPENDENTS.items()},
        "carried": list(CARRIED),
        "cohorts": list(COHORT_KEYS),
        "steps": list(STEPS),
    }


def _default(name: str) -> Any:
    return ViewState.model_fields[name].default


def _plain_default(name: str) -> Any:
    value = _default(name)
    return list(value) if isinstance(value, tuple) else value
