"""What the page Sample does when the sample is changed: edits made, undone, listed, saved."""

from typing import Any

from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    html,
    no_update,
)

from core.errors import HeedError
from core.inference.edits import SIGNAL, Edit, edits_text, parse_edit, parse_edits
from core.inference.lineage import Lineage
from dashboard.components.controls import change
from dashboard.components.format import clipped, percent
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import MAX_LONG_TEXT, ViewState
from dashboard.components.watched import viewed
from dashboard.pages.sample import words
from dashboard.pages.sample.charts import asked
from dashboard.pages.sample.ids import Id
from dashboard.services import library, sample


@callback(
    Output(Id.CLASS, "options"),
    Output(Id.CLASS, "value"),
    Output(Id.WHICH, "options"),
    Output(Id.WHICH_FIELD, "hidden"),
    Output(Id.LOOK_LAYER, "options"),
    Output(Id.LOOK_LAYER, "value"),
    Output(Id.LOOK_LAYER_FIELD, "hidden"),
    Output(Id.ATTENTION_FORM, "hidden"),
    Output(Id.FORM, "hidden"),
    Output(Id.NO_MODEL, "children"),
    viewed("sample"),
    State(Id.CLASS, "value"),
    State(Id.LOOK_LAYER, "value"),
)
def update_form(data: Any, klass: Any, layer: Any) -> tuple[Any, ...]:
    """Offer what the run can be asked: its classes, channels, layers."""
    try:
        run = library.run(ViewState.parse(data).run)
    except HeedError:
        return (no_update,) * 10
    classes = [{"value": name, "label": clipped(name, 30)} for name in run.classes]
    channels = [{"value": place, "label": clipped(name, 30)} for place, name in enumerate(run.channels)]
    layers = [{"value": one.name, "label": clipped(one.name, 30)} for one in run.attention_layers]
    names = [one.name for one in run.attention_layers]
    none = (
        "" if run.has_model else f"A {run.model} run holds predictions only: there is no model to ask again."
    )
    return (
        classes,
        klass if klass in run.classes else run.classes[0],
        channels,
        len(channels) < 2,
        layers,
        layer if layer in names else next(iter(names), None),
        len(layers) < 2,
        not layers,
        not run.has_model,
        none,
    )


@callback(
    Output(Id.CHANCES, "children"),
    Output(Id.LINEAGE, "children"),
    Output(Id.UNDO, "disabled"),
    Output(Id.RESET, "disabled"),
    Output(Id.SAVE, "disabled"),
    viewed("sample"),
)
def update_answer(data: Any) -> tuple[Any, ...]:
    """Say what the model says, before and after the edits of the view, and list these."""
    view = ViewState.parse(data)
    question = asked(view)
    edited = bool(view.edits)
    try:
        said = sample.stored(question)
    except HeedError as error:
        return html.P(sentence(error), className="muted"), [], True, True, True
    try:
        changed = sample.change(question) if edited else None
        listed = lineage(view, sample.steps(question)) if edited else []
    except HeedError as error:
        refused = html.P(
            f"These edits can't be made. {sentence(error)}", className="form-error", role="alert"
        )
        return [words.chances(said, None), refused], raw_lineage(view), False, False, True
    if changed is None:
        return words.chances(said, None), [], True, True, True
    shown = [
        words.turned(changed),
        words.chances(said, changed),
        words.meter(changed.distance),
        words.notes(changed),
    ]
    return shown, listed, False, False, False


