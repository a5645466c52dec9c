"""The guide about data: its commands and snippets run, its limits are those of the code."""

import doctest
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.augmentation.family import AUGMENTATIONS
from core.confine.limits import Limits
from core.data import READERS, SOURCES, folders, limits
from core.data.leaking.copies import FEW as FEW_SHARED
from core.data.leaking.neighbours import BOUND
from core.data.leaks import examine_split
from core.data.quality_channels import OUTLIER_BOUND
from core.data.quality_pairs import ALIKE
from core.data.quality_remarks import FEW, MANY_OUTLIERS, MUCH_MISSING, SKEWED
from core.data.readers.long import LongReader
from core.data.scaler import ScalerSettings
from core.data.splits import ENOUGH_ENTITIES, SplitSettings, make_split
from core.data.tables_guess import LENGTH
from core.registry import describe_settings
from core.store import Store
from dashboard.services.uploads import keeping
from dashboard.settings import Settings
from tests.cli.calling import Heed
from tests.data.datasets import tiny
from tests.jobs.running import end_all

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "guide" / "data.md").read_text()
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GIB, MIB = 2**30, 2**20


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it stands for, what it holds."""

    kind: str
    file: str
    text: str
    line: int


def blocks() -> Iterator[Block]:
    for found in FENCE.finditer(TEXT):
        yield Block(found[1], found[2] or "", found[3], TEXT[: found.start()].count("\n") + 2)


def section(title: str) -> str:
    return re.split(r"^## ", TEXT.partition(f"\n## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def tables(title: str) -> list[list[list[str]]]:
    """Return the tables of a section: rows of cells, without the line below the head."""
    found = re.findall(r"(?:^\|.*\n)+", section(title), re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()
         if not set(line) <= set("|- ")]
        for table in found
    ]  # fmt: skip


def names(title: str, place: int = 0) -> list[str]:
    """Return what stands in the first column of a table of a section, without its marks of code."""
    return [row[0].strip("`") for row in tables(title)[place][1:]]


def whole(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_what_the_guide_shows_happens(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    heed, said = Heed(capsys), ""
    known: dict[str, Any] = {}
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    try:
        for block in blocks():
            if block.file:
                (tmp_path / block.file).write_text(block.text)
            elif block.kind == "sh":
                said = ""
                for line in block.text.splitlines():
                    called = heed(*shlex.split(line)[1:])
                    assert called.code == 0, (line, called.stderr)
                    said += called.stdout
            elif block.kind == "text":
                missing = [line for line in block.text.splitlines() if whole(line) not in whole(said)]
                assert not missing, (missing, said)
            else:
                assert block.kind == "python", block
                told: list[str] = []
                test = parser.get_doctest(block.text, known, "data.md", "data.md", block.line)
                runner.run(test, out=told.append, clear_globs=False)
                assert not told, "".join(told)
                known = test.globs
    finally:
        end_all(store)


def test_every_file_of_the_guide_is_short_and_used() -> None:
    shown = [block for block in blocks() if block.file]
    commands = "".join(block.text for block in blocks() if block.kind == "sh")
    assert {block.kind for block in blocks()} == {"csv", "ts", "sh", "text", "python"}
    for block in shown:
        assert block.file in commands
        assert len(block.text.splitlines()) <= 10


def test_the_limits_of_the_guide_are_those_of_the_code() -> None:
    dataset, upload, folder, child = ({row[0]: row[1:] for row in table[1:]} for table in tables("Limits"))
    (rows,) = (bound.le for bound in LongReader.model_fields["length"].metadata if hasattr(bound, "le"))
    assert dataset == {
        "file, in a folder or a shell": [f"{limits.FILE_BYTES // GIB} GB"],
        "samples": [f"{limits.SAMPLES:,}"],
        "values (samples x steps x channels)": [f"{limits.CELLS:,}"],
        "steps": [f"{limits.STEPS:,}"],
        "channels, or columns of a table": [f"{limits.COLUMNS:,}"],
        "classes of a target": [f"{limits.CLASSES:,}"],
        "further columns of samples": [f"{limits.METADATA:,}"],
        "derived modalities": [f"{limits.MODALITIES:,}"],
        "arrays in an archive": [f"{limits.NPZ_MEMBERS:,}"],
        "how far an archive may shrink an array": [f"{limits.NPZ_RATIO:,} : 1"],
        "characters of a line in a table": [f"{limits.LINE_CHARACTERS:,}"],
        "characters of a dataset's name": [f"{limits.NAME_CHARACTERS:,}"],
        "characters of a channel, class or sample name": [f"{limits.LABEL_CHARACTERS:,}"],
        "characters of a description": [f"{limits.DESCRIPTION_CHARACTERS:,}"],
        "rows of a window": [f"{rows:,}"],
    }
    default = {name: field.default for name, field in Settings.model_fields.items()}
    assert upload == {
        "file, through the browser": [f"{default['upload_limit'] // 1024} GB"],
        "uploads of one owner that were not read yet": [f"{default['upload_quota'] // 1024} GB"],
        "piece": [f"{keeping.CHUNK // MIB} MB"],
        "unfinished uploads of one owner": [f"{keeping.OPEN}"],
        "uploads that wait to be read": [f"{keeping.KEPT}"],
        "time without progress or use": [f"{keeping.AGE / 3600:g} hour"],
    }
    assert folder == {
        "files that are listed": [f"{folders.MOST_FILES:,}"],
        "folders below a registered one": [f"{folders.DEPTH}"],
    }
    assert child == {
        "memory": [f"{limits.CHILD_BYTES / GIB:g} GB", f"{limits.PREVIEW_BYTES / GIB:g} GB"],
        "time of the processor": [f"{limits.CHILD_SECONDS} s", f"{limits.PREVIEW_SECONDS} s"],
        "one more second for each": [f"{limits.CHILD_PACE // MIB} MB", f"{limits.PREVIEW_PACE // MIB} MB"],
        "time on the clock, of that": [f"{limits.CLOCK} times"] * 2,
        "largest file it writes": [
            f"{limits.CHILD_FILE_BYTES // GIB} GB",
            f"{limits.PREVIEW_FILE_BYTES // MIB} MB",
        ],
    }


def test_the_defaults_of_a_confined_child_keep_to_the_limits() -> None:
    assert Limits().memory == limits.CHILD_BYTES
    assert Limits().seconds == limits.CHILD_SECONDS


@pytest.mark.parametrize("page", ["command.md", "data.md", "deploy.md"])
def test_numbers_of_the_guides_are_those_of_the_code(page: str) -> None:
    uploaded = Settings.model_fields["upload_limit"].default // 1024
    text = (DOCS / "guide" / page).read_text()
    said = {
        "command.md": [
            f"{limits.FILE_BYTES // GIB} GB ({uploaded} GB through the browser)",
            f"{limits.CELLS:,} values",
            f"{limits.SAMPLES:,} samples",
            f"{limits.STEPS:,} steps",
            f"{limits.COLUMNS:,} channels",
            f"{limits.CLASSES:,} classes",
        ],
        "data.md": [
            f"differ by less than {100 * BOUND:g} % of what they vary by",
            f"above {100 * FEW_SHARED:g} % of the test windows",
            f"`entity` where {ENOUGH_ENTITIES} or more are named".replace("5", "five"),
            f"caution above {100 * MUCH_MISSING:g} % in a channel",
            f"correlated beyond {ALIKE:g}",
            f"further than {OUTLIER_BOUND:g} robust standard deviations",
            f"a caution above {100 * MANY_OUTLIERS:g} % |",
            f"fewer than {FEW} samples",
            f"with {100 * SKEWED:g} % or more",
            f"{LENGTH} unless guessed otherwise",
        ],
        "deploy.md": [
            f"at most {keeping.CHUNK // MIB} MB",
            f"({keeping.OPEN} unfinished, {keeping.KEPT} in all)",
        ],
    }
    assert [words for words in said[page] if words not in whole(text)] == []


def test_the_guide_names_every_reader_source_split_scaling_and_augmentation() -> None:
    kinds = {setting.name: setting.choices for setting in describe_settings(SplitSettings)}["kind"]
    scalings = {setting.name: setting.choices for setting in describe_settings(ScalerSettings)}["kind"]
    assert names("Which files") == [name for name in ("wide", "long", "npz", "npy", "ts") if name in READERS]
    assert len(names("Which files")) == len(READERS.names())
    assert set(names("Made data")) == set(SOURCES.names())
    assert set(names("Splits")) == set(kinds)
    assert set(names("Scaling")) == set(scalings)
    assert set(names("Augmentations")) == set(AUGMENTATIONS.names())


def test_the_guide_names_the_findings_of_the_leak_guard_in_their_order() -> None:
    dataset = tiny(samples=60)
    report = examine_split(dataset, make_split(dataset))
    assert names("Leaks") == [*(finding.title for finding in report.findings), "Drift"]
