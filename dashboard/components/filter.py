"""The filter line: which samples the page shows, as a condition that is typed, clicked together or saved.

A page that explores puts it on top of its content with one line::

    def layout(view): return html.Div([filter_line(view), ...])

Everything else happens here and in assets/filter.js. The condition stands in the view's key ``where``, so
that every chart which asks ``select`` follows it. A chart narrows it by a click with ``on_click="where"``:
the first of a point's customdata is a condition then. ``picks_samples(chart)`` makes lasso and box of a chart
choose the samples in its points' customdata. From a script or a button of a page::

    heed.narrowTo("pattern == late")                  in assets: puts a condition beside the one there is
    <button data-narrow="pattern == late">          the same by a click; `data-toggle` adds or takes away
    heed.pick([1, 5, 9])                            narrows to samples; more than 200 become "Lasso 1"
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html

from core.attention import PATTERNS
from core.errors import HeedError, NotFoundError
from core.evaluation import OUTCOMES
from core.expressions import LONGEST, chosen, in_quotes, one_of, parse
from core.models.manifest import RunManifest
from dashboard.components import cohorts
from dashboard.components.cards import button
from dashboard.components.chart import Chart, spec_id
from dashboard.components.format import OUTCOMES as OUTCOME_WORDS
from dashboard.components.format import OWN_OUTCOMES, clipped, count
from dashboard.components.ids import Id
from dashboard.components.notices import sentence
from dashboard.components.plain import plain, plain_output
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.services import attention, library
from dashboard.services.conditions import FilterError
from dashboard.services.samples import EACH_ITS_OWN, linked_samples, reference_class, select
from dashboard.services.selection import SELECTED, Selection

LOOKS = dict(
    zip(PATTERNS, ("looks early", "in the middle", "late", "evenly", "mixed"), strict=True),
)
SURE = (("confidence >= 90%", "confident"), ("confidence < 50%", "doubtful"))
EXAMPLE = "confidence < 60% and late > 50%"


@dataclass(frozen=True)
class Chip:
    """A button that adds a part to the condition or takes it away.

    Attributes:
        words: What it says.
        toggles: The condition.
        pressed: Whether the condition has it.
        kind: Class of the outcome it is about, "" for others.
        title: What it means, on hover.
    """

    words: str
    toggles: str
    pressed: bool = False
    kind: str = ""
    title: str = ""

    def draw(self) -> html.Button:
        """Return its button; assets/filter.js sends what it toggles."""
        words: Any = self.words
        if self.kind:
            words = html.Span(self.words, className=f"badge-outcome {self.kind}")
        return html.Button(
            words,
            type="button",
            className="chip-toggle",
            title=self.title or self.toggles,
            **{"data-toggle": self.toggles, "aria-pressed": "true" if self.pressed else "false"},
        )


def filter_line(view: ViewState | None = None) -> html.Section:
    """Return the filter line of a page."""
    text = dcc.Input(
        id=Id.FILTER_TEXT,
        type="text",
        value=view.where if view else "",
        maxLength=LONGEST,
        placeholder=f"All samples. A condition narrows them, as {EXAMPLE}",
        autoComplete="off",
        spellCheck=False,
        className="form-control filter-text",
    )
    label = html.Label("Condition on the samples", htmlFor=Id.FILTER_TEXT, className="visually-hidden")
    acts = html.Div(
        [
            html.Span(id=Id.FILTER_COUNT, className="filter-count", role="status"),
            button("Undo", "filter-undo", "quiet", title="Back to the filter before", disabled=True),
            button("Clear", "filter-clear", "quiet", title="Show all samples of the part", disabled=True),
            cohorts.save_menu(),
            cohorts.list_menu(),
        ],
        className="filter-acts",
    )
    return html.Section(
        [
            html.Div(
                [
                    html.Div([label, text, html.Kbd("/", **{"aria-hidden": "true"})], className="filter-box"),
                    acts,
                ],
                className="filter-row",
                **{"data-filter": "true"},
            ),
            html.Div(id=Id.FILTER_ERROR, className="filter-error", role="alert"),
            plain(Id.FILTER_CHIPS, "filter-chips"),
            dcc.Store(id=Id.FILTER_DRAWN),
            dcc.Store(id=Id.COHORT_SAVED),
        ],
        id=Id.FILTER,
        className="filter-line",
        **{"aria-label": "Filter"},
    )


def picks_samples(chart: Chart) -> None:
    """Make lasso and box of a chart choose samples, whose numbers stand first in its points' customdata."""
    clientside_callback(
        ClientsideFunction("heed", "pickPoints"),
        Input(chart.id, "selectedData"),
        State(spec_id(chart.id), "data"),
        prevent_initial_call=True,
    )


