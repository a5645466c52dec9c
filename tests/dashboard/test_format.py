import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.components import format as words


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (words.accuracy(0.9467, (0.898, 0.973), 150), "94.7 % (95 % CI 89.8-97.3, n = 150)"),
        (words.accuracy(0.5), "50.0 %"),
        (words.accuracy(None), "-"),
        (words.accuracy(float("nan"), (0, 1), 3), "-"),
        (words.number(0.000012345), "1.23e-05"),
        (words.number(0.12345), "0.123"),
        (words.number(1234.5), "1,234"),
        (words.number(0), "0"),
        (words.number(float("inf")), "-"),
        (words.count(12345), "12,345"),
        (words.counted(1, "class", "classes"), "1 class"),
        (words.counted(2, "class", "classes"), "2 classes"),
        (words.duration(0.42), "0.4 s"),
        (words.duration(50), "50 s"),
        (words.duration(200), "3 min 20 s"),
        (words.duration(7500), "2 h 5 min"),
        (words.clipped("a" * 50, 20), "a" * 13 + "\u2026" + "a" * 6),
        (words.short_id("a41cdddd"), "#a41c"),
    ],
)
def test_numbers_are_written_as_the_interface_says(said, wanted):
    assert said == wanted


def test_times_are_told_from_now():
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert words.ago(now - timedelta(seconds=5), now) == "just now"
    assert words.ago(now - timedelta(minutes=5), now) == "5 min ago"
    assert words.ago(now - timedelta(days=3), now) == "2026-11-18"


@pytest.mark.parametrize("room", ["core", "dashboard"])
def test_a_number_of_samples_has_one_spelling_everywhere(room):
    bare = re.compile(r"\bn = \{(?!count\(|counts\}|of\})[^{}:]*\}")
    house = Path(__file__).parents[2] / room
    found = [
        f"{path.relative_to(house)}: {text}"
        for path in house.rglob("*.py")
        for text in bare.findall(path.read_text())
    ]
    assert not found
