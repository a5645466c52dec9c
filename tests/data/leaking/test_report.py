"""A report is a result like others, and lies beside its split."""

import json

from core.data.leaks import LeakReport, examine_split
from core.data.published import publish_dataset
from core.data.splits import SplitSettings, examined, find_examined, make_split, publish_split
from core.results import Result
from core.store import Store
from tests.data.leaking.made import KINDS, bumps, examined_as


def test_a_report_is_a_result_with_one_row_a_finding() -> None:
    report = examined_as(bumps())
    assert isinstance(report, Result)
    frame = report.to_frame()
    assert frame["kind"].tolist() == list(KINDS)
    assert LeakReport.from_plain(json.loads(json.dumps(report.plain()))) == report
    assert sum(report.sizes.values()) == 240
    assert sum(report.balance["bump"].values()) + sum(report.balance["dent"].values()) == 240
    assert {probe.what for probe in report.probes} == {"channel", "all channels", "position"}


def test_the_same_split_gives_the_same_report() -> None:
    dataset = bumps(300)
    assert examined_as(dataset) == examined_as(dataset)


def test_a_report_is_stored_beside_its_split_and_found_by_settings(store: Store) -> None:
    dataset = publish_dataset(store, bumps())
    split = make_split(dataset)
    bare = publish_split(store, dataset, split)
    assert examined(store, bare) is None
    assert find_examined(store, dataset.id, split.settings) is None
    report = examine_split(dataset, split)
    whole = publish_split(store, dataset, split, report=report)
    assert whole != bare
    assert publish_split(store, dataset, split) == whole
    assert publish_split(store, dataset, split, report=report) == whole
    assert examined(store, whole) == examined(store, bare) == report
    found = find_examined(store, dataset.id, split.settings)
    assert found is not None
    assert (found.id, found.leaks) == (whole, {"leak": 0, "caution": 0})
    assert find_examined(store, dataset.id, SplitSettings(seed=1)) is None
    assert store.splits.verify(whole) == []
