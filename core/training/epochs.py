"""The examples of each epoch: their order, their blocks where they are many, their copies drawn anew."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.arrays import IntArray
from core.training.examples import Augment, Examples, FitArrays, require_finite

BLOCK_CELLS = 4_000_000  # values of a block that is read from disk, copies included: 16 MB
CHUNK = 256  # neighbours that stay together when the order of what lies on disk is drawn
_ORDER, _COPIES = 0, 1  # keep what is drawn for different ends apart


@dataclass(frozen=True, eq=False)
class Pass:
    """A part of an epoch: all of it where examples are held in memory.

    Attributes:
        examples: Examples in memory; the same object where nothing has changed.
        order: The order in which they are met.
        epoch: The epoch, from 0.
        before: Share of the epoch that lies before.
        share: Share of the epoch that this is.
    """

    examples: Examples
    order: IntArray
    epoch: int
    before: float
    share: float

    @property
    def last(self) -> bool:
        """Whether the epoch ends with it."""
        return self.before + self.share > 1 - 1e-9


def passes(arrays: FitArrays, seed: int, batch: int, epochs: range) -> Iterator[Pass]:
    """Yield what the epochs are made of; seed and epoch alone decide it, so a resumed training repeats it.

    What is read from disk or drawn anew is made ready while the pass before is trained on.
    """
    if arrays.train.in_memory and arrays.augment is None:
        require_finite(arrays.train)
        for epoch in epochs:
            yield Pass(arrays.train, drawn_order(len(arrays.train), seed, epoch), epoch, 0.0, 1.0)
        return
    yield from _ahead(_made(arrays, seed, batch, epochs))


def drawn_order(samples: int, seed: int, epoch: int, block: int = 0) -> IntArray:
    """Return the order (N,) of examples in an epoch, or in a block of it."""
    return np.random.default_rng((seed, epoch, block, _ORDER)).permutation(samples)


def blocks_in_turn(examples: Examples, most: int) -> Iterator[Examples]:
    """Yield examples in their own order, held in memory, at most so many values at a time."""
    if examples.in_memory:
        yield examples
        return
    rows = max(1, most // examples.cells)
    for start in range(0, len(examples), rows):
        yield examples.take(slice(start, min(start + rows, len(examples))))


def block_rows(examples: Examples, copies: float, batch: int) -> int:
    """Return how many examples a block holds: whole chunks, and whole batches where memory allows them."""
    if examples.in_memory:
        return len(examples)
    fitting = int(BLOCK_CELLS / (copies * examples.cells))
    unit = int(np.lcm(CHUNK, batch))
    if fitting < unit:
        return max(1, fitting // CHUNK) * CHUNK
    return fitting // unit * unit


def _made(arrays: FitArrays, seed: int, batch: int, epochs: range) -> Iterator[Pass]:
    rows = block_rows(arrays.train, arrays.copies, batch)
    total = len(arrays.train)
    for epoch in epochs:
        met = 0
        for place, chosen in enumerate(_chosen(total, rows, seed, epoch)):
            examples = arrays.train if arrays.train.in_memory else arrays.train.take(chosen)
            examples = _varied(examples, arrays.augment, np.random.default_rng((seed, epoch, place, _COPIES)))
            if epoch == epochs.start:
                require_finite(examples)
            order = drawn_order(len(examples), seed, epoch, place)
            yield Pass(examples, order, epoch, met / total, len(chosen) / total)
            met += len(chosen)


def _chosen(total: int, rows: int, seed: int, epoch: int) -> Iterator[IntArray]:
    """Yield the examples of each block, in ascending order: chunks of neighbours that were drawn together."""
    if rows >= total:
        yield np.arange(total)
        return
    chunks = np.random.default_rng((seed, epoch, _ORDER)).permutation(-(-total // CHUNK))
    many = rows // CHUNK
    for start in range(0, len(chunks), many):
        begins = np.sort(chunks[start : start + many]) * CHUNK
        found = (begins[:, None] + np.arange(CHUNK)).ravel()
        yield found[found < total]


def _varied(examples: Examples, augment: Augment | None, rng: np.random.Generator) -> Examples:
    return examples if augment is None else augment(examples, rng)


def _ahead(made: Iterator[Pass]) -> Iterator[Pass]:
    """Yield what an iterator gives, always with the next one in the making."""
    with ThreadPoolExecutor(1, thread_name_prefix="examples") as pool:
        waiting: Future[Pass | None] = pool.submit(next, made, None)
        while (found := waiting.result()) is not None:
            waiting = pool.submit(next, made, None)
            yield found
