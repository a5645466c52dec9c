from pathlib import Path

from core.jobs import JobDesk, JobSpec
from core.store import Store
from tests.cli.calling import Heed


def _submitted(store: Store, title: str = "a job", queue: str = "here") -> str:
    # Jobs of the queue "here" are executed by nobody else, so they wait as long as a test looks.
    return JobDesk(store).submit(JobSpec(kind="make", payload={}, title=title, queue=queue))


def test_jobs_are_listed_newest_first(heed: Heed, store: Store) -> None:
    ids = [_submitted(store, f"job {number}") for number in range(3)]
    listed = heed.json("jobs").fits("jobs")["jobs"]
    assert [job["id"] for job in listed] == ids[::-1]
    assert {job["state"] for job in listed} == {"queued"}
    assert len(heed.json("jobs", "--limit", "2").document["jobs"]) == 2
    assert "job 2" in heed("jobs").stdout


def test_an_empty_list_says_so(heed: Heed) -> None:
    assert heed("jobs").stdout == "No jobs yet.\n"
    assert heed.json("jobs").fits("jobs") == {"jobs": []}


def test_a_waiting_job_is_cancelled_at_once_and_twice_is_no_error(heed: Heed, store: Store) -> None:
    job = _submitted(store)
    for _ in range(2):
        assert heed.json("cancel", job[:6]).fits("cancel") == {"job": job, "state": "cancelled"}


def test_a_job_that_did_not_end_is_not_resumed(heed: Heed, store: Store) -> None:
    job = _submitted(store)
    called = heed.json("resume", job)
    assert (called.code, called.document["error"]["kind"]) == (1, "job")


def test_a_cancelled_job_of_this_process_goes_on_in_this_process(heed: Heed, store: Store) -> None:
    job = _submitted(store)
    heed("cancel", job)
    resumed = heed.json("resume", job).fits("resume")
    assert resumed["state"] in {"done", "failed"}


def test_data_without_labels_is_refused_before_a_job_is_made(heed: Heed, tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    file.write_text("a,b,c\n" + "1,2,3\n4,5,6\n" * 5)
    heed.json("data", "load", file, "--set", "label=")
    called = heed.json("train", "bare")
    assert (called.code, called.fits("error")["error"]["kind"]) == (1, "data")
    assert "target" in called.document["error"]["message"]
    assert heed.json("jobs").document["jobs"] == []
