"""The table of the benchmarks: ratios, targets, what is missing, the document it fills. Nothing is timed."""

import json
from typing import Any

import pytest

from benchmarks import table
from benchmarks.__main__ import arguments
from benchmarks.measure import Measured, Side, in_turn
from benchmarks.rows import ROWS, Row, Target, named


def row(target: Target, unit: str = "s") -> Row:
    return Row("click", "a click", target, 3, lambda _material, _repeat: Measured(), unit)


def measured(ours: list[float], theirs: list[float] | None, **more: Any) -> dict[str, Any]:
    values = {"Heed": ours} | ({"it": theirs} if theirs else {})
    missing = {} if theirs else {"it": "not installed: it"}
    return {**Measured(values, missing, "a note", (1.0, 2.0), "now").plain(), **more}


def judged(target: Target, ours: list[float], theirs: list[float] | None = None) -> dict[str, Any]:
    return table.judged(row(target), measured(ours, theirs))


def test_the_ratio_is_that_of_medians_with_the_extremes_of_single_turns() -> None:
    found = table.ratio([1.0, 2.0, 9.0], [10.0, 10.0, 10.0])
    assert found == pytest.approx({"median": 0.2, "min": 0.1, "max": 0.9})


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("", ratio=0.5), True),
        (Target("", ratio=0.1), False),
        (Target("", most=2.0), True),
        (Target("", most=1.9), False),
        (Target("", ratio=0.5, p95=9.0), True),
        (Target("", ratio=0.5, p95=8.0), False),
        (Target("", ratio=0.1, p95=9.0), False),
    ],
)
def test_a_target_is_met_when_every_bound_holds(target: Target, met: bool) -> None:
    assert judged(target, [1.0, 2.0, 9.0], [10.0, 10.0, 10.0])["met"] is met


def test_a_ratio_is_not_judged_where_the_alternative_is_missing() -> None:
    assert judged(Target("", ratio=0.5), [1.0])["met"] is None
    assert judged(Target("", most=2.0), [1.0])["met"] is True


def test_what_is_missing_is_shown_and_never_asked() -> None:
    asked = []
    sides = [
        Side("Heed", lambda turn: float(turn + 1)),
        Side("it", lambda turn: asked.append(turn) or 1.0, needs=("no_such_module",)),
    ]
    found = in_turn(sides, repeat=2)
    assert asked == []
    assert found.values == {"Heed": [1.0, 2.0]}
    text = table.as_text([table.judged(row(Target("<= 2 s", most=2.0)), found.plain())])
    assert "not installed: no_such_module" in text


def test_sides_are_asked_in_turn_and_warm_turns_are_not_kept() -> None:
    order: list[str] = []
    sides = [Side(name, lambda turn, name=name: order.append(name) or float(turn)) for name in "AB"]
    found = in_turn(sides, repeat=2, warm=1)
    assert "".join(order) == "ABABAB"
    assert found.values == {"A": [0.0, 1.0], "B": [0.0, 1.0]}


@pytest.mark.parametrize(
    ("value", "words"), [(0.02, "1/50"), (1 / 27, "1/27"), (0.5, "1/2"), (1.03, "1.03"), (0.9, "0.9")]
)
def test_small_ratios_are_written_as_fractions(value: float, words: str) -> None:
    assert table.fraction(value) == words


@pytest.mark.parametrize(
    ("median", "unit", "words"),
    [
        (0.0004, "s", "0.40 ms (0.20-0.80)"),
        (0.05, "s", "50.0 ms (25.0-100.0)"),
        (0.25, "s", "250 ms (125-500)"),
        (2.0, "s", "2.00 s (1.00-4.00)"),
        (187.2, "MB", "187 MB (94-374)"),
    ],
)
def test_values_carry_their_unit_and_range(median: float, unit: str, words: str) -> None:
    assert table.spread({"median": median, "min": median / 2, "max": median * 2}, unit) == words


def test_text_has_a_line_for_each_alternative_and_the_columns_stand_below_each_other() -> None:
    values = {"values": {"Heed": [1.0], "it": [2.0], "that": [4.0]}}
    found = table.judged(row(Target("<= 1/1.5", ratio=2 / 3)), measured([1.0], [2.0]) | values)
    head, rule, first, second, *_ = table.as_text([found]).splitlines()
    assert (
        " ".join(first.split())
        == "click 1.00 s (1.00-1.00) it 2.00 s (2.00-2.00) 1/2 (1/2 to 1/2) <= 1/1.5 yes"
    )
    assert " ".join(second.split()) == "that 4.00 s (4.00-4.00) 1/4 (1/4 to 1/4)"
    assert head.index("beside") == first.index("it") == second.index("that")
    assert set(rule) == {"-", " "}


def test_a_row_that_failed_says_so_in_text_and_document() -> None:
    found = table.judged(row(Target("<= 2 s", most=2.0)), {"error": "failed: no port is free"})
    assert found["met"] is None
    assert "failed: no port is free" in table.as_text([found])
    assert "failed: no port is free" in table.as_markdown({"machine": {"cores": 2}, "rows": [found]})


def test_a_row_measured_alone_replaces_its_older_values_and_keeps_the_order() -> None:
    names = [one.name for one in ROWS]
    old = {"rows": [{"name": name, "is": "old"} for name in reversed(names)]}
    found = table.merged(old, {"cores": 2}, [{"name": "page", "is": "new"}])
    assert [one["name"] for one in found["rows"]] == names
    assert [one["name"] for one in found["rows"] if one["is"] == "new"] == ["page"]


def test_results_are_plain_json() -> None:
    found = judged(Target("<= 1/2", ratio=0.5), [1.0, 2.0], [4.0, 4.0])
    assert json.loads(json.dumps(found)) == found
    assert found["repeat"] == 2


def test_a_document_is_filled_between_its_marks_and_can_be_filled_again() -> None:
    text = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    once = table.filled(text, "| new |")
    assert once == f"before\n{table.BEGIN}\n\n| new |\n\n{table.END}\nafter\n"
    assert table.filled(once, "| new |") == once
    with pytest.raises(ValueError, match="must hold"):
        table.filled("no marks", "")


def test_the_document_of_the_project_can_be_filled() -> None:
    assert "| new |" in table.filled(table.DOCUMENT.read_text(), "| new |")


def test_rows_have_names_of_their_own_and_enough_repetitions() -> None:
    assert len({one.name for one in ROWS}) == len(ROWS)
    assert all(one.repeat >= 3 and one.what and one.target.words for one in ROWS)
    assert named("page").name == "page"


def test_the_command_takes_only_rows_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert arguments(["--only", "page", "--only", "start", "--repeat", "2"]).only == ["page", "start"]
    with pytest.raises(SystemExit):
        arguments(["--only", "nothing"])
    assert "invalid choice" in capsys.readouterr().err