@callback(
    Output(Id.FILTER_COUNT, "children"),
    Output(Id.FILTER_ERROR, "children", allow_duplicate=True),
    plain_output(Id.FILTER_CHIPS),
    Output(Id.FILTER, "hidden"),
    watched(*SELECTED, "among", "versus"),
    Input(Id.LIBRARY, "data"),
    prevent_initial_call="initial_duplicate",
)
def update_filter(data: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say how many samples there are, why there are none, and which chips are pressed."""
    view = ViewState.parse(data)
    try:
        library.dataset(library.run(view.run).dataset)
    except HeedError:
        return "", "", [], True
    shown, problem = counted(view)
    return shown, cohorts.lost(view) or problem, chips(view), False


@callback(
    Output(Id.FILTER_ACCEPTED, "data"),
    Output(Id.FILTER_ERROR, "children", allow_duplicate=True),
    Input(Id.FILTER_TYPED, "data"),
    State(Id.VIEW, "data"),
    prevent_initial_call=True,
)
def update_typed(typed: Any, data: Any) -> tuple[Any, str]:
    """Take a condition that can be read into the view; say of another one why not, and leave the view."""
    asked = typed if isinstance(typed, Mapping) else {}
    where = str(asked.get("where", ""))[: LONGEST + 1].strip()
    view = ViewState.parse(data)
    try:
        if where:
            parse(where)
            linked_samples(Selection.of(view.changed(where=where)))
    except HeedError as error:
        return None, _why(error)
    return {"where": where, "at": asked.get("at")}, ""


def counted(view: ViewState) -> tuple[str, str]:
    """Return how many samples of how many there are, and why there are none."""
    asked = Selection.of(view)
    try:
        samples = select(asked)
    except NotFoundError as error:
        try:
            total = linked_samples(asked).total
        except HeedError:
            return "", _why(error)
        return f"0 of {count(total)} samples", _why(error)
    except HeedError as error:
        return "", _why(error)
    kept = len(samples.labels.indices)
    if kept == samples.total:
        return f"all {count(kept)} samples", ""
    return f"{count(kept)} of {count(samples.total)} samples", ""


def _why(error: HeedError) -> str:
    """Return what is told of an error, in full where it is of the condition."""
    cause = error.__cause__ if isinstance(error, FilterError) else None
    return sentence(cause or error)


def chips(view: ViewState) -> list[Any]:
    """Return the quick chips of a view, those pressed that its condition has."""
    run = library.run(view.run)
    try:
        parts = {part.render() for part in parse(view.where).parts} if view.where.strip() else set()
        outcomes, looks = chosen(view.where, "outcome"), chosen(view.where, "pattern")
    except HeedError:
        parts, outcomes, looks = set(), (), ()
    own = reference_class(run, view.klass) == EACH_ITS_OWN
    names = OWN_OUTCOMES if own else {name: name for name in OUTCOMES}
    said = {*names, *names.values()}
    # What a link has set is said by the same chip.
    groups = [("Outcome", _outcomes(names, (view.outcome,) if view.outcome in said else outcomes))]
    if attention.has_attention(run):
        groups.append(
            (
                "Attention",
                [Chip(word, one_of("pattern", [name]), name in looks) for name, word in LOOKS.items()],
            )
        )
    groups.append(("Prediction", [Chip(word, condition, condition in parts) for condition, word in SURE]))
    return [*(_group(title, found) for title, found in groups), *_others(run, view, said)]


def _outcomes(names: Mapping[str, str], chosen_names: Collection[str]) -> list[Chip]:
    """Return a chip for each outcome; what the condition calls by its other name is toggled by that one."""
    found = []
    for name, other in names.items():
        written = other if other in chosen_names else name
        pressed = written in chosen_names
        meaning = OUTCOME_WORDS.get(name, "")
        found.append(Chip(name, f"outcome == {written}", pressed, other.lower(), meaning))
    return found


def _group(title: str, found: Sequence[Chip]) -> html.Div:
    named = {"aria-label": title}
    return html.Div([chip.draw() for chip in found], className="chip-group", role="group", **named)


def _others(run: RunManifest, view: ViewState, chipped: Collection[str]) -> list[Any]:
    """Return what narrows the samples beside the condition, each with a button that lifts it.

    Args:
        run: The run that is looked at.
        view: What is looked at.
        chipped: Outcomes that have a chip of their own.
    """
    named = (
        ("cohort", view.cohort, "cohort"),
        ("outcome", "" if view.outcome in chipped else view.outcome, "outcome"),
        ("klass", view.klass, "class" if len(run.classes) == 2 else "against the rest:"),
        ("predicted", view.predicted, "predicted as"),
    )
    return [
        html.Button(
            [f"{words} {clipped(value, 30)} ", html.Span("\u00d7", **{"aria-hidden": "true"})],
            type="button",
            className="chip-lift",
            title=f"No longer: {words} {clipped(value, 60)}",
            **{"data-view-key": key, "data-view-value": ""},
        )
        for key, value, words in named
        if value
    ]


def class_options(run: RunManifest) -> list[dict[str, str]]:
    """Return the choices of the field Class: whose samples are kept, or whom outcomes are about."""
    none = "all" if len(run.classes) == 2 else "each its own"
    named = [{"value": name, "label": clipped(name)} for name in run.classes]
    return [{"value": "", "label": none}, *named]


def class_condition(actual: str, predicted: str) -> str:
    """Return the condition of a cell of a confusion matrix."""
    return f"class == {in_quotes(actual)} and predicted == {in_quotes(predicted)}"


clientside_callback(
    ClientsideFunction("heed", "filterTyped"),
    Input(Id.FILTER_TEXT, "n_submit"),
    State(Id.FILTER_TEXT, "value"),
    prevent_initial_call=True,
)
clientside_callback(ClientsideFunction("heed", "filterAccepted"), Input(Id.FILTER_ACCEPTED, "data"))
clientside_callback(
    ClientsideFunction("heed", "filterShown"),
    Output(Id.FILTER_DRAWN, "data"),
    Input(Id.VIEW, "data"),
    Input(f"{Id.FILTER_CHIPS}-drawn", "data"),
)
