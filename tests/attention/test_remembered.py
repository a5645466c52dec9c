from threading import Barrier, Thread

import pytest

from core.attention.remembered import Remembered


def test_an_answer_is_made_once_however_many_ask_at_the_same_time() -> None:
    kept: Remembered[int] = Remembered(2)
    made: list[int] = []
    together = Barrier(4)

    def ask() -> None:
        together.wait()
        kept.get("a", lambda: made.append(1) or 7)

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_the_answer_asked_for_longest_ago_is_forgotten_first() -> None:
    kept: Remembered[str] = Remembered(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)
    assert kept.get("a", lambda: "anew") == "a"
    assert kept.get("b", lambda: "anew") == "anew"
    kept.clear()
    assert kept.get("a", lambda: "anew") == "anew"


def test_what_could_not_be_made_is_tried_again() -> None:
    kept: Remembered[int] = Remembered(1)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.get("a", fail)
    assert kept.get("a", lambda: 3) == 3
