"""What the page Compare says of arms, agreement, classes, targets and cost, from real runs in a store."""

import numpy as np
import pytest

from core.errors import DataError, NotFoundError
from core.evaluation.arms import group_arms
from core.models.manifest import RunManifest
from dashboard.components.view import ViewState
from dashboard.pages.compare import callbacks, charts, tables, words
from dashboard.pages.compare.sections import SECTIONS
from dashboard.services import comparison, comparison_details, gallery
from dashboard.services.comparison_details import Looked
from dashboard.services.samples import Selection, select
from tests.pages.known_runs import (
    CHANCES,
    HOSTILE,
    PARTS,
    publish_known,
    publish_run,
    publish_three_classes,
)
from tests.pages.several_targets import publish_steps, publish_targets


def arms_of(known, house, arms=("lstm", "gru"), seeds=range(5)):
    """Publish runs of two arms; the second errs on one more sample for each seed."""
    runs = []
    for place, model in enumerate(arms):
        for seed in seeds:
            chances = CHANCES.copy()
            chances[10 : 10 + place + (seed if place else 0) % 3] = 0.9
            both = np.stack([1 - chances, chances], axis=1)
            runs.append(publish_run(house, known.dataset, both, PARTS, layers=(), model=model, seed=seed))
    return runs


def test_runs_that_differ_in_their_seed_are_one_arm(known, house):
    runs = arms_of(known, house)
    found = comparison.compare(runs, known.dataset.id).comparison
    assert [(arm.label, len(arm.runs)) for arm in found.arms] == [("lstm", 5), ("gru", 5)]
    (test,) = found.arm_tests
    said = words.arms_in_words(test, {arm.key: arm.label for arm in found.arms})
    assert said.startswith(("lstm is better by", "no evidence"))
    assert "5 seeds" in said
    told = str(callbacks.update_tests({"runs": runs}, None))
    assert "1 pair of models" in told
    assert "Pairs of single runs (45)" in told


def test_what_differs_between_arms_of_one_model_is_named(known, house):
    both = np.stack([1 - CHANCES, CHANCES], axis=1)
    ids = [
        publish_run(house, known.dataset, both, PARTS, seed=seed, control=control)
        for seed, control in ((3, ""), (4, ""), (5, "permuted labels"))
    ]
    manifests = [house.runs.read(id, RunManifest) for id in ids]
    manifests[1] = manifests[1].model_copy(update={"settings": {"units": 8}})
    manifests[0] = manifests[0].model_copy(update={"settings": {"units": 4}})
    labels = [arm.label for arm in group_arms(house, manifests)]
    assert "units 4" in labels[0]
    assert "units 8" in labels[1]
    assert "permuted labels" in labels[2]


def test_runs_of_older_manifests_are_measured_from_their_predictions(known, house):
    manifest = house.runs.read(known.run, RunManifest)
    older = {
        part: {
            name: value for name, value in metrics.items() if name not in {"balanced_accuracy", "macro_f1"}
        }
        for part, metrics in manifest.metrics.items()
    }
    path = house.runs.directory(known.run) / "manifest.json"
    path.write_text(manifest.model_copy(update={"metrics": older}).model_dump_json())
    (score,) = comparison.compare((known.run,), None).comparison.scores
    assert score.metrics.balanced_accuracy == pytest.approx(0.6)
    runs = comparison.chosen((known.run,), None)
    assert "balanced_accuracy" not in runs[0].metrics["test"]
    assert comparison_details.measures_of(runs[0])["test"]["balanced_accuracy"] == pytest.approx(0.6)
    assert str(tables.metrics(runs, {known.run: "r"})).count("60.0 %") > 2


