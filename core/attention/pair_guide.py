"""How to read two modalities that look at each other, evaluated on one sample."""

from dataclasses import dataclass

import numpy as np

from core.arrays import DoubleArray
from core.attention.aligned import AGREEING, ALPHA, CHANCE, CONFLICTING, EVEN
from core.attention.alignment import correlation
from core.attention.pair_groups import CORRECTNESS
from core.attention.run_modalities import RunModalities
from core.attention.sample_modalities import SampleModalities

FOCUSED_BELOW, DIFFUSE_FROM = 0.7, 0.95  # normalised entropy
CONFIDENT_FROM = 0.5
APART = 0.2  # entropies of the two directions
QUARTER = 25
LEAST = 5  # correct predictions that one is held against


@dataclass(frozen=True)
class Check:
    """One question about the sample in view.

    Attributes:
        question: The question.
        holds: Its answer; None where it can't be answered.
        numbers: What it rests on.
        meaning: What the answer may mean, hedged.
    """

    question: str
    holds: bool | None
    numbers: str
    meaning: str

    @property
    def answer(self) -> str:
        """The answer as a word."""
        return "can't be told" if self.holds is None else ("yes" if self.holds else "no")


@dataclass(frozen=True)
class Guide:
    """What is to be read in the attention of a sample.

    Attributes:
        focus: For each direction "focused", "diffuse" or "in between".
        agreement: "agreeing", "conflicting", "no more than chance" or "even".
        correct: Whether the prediction is right; None where the class is unknown.
        checks: The checklist for correct, or for incorrect predictions.
        sentences: How the sample reads, in words.
    """

    focus: tuple[str, str]
    agreement: str
    correct: bool | None
    checks: tuple[Check, ...]
    sentences: tuple[str, ...]


def read_sample(
    sample: SampleModalities, whole: RunModalities, actual: int, predicted: int, confidence: float
) -> Guide:
    """Read one sample and go through the checklist that suits its prediction.

    Args:
        sample: The sample.
        whole: The samples it is held against.
        actual: Code of its class, -1 where unknown.
        predicted: Code of the predicted class.
        confidence: Confidence of the prediction, 0 to 1.
    """
    correct = None if actual < 0 else predicted == actual
    entropies = (float(sample.measures.entropy(0)[0]), float(sample.measures.entropy(1)[0]))
    focus = (_focus(entropies[0]), _focus(entropies[1]))
    agreement = _agreement(sample)
    made = _of_incorrect if correct is False else _of_correct
    checks = made(sample, whole, entropies, confidence)
    return Guide(focus, agreement, correct, checks, _sentences(sample, focus, entropies, agreement))


def _focus(entropy: float) -> str:
    if entropy < FOCUSED_BELOW:
        return "focused"
    return "diffuse" if entropy >= DIFFUSE_FROM else "in between"


def _agreement(sample: SampleModalities) -> str:
    value, share = sample.alignment(), sample.by_chance()
    if not np.isfinite(value):
        return EVEN
    if value > 0 and share < ALPHA:
        return AGREEING
    return CONFLICTING if value < 0 and share > 1 - ALPHA else CHANCE


def _sentences(
    sample: SampleModalities, focus: tuple[str, str], entropies: tuple[float, float], agreement: str
) -> tuple[str, ...]:
    a, b = sample.pair.a, sample.pair.b
    looks = {
        "focused": "each step looks at few places",
        "diffuse": "every step looks everywhere alike, so that the map says next to nothing",
        "in between": "each step looks at many places, some more than others",
    }
    said = [
        f"{asking} looks at {looked}: {word}, {looks[word]} (entropy {entropy:.2f})."
        for asking, looked, word, entropy in ((a, b, focus[0], entropies[0]), (b, a, focus[1], entropies[1]))
    ]
    meant = {
        AGREEING: "agreeing: where one looks, the other tends to look back",
        CONFLICTING: "conflicting: where one looks, the other tends to look away",
        CHANCE: "no more alike than under circular shifts: neither agreement nor conflict can be told",
        EVEN: "a map is even, so that there is nothing to hold against the other",
    }
    numbers = "" if agreement == EVEN else f" (r = {sample.alignment():+.2f}, {_reach(sample)})"
    return (*said, f"The directions are {meant[agreement]}{numbers}.")


def _reach(sample: SampleModalities) -> str:
    return f"{100 * sample.by_chance():.0f} % of shifts reach as much"


