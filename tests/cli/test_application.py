import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import application
from core.cli.application import root_options
from core.errors import DataError
from core.store import Store
from tests.cli.calling import Heed


@pytest.mark.parametrize(
    "line",
    [
        ["--json", "data", "list"],
        ["data", "--json", "list"],
        ["data", "list", "--json"],
    ],
)
def test_json_may_stand_anywhere(heed: Heed, line: list[str]) -> None:
    called = heed(*line)
    assert called.code == 0
    assert called.document == {"datasets": [], "damaged": []}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("joined", [False, True])
def test_home_may_stand_anywhere(heed: Heed, tmp_path: Path, place: int, joined: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    line: list[object] = ["data", "list"]
    line[place:place] = [f"--home={elsewhere}"] if joined else ["--home", elsewhere]
    assert heed("--json", *line).code == 0
    assert (elsewhere / "datasets").is_dir()


def test_what_follows_two_dashes_is_no_option() -> None:
    assert root_options(["show", "--", "--json", "--home"]) == (
        False,
        None,
        ["show", "--", "--json", "--home"],
    )


@pytest.mark.parametrize(
    "line",
    [
        ["nonsense"],
        ["data"],
        ["data", "nonsense"],
        ["train"],
        ["data", "list", "--nonsense"],
        ["data", "list", "extra"],
        ["show"],
        ["jobs", "--limit", "many"],
        ["jobs", "--limit", "0"],
        ["train", "x", "--set", "novalue"],
        ["train", "x", "--set", "=1"],
        ["train", "x", "--set", "units=1", "--set", "units=2"],
        ["train", "x", "--seeds", "a,b"],
        ["train", "x", "--seeds", "1,1"],
        ["train", "x", "--seeds", "-1"],
        ["train", "x", "--augment", ":level=1"],
        ["train", "x", "--train", "epochs"],
        ["serve", "--port", "70000"],
        ["--home"],
        [],
    ],
)
def test_wrong_usage_ends_with_2_and_one_document(heed: Heed, line: list[str]) -> None:
    called = heed("--json", *line)
    assert called.code == 2
    assert called.fits("error")["error"]["kind"] == "usage"
    plain = heed(*line)
    assert plain.code == 2
    assert plain.stdout == ""
    assert plain.stderr


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (["data", "make", "nonsense"], "synthetic"),
        (["data", "make", "synthetic", "--set", "nonsense=1"], "known settings"),
        (["data", "make", "synthetic", "--set", "samples=many"], "samples must be"),
        (["data", "make", "synthetic", "--set", "samples=-5"], "samples must be"),
        (["train", "x", "--model", "nonsense"], "attention-lstm"),
        (["train", "x", "--set", "nonsense=1"], "known settings"),
        (["train", "x", "--preset", "nonsense"], "presets of"),
        (["train", "x", "--augment", "nonsense"], "gaussian-noise"),
        (["train", "x", "--train", "nonsense=1"], "known settings"),
    ],
)
def test_a_wrong_setting_is_wrong_usage_and_says_the_rule(heed: Heed, line: list[str], word: str) -> None:
    if line[0] == "train":
        heed("data", "make", "synthetic", "--set", "samples=40", "--name", "x")
    called = heed("--json", *line)
    assert called.code == 2
    error = called.fits("error")["error"]
    assert error["kind"] == "settings"
    assert word in error["message"]


def test_a_mistake_ends_with_1_and_its_message(heed: Heed) -> None:
    called = heed("data", "show", "nothing")
    assert (called.code, called.stdout) == (1, "")
    assert called.stderr == "heed: there is no dataset 'nothing'\n"


def test_a_bug_leaves_a_reference_here_and_its_traceback_in_the_log_only(
    heed: Heed, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("core.cli.data.all_datasets", broken)
    called = heed.json("data", "list")
    assert called.code == 1
    error = called.fits("error")["error"]
    assert error["kind"] == "internal"
    assert "secret" not in called.stdout + called.stderr
    log = (store.root / "logs" / "command.log").read_text()
    reference = error["message"].split("reference ")[1].split(";")[0]
    assert reference in log
    assert "ZeroDivisionError: a secret detail" in log
    assert heed.json("verify").document["problems"] == []


def test_a_bug_without_a_store_says_that_nothing_was_logged(
    heed: Heed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    called = heed.json("--home", tmp_path / "file", "data", "list")
    assert (called.code, called.document["error"]["kind"]) == (1, "store")


def test_whatever_is_printed_under_json_goes_to_stderr(heed: Heed, monkeypatch: pytest.MonkeyPatch) -> None:
    def talkative(*_: object, **__: object) -> None:
        print("noise")  # noqa: T201 - the point of the test
        raise DataError("no")

    monkeypatch.setattr("core.cli.data.all_datasets", talkative)
    called = heed.json("data", "list")
    assert called.document == {"error": {"kind": "data", "message": "no"}}
    assert "noise" in called.stderr


def test_a_real_process_keeps_even_noise_from_libraries_off_stdout(tmp_path: Path) -> None:
    script = (
        "import os, sys; from core.cli import data, main\n"
        "seen = data.all_datasets\n"
        "def noisy(store): os.write(1, b'from C'); print('from Python'); return seen(store)\n"
        "data.all_datasets = noisy\n"
        "sys.argv = ['heed', '--json', 'data', 'list']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "HEED_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"datasets": [], "damaged": []}
    assert b"from C" in done.stderr
    assert b"from Python" in done.stderr


def test_a_reader_that_goes_away_causes_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m core parts | true"
    done = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "HEED_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def _loaded(statement: str, *modules: str) -> str:
    script = f"import sys, {statement}; print(*[name for name in {modules!r} if name in sys.modules])"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    ).stdout.strip()


def test_the_command_never_loads_tensorflow_or_dash() -> None:
    assert _loaded("core.cli", "tensorflow", "keras", "dash", "aeon", "sklearn", "scipy.stats") == ""


def test_core_alone_loads_nothing_heavy() -> None:
    assert _loaded("core", "numpy", "pandas", "pydantic", "onnxruntime") == ""


def test_every_command_has_a_line_of_help(heed: Heed) -> None:
    command = application.typer.main.get_command(application.application)
    names = [[name] for name in command.commands] + [
        ["data", name] for name in command.commands["data"].commands
    ]
    assert len(names) > 20
    for name in names:
        called = heed(*name, "--help")
        assert called.code == 0
        assert called.stdout.splitlines()[0].startswith("Usage: heed")
