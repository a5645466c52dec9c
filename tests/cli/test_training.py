"""Real trainings through the command: real jobs, real TensorFlow, real ONNX Runtime."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data import Dataset
from core.store import Store
from tests.cli.calling import Called, Heed
from tests.jobs.running import end_all
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
SMALL = ("--model", "attention-lstm", "--set", "units=4", "--epochs", "2")


@pytest.fixture(autouse=True)
def _no_runner_left(store: Store) -> Iterator[None]:
    yield
    end_all(store)


def _line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "core", *(str(argument) for argument in arguments)]


def test_a_training_goes_all_the_way_to_scores(
    heed: Heed, store: Store, dataset: Dataset, tmp_path: Path
) -> None:
    line = (*SMALL, "--set", "heads=2", "--seeds", "0,1", "--augment", "gaussian-noise:level=0.05")
    called = heed.json("train", "waves", *line)
    assert called.code == 0, called.stdout
    trained = called.fits("train")
    assert [run["seed"] for run in trained["runs"]] == [0, 1]
    ids = [run["id"] for run in trained["runs"]]
    for run in ids:
        assert heed.json("show", run).fits("show")["experiment"] == trained["experiment"]
    layers = heed.json("attend", ids[0]).fits("attend")["layers"]
    assert [layer["head"] for layer in layers] == [None, 0, 1]
    assert heed.json("compare", *ids).fits("compare")["samples"] == 12

    told = heed.json("predict", ids[0], "waves", "--out", tmp_path / "scores.csv").fits("predict")
    assert (told["samples"], told["labelled"], told["trained_on"]) == (60, 60, 48)
    with (tmp_path / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *(
            "id",
            "actual",
            "predicted",
            "probability 0 low",
            "probability 1 high",
            "outcome",
            "peak_step",
            "part",
        )
    ]
    test = [row for row in rows if row["part"] == "test"]
    right = sum(row["outcome"] in {"TP", "TN"} for row in test) / len(test)
    assert right == pytest.approx(trained["runs"][0]["metrics"]["test"]["accuracy"])
    assert all(
        float(row["probability 0 low"]) + float(row["probability 1 high"]) == pytest.approx(1) for row in rows
    )

    unlabelled = tmp_path / "unlabelled.csv"
    unlabelled.write_text("\n".join(",".join(str(n * step) for step in range(12)) for n in range(5)))
    unlabelled.write_text(",".join(f"s{n}" for n in range(12)) + "\n" + unlabelled.read_text() + "\n")
    heed.json("data", "load", unlabelled, "--set", "label=", "--name", "new")
    told = heed.json("predict", ids[0], "new", "--out", tmp_path / "new.parquet").fits("predict")
    assert (told["samples"], told["labelled"], told["metrics"]) == (5, 0, None)
    assert heed.json("verify").fits("verify")["problems"] == []


def test_the_same_seed_gives_the_same_run_in_the_slots_and_here(
    heed: Heed, store: Store, dataset: Dataset
) -> None:
    called = heed.json("train", "waves", *SMALL)
    assert called.code == 0, called.stdout
    slot = called.fits("train")["runs"][0]
    done = subprocess.run(
        _line("--json", "train", "waves", *SMALL, "--here"), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    here = Called(0, done.stdout.decode(), done.stderr.decode()).fits("train")["runs"][0]
    assert here["metrics"] == slot["metrics"]
    assert here["id"] != slot["id"]


def heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopping_to_wait_leaves_the_job_at_work(heed: Heed, store: Store, dataset: Dataset) -> None:
    line = _line("train", "waves", "--set", "units=4", "--epochs", "10000", "--train", "patience=0")
    # A shell starts what it puts into the background with Ctrl-C ignored, and so would a suite started there.
    with subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - no threads here
    ) as waiting:

        def states() -> list[str]:
            return [job["state"] for job in heed.json("jobs").document["jobs"]]

        wait_until(lambda: "running" in states(), 60, "start of the job")
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=120)
    (job,) = heed.json("jobs").fits("jobs")["jobs"]
    assert (waiting.returncode, out) == (1, "")
    assert f"still at work: {job['id']}" in err
    assert "Traceback" not in err
    assert job["state"] == "running"
    heed.json("cancel", job["id"]).fits("cancel")
    wait_until(lambda: states() == ["cancelled"], 60, "end of the job")


def test_what_can_not_be_split_is_refused_before_there_is_a_job(
    heed: Heed, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "few.csv"
    file.write_text("a,b,c,label\n1,2,3,x\n4,5,6,y\n7,8,9,z\n7,8,8,z\n")
    heed.json("data", "load", file).fits("data-load")
    called = heed.json("train", "few", *SMALL)
    assert (called.code, called.fits("error")["error"]["kind"]) == (1, "data")
    assert heed.json("jobs").fits("jobs")["jobs"] == []


def test_a_training_that_fails_says_why_and_names_its_job(heed: Heed, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    rows = [f"{sign}3e38,{sign}3e38,{sign}3e38,{name}" for sign, name in (("", "x"), ("-", "y"))] * 10
    file.write_text("\n".join(["a,b,c,label", *rows]) + "\n")
    heed.json("data", "load", file).fits("data-load")
    called = heed.json("train", "huge", "--model", "cnn-attention", "--epochs", "1", "--scaling", "kind=none")
    assert called.code == 1
    error = called.fits("error")["error"]
    (job,) = heed.json("jobs").fits("jobs")["jobs"]
    assert (error["kind"], job["state"]) == ("job", "failed")
    assert job["id"] in error["message"]
    assert job["error"]["message"] in error["message"]
    assert "internal" not in error["message"].lower()


def test_progress_is_drawn_on_a_terminal_only(heed: Heed, store: Store, dataset: Dataset) -> None:
    line = _line("--json", "train", "waves", *SMALL)
    done = subprocess.run(line, capture_output=True, check=True, text=True)
    assert json.loads(done.stdout)["runs"]
    assert "\x1b" not in done.stderr

    leader, follower = os.openpty()
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=follower, text=True) as process:
        os.close(follower)
        drawn = b""
        while True:
            try:
                drawn += (piece := os.read(leader, 65536))
            except OSError:  # how Linux tells that the last writer of a terminal has gone
                break
            if not piece:
                break
        out, _ = process.communicate(timeout=60)
    os.close(leader)
    assert json.loads(out)["runs"]
    assert b"attention-lstm, seed 0" in drawn
    assert b"\x1b[" in drawn