def test_a_single_run_has_bars_and_no_test(known):
    view = ViewState(dataset=known.dataset.id, runs=(known.run,))
    assert charts.BARS.figure(view, "light").data
    with pytest.raises(DataError, match="choose a second run"):
        charts.DIFFERENCES.ask(view)
    with pytest.raises(DataError, match="two runs or more"):
        charts.AGREEMENT.ask(view)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "chart",
    ["BARS", "CURVES", "DIFFERENCES", "AGREEMENT", "DIFFICULTY", "CLASS_CONFIDENCE", "CLASS_ERROR", "COSTS"],
)
def test_every_chart_of_arms_leaves_as_picture_and_data(chart, theme, known, house):
    view = ViewState(dataset=known.dataset.id, runs=tuple(arms_of(known, house)))
    drawn = getattr(charts, chart)
    assert drawn.figure(view, theme).data
    assert drawn.download("csv", view).body.count("\n") > 2
    assert drawn.download("json", view).body.startswith("{")


@pytest.mark.parametrize("metric", ["balanced_accuracy", "macro_f1", "auc", "loss", "nonsense"])
def test_each_metric_can_be_shown(metric, known):
    view = ViewState(dataset=known.dataset.id, metric=metric)
    assert charts.BARS.figure(view, "light").layout.meta["n"] == 10


def test_of_many_runs_one_of_each_model_is_linked(known, house, monkeypatch):
    runs = tuple(arms_of(known, house))
    whole = comparison_details.agreement_of(Looked(runs, known.dataset.id))
    few = comparison_details.one_of_each_arm(whole)
    assert 1 < len(few.runs) < len(runs)
    pairs = [[whole.runs.index(run) for run in few.runs]] * 2
    np.testing.assert_array_equal(few.only, whole.only[np.ix_(*pairs)])
    monkeypatch.setattr(tables, "MOST_LINKED", 2)
    shown = str(callbacks.update_wins({"dataset": known.dataset.id, "runs": list(runs)}, None))
    assert f"{len(runs) - len(few.runs)} more are left out" in shown


def test_who_is_right_where_the_other_is_wrong_leads_to_the_samples(known):
    asked = Looked((known.run, known.baseline), known.dataset.id)
    found = comparison_details.agreement_of(asked)
    assert found.only.tolist() == [[0, 1], [0, 0]]
    shown = str(tables.wins(found, ViewState(dataset=known.dataset.id)))
    assert f"run={known.run}&against={known.baseline}" in shown.replace("&amp;", "&")
    chosen = select(Selection(known.run, against=known.baseline))
    assert chosen.labels.indices.tolist() == [10]
    assert gallery.shown(Selection.of(ViewState(run=known.run, against=known.baseline))) == 1
    with pytest.raises(NotFoundError, match="advantage over run"):
        select(Selection(known.baseline, against=known.run))


def test_samples_of_another_dataset_are_no_advantage(known, house):
    other = publish_three_classes(house)
    with pytest.raises(NotFoundError, match="of another dataset"):
        select(Selection(known.run, against=other.run))


def test_the_hardest_and_the_easiest_class_are_named_with_their_intervals(known, house):
    found = comparison_details.difficulty_of(Looked((publish_three_classes(house).run,), None))
    said = words.difficulty(found)
    assert "Hardest: red with 66.7 % (95 % CI 20.8-93.9, n = 3)" in said
    assert "the order may be chance" in said


def test_several_targets_are_compared_over_their_seeds(house):
    dataset, runs = publish_targets(house)
    found = comparison_details.targets_of(Looked(tuple(runs), dataset.id))
    test = np.arange(12, 36)
    assert found.targets == ("kind", "state", "place")
    assert found.accuracy == pytest.approx(
        [1 - (np.mean(test % 6 == 5) + 1 / 24), 1 - np.mean((test % 6 == 5) | (test % 4 == 3)), 1.0]
    )
    assert found.histogram.sum(axis=1) == pytest.approx(np.ones(3))
    assert 0.3 < found.correlation[0, 1] < 0.8
    assert np.isnan(found.correlation[2]).all()
    view = ViewState(dataset=dataset.id, runs=tuple(runs))
    for chart in (charts.TARGET_ACCURACY, charts.TARGET_CONFIDENCE, charts.TARGET_ERRORS):
        assert chart.figure(view, "dark").data
        assert "place" in chart.download("csv", view).body


