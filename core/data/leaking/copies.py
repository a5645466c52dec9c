"""Findings about windows that training and test share: the same, nearly the same, moved, overlapping."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import BoolArray, IntArray
from core.data.dataset import Dataset
from core.data.leaking.identical import Hashes, contradicting, repeats
from core.data.leaking.neighbours import Cut, Neighbourhood, spread
from core.data.leaking.overlap import overlapping, records_of
from core.data.leaking.phrases import part_of
from core.data.leaking.report import Finding, Severity
from core.data.leaking.shifted import find_shifted
from core.data.splitting.settings import Split, SplitSettings
from core.data.splitting.times import begin_together, label_horizon, label_spans, time_spans

FEW = 0.01  # up to this share of the test windows, shared ones are a caution and no leak
MOST_LEARNT, MOST_ASKED = 100_000, 20_000  # windows that are searched for near ones, evenly spread
FLATTERS = "A model can know their answers by heart, so figures on the test part flatter it."


@dataclass(frozen=True, eq=False)
class Question:
    """One kind of sharing, as it is told.

    Attributes:
        kind, title: Of the finding.
        shared: What a shared window is or does, after "... of 200 test windows".
        none: What is said when there is none.
        few: Share up to which it is a caution.
    """

    kind: str
    title: str
    shared: str
    none: str
    few: float = FEW


IDENTICAL = Question(
    "identical",
    "The same windows on both sides",
    "are the very same as a training window",
    "No test window has the same values as a training window",
)
NEAR = Question(
    "near",
    "Nearly the same windows on both sides",
    "are nearly the same as a training window (they differ by less than 3 % of what they vary by)",
    "No further test window is nearly the same as a training window",
)
OVERLAP = Question(
    "overlap",
    "Overlapping windows on both sides",
    "share steps of one record with a training window",
    "No test window shares a step with a training window of the same record",
    few=0.0,
)
AHEAD = replace(
    OVERLAP,
    shared="share steps of one record with a training window, or reach into the rows up to its label",
    none="No test window shares a step with a training window of the same record, or with the rows up to "
    "its label",
)
TOGETHER = (
    "windows begin at the same dates and no entities are named, so each is taken as a record of its own"
)


def same_windows(split: Split, hashes: Hashes) -> tuple[Finding, BoolArray]:
    """Return the finding about equal windows, and which samples (N,) are in training too."""
    in_training = np.isin(hashes, hashes[split.train])
    return _told(IDENTICAL, split, in_training[split.test], in_training[split.validation]), in_training


def near_windows(split: Split, neighbourhood: Neighbourhood, known: BoolArray) -> tuple[Finding, str]:
    """Return the finding about nearly equal windows, and what was not looked at.

    Args:
        split: The split.
        neighbourhood: Finds near windows.
        known: Which samples (N,) are the very same as a training window: those are not counted again.
    """
    learnt = spread(split.train, MOST_LEARNT)
    asked = [spread(rows, MOST_ASKED) for rows in (split.test, split.validation)]
    near = neighbourhood.near(Cut(np.concatenate(asked)), Cut(learnt)) & ~known[np.concatenate(asked)]
    finding = _told(NEAR, split, near[: len(asked[0])], near[len(asked[0]) :])
    if len(learnt) == len(split.train) and len(asked[0]) == len(split.test):
        return finding, ""
    return finding, (
        f"For nearly equal windows {len(asked[0]):,} of {len(split.test):,} test windows were held against "
        f"{len(learnt):,} of {len(split.train):,} training windows, evenly spread."
    )


def moved_windows(dataset: Dataset, split: Split, neighbourhood: Neighbourhood, known: BoolArray) -> Finding:
    """Return the finding about windows that seem to be cut beside each other."""
    kind, title = "shifted", "Windows of one record, moved by some steps"
    if time_spans(dataset) is not None:
        words = "Untested: the data says where its windows were cut, so that overlap is known exactly."
        return Finding(kind, "untested", title, words)
    fresh = split.test[~known[split.test]]
    answer = find_shifted(dataset, neighbourhood, split.train, fresh)
    if answer is None:
        return Finding(
            kind, "untested", title, "Untested: windows this short, or none, can't be compared so."
        )
    count, asked = int(answer.found.sum()), len(answer.found)
    looked = (
        f"stretches of {answer.stretch} steps at any place, and windows moved by up to 3 steps"
        if answer.stretch
        else "windows moved by up to 3 steps; values are too coarse to look for stretches at any place"
    )
    against = f"Held against {answer.others:,} training windows ({looked})"
    if not count:
        words = f"{against}, none of {asked:,} test windows seems to be cut beside one."
        return Finding(kind, "ok", title, words, 0, 0.0, asked)
    share = count / asked
    words = (
        f"{against}, {part_of(count, asked, 'test windows')} hold a piece of a training window: windows of "
        f"one record seem to overlap, on both sides of the split. {FLATTERS} Load the data with its entities "
        "or times, so that they can be kept apart."
    )
    return Finding(kind, "leak" if share > FEW else "caution", title, words, count, share, asked)


def overlapping_windows(dataset: Dataset, split: Split) -> Finding:
    """Return the finding about windows of one record that share steps."""
    spans = label_spans(dataset)
    if spans is None:
        words = "Untested: the data does not say where its windows were cut."
        if begin_together(dataset):
            words = f"Untested: {TOGETHER}."
        return Finding(OVERLAP.kind, "untested", OVERLAP.title, words)
    records = records_of(dataset)
    return _told(
        AHEAD if label_horizon(dataset) else OVERLAP,
        split,
        overlapping(records, spans, split.test, split.train),
        overlapping(records, spans, split.validation, split.train),
    )


def repeated_windows(split: Split, hashes: Hashes) -> Finding:
    """Return the finding about windows that come more than once within a part."""
    title = "Windows that come twice within a part"
    used = len(split.train) + len(split.validation) + len(split.test)
    counts = {name: int(repeats(hashes[split.part(name)]).sum()) for name in ("train", "validation", "test")}
    total = sum(counts.values())
    if not total:
        return Finding("repeated", "ok", title, "No window comes twice within a part.", 0, 0.0, used)
    listed = ", ".join(f"{count:,} in {name}" for name, count in counts.items() if count)
    words = (
        f"{part_of(total, used, 'windows')} are copies of another one in the same part ({listed}). They "
        "count more than once: in training they weigh more, in the test part they make intervals too narrow."
    )
    return Finding("repeated", "caution", title, words, total, total / used, used)


def contradicting_windows(split: Split, hashes: Hashes, codes: IntArray | None) -> Finding:
    """Return the finding about equal windows whose labels differ."""
    title = "Equal windows with different labels"
    if codes is None:
        return Finding("contradicting", "untested", title, "Untested: there is no label for each window.")
    used = np.sort(np.concatenate([split.train, split.validation, split.test]))
    count = int(contradicting(hashes[used], codes[used]).sum())
    if not count:
        words = "No two equal windows have different labels."
        return Finding("contradicting", "ok", title, words, 0, 0.0, len(used))
    words = (
        f"{part_of(count, len(used), 'windows')} are the very same as another one that has another label. No "
        "model can be right on all of them: look at how labels were given."
    )
    return Finding("contradicting", "caution", title, words, count, count / len(used), len(used))


def _told(question: Question, split: Split, tested: BoolArray, validated: BoolArray) -> Finding:
    """Return the finding about windows that training shares with the other parts."""
    count, asked = int(tested.sum()), len(tested)
    share = count / asked if asked else 0.0
    early = int(validated.sum())
    severity: Severity = "ok"
    if count:
        severity = "leak" if share > question.few else "caution"
    elif early:
        severity = "caution"
    words = f"{question.none} (n = {asked:,})."
    if count:
        words = f"{part_of(count, asked, 'test windows')} {question.shared}. {FLATTERS}"
    if early:
        also = "too" if count else question.shared
        words += (
            f" {part_of(early, len(validated), 'validation windows')} {also}: they choose the best epoch."
        )
    repair = changed_settings(split, purge=True) if severity != "ok" else None
    return Finding(question.kind, severity, question.title, words, count, share, asked, repair)


def changed_settings(split: Split, **changes: object) -> SplitSettings:
    """Return the settings of a split with some changed."""
    return SplitSettings.model_validate({**split.settings.model_dump(), **changes})
