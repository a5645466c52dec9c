"""What the page Compare does when the view changes."""

from typing import Any

from dash import Input, Output, callback, html

from core.errors import HeedError
from core.models.manifest import RunManifest
from dashboard.components.cards import link_button
from dashboard.components.format import clipped, counted, percent, short_id
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.compare import tables, words
from dashboard.pages.compare.charts import looked
from dashboard.pages.compare.ids import Id
from dashboard.pages.compare.layout import notice
from dashboard.services import comparison, comparison_details, library


@callback(
    Output(Id.NOTICE, "children"),
    Output(Id.BODY, "hidden"),
    Output(Id.RUNS, "options"),
    Output(Id.RUNS, "placeholder"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_notice(data: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what is missing in place of the page, or show the page; offer the runs there are."""
    view = ViewState.parse(data)
    missing = notice(view)
    options = [
        {"value": entry.id, "label": f"experiment {clipped(entry.name)}, {counted(entry.runs, 'run')}"}
        for entry in comparison.candidates(view.dataset)
    ]
    options += [
        {
            "value": run.id,
            "label": f"{clipped(run.name or run.model)}, seed {run.seed}, "
            f"{percent(run.metrics.get('test', {}).get('accuracy'))} {short_id(run.id)}",
        }
        for run in library.runs(view.dataset).entries
    ]
    shown = 0 if missing else len(comparison.chosen(view.runs, view.dataset))
    return missing, bool(missing), options, f"the newest: {counted(shown, 'run')}"


@callback(
    Output(Id.TARGET, "options"),
    Output(Id.TARGET_FIELD, "hidden"),
    Output(Id.BASELINE, "children"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_offers(data: Any, _stamp: Any) -> tuple[Any, bool, Any]:
    """Offer the targets that all runs have learnt, and the baseline to compare with."""
    view = ViewState.parse(data)
    try:
        runs = comparison.chosen(view.runs, view.dataset)
    except HeedError:
        return [], True, []
    names = comparison_details.shared_targets(runs)
    options = [{"value": "" if name == names[0] else name, "label": clipped(name)} for name in names]
    return options, len(names) < 2, _baseline(view, runs)


@callback(Output(Id.TESTS, "children"), viewed("compare"), Input(Frame.LIBRARY, "data"))
def update_tests(data: Any, _stamp: Any) -> Any:
    """Tell the paired tests in words."""
    view = ViewState.parse(data)
    try:
        found = comparison.compare(view.runs, view.dataset, target=view.target)
    except HeedError as error:
        return sentence(error)
    return words.tests(found, {score.run: score.label for score in found.comparison.scores})


@callback(
    Output(Id.METRICS, "children"),
    Output(Id.COST_TABLE, "children"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_measures(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Tell the measures by part and the costs."""
    view = ViewState.parse(data)
    try:
        runs = comparison.chosen(view.runs, view.dataset)
        costs = comparison_details.costs_of(looked(view))
    except HeedError as error:
        return "", sentence(error)
    return tables.metrics(runs, comparison.labels(runs)), tables.costs(costs)


@callback(Output(Id.WINS, "children"), viewed("compare"), Input(Frame.LIBRARY, "data"))
def update_wins(data: Any, _stamp: Any) -> Any:
    """Tell on how many samples each run is right where another is wrong."""
    view = ViewState.parse(data)
    try:
        found = comparison_details.agreement_of(looked(view))
        few = found if len(found.runs) <= tables.MOST_LINKED else comparison_details.one_of_each_arm(found)
        return tables.wins(few, view, len(found.runs))
    except HeedError as error:
        return html.P(sentence(error), className="muted")


@callback(
    Output(Id.CLASS_ARM, "options"),
    Output(Id.CLASS_WORDS, "children"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_classes(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Offer the arms and name the hardest and the easiest class of the one that is shown."""
    view = ViewState.parse(data)
    try:
        options = _arms(view)
        return options, words.difficulty(comparison_details.difficulty_of(looked(view)))
    except HeedError as error:
        return [], sentence(error)


@callback(Output(Id.TARGET_ARM, "options"), viewed("compare"), Input(Frame.LIBRARY, "data"))
def update_target_arms(data: Any, _stamp: Any) -> Any:
    """Offer the arms whose targets can be shown."""
    try:
        return _arms(ViewState.parse(data))
    except HeedError:
        return []


def _arms(view: ViewState) -> list[dict[str, str]]:
    found = comparison.arms(view.runs, view.dataset)
    return [
        {
            "value": "" if place == 0 else arm.key,
            "label": f"{clipped(arm.label)}, {counted(len(arm.runs), 'run')}",
        }
        for place, arm in enumerate(found)
    ]


def _baseline(view: ViewState, runs: tuple[RunManifest, ...]) -> list[Any]:
    """Return the click that puts the baseline beside the runs, or the way to one."""
    known = [run.id for run in runs]
    found = [run.id for run in comparison.baselines(runs)]
    if set(found) & set(known):
        return []
    if found:
        asked = list(view.runs) or known
        href = view.changed(runs=[*asked, *found]).href("/compare")
        return [link_button("Compare with the baseline", href, title="The newest LSTM without attention")]
    train = view.href("/train", runs=(), model=comparison.BASELINE)
    return [
        html.Span("No baseline on these data yet: ", className="small muted"),
        html.A(f"train an {comparison.BASELINE.upper()}", href=train, className="small"),
    ]
