import json
import os
from pathlib import Path

import pytest

from core.augmentation.family import AUGMENTATIONS
from core.cli import house
from core.data import READERS, SOURCES, Dataset
from core.jobs import JobDesk, JobSpec
from core.models.family import MODELS
from core.store import Store
from tests.cli.calling import Heed


def test_every_registered_part_is_listed_with_its_settings(heed: Heed) -> None:
    listed = heed.json("parts").fits("parts")
    for family, registry in (
        ("sources", SOURCES),
        ("readers", READERS),
        ("augmentations", AUGMENTATIONS),
        ("models", MODELS),
    ):
        assert [part["name"] for part in listed[family]] == list(registry.names())
        for part in listed[family]:
            fields = list(registry.part(part["name"]).model_fields)
            assert [setting["name"] for setting in part["settings"]] == fields
            assert all(setting["description"] for setting in part["settings"]), part["name"]
    plain = heed("parts").stdout
    assert all(name in plain for name in (*SOURCES.names(), *MODELS.names()))


def test_a_sound_store_is_verified(heed: Heed, dataset: Dataset, run: str) -> None:
    called = heed.json("verify")
    assert (called.code, called.fits("verify")["problems"]) == (0, [])
    assert called.document["checked"] >= 2
    assert "0 problems" in heed("verify").stdout


def test_a_changed_file_is_found_by_its_hash(heed: Heed, store: Store, dataset: Dataset) -> None:
    path = store.datasets.directory(dataset.id) / "series.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    assert heed.json("verify", "--quick").code == 0
    called = heed.json("verify", "--all")
    assert called.code == 1
    (problem,) = called.fits("verify")["problems"]
    assert dataset.id in problem["where"]
    assert "series.npy" in problem["what"]
    assert heed("verify").code == 1


def test_a_job_whose_record_says_nothing_is_found(heed: Heed, store: Store) -> None:
    job = JobDesk(store).submit(JobSpec(kind="make", payload={"source": "synthetic"}))
    record = store.jobs.directory(job) / "state.json"
    state = json.loads(record.read_text())
    record.write_text(json.dumps({**state, "state": "failed", "ended": state["updated"]}))
    (problem,) = heed.json("verify").fits("verify")["problems"]
    assert problem == {"where": f"jobs/{job}", "what": "failed without a reason"}


def test_the_dashboard_is_served_by_its_own_module(
    heed: Heed, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        house.os, "execve", lambda _, command, environment: started.append((command, environment))
    )
    monkeypatch.delenv("HEED_BIND", raising=False)
    home = tmp_path / "elsewhere"
    told = heed.json("serve", "--port", "8199", "--home", home).fits("serve")
    assert told == {"address": "http://127.0.0.1:8199", "process": os.getpid()}
    ((command, environment),) = started
    assert command[1:] == ["-m", "dashboard"]
    assert (environment["HEED_HOME"], environment["HEED_PORT"]) == (str(home), "8199")
