from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.view import CARRIED, DEPENDENTS, ViewState, view_spec
from dashboard.services.selection import SELECTED

DATASET, RUN = "abcdefgh1234", "zyxwvuts9876"
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*ViewState.model_fields, "other"]), plain) | plain)
def test_p7_any_value_gives_a_view(values):
    assert isinstance(ViewState.parse(values), ViewState)


@pytest.mark.parametrize(
    "identifier",
    ["../../etc", "a b", "x" * 41, "short", "ABCDEFGHIJ", "abcdefgh1234\n", "", "%2e%2e", "a/b/c/d/e/f"],
)
def test_p8_what_is_no_id_is_dropped(identifier):
    assert ViewState.parse({"dataset": identifier, "runs": [identifier, RUN]}).dataset is None


def test_a_malformed_key_costs_only_itself():
    view = ViewState.parse({"dataset": DATASET, "sample": "-3", "part": "nobody", "group": "a b", "run": RUN})
    assert view == ViewState(dataset=DATASET, run=RUN)


def test_p7_the_first_of_a_double_key_counts_and_unknown_keys_are_ignored():
    view = ViewState.parse({"dataset": [DATASET, RUN], "part": ["train", "test"], "__proto__": "x"})
    assert (view.dataset, view.part) == (DATASET, "train")


def test_a_view_survives_its_url():
    view = ViewState(
        dataset=DATASET, run=RUN, runs=(DATASET, RUN), part="all", sample=7, klass="a&b=c é", pinned=(1, 2)
    )
    assert ViewState.parse(parse_qs(view.query_string())) == view


def test_defaults_do_not_stand_in_the_url():
    assert ViewState().href("/data") == "/data"
    assert ViewState(part="test", page=0).query_string() == ""


def test_lists_are_capped():
    assert len(ViewState.parse({"runs": ",".join([RUN] * 1000)}).runs) <= 100


def test_a_new_dataset_forgets_what_belonged_to_the_old_one():
    view = ViewState(dataset=DATASET, run=RUN, sample=3, part="all", sort="meta:site", colour='meta["site"]')
    view = view.changed(dataset="otherset1234")
    assert view == ViewState(dataset="otherset1234", part="all")


def test_the_key_holds_only_what_is_used():
    one, other = ViewState(run=RUN, sample=1), ViewState(run=RUN, sample=2)
    assert one.key(("run",)) == other.key(("run",))
    assert one.key() != other.key()


def test_all_that_says_which_samples_are_meant_goes_along_to_another_page():
    assert {*SELECTED, "dataset", "sort", "sample", "pinned"} <= set(CARRIED)
    view = ViewState(run=RUN, where="late > 0", sort="entropy", rows="0-3", section="groups", sample=1)
    assert view.carried() == ViewState(run=RUN, where="late > 0", sort="entropy", sample=1)


def test_the_browser_knows_every_key():
    spec = view_spec()
    assert set(spec["keys"]) == set(ViewState.model_fields)
    named = {name for names in DEPENDENTS.values() for name in names} | set(DEPENDENTS)
    named |= {*spec["carried"], *spec["cohorts"], *spec["steps"]}
    assert named <= set(spec["keys"])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        *(("0.3", 0.3), (0.25, 0.25), ("0.123456", 0.12), ("1", 1), (0, 0), (["0.7", "0.1"], 0.7)),
        *((wrong, 0.5) for wrong in ("1.2", "nan", True, "x", -0.1)),
    ],
)
def test_a_threshold_is_a_share_of_two_digits(given, found):
    assert ViewState.parse({"threshold": given}).threshold == found


def test_the_usual_threshold_does_not_stand_in_the_url():
    assert ViewState(threshold=0.5).query_string() == ""
    assert ViewState(threshold=0.3, page=2).changed(threshold=0.4).query_string() == "page=2&threshold=0.4"
    assert ViewState(threshold=0.3).changed(dataset=DATASET).threshold == 0.5
