"""The families of data sources and file readers."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.preview import Preview
from core.registry import Part, Registry


class DataSource(Part):
    """Makes a dataset from settings alone."""

    random: ClassVar[bool] = True  # whether the seed changes what is made

    @abstractmethod
    def make(self, rng: np.random.Generator) -> Dataset:
        """Return a new dataset; the same settings and generator state give the same values.

        Raises:
            DataError: If the settings lead to a dataset that nothing can be learnt from.
        """


class FileReader(Part):
    """Reads one kind of file; runs in a confined child only, since files come from anywhere."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    contents: ClassVar[tuple[str, ...]] = ("text",)  # what the first bytes may say, see core.data.sniff

    @classmethod
    def fit(cls, path: Path) -> float:  # noqa: ARG003 - for those that override it
        """Return how well a file suits this reader, from 0 to 1, where several read its content.

        Reads little of the file; runs confined. The best is taken, of equal ones the last in the alphabet.
        """
        return 0.5

    @classmethod
    def companions(cls, path: Path) -> tuple[Path, ...]:  # noqa: ARG003 - for those that override it
        """Return files beside this one that belong to it; looks at names only, since it runs unconfined."""
        return ()

    @abstractmethod
    def read(self, path: Path, desk: Desk) -> Dataset:
        """Return what the file holds; its name is the file's, its origin holds what was noticed.

        Args:
            path: The file.
            desk: Where large arrays are filled (`series` and what else is as long) and progress is told.

        Raises:
            DataError: With the rule, what came, and the line, column or member where it stands.
            LimitError: If the file holds more than Heed accepts.
        """

    @abstractmethod
    def inspect(self, path: Path) -> Preview:
        """Return what the file seems to hold, and what these settings would make of it; reads little of it.

        Settings that were not given are guessed from the file. What would stop the import comes back among
        the problems.

        Raises:
            DataError: If the file can't be looked at in this way at all.
            LimitError: If it holds more than Heed accepts.
        """


SOURCES: Registry[DataSource] = Registry("data source", "core.data.sources")
READERS: Registry[FileReader] = Registry("file reader", "core.data.readers")
