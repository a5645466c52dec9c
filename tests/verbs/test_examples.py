"""The examples of the verbs and the snippets of the guides do what they say."""

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import core
from core.data import Dataset
from core.store import Store, open_store
from tests.cli.calling import Heed
from tests.jobs.running import end_all

pytestmark = pytest.mark.slow
GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guide"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Dataset, str, str]]:
    """Give a store with two short trainings on GunPoint, made by the job slots."""
    store = open_store(tmp_path_factory.mktemp("examples") / "home")
    dataset = core.make("bundled", {"name": "GunPoint"}, store=store)
    try:
        runs = [
            core.train(dataset, model, training={"epochs": 1}, store=store).run.id
            for model in ("attention-lstm", "lstm")
        ]
        yield store, dataset, runs[0], runs[1]
    finally:
        end_all(store)


def _checked(test: doctest.DocTest) -> None:
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert not told, "".join(told)


# Training comes last: it adds a run.
@pytest.mark.parametrize("verb", sorted(core.VERBS, key=lambda verb: verb == "train"))
def test_the_example_of_a_verb_does_what_it_says(
    trained: tuple[Store, Dataset, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    store, dataset, run, other_run = trained
    monkeypatch.setenv("HEED_HOME", str(store.root))
    monkeypatch.chdir(tmp_path)
    names = {"dataset": dataset, "run": run, "other_run": other_run}
    (example,) = doctest.DocTestFinder(recurse=False).find(getattr(core, verb), verb, globs=names)
    assert len(example.examples) >= 2
    _checked(example)


def test_the_guide_to_the_library_does_what_it_says(store: Store) -> None:
    text = (GUIDES / "python.md").read_text()
    try:
        _checked(doctest.DocTestParser().get_doctest(text, {}, "python.md", "python.md", 0))
    finally:
        end_all(store)


def test_the_guide_to_the_command_does_what_it_says(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (GUIDES / "command.md").read_text()
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    monkeypatch.chdir(tmp_path)
    rows = [f"{place},{place + 1},{place % 5},{'up' if place % 2 else 'down'}" for place in range(20)]
    (tmp_path / "waves.csv").write_text("\n".join(["0,1,2,kind", *rows]))
    heed = Heed(capsys)
    try:
        for line in lines:
            called = heed(*shlex.split(line)[1:])
            assert called.code == 0, (line, called.stderr)
    finally:
        end_all(store)
    assert len((tmp_path / "scores.csv").read_text().splitlines()) == 201


def test_the_guide_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    text = (GUIDES / "command.md").read_text()
    listed = Heed(capsys)("--help").stdout.split("Commands:")[1]
    for line in listed.splitlines():
        name = line.strip().split(" ")[0]
        assert not name or name == "data" or f"heed {name}" in text, name