def _of_correct(
    sample: SampleModalities, whole: RunModalities, entropies: tuple[float, float], confidence: float
) -> tuple[Check, ...]:
    falls = whole.overall.falls
    return (
        _confident(confidence, "A right answer by a narrow margin says little about where it looked."),
        Check(
            "Does at least one direction tell places apart?",
            min(entropies) < DIFFUSE_FROM,
            f"entropies {entropies[0]:.2f} and {entropies[1]:.2f}; {DIFFUSE_FROM} counts as diffuse",
            "Where both are diffuse, the prediction does not rest on single places.",
        ),
        _agreeing(sample),
        _like_correct(sample, whole, wanted=0),
        Check(
            "Over the samples, does alignment fall for mismatched pairs?",
            falls,
            "too few samples"
            if falls is None
            else f"{whole.overall.alignment:+.2f} to {whole.overall.strangers:+.2f},"
            f" p = {whole.overall.strangers_p:.2g}, n = {len(whole.samples):,}",
            "Where it does not, agreement may come from places alone, whatever stands there.",
        ),
    )


def _of_incorrect(
    sample: SampleModalities, whole: RunModalities, entropies: tuple[float, float], confidence: float
) -> tuple[Check, ...]:
    usual = whole.groups.of("prediction")[0]
    ab = _beyond(entropies[0], usual.known("entropy_ab"), above=True)
    ba = _beyond(entropies[1], usual.known("entropy_ba"), above=True)
    low = _beyond(sample.alignment(), usual.known("agreement"), above=False)
    apart = abs(entropies[0] - entropies[1])
    sharper = sample.pair.a if entropies[0] < entropies[1] else sample.pair.b
    told = f"n = {usual.count:,} correct predictions"
    return (
        Check(
            "Does a direction look more diffusely than three quarters of the correct predictions?",
            None if ab is None or ba is None else ab or ba,
            f"entropies {entropies[0]:.2f} and {entropies[1]:.2f}; {told}",
            "Then the model may not have found where to look.",
        ),
        Check(
            "Do the directions agree less than in three quarters of the correct predictions?",
            low,
            f"r = {sample.alignment():+.2f}; {told}",
            "Then the modalities may tell different stories.",
        ),
        _like_correct(sample, whole, wanted=1),
        Check(
            "Does one direction look far more sharply than the other?",
            apart >= APART,
            f"entropies differ by {apart:.2f}; {APART} counts as far",
            f"Then the prediction may rest on where {sharper} looks.",
        ),
        _confident(confidence, "A confident error is worth a look at the sample itself, and at its label."),
    )


def _confident(confidence: float, meaning: str) -> Check:
    numbers = f"confidence {100 * confidence:.0f} %; {100 * CONFIDENT_FROM:.0f} % counts as confident"
    return Check("Is the prediction confident?", confidence >= CONFIDENT_FROM, numbers, meaning)


def _agreeing(sample: SampleModalities) -> Check:
    known = bool(np.isfinite(sample.alignment()))
    return Check(
        "Do both directions agree more than under circular shifts?",
        _agreement(sample) == AGREEING if known else None,
        f"r = {sample.alignment():+.2f}, {_reach(sample)}" if known else "a map is even",
        "Where they do not, read each direction by itself.",
    )


def _like_correct(sample: SampleModalities, whole: RunModalities, wanted: int) -> Check:
    """Ask whether a sample looks more as correct (0) or as incorrect (1) predictions do on average."""
    by_name = {maps.name: maps for maps in whole.by_prediction}
    ours, others = CORRECTNESS[wanted], CORRECTNESS[1 - wanted]
    question = f"Does it look more as the {ours} predictions do than as the {others} ones?"
    meaning = "Means over classes hide a lot: compare it with single samples too."
    if len(by_name) < len(CORRECTNESS):
        return Check(
            question, None, f"there are no {' or '.join({ours, others} - set(by_name))} ones", meaning
        )
    near = {name: _likeness(sample, maps.ab, maps.ba) for name, maps in by_name.items()}
    numbers = ", ".join(
        f"r = {near[name]:.2f} to {name} (n = {by_name[name].count:,})" for name in (ours, others)
    )
    known = all(map(np.isfinite, near.values()))
    return Check(question, near[ours] > near[others] if known else None, numbers, meaning)


def _likeness(sample: SampleModalities, ab: np.ndarray, ba: np.ndarray) -> float:
    """Return the mean correlation of a sample's maps with others', on its own tokens."""
    found = []
    for own, other in ((sample.ab, ab), (sample.ba, ba)):
        mean = own.mean(axis=0, dtype=np.float64)
        cut = np.asarray(other[: mean.shape[0], : mean.shape[1]], np.float64)
        found.append(float(correlation(mean[None, None], cut[None, None])[0, 0]))
    return float(np.mean(found))


def _beyond(value: float, usual: DoubleArray, above: bool) -> bool | None:
    """Return whether a value lies in the outer quarter of usual ones; None where these are too few."""
    if len(usual) < LEAST or not np.isfinite(value):
        return None
    edge = np.percentile(usual, 100 - QUARTER if above else QUARTER)
    return bool(value > edge if above else value < edge)