@callback(
    Output(Id.ERROR, "children"),
    Input(Id.APPLY, "n_clicks"),
    Input(Id.INTERVENE, "n_clicks"),
    Input(Id.EDIT, "data"),
    State(Frame.VIEW, "data"),
    State(Id.FIRST, "value"),
    State(Id.LAST, "value"),
    State(Id.WHICH, "value"),
    State(Id.KIND, "value"),
    State(Id.CLASS, "value"),
    State(Id.NUMBER, "value"),
    State(Id.LOOK_KIND, "value"),
    State(Id.LOOK_LAYER, "value"),
    State(Id.LOOK_NUMBER, "value"),
    prevent_initial_call=True,
)
def update_edits(  # noqa: PLR0913, PLR0917 - what the form holds
    _applied: Any,
    _intervened: Any,
    asked_again: Any,
    data: Any,
    first: Any,
    last: Any,
    which: Any,
    kind: Any,
    klass: Any,
    number: Any,
    look_kind: Any,
    look_layer: Any,
    look_number: Any,
) -> str:
    """Add an edit to those of the view, if the sample can take it; else say why not.

    One that was asked for while another was under way is asked for once more, with the view that this left.
    """
    view = ViewState.parse(data)
    span = (None if first is None else int(first), None if last is None else int(last))
    try:
        if ctx.triggered_id == Id.EDIT:
            edit = parse_edit(str(asked_again))
        elif ctx.triggered_id == Id.INTERVENE:
            edit = look_edit(look_kind, look_layer, look_number, span)
        else:
            edit = signal_edit(view, kind, {"class": klass, "": ""}.get(SIGNAL.get(kind, ""), number), span)
            edit = Edit(edit.kind, edit.value, edit.start, edit.stop, tuple(which or ()))
        text = ";".join([*filter(None, [view.edits]), edit.text])
        if len(text) > MAX_LONG_TEXT:
            return "A link can't hold more edits: reset some first."
        changed = view.model_copy(update={"edits": text, "sample": sample.place(asked(view)).sample})
        sample.change(asked(changed))
    except HeedError as error:
        return sentence(error)
    change(view, again={Id.EDIT: edit.text}, edits=changed.edits, sample=changed.sample)
    return ""


def signal_edit(view: ViewState, kind: str, value: Any, span: tuple[int | None, int | None]) -> Edit:
    """Return an edit of the signal over the chosen steps, those of the whole sample where none are chosen."""
    length = sample.length(asked(view))
    start, stop = span_of(span, length)
    return Edit(str(kind), "" if value is None else str(value), start, stop)


def look_edit(kind: str, layer: Any, number: Any, span: tuple[int | None, int | None]) -> Edit:
    """Return an edit of attention."""
    name = str(layer or "")
    first, last = span
    if kind == "head_off":
        return Edit(kind, str(0 if number is None else number), layer=name)
    if kind == "step":
        return Edit(kind, "" if first is None else str(first), layer=name)
    if kind == "uniform":
        return Edit(kind, layer=name)
    return Edit(kind, "", first, None if last is None else last + 1, layer=name)


def span_of(span: tuple[int | None, int | None], length: int) -> tuple[int | None, int | None]:
    """Return first step and end of an interval that is typed with its last step; none for all steps."""
    first, last = span
    if first is None and last is None:
        return None, None
    return 0 if first is None else first, length if last is None else last + 1


def lineage(view: ViewState, told: Lineage) -> list[Any]:
    """Return the edits of a view as list items: what is said after each, and a button that takes it out."""
    run = library.run(view.run)
    layers = [layer.name for layer in run.attention_layers]
    edits = parse_edits(view.edits)
    return [
        item(
            words.edit_words(edit, run.channels, layers),
            edits_text(edits[:place] + edits[place + 1 :]),
            edit,
            f"then {clipped(told.predicted[place + 1], 24)} {percent(told.probabilities[place + 1].max())}",
        )
        for place, edit in enumerate(edits)
    ]


def raw_lineage(view: ViewState) -> list[Any]:
    """Return edits that can't be made as they are written."""
    pieces = view.edits.split(";")
    return [
        item(clipped(piece, 60), ";".join(pieces[:place] + pieces[place + 1 :]))
        for place, piece in enumerate(pieces)
    ]


def item(said: str, rest: str, edit: Edit | None = None, after: str = "") -> html.Li:
    """Return one edit of the list, with what is said after it; its button sets the view to the rest."""
    named = {"data-view-key": "edits", "data-view-value": rest, "aria-label": f"Remove: {said}"}
    badge = [html.Span("intervention", className="badge-state"), " "] if edit and edit.on_attention else []
    remove = html.Button("\u00d7", type="button", className="button quiet", title="Remove", **named)
    then = [" ", html.Span(after, className="muted")] if after else []
    return html.Li([html.Span([*badge, said, *then]), remove])


clientside_callback(
    ClientsideFunction("heed", "stepEdits"),
    Input(Id.UNDO, "n_clicks"),
    Input(Id.REDO, "n_clicks"),
    Input(Id.RESET, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("heed", "editFields"),
    Output(Id.CLASS_FIELD, "hidden"),
    Output(Id.NUMBER_FIELD, "hidden"),
    Output(Id.NUMBER_LABEL, "children"),
    Output(Id.LOOK_NUMBER_FIELD, "hidden"),
    Input(Id.KIND, "value"),
    Input(Id.LOOK_KIND, "value"),
)