def test_another_target_may_be_compared(house):
    dataset, runs = publish_targets(house)
    assert comparison_details.shared_targets(comparison.chosen(runs, dataset.id)) == (
        "kind",
        "state",
        "place",
    )
    by_target = [
        comparison.compare(runs, dataset.id, target=name).comparison for name in ("", "place", "gone")
    ]
    assert by_target[1].scores[0].metrics.accuracy == 1.0
    assert by_target[0].scores[0].metrics.accuracy == by_target[2].scores[0].metrics.accuracy < 1


def test_runs_of_one_target_say_so(known):
    with pytest.raises(DataError, match="one target only"):
        comparison_details.targets_of(Looked((known.run,), known.dataset.id))


def test_of_labels_per_step_windows_are_tested_not_steps(house):
    dataset, runs = publish_steps(house)
    found = comparison.compare(runs, dataset.id).comparison
    (test,) = found.tests
    assert (found.per_step, found.samples, found.windows) == (True, 24 * 5, 24)
    assert (test.method, test.mcnemar_p, test.only_a, test.only_b) == ("wilcoxon", None, 30, 30)
    assert test.p == 1.0  # six windows each, all their steps
    score = found.scores[0]
    assert score.metrics.accuracy == pytest.approx(0.75)
    low, high = score.intervals["accuracy"]
    assert high - low > 0.28  # of 24 windows, not of 120 steps
    assert comparison_details.agreement_of(Looked(tuple(runs), dataset.id)).samples == 120


def test_a_run_without_a_model_says_so_in_the_table_of_costs(known, house):
    both = np.stack([1 - CHANCES, CHANCES], axis=1)
    reference = publish_run(house, known.dataset, both, PARTS, layers=(), model="ridge")
    manifest = house.runs.read(reference, RunManifest)
    path = house.runs.directory(reference) / "manifest.json"
    path.write_text(manifest.model_copy(update={"hashes": {"data": "d", "onnx": ""}}).model_dump_json())
    found = comparison_details.costs_of(Looked((known.run, reference), known.dataset.id))
    assert [arm.has_model for arm in found.arms] == [True, False]
    assert found.arms[1].costs == {"parameters": None, "seconds": 1.5, "latency": None, "size": None}
    assert "no model" in str(tables.costs(found))


def test_the_baseline_is_the_newest_lstm_on_the_same_data_and_split(known):
    runs = comparison.chosen((known.run,), None)
    assert [run.id for run in comparison.baselines(runs)] == [known.baseline]
    _, hidden, offer = callbacks.update_offers({"runs": [known.run]}, None)
    assert hidden
    assert known.baseline in offer[0].href
    both = callbacks.update_offers({"runs": [known.run, known.baseline]}, None)
    assert both[2] == []


def test_without_a_baseline_the_way_to_one_is_shown(house):
    other = publish_three_classes(house)
    offer = callbacks.update_offers({"runs": [other.run]}, None)[2]
    assert "/train?" in offer[1].href


@pytest.mark.parametrize("section", [section.key for section in SECTIONS.all])
def test_every_section_has_a_layout_without_asking_the_store(section):
    assert SECTIONS.of(section).layout(ViewState()) is not None


def test_hostile_names_are_told_as_text(house):
    known = publish_known(house, hostile=True)
    view = {"runs": [known.run, known.baseline], "dataset": known.dataset.id}
    found = (
        callbacks.update_tests(view, None),
        callbacks.update_wins(view, None),
        callbacks.update_classes(view, None),
    )
    assert HOSTILE[:12] in str(found)
    for chart in (charts.BARS, charts.AGREEMENT, charts.DIFFICULTY, charts.COSTS):
        assert "<img" not in chart.figure(ViewState.parse(view), "light").to_json()
