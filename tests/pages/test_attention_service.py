import numpy as np
import pytest

from core.errors import ModelError, NotFoundError, SettingsError
from core.models.manifest import RunManifest
from core.verbs.attention import attend
from core.verbs.cohorts import save_cohort
from core.verbs.contrasting import contrast
from dashboard.services import attention, samples
from dashboard.services.attention import AttentionView
from dashboard.services.samples import Selection
from tests.pages.known_runs import STEPS, TEST, publish_run, publish_three_classes, weights


def asked(run, sort="", layer="", **filters):
    return AttentionView(Selection(run, **filters), layer, sort)


def test_the_test_samples_are_shown_by_default_with_their_outcomes(known):
    found = samples.select(Selection(known.run))
    assert found.labels.indices.tolist() == TEST.tolist()
    assert found.labels.counts() == {"TP": 3, "TN": 3, "FP": 2, "FN": 2}


def test_all_samples_are_all_of_the_dataset(known):
    assert len(samples.select(Selection(known.run, part="all")).labels.indices) == 20


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"outcome": "FP"}, [13, 14]),
        ({"klass": "up"}, [15, 16, 17, 18, 19]),
        ({"klass": "down", "outcome": "FP"}, [13, 14]),
        ({"klass": "down", "predicted": "down"}, [10, 11, 12]),
        ({"klass": "nobody", "outcome": "XX"}, TEST.tolist()),
    ],
)
def test_filters_keep_the_samples_they_name(known, filters, expected):
    assert samples.select(Selection(known.run, **filters)).labels.indices.tolist() == expected


def test_a_filter_that_keeps_nothing_says_so(known):
    with pytest.raises(NotFoundError, match="none of the 10 samples has outcome FP and class up"):
        samples.select(Selection(known.run, klass="up", outcome="FP"))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", [15, 16, 17, 10, 11, 12, 14, 13, 19, 18]),  # TP, TN, FP, FN, the most confident first in each
        ("confidence", [15, 19, 10, 14, 11, 16, 12, 17, 13, 18]),
        ("peak", [12, 18, 13, 19, 14, 15, 10, 16, 11, 17]),
        ("sample", TEST.tolist()),
        ("class", [10, 14, 11, 12, 13, 15, 19, 16, 17, 18]),
        ("nonsense", [15, 16, 17, 10, 11, 12, 14, 13, 19, 18]),
    ],
)
def test_samples_come_in_the_order_of_the_sort_key(known, sort, expected):
    assert attention.order(asked(known.run, sort)).tolist() == expected
    picture = attention.heatmap(asked(known.run, sort))
    assert picture.samples.tolist() == expected
    assert picture.cells == pytest.approx(weights(20)[expected])


def test_the_focus_is_the_first_sample_unless_one_is_chosen(known):
    first = attention.focus(asked(known.run), None)
    assert (first.sample, first.rank, first.row) == (15, 0, 0)
    chosen = attention.focus(asked(known.run), 14)
    assert (chosen.rank, chosen.row, chosen.total) == (6, 6, 10)
    assert list(chosen.near) == [15, 16, 17, 10, 11, 12, 14, 13, 19, 18]


def test_a_sample_that_a_filter_hides_is_still_explained(known):
    question = asked(known.run, outcome="TP")
    assert attention.focus(question, 14).rank is None
    assert attention.sample(question, 14).outcome_name == "FP"


def test_one_sample_has_its_numbers(known):
    answer = attention.sample(asked(known.run), 14)
    assert (answer.sample_id, answer.predicted_name, answer.actual_name) == ("s14", "up", "down")
    assert answer.probabilities == pytest.approx([0.1, 0.9])
    assert answer.confidence == pytest.approx(0.8)
    assert answer.top[0].step == 14 % STEPS
    assert answer.top[0].weight == pytest.approx(0.75)
    assert answer.statistics["concentration"] == pytest.approx(0.75 * STEPS)


@pytest.mark.parametrize("index", [20, 10**8])
def test_a_sample_that_is_not_there_is_named(known, index):
    with pytest.raises(NotFoundError, match=f"0 to 19; got {index}"):
        attention.sample(asked(known.run), index)


def test_profiles_average_the_samples_of_a_group(known):
    by_class = attention.profiles(asked(known.run), "class")
    assert by_class.counts.tolist() == [5, 5]
    assert by_class.mean[0] == pytest.approx(weights(20)[10:15].mean(axis=0))
    by_outcome = attention.profiles(asked(known.run), "outcome")
    assert by_outcome.counts.tolist() == [3, 3, 2, 2]


def test_patterns_are_counted_per_outcome(known):
    counts = attention.patterns(asked(known.run))
    # Peaks at steps 3 4 5 (TP), 4 5 0 (TN), 1 2 (FP), 0 1 (FN) of six; thirds are pairs of steps.
    assert counts.counts[:, :3].tolist() == [[0, 1, 2], [1, 0, 2], [1, 1, 0], [2, 0, 0]]
    assert counts.counts.sum() == 10


