"""What the page Augment says in words."""

from typing import Any

from dash import html

from core.augmentation.separability import Separability
from core.data import Dataset
from dashboard.components.format import number
from dashboard.components.theory import Idea

NOTHING_YET = (
    "Augmentation varies the samples of a dataset, and there is none yet. Step 1 is Data: make series or load"
    " a file; then come back here."
)
EMPTY = "None yet: training learns from the originals alone. Add one above and watch what it does."
LIST_LINE = (
    "Training gets the originals and, of each augmentation, a copy of the share that it says, shuffled."
)
PRESET = "Gaussian noise and amplitude scaling, both with their default settings"
AGAIN = "Draw the random part of every augmentation anew"
CLOSING = (
    "The preview scales each channel as training does and shows the result in the data's own units. Only"
    " training samples are ever varied: validation and test samples stay as they are. Training adds a little"
    " noise of its own at each step; set Noise to 0 under 'How it is trained' to see augmentation alone."
)
IDEAS = (
    Idea(
        "Why",
        "A model sees few samples and learns their accidents too. Copies that differ in what does not matter"
        " teach it to look past that.",
        "\u2112(\u03b8) = mean over (x, y) and copies x\u2032 = t(x) of loss(f_\u03b8(x\u2032), y)",
    ),
    Idea(
        "The assumption",
        "The copy keeps the label of its original, so the change must not touch what decides the class. It is"
        " an assumption about the data, not a fact: noise may drown a small pattern, a shift may move a late"
        " event away, permutation destroys any order.",
        "p(y | t(x)) = p(y | x)",
    ),
    Idea(
        "Noise",
        "Drawn anew for each step t, in shares of the spread s of its channel c.",
        "x\u2032_{t,c} = x_{t,c} + level \u00b7 s_c \u00b7 \u03b5,  \u03b5 ~ N(0, 1)",
    ),
    Idea(
        "Scaling",
        "One factor for a whole sample, between the smallest and the largest.",
        "x\u2032 = a \u00b7 x,  a ~ U(low, high)",
    ),
)


def kept_apart(measured: Separability, dataset: Dataset) -> list[Any]:
    """Return what augmentations do to the classes, a line for the originals and one for each."""
    if not dataset.window_targets:
        what = "has labels for single steps only" if dataset.labelled else "has no labels"
        return [html.P(f"This dataset {what}, so there are no classes of samples that copies could leave.")]
    if measured.problem:
        return [html.P(measured.method)]
    lines = [html.Li(sentence) for sentence in measured.sentences]
    alone = [] if len(lines) > 1 else [html.P("Add an augmentation to compare with.", className="muted")]
    return [
        html.Ul(lines, className="augment-sentences"),
        *alone,
        html.P(
            f"{measured.method} Always answering the largest class would be right in "
            f"{number(100 * measured.largest)} %. A drop beyond the intervals says that copies leave their"
            " class.",
            className="small muted",
        ),
    ]


def place(sample: int, total: int, name: str, draw: int) -> str:
    """Return which sample is shown, and the draw."""
    drawn = f", draw {draw + 1}" if draw else ""
    return f"sample {name}, {sample + 1:,} of {total:,}{drawn}"
