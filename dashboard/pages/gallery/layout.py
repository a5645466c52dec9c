"""What stands where on the page Gallery."""

from typing import Any

from dash import dcc, html

from core.attention import Gallery
from core.evaluation import OUTCOME_NAMES
from dashboard.components.cards import button, field, folded, grid, head_row
from dashboard.components.controls import view_control
from dashboard.components.filter import filter_line
from dashboard.components.format import clipped, percent
from dashboard.components.guard import without_run
from dashboard.components.threshold import ThresholdChip
from dashboard.components.view import ViewState
from dashboard.pages.gallery.charts import COMPARED, CONFUSION, SAMPLES
from dashboard.pages.gallery.ids import Id
from dashboard.services.gallery import PAGE_SIZES, SCROLLED

SORTS = (
    ("errors", "most confident errors first"),
    ("confidence", "most confident first"),
    ("doubt", "least confident first"),
    ("margin", "smallest margin first"),
    ("entropy", "sharpest attention first"),
    ("distance", "farthest from class mean first"),
    ("typical", "nearest to class mean first"),
)
CHIP = ThresholdChip(Id.THRESHOLD, lambda view: (view.run,))


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div(
                [filter_line(view), CHIP.place(), _filters(), _tabs(), _cards()],
                id=Id.BODY,
                hidden=bool(missing),
            ),
            dcc.Store(id=Id.PAGES),
            dcc.Store(id=Id.NAMES),
        ]
    )


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when there is no run to show; else nothing."""
    return without_run(view, "/gallery")


def listed(page: Gallery, view: ViewState) -> Any:
    """Return the samples of a page as a table with links, for the keyboard and the screen reader."""
    head = head_row(("Sample", "Outcome", "Predicted", "Actual", "Confidence", ""), ("Confidence",))
    rows = []
    for place, sample in enumerate(page.samples):
        outcome, actual = int(page.outcomes[place]), int(page.actual[place])
        target = view.carried().changed(sample=int(sample))
        rows.append(
            html.Tr(
                [
                    html.Td(html.A(clipped(page.sample_ids[place], 30), href=target.href("/attention"))),
                    html.Td("unknown" if outcome < 0 else OUTCOME_NAMES[outcome]),
                    html.Td(clipped(page.classes[int(page.predicted[place])], 30)),
                    html.Td("unknown" if actual < 0 else clipped(page.classes[actual], 30)),
                    html.Td(percent(float(page.confidence[place])), className="number"),
                    html.Td(html.A("Open sample", href=target.href("/sample"))),
                ]
            )
        )
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table gallery-list")
    return folded("These samples as a list", table)


def ways(view: ViewState) -> list[html.Button]:
    """Return the buttons that choose between pages and scrolling; assets/gallery.js sets the view."""
    scrolled = view.show == SCROLLED
    return [
        html.Button(
            word,
            type="button",
            className="tab",
            **{"data-gallery-show": value, "aria-pressed": "true" if chosen else "false"},
        )
        for word, value, chosen in (("Pages", "", not scrolled), ("Scroll", SCROLLED, scrolled))
    ]


def _filters() -> html.Div:
    def dropdown(name: Id, options: Any, value: str, search: bool = False) -> dcc.Dropdown:
        return dcc.Dropdown(id=name, options=options, value=value, clearable=False, searchable=search)

    def options(pairs: Any) -> list[dict[str, str]]:
        return [{"value": value, "label": label} for value, label in pairs]

    every = options([("", "all")])
    sizes = options([(str(size), f"{size} samples") for size in PAGE_SIZES])
    channels = dcc.Dropdown(id=Id.CHANNEL, options=[], value=[], multi=True, placeholder="the first")
    fields = (
        field("Sort by", view_control("sort", dropdown(Id.SORT, options(SORTS), "errors")), for_id=Id.SORT),
        field("Class", view_control("klass", dropdown(Id.CLASS, every, "")), for_id=Id.CLASS),
        field(
            "Predicted as", view_control("predicted", dropdown(Id.PREDICTED, every, "")), for_id=Id.PREDICTED
        ),
        html.Div(
            field("Channels, up to 4", view_control("channels", channels), for_id=Id.CHANNEL),
            id=Id.CHANNEL_FIELD,
            hidden=True,
        ),
        html.Div(
            field(
                "A page has",
                view_control("show", dropdown(Id.SIZE, sizes, str(PAGE_SIZES[0]))),
                for_id=Id.SIZE,
            ),
            id=Id.SIZE_FIELD,
        ),
    )
    return html.Div(fields, className="filter-bar")


def _tabs() -> html.Div:
    return html.Div(
        [
            html.Div(id=Id.OUTCOME, className="tabs", role="group", **{"aria-label": "Outcome"}),
            html.P(id=Id.NOTE, className="small muted"),
        ],
        className="gallery-tabs",
    )


def _cards() -> html.Div:
    turn = [
        button("\u2190 Previous page", Id.PREVIOUS, "quiet"),
        button("Next page \u2192", Id.NEXT, "quiet"),
        html.Span(id=Id.PLACE, className="small muted", role="status"),
    ]
    pager = html.Div(
        [
            html.Div(id=Id.WAYS, className="tabs", role="group", **{"aria-label": "How the samples come"}),
            html.Div(turn, id=Id.TURN, className="walk"),
        ],
        className="walk",
    )
    clear = button("Take all away", Id.CLEAR, "quiet")
    return grid(
        html.Div(COMPARED.card(controls=[clear]), id=Id.COMPARED_FRAME, className="is-hidden"),
        html.Div(CONFUSION.card(), id=Id.CONFUSION_FRAME, className="is-hidden"),
        html.Div(
            [SAMPLES.card(controls=[pager]), html.Div(id=Id.LIST), html.Div(id=Id.KEPT)],
            id=Id.SAMPLES_FRAME,
            className="column span-12",
        ),
    )
