import json

import plotly.utils
import pytest

import dashboard.pages.attention
import dashboard.pages.gallery  # noqa: F401 - its charts are looked at
from core.errors import HeedError
from core.expressions import LONGEST
from core.store import Store
from dashboard.components import filter as line
from dashboard.components import narrowing
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.services.samples import select
from dashboard.services.selection import SELECTED, Selection
from tests.pages.known_runs import Known, publish_known, publish_three_classes


def text_of(content: object) -> str:
    return json.dumps(content, cls=plotly.utils.PlotlyJSONEncoder)


def view_of(known: Known, **said: object) -> ViewState:
    return ViewState.parse({"run": known.run, "dataset": known.dataset.id, **said})


def narrowed(view: ViewState, order: dict[str, str]) -> ViewState:
    return view.changed(**narrowing.narrowing(view, order))


def pressed(view: ViewState) -> list[str]:
    drawn = json.loads(text_of(line.chips(view)))
    return [
        chip["props"]["data-toggle"]
        for group in drawn
        for chip in group["props"]["children"]
        if isinstance(chip, dict) and chip["props"].get("aria-pressed") == "true"
    ]


@pytest.mark.parametrize(
    ("said", "shown", "problem"),
    [
        ({}, "all 10 samples", ""),
        ({"where": "outcome == FP"}, "2 of 10 samples", ""),
        ({"where": "entropy < 0"}, "0 of 10 samples", "None of the 10 samples meets entropy < 0"),
        ({"where": "lat > 1"}, "", "did you mean late?"),
        ({"cohort": "gone"}, "", "The cohort gone is none of this run."),
    ],
)
def test_the_line_says_how_many_samples_there_are(
    known: Known, said: dict[str, str], shown: str, problem: str
) -> None:
    count, told, chips, hidden = line.update_filter(view_of(known, **said).plain(), "")
    assert (count, hidden) == (shown, False)
    assert problem in text_of(told)
    assert bool(told) == bool(problem)
    assert chips


def test_a_condition_that_can_not_be_applied_is_explained_once(known: Known) -> None:
    view = view_of(known, where="garbage")
    with pytest.raises(HeedError) as caught:
        CHARTS["attention-heatmap"].figure(view, "light")
    assert str(caught.value) == "the condition can't be applied; the filter line says why"
    assert "got 'garbage' at character 1" in text_of(line.update_filter(view.plain(), "")[1])
    assert "did you mean outcome == FP" in line.update_typed({"where": "FP"}, view_of(known).plain())[1]


def test_the_line_is_away_without_a_run(known: Known) -> None:
    for view in ({}, {"run": "aaaaaaaaaaaa"}):
        assert line.update_filter(view, "")[3] is True
    assert text_of(line.filter_line())
    assert "correct" in text_of(line.filter_line(view_of(known, where="correct")))


def test_only_a_condition_that_can_be_read_gets_into_the_view(known: Known) -> None:
    view = view_of(known).plain()
    assert line.update_typed({"where": " late > 50% ", "at": 3}, view) == (
        {"where": "late > 50%", "at": 3},
        "",
    )
    assert line.update_typed({"where": "", "at": 4}, view) == ({"where": "", "at": 4}, "")
    for wrong in ("lat > 1", "late >", "x" * (LONGEST + 1), "cohort == gone"):
        taken, told = line.update_typed({"where": wrong}, view)
        assert taken is None
        assert told
    assert line.update_typed("odd", view)[0] == {"where": "", "at": None}


def test_chips_show_what_the_condition_has(known: Known) -> None:
    where = 'outcome in (FP, FN) and pattern == "evenly distributed" and confidence >= 90%'
    assert pressed(view_of(known, where=where)) == [
        "outcome == FP",
        "outcome == FN",
        'pattern == "evenly distributed"',
        "confidence >= 90%",
    ]
    assert pressed(view_of(known, where="late >")) == []
    assert "pattern" not in text_of(line.chips(ViewState(run=known.baseline)))


@pytest.mark.parametrize("where", ["", "outcome in (TP, FP) and late > 1%"])
def test_an_outcome_that_a_link_sets_is_said_by_its_chip_alone(known: Known, where: str) -> None:
    view = view_of(known, where=where, outcome="FP")
    assert [toggle for toggle in pressed(view) if toggle.startswith("outcome")] == ["outcome == FP"]
    assert "No longer: outcome" not in text_of(line.chips(view))
    rest = narrowed(view, {"toggle": "outcome == FP"})
    assert (rest.outcome, rest.where) == ("", "late > 1%" if where else "")
    more = narrowed(view, {"toggle": "outcome == FN"})
    assert (more.outcome, more.where) == ("", f"{'late > 1% and ' * bool(where)}outcome in (FP, FN)")
    for changed in ({"toggle": "confidence > 0"}, {"narrow": "confidence > 0"}):
        kept = select(Selection.of(narrowed(view, changed))).labels.indices
        assert kept.tolist() == select(Selection.of(view)).labels.indices.tolist()


