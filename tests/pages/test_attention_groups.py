"""The section Groups: what it shows agrees with the command, links lead to the samples they count."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

import core
from core.attention.distributions import MEASURES
from core.attention.groupings import GROUPS
from core.errors import NotFoundError, SettingsError
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.attention.groups import callbacks
from dashboard.pages.attention.overview import callbacks as overview
from dashboard.services import attention, attention_groups
from dashboard.services.attention import AttentionView
from dashboard.services.samples import Selection
from tests.cli.calling import Heed
from tests.pages.known_runs import publish_known, publish_three_classes


@pytest.mark.parametrize("samples", ["test", "all", "FP", "confidence > 0.5"])
@pytest.mark.parametrize("shares", [False, True])
def test_page_and_verb_say_the_same(known, samples, shares):
    core.save_cohort(known.run, "sure", "confidence > 0.5")
    core.save_cohort(known.run, "some", list(range(20)))
    filters = {"test": {}, "all": {"part": "all"}, "FP": {"outcome": "FP"}}
    asked = AttentionView(
        Selection(known.run, **filters.get(samples, {"where": samples})), axis="share" if shares else ""
    )
    told = core.attend(known.run, samples=samples, by=GROUPS, shares=shares)
    found = attention_groups.findings(asked)
    assert [entry.text for entry in told.findings.entries] == [entry.text for entry in found.entries]
    assert told.channels.looked == pytest.approx(attention_groups.channels(asked).looked)
    assert [group.by for group in told.groups] == list(GROUPS)
    for group in told.groups:
        profile = attention_groups.profiles(asked, group.by)
        assert profile.axis == group.profile.axis
        assert (len(profile.axis.labels) == 100) == shares
        assert group.profile.to_frame().equals(profile.to_frame())
        assert group.patterns.to_frame().equals(attention_groups.patterns(asked, group.by).to_frame())
        for one in group.distributions:
            shown = attention_groups.distribution(asked, one.measure, group.by, one.logarithmic)
            assert one.to_frame().equals(shown.to_frame())
            assert one.quartiles == pytest.approx(shown.quartiles, nan_ok=True)
        assert {one.measure for one in group.distributions} == set(MEASURES)


def test_findings_are_made_once_however_samples_are_laid_out(known, monkeypatch):
    made = attention_groups.findings_of_run
    calls = []
    monkeypatch.setattr(attention_groups, "findings_of_run", lambda *asked: calls.append(0) or made(*asked))
    usual = AttentionView(Selection(known.run))
    for asked in (usual, replace(usual, sort="confidence", axis="share"), usual):
        attention_groups.findings(asked)
    assert len(calls) == 1
    attention_groups.findings(AttentionView(Selection(known.run, outcome="FP")))
    assert len(calls) == 2


def test_the_command_tells_groups_by_cohort_and_by_shares_of_the_length(house, known, capsys):
    core.save_cohort(known.run, "sure", "confidence > 0.5")
    heed = Heed(capsys)
    document = heed.json("attend", known.run, "--by", "cohort", "--shares").fits("attend")
    (group,) = document["groups"]
    assert (group["by"], group["group"], len(group["mean_weights"])) == ("cohort", "sure", 100)
    made = attention_groups.profiles(AttentionView(Selection(known.run), axis="share"), "cohort")
    assert group["mean_weights"] == pytest.approx(made.mean[0])
    assert "groups, medians" in heed("attend", known.run, "--by", "cohort").stdout
    wrong = heed.json("attend", known.run, "--by", "height")
    assert wrong.document["error"]["message"].startswith("groups must be by one of outcome, class")


@pytest.mark.parametrize("samples", ["test", "outcome == FP", "not outcome == TN"])
def test_page_and_command_say_the_same_of_a_class_and_of_another_layer(house, samples, capsys):
    run = publish_three_classes(house).run
    where = "" if samples == "test" else samples
    asked = AttentionView(Selection(run, klass="green", where=where, layer="second"), layer="second")
    scope = {"layer": "second", "klass": "green"}
    told = core.attend(run, samples, scope=scope)
    outcomes = told.groups[0]
    assert outcomes.profile.to_frame().equals(attention_groups.profiles(asked, "outcome").to_frame())
    assert outcomes.patterns.to_frame().equals(attention_groups.patterns(asked, "outcome").to_frame())
    texts = [entry.text for entry in told.findings.entries]
    assert texts == [entry.text for entry in attention_groups.findings(asked).entries]
    document = Heed(capsys).json("attend", run, "--samples", samples, "--layer", "second", "--class", "green")
    assert [finding["text"] for finding in document.fits("attend")["findings"]] == texts
    with pytest.raises(SettingsError, match="class must be one of red, green, blue"):
        core.attend(run, scope={"klass": "grene"})


def links(component):
    """Return number and address of every link in a table."""
    return [
        (int(part.children.replace(",", "")), part.href)
        for part in component._traverse()
        if getattr(part, "href", None)
    ]


@pytest.mark.parametrize("group", ["outcome", "class", "cluster"])
@pytest.mark.parametrize("hostile", [False, True])
def test_a_number_of_the_patterns_leads_to_as_many_samples(house, group, hostile):
    known = publish_known(house, hostile=hostile)
    table, _, found, _ = callbacks.update_groups(
        {"run": known.run, "group": group, "where": "confidence > 0.1"}
    )
    assert found
    counted = links(table)
    assert sum(count for count, _ in counted) == 10
    for count, href in counted:
        view = ViewState.parse({key: values[0] for key, values in parse_qs(urlsplit(href).query).items()})
        assert len(attention.order(AttentionView(Selection.of(view)))) == count


def test_a_sample_stands_in_every_cohort_that_holds_it(known, house):
    with pytest.raises(NotFoundError, match="none of these samples is in a cohort"):
        attention_groups.profiles(AttentionView(Selection(known.run)), "cohort")
    core.save_cohort(known.run, "sure", "confidence > 0.5")
    core.save_cohort(known.run, "some", [10, 11, 3])
    made = attention_groups.profiles(AttentionView(Selection(known.run)), "cohort")
    sure = len(attention.order(AttentionView(Selection(known.run, where="confidence > 0.5"))))
    assert (made.names, made.counts.tolist()) == (("sure", "some"), [sure, 2])


@pytest.mark.parametrize(
    ("chart", "more"), [("attention-by-outcome", {}), ("attention-profile", {"group": "class"})]
)
def test_averages_follow_the_choice_of_shares_of_the_length(known, chart, more):
    view = {"run": known.run, **more}
    drawn = {
        axis: CHARTS[chart].figure(ViewState.parse({**view, "axis": axis}), "light") for axis in ("", "share")
    }
    assert [max(trace.x for trace in figure.data[-1:])[-1] for figure in drawn.values()] == [5, 99]
    assert callbacks.update_groups(view)[-1] is True
    assert callbacks.update_groups({**view, "axis": "share"})[-1] is False


def test_of_many_cohorts_those_named_and_the_largest_are_looked_at(known):
    for place in range(8):
        core.save_cohort(known.run, f"c{place}", list(range(10, 11 + place)))
    view = {"run": known.run, "group": "cohort"}
    made = attention_groups.profiles(AttentionView(Selection(known.run)), "cohort")
    assert (made.names, made.left_out) == (("c2", "c3", "c4", "c5", "c6", "c7"), 2)
    table, said, *_ = callbacks.update_groups(view)
    assert said.startswith("6 of 8 cohorts are looked at")
    assert len(links(table)) > 0
    named = attention_groups.profiles(
        AttentionView(Selection(known.run, where="cohort in (c0, c1)")), "cohort"
    )
    assert named.names == ("c0", "c1", "c2", "c3", "c4", "c5")
    asked = AttentionView(Selection(known.run, cohort="c0"))
    assert attention_groups.patterns(asked, "cohort").names[0] == "c0"
    assert callbacks.update_groups({**view, "group": "class"})[1] == ""


def test_a_zoom_shows_the_places_and_steps_it_names(known):
    view = {"run": known.run, "rows": "2-4", "steps": "1-3"}
    *_, crumbs, everything, near = overview.update_heatmap_controls(view)
    assert crumbs == "all 10 samples \u203a places 3 to 5 of the order \u203a step 1 to 3"
    assert (everything, near) == (False, True)
    asked = AttentionView(Selection(known.run), rows="2-4", steps="1-3")
    picture = attention.heatmap(asked)
    whole = attention.heatmap(AttentionView(Selection(known.run)))
    assert np.array_equal(picture.cells, whole.cells[2:5, 1:4])
    assert picture.samples.tolist() == whole.samples[2:5].tolist()
    assert attention.focus(asked, int(whole.samples[3])).row == 1
    assert attention.focus(asked, int(whole.samples[0])).row is None


@pytest.mark.parametrize("span", ["9-9999", "999999999-999999999", "5-2"])
def test_a_zoom_outside_the_samples_shows_what_is_there(known, span):
    picture = attention.heatmap(AttentionView(Selection(known.run), rows=span, steps=span))
    assert picture.cells.size >= 1


def test_the_compact_figure_says_the_same_as_the_plain_one(known):
    from dashboard.pages.attention.overview.charts import HEATMAP

    view = ViewState.parse({"run": known.run})
    picture, told = attention.heatmap(AttentionView(Selection(known.run))), HEATMAP.figure(view, "light")
    rows = told.layout.meta["rows"]
    cells = next(trace for trace in told.data if trace.type == "heatmap")
    assert np.asarray(cells.z) * rows["unit"] == pytest.approx(picture.cells, abs=2e-5)
    assert rows["samples"] == picture.samples.tolist()
    assert json.dumps(rows, allow_nan=False)
