import csv
import io
import json
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.errors import DataError
from core.results import Provenance
from dashboard.components.chart import CHARTS, Chart, note
from dashboard.components.view import ViewState

HOSTILE = '</script><img src=x onerror=alert(1)>"; \u2028'
calls: list[ViewState] = []


@dataclass(frozen=True)
class Answer:
    values: tuple[float, ...]
    names: tuple[str, ...]

    @property
    def provenance(self) -> Provenance:
        return Provenance(
            "test", data="d" * 64, weights={"run1": "w" * 64}, samples=3, parameters={"n": HOSTILE}
        )

    def to_frame(self) -> pd.DataFrame:
        return pd.DataFrame(
            {"name": self.names, "value": self.values, "=head": np.float32([1.5, np.nan, -2])}
        )


def answer(view: ViewState) -> Answer:
    calls.append(view)
    if view.metric == "none":
        raise DataError("choose a run in the bar above")
    if view.metric == "bug":
        raise ZeroDivisionError("secret path /home/x")
    return Answer((1.0, -1.5, float("inf")), ("=1+1", HOSTILE, "-1.5"))


def draw(answer: Answer, theme: str) -> go.Figure:
    figure = go.Figure(go.Bar(x=list(answer.names), y=list(answer.values)))
    figure.update_layout(
        meta={"description": "Three bars.", "n": 3, "scale": "scale 0-1"},
        font_color={"dark": "white", "light": "black"}[theme],
    )
    return figure


@pytest.fixture(scope="module")
def chart():
    made = Chart(
        id="test-chart", title="Bars <b>", answer=answer, draw=draw, uses=("metric",), on_click="sample"
    )
    yield made
    del CHARTS["test-chart"]


@pytest.fixture(autouse=True)
def _app(app):
    calls.clear()


def test_a_figure_comes_with_its_note_and_description(chart):
    figure, said, description, empty, state = chart.update({"view": {"metric": "a"}, "theme": "dark"})
    assert figure.layout.font.color == "white"
    assert said == "n = 3 \u00b7 scale 0-1"
    assert description == "Bars <b>. Three bars."
    assert (empty, state) == ("", "chart")


def test_equal_views_are_answered_once(chart):
    chart.update({"view": {"metric": "once", "sample": 1}})
    chart.update({"view": {"metric": "once", "sample": 2}, "theme": "dark"})
    assert len(calls) == 1


def test_a_users_mistake_stands_in_place_of_the_picture(chart):
    with pytest.raises(DataError) as raised:
        chart.update({"view": {"metric": "none"}})
    _, _, _, empty, state = chart.fail(raised.value)
    assert empty == "Choose a run in the bar above"
    assert state == "chart is-empty"


def test_a_bug_is_logged_under_a_reference_and_says_nothing_of_itself(chart, caplog):
    with pytest.raises(ZeroDivisionError) as raised:
        chart.update({"view": {"metric": "bug"}})
    _, _, _, empty, state = chart.fail(raised.value)
    assert "is-error" in state
    assert "secret" not in empty
    assert re.search(r"reference [0-9a-f]{6}", empty)


@pytest.mark.parametrize("request_", [None, 1, [], {"view": 3, "theme": []}, {"view": {"metric": ["x"]}}])
def test_r5_any_request_of_a_browser_is_answered(chart, request_):
    assert chart.update(request_)[4] == "chart"


@pytest.mark.parametrize("form", ["html", "csv", "json", "figure"])
def test_x7_a_download_is_an_attachment_in_a_sandbox(chart, client, form):
    answer = client.get(f"/download/test-chart?format={form}&metric=a")
    assert answer.status_code == 200
    assert re.fullmatch(
        r'attachment; filename="test-chart-[0-9a-f]{8}\.\w+"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "allow-same-origin" not in answer.headers["Content-Security-Policy"]


def test_x6_html_stands_alone_and_has_one_copy_of_plotly(chart, client):
    text = client.get("/download/test-chart?format=html&metric=a").text
    assert len(re.findall(r"plotly\.js v\d", text)) == 1
    assert not re.search(r'<script[^>]+src=|<link[^>]+href=["\']http', text)
    assert HOSTILE not in text
    assert '"showSendToCloud": false' in text
    assert "Bars" in text
    assert "Heed" in text


def test_x9_csv_holds_no_live_formula_and_numbers_stay_numbers(chart, client):
    lines = client.get("/download/test-chart?format=csv&metric=a").text.splitlines()
    head = [line for line in lines if line.startswith("# ")]
    assert (
        json.loads(next(line for line in head if line.startswith("# provenance: ")).partition(": ")[2])[
            "samples"
        ]
        == 3
    )
    rows = list(csv.reader(io.StringIO("\n".join(lines[len(head) :]))))
    assert rows[0] == ["name", "value", "'=head"]
    assert rows[1] == ["'=1+1", "1.0", "1.5"]
    assert rows[3][0] == "-1.5"
    assert rows[2][2] == ""


def test_csv_is_read_back_by_pandas(chart, client):
    text = client.get("/download/test-chart?format=csv&metric=a").text
    frame = pd.read_csv(io.StringIO(text), comment="#")
    assert frame["value"].tolist()[:2] == [1.0, -1.5]


def test_json_is_strict_and_has_its_provenance(chart, client):
    plain = json.loads(client.get("/download/test-chart?format=json&metric=a").text)
    assert plain["columns"]["value"] == [1.0, -1.5, None]
    assert plain["provenance"]["data"] == "d" * 64
    assert plain["view"] == {"metric": "a"}


def test_the_figure_for_pictures_has_title_and_provenance_in_it(chart, client):
    figure = client.get("/download/test-chart?format=figure&metric=a").get_json()
    assert "Bars" in figure["layout"]["title"]["text"]
    assert figure["layout"]["font"]["color"] == "black"
    assert any(
        text["text"].startswith("Heed") and "n = 3" in text["text"]
        for text in figure["layout"]["annotations"]
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nobody?format=csv", 404),
        ("test-chart?format=exe", 404),
        ("test-chart", 404),
        ("test-chart?format=csv&metric=none", 400),
        ("test-chart?format=csv&metric=bug", 500),
    ],
)
def test_a_download_that_can_not_be_says_why(chart, client, path, status):
    answer = client.get(f"/download/{path}")
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text


def test_unknown_keys_of_the_view_are_refused_when_a_chart_is_made():
    with pytest.raises(ValueError, match="unknown keys"):
        Chart(id="test-other", title="x", answer=answer, draw=draw, uses=("nothing",))


def test_a_note_leaves_out_what_is_missing():
    assert note({"n": 150}) == "n = 150"
    assert note({"n": 20000, "scale": "0 to 1"}) == "n = 20,000 \u00b7 0 to 1"
    assert note({}) == ""


@pytest.mark.parametrize("form", ["csv", "json", "html", "figure"])
def test_s5_8_every_export_states_the_limits_of_its_use(chart, form):
    body = chart.download(form, ViewState()).body
    assert "no basis for regulated figures" in body