def test_with_three_classes_outcomes_are_of_each_samples_own_class(house):
    known = publish_three_classes(house)
    found = samples.select(Selection(known.run))
    assert found.own
    assert found.labels.counts() == {"right": 6, "wrong": 3}
    profiles = attention.profiles(asked(known.run), "outcome")
    named = zip(profiles.names, profiles.counts.tolist(), strict=True)
    assert {name: count for name, count in named if count} == {"right": 6, "wrong": 3}
    assert attention.patterns(asked(known.run)).condition(5, 0) == "pattern == early and outcome == wrong"


@pytest.mark.parametrize(
    ("word", "where", "klass", "indices"),
    [
        ("TP", "outcome == right", "", [3, 4, 9, 10, 15, 16]),
        ("FN", "outcome == wrong", "", [5, 11, 17]),
        ("FN", "outcome == FN", "green", [11]),
        ("FP", "outcome == FP", "green", [5]),
    ],
)
def test_an_outcome_of_three_classes_is_the_same_in_link_condition_cohort_and_command(
    house, word, where, klass, indices
):
    known = publish_three_classes(house)
    linked = samples.select(Selection(known.run, klass=klass, outcome=word))
    assert linked.labels.indices.tolist() == indices
    assert samples.select(Selection(known.run, klass=klass, where=where)).labels.indices.tolist() == indices
    if klass:
        return
    verb = attend(known.run, word, store=house)
    assert verb.samples.tolist() == indices == attend(known.run, where, store=house).samples.tolist()
    named, profile = where.split()[-1], verb.groups[0].profile
    assert [name for name, count in zip(profile.names, profile.counts, strict=True) if count] == [named]
    assert contrast(known.run, word, store=house).names == (named, "the rest")
    assert save_cohort(known.run, "some", word, store=house).count == len(indices)


def test_an_outcome_that_three_classes_can_not_have_is_refused(house):
    known = publish_three_classes(house)
    with pytest.raises(SettingsError, match="outcome must be one of right, wrong, TP, FN; got 'FP'"):
        attend(known.run, "FP", store=house)


def test_a_chosen_class_is_seen_against_the_rest(house):
    known = publish_three_classes(house)
    found = samples.select(Selection(known.run, klass="green", outcome="FP"))
    assert found.labels.indices.tolist() == [5]  # the red one taken for green
    every = samples.select(Selection(known.run, klass="green"))
    assert every.labels.counts() == {"TP": 2, "TN": 5, "FP": 1, "FN": 1}
    for narrower in ("not outcome == TN", "correct or outcome == FP", "late > 0 and outcome in (TP, FP)"):
        found = samples.select(Selection(known.run, klass="green", where=narrower)).labels.indices
        assert set(found) <= set(every.labels.indices)


def test_layers_are_chosen_by_name_and_an_unknown_one_is_the_first(house):
    known = publish_three_classes(house)
    first, second = (attention.sample(asked(known.run, layer=name), 3) for name in ("time", "second"))
    assert (first.top[0].step, second.top[0].step) == (3, 4)
    assert attention.sample(asked(known.run, layer="gone"), 3).top[0].step == 3


def test_a_model_without_attention_says_so(known):
    with pytest.raises(ModelError, match="has no attention"):
        attention.heatmap(asked(known.baseline))


def test_a_deleted_run_is_not_answered_from_memory(known, house):
    attention.heatmap(asked(known.run))
    house.runs.delete(known.run)
    with pytest.raises(NotFoundError, match=known.run):
        attention.heatmap(asked(known.run))


def test_many_samples_share_rows_and_the_focus_finds_its_row(house, known):
    samples_of_test = 3000
    actual = np.tile([0, 1], samples_of_test // 2)
    from core.data import publish_dataset
    from tests.pages.known_runs import dataset_of

    dataset = publish_dataset(
        house, dataset_of(actual, np.full(samples_of_test, 2, np.int8), ("down", "up"), "many")
    )
    chances = np.where(actual == 1, 0.9, 0.1)
    parts = np.full(samples_of_test, 2, np.int8)
    parts[:10] = 0
    run = publish_run(house, dataset, np.stack([1 - chances, chances], axis=1), parts)
    picture = attention.heatmap(asked(run))
    assert picture.aggregated
    assert picture.cells.shape[0] <= attention.ROWS
    assert picture.counts.sum() == samples_of_test - 10
    order = attention.order(asked(run))
    focus = attention.focus(asked(run), int(order[1234]))
    assert focus.rank == 1234
    assert picture.counts[: focus.row].sum() <= 1234 < picture.counts[: focus.row + 1].sum()
    assert len(focus.near) == 2 * attention.NEIGHBOURS + 1


def test_results_say_where_they_come_from(known, house):
    manifest = house.runs.read(known.run, RunManifest)
    made = attention.heatmap(asked(known.run, outcome="TP")).provenance
    assert made.data == known.dataset.sha256
    assert made.weights == {known.run: manifest.hashes["onnx"]}
    assert (made.samples, made.parameters["outcome"], made.parameters["layer"]) == (3, "TP", "time")
