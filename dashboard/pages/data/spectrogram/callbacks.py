"""What the section Spectrogram does: say what settings will give, order it, say how it goes."""

from collections.abc import Sequence
from typing import Any

from dash import Input, Output, State, callback, no_update

from core.data.spectrogram import SpectrogramPlan
from core.errors import HeedError
from dashboard.components import jobbar
from dashboard.components.cards import link_button
from dashboard.components.controls import change
from dashboard.components.format import count, counted, number
from dashboard.components.forms import form_inputs, form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.data.spectrogram.ids import Id
from dashboard.services import data, deriving, jobs, library, training
from dashboard.services.deriving import Derived


@callback(
    Output(Id.CHANNELS, "options"),
    Output(Id.CHANNEL, "options"),
    Output(Id.CHANNEL_FIELD, "hidden"),
    viewed("data"),
    Input(Frame.LIBRARY, "data"),
)
def update_channels(given: Any, _stamp: Any) -> tuple[Any, ...]:
    """Offer the channels of the chosen dataset that hold numbers."""
    try:
        names = deriving.channels_of(data.opened(ViewState.parse(given).dataset))
    except HeedError:
        return [], [], True
    options = [{"value": name, "label": name} for name in names]
    return options, options, len(options) < 2


@callback(
    Output(Id.PLAN, "children"),
    Output(Id.PROBLEM, "children"),
    Output(Id.DERIVE, "disabled"),
    *form_inputs(Id.FORM),
    Input(Id.CHANNELS, "value"),
    viewed("data"),
)
def update_plan(values: Any, ids: Any, channels: Any, given: Any) -> tuple[Any, ...]:
    """Say what the settings will give, and draw the preview with them."""
    view = ViewState.parse(given)
    if view.dataset is None:
        return "", "", True
    try:
        plain = read_form(values, ids, deriving.form_settings())
        spectrum = deriving.written(plain)
        plan = deriving.plan(view.dataset, plain, _names(channels))
        samples = library.dataset(view.dataset).samples
    except HeedError as error:
        return "", f"{sentence(error)}.", True
    if spectrum != view.spectrum:
        change(view, spectrum=spectrum)
    return _told(plan, samples), "", False


@callback(
    Output(Id.JOB, "data"),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Output(Id.NONCE, "data"),
    Input(Id.DERIVE, "n_clicks"),
    State(Id.CHANNELS, "value"),
    State(Id.NAME, "value"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    *form_states(Id.FORM),
    prevent_initial_call=True,
)
def update_derived(  # noqa: PLR0913, PLR0917 - what the form holds
    clicks: Any, channels: Any, name: Any, nonce: Any, given: Any, values: Any, ids: Any
) -> tuple[Any, ...]:
    """Submit the job that makes the dataset with the spectrogram."""
    if not clicks:
        return no_update, no_update, no_update
    view = ViewState.parse(given)
    try:
        plain = read_form(values, ids, deriving.form_settings())
        order = Derived(view.dataset, plain, _names(channels), str(name or ""), str(nonce))
        job = deriving.derive(order)
    except HeedError as error:
        return no_update, f"{sentence(error)}.", no_update
    return {"job": job, "from": view.dataset}, "", training.new_nonce()


@callback(
    Output(Id.STATE, "children"),
    Output(Id.STOP, "hidden"),
    Output(Id.JOB, "data", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Frame.JOBS, "data"),
    Input(Id.JOB, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_state(_jobs: Any, asked: Any, given: Any) -> tuple[Any, ...]:
    """Show how the job goes, and the way to the new dataset when it is there."""
    asked = asked if isinstance(asked, dict) else {}
    job = jobs.find(asked.get("job"))
    if job is None:
        return (no_update,) * 4
    state = job.state
    if jobbar.is_active(job):
        return jobbar.underway(job), False, no_update, no_update
    if state.state == "done":
        found = str(state.result.get("dataset", ""))
        view = ViewState.parse(given)
        link = view.href("/data", dataset=found, section=None, spectrum=None)
        return link_button("It is there: look at it", link), True, None, no_update
    if state.state == "cancelled":
        return "Cancelled. Nothing was kept.", True, None, no_update
    return "", True, None, jobbar.failure(job)


@callback(
    Output(Id.STOP, "data-stopped"),
    Input(Id.STOP, "n_clicks"),
    State(Id.JOB, "data"),
    prevent_initial_call=True,
)
def cancel_derived(clicks: Any, asked: Any) -> Any:
    """Stop the job that makes the spectrogram."""
    jobbar.stop_asked(clicks, asked, "derive")
    return no_update


def _names(channels: Any) -> Sequence[str]:
    return [str(name) for name in channels] if isinstance(channels, list) else []


def _told(plan: SpectrogramPlan, samples: int) -> str:
    highest = f"{number(float(plan.frequencies[-1]))} {plan.frequency_unit}"
    shape = (
        f"{counted(len(plan.channels), 'channel')} x {count(len(plan.frequencies))} frequencies up to "
        f"{highest} x {counted(len(plan.times), 'frame')}"
    )
    return (
        f"{shape} of {counted(samples, 'sample')}; windows of {count(plan.window)} steps, {plan.hop} apart."
    )
