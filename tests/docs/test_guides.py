"""What the guides show is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")

USE = """
import numpy as np
rng = np.random.default_rng(0)
series = np.zeros((4, 6, 2), np.float32)
lengths = np.array([6, 3, 1, 5])
for row, length in enumerate(lengths):
    series[row, :length] = rng.normal(size=(length, 2))
before = series.copy()
windows = Windows(series, lengths, np.zeros(4, np.int64))
moved = AUGMENTATIONS.create("reversal", {"probability": 1}).apply(windows, rng).series
assert moved.shape == series.shape and (series == before).all()
for row, length in enumerate(lengths):
    assert not moved[row, length:].any()
    assert (moved[row, :length] == series[row, :length][::-1]).all()
assert not np.array_equal(moved, series)
"""


def test_the_part_of_the_guide_works_as_it_stands() -> None:
    code = re.search(r"```python\n(.*?)```", (GUIDE / "extend.md").read_text(), re.DOTALL)
    assert code is not None
    done = subprocess.run(
        [sys.executable, "-c", code[1] + USE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "page",
    sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")]),
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_links_of_the_documents_lead_somewhere(page: Path) -> None:
    missing = [target for target in LINK.findall(page.read_text()) if not (page.parent / target).exists()]
    assert missing == []


def test_every_setting_of_the_server_is_in_the_guide() -> None:
    guide = (GUIDE / "deploy.md").read_text()
    missing = [name for name in Settings.model_fields if f"HEED_{name.upper()}" not in guide]
    assert missing == []
