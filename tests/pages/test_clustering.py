"""The order by similarity on the page: at once where that is quick, else by one job that is waited for."""

import numpy as np
import pytest

from core.jobs.body import execute
from dashboard.components.chart import CHARTS
from dashboard.pages.attention.overview import callbacks, charts
from dashboard.pages.attention.overview.clustering import update_asked, update_clustering
from dashboard.services import attention, clustering, jobs, library
from dashboard.services.attention import AttentionView
from dashboard.services.samples import Selection


@pytest.fixture
def slow(monkeypatch, known):
    """Return a view of a run whose maps take a job; jobs are written down and executed by the test."""
    monkeypatch.setattr(jobs, "start", lambda *_: None)
    monkeypatch.setattr("core.attention.run_clusters.DIRECT_CELLS", 10)
    return {"run": known.run, "sort": "cluster"}


def question(view, **filters):
    return AttentionView(Selection(view["run"], **filters), sort="cluster")


def cluster_jobs():
    return [job for job in library.desk().list() if job.spec.kind == clustering.KIND]


def test_few_maps_are_clustered_at_once(known):
    view = {"run": known.run, "sort": "cluster"}
    assert update_clustering(view, None, None)[:2] == (True, "")
    assert attention.heatmap(question(view)).how == "by similarity of the maps: Ward's tree of 20 samples"
    assert not cluster_jobs()


def test_a_filter_leaves_samples_their_order_and_their_clusters(known):
    view = {"run": known.run}
    everyone = attention.order(question(view, part="all")).tolist()
    few = attention.heatmap(question(view, outcome="TP"))
    assert few.samples.tolist() == [sample for sample in everyone if sample in {15, 16, 17}]
    codes = clustering.clusters(question(view)).codes
    assert few.groups.tolist() == codes[few.samples].tolist()


def test_another_order_asks_for_nothing(slow):
    assert update_clustering({**slow, "sort": "peak"}, None, "key") == (
        *(True, "", True, True, ""),
        None,
        callbacks.no_update,
    )
    assert not cluster_jobs()


def test_many_maps_are_clustered_by_one_job_and_drawn_when_it_is_done(slow):
    hidden, said, again, stop, job, wanted, ready = update_clustering(slow, None, None)
    assert (hidden, again, stop, ready) == (False, True, False, callbacks.no_update)
    assert said[0] == "Clustering 20 maps of attention-lstm \u2026 0 %"
    assert update_clustering(slow, None, None)[4] == job
    assert len(cluster_jobs()) == 1
    until = attention.heatmap(question(slow))
    assert until.how == "by outcome, most confident first, until the maps are clustered"
    assert until.provenance.parameters["sort"] == "outcome"
    state = execute(library.store().root, job)
    assert state.state == "done"
    assert state.result == {"clustered": slow["run"], "layer": "time", "samples": 20, "clusters": 6}
    done = update_clustering(slow, None, wanted)
    assert (done[0], done[5], done[6]) == (True, None, wanted)
    assert attention.heatmap(question(slow)).how.startswith("by similarity of the maps")
    _, under, *_ = CHARTS[charts.HEATMAP.id].update({"view": slow}, wanted)
    assert "by similarity of the maps: Ward's tree of 20 samples" in under
    assert update_clustering(slow, None, None)[6] is callbacks.no_update


def test_a_cancelled_job_is_asked_for_again_by_its_button_only(slow):
    job = update_clustering(slow, None, None)[4]
    update_asked(0, 1, job, slow)
    hidden, said, again, stop, named, _, _ = update_clustering(slow, None, None)
    assert (hidden, said, again, stop, named) == (False, "It was cancelled.", False, True, "")
    assert len(cluster_jobs()) == 1
    update_asked(1, 1, named, slow)
    assert len(cluster_jobs()) == 2
    assert update_clustering(slow, None, None)[3] is False


def test_a_forgotten_answer_is_made_once_more(slow):
    import shutil

    job = update_clustering(slow, None, None)[4]
    execute(library.store().root, job)
    shutil.rmtree(library.store().root / "cache" / "clusters")
    clustering.forget()
    assert update_clustering(slow, None, None)[4] not in {"", job}


def test_a_layer_that_the_run_lacks_is_named(known):
    from core.jobs import JobSpec

    spec = JobSpec(kind=clustering.KIND, payload={"run": known.run, "layer": "gone"}, queue="here")
    state = execute(library.store().root, library.desk().submit(spec))
    assert state.state == "failed"
    assert "attention layers of this run are time; got 'gone'" in state.error.message


def test_the_stamp_tells_of_a_clustering(slow):
    before = library.stamp()
    execute(library.store().root, update_clustering(slow, None, None)[4])
    assert library.stamp() != before
    assert np.array_equal(
        clustering.clusters(question(slow)).codes, clustering.clusters(question(slow)).codes
    )