def test_an_outcome_without_a_chip_can_be_lifted(house: Store) -> None:
    view = view_of(publish_three_classes(house), outcome="TN")
    assert "No longer: outcome TN" in text_of(line.chips(view))


@pytest.mark.parametrize("said", [{"outcome": "TP"}, {"outcome": "right"}, {"where": "outcome == TP"}])
def test_right_has_one_chip_whatever_it_is_called(house: Store, said: dict[str, str]) -> None:
    view = view_of(publish_three_classes(house), **said)
    (toggle,) = pressed(view)
    assert "No longer" not in text_of(line.chips(view))
    assert narrowed(view, {"toggle": toggle}).plain().keys() == {"run", "dataset"}


def test_chips_of_several_classes_are_right_and_wrong(house: Store) -> None:
    known = publish_three_classes(house)
    assert "right" in text_of(line.chips(view_of(known)))
    assert "false positive" in text_of(line.chips(view_of(known, klass="red")))


@pytest.mark.parametrize(
    ("where", "order", "expected"),
    [
        ("", {"toggle": "outcome == FP"}, "outcome == FP"),
        ("outcome == FP", {"toggle": "outcome == FN"}, "outcome in (FP, FN)"),
        ("late > 0.1 and outcome == FP", {"toggle": "outcome == FP"}, "late > 0.1"),
        ("", {"toggle": "confidence < 50%"}, "confidence < 50%"),
        ("confidence < 50%", {"toggle": "confidence >= 90%"}, "confidence >= 90%"),
        ("confidence < 50%", {"toggle": "confidence < 50%"}, ""),
        (
            "confidence < 50% and (correct or late > 0)",
            {"toggle": "confidence < 50%"},
            "correct or late > 0",
        ),
        (
            "outcome == TP",
            {"narrow": "pattern == late and outcome == FP"},
            "pattern == late and outcome == FP",
        ),
        ("late > 10%", {"samples": "16-17,11"}, "late > 10% and sample in (11, 16, 17)"),
        ("sample in (1)", {"samples": "16"}, "sample in (16)"),
        ("", {"places": "0-1"}, "sample in (15, 16)"),
        ("late > 10%", {"nothing": 1}, "late > 10%"),
    ],
)
def test_a_click_narrows_the_condition(
    known: Known, where: str, order: dict[str, str], expected: str
) -> None:
    found = narrowed(view_of(known, where=where, rows="0-3"), order)
    assert found.where == expected
    assert found.rows == ("0-3" if found.where == where else "")


@pytest.mark.parametrize(
    "order", [{"toggle": "lat >"}, {"narrow": ""}, {"samples": "99"}, {"places": "0-10"}, {"places": ""}]
)
def test_an_order_that_means_nothing_is_told(known: Known, order: dict[str, str]) -> None:
    with pytest.raises(HeedError):
        narrowed(view_of(known), order)


@pytest.mark.parametrize("act", ["narrow", "toggle"])
def test_a_click_that_makes_the_condition_too_long_is_told(known: Known, act: str) -> None:
    where = f"sample in ({', '.join(['10000'] * 283)})"
    with pytest.raises(HeedError, match="at most 2000 characters; with this it would have"):
        narrowed(view_of(known, where=where), {act: "confidence > 0.5"})


def test_many_picked_samples_become_a_cohort(
    house: Store, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(narrowing, "notify", lambda text, **_: told.append(text))
    monkeypatch.setattr(narrowing.cohorts, "MOST_LISTED", 2)
    found = narrowed(view_of(known, where="late > 10%"), {"samples": "11,16-17"})
    assert (found.where, found.cohort) == ("", "Lasso 1")
    assert select(Selection.of(found)).labels.indices.tolist() == [11, 16, 17]
    assert told == ["3 samples picked; saved as cohort Lasso 1."]
    assert narrowed(view_of(known), {"places": "0-4"}).cohort == "Rows 1"


def test_a_bar_of_patterns_carries_the_condition_of_its_samples(house: Store) -> None:
    known = publish_known(house, hostile=True)
    figure = CHARTS["attention-patterns"].figure(view_of(known), "light")
    counts = {}
    for trace in figure.data:
        for condition, count in trace.customdata:
            found = narrowed(view_of(known, where="outcome == TN"), {"narrow": condition})
            counts[condition] = count
            if count:
                assert len(select(Selection.of(found)).labels.indices) == count
    assert sum(counts.values()) == 10


@pytest.mark.parametrize(
    "chart",
    ["attention-heatmap", "attention-patterns", "attention-by-outcome", "gallery-samples"],
)
def test_charts_follow_the_selection(known: Known, chart: str) -> None:
    assert set(SELECTED) <= set(CHARTS[chart].uses)
    asked = CHARTS[chart].ask(view_of(known, where="outcome == FP"))
    assert asked.provenance.parameters["where"] == "outcome == FP"
    assert asked.provenance.samples == 2
