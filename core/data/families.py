"""The families of data sources and file readers."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.data.dataset import Dataset
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
    content: ClassVar[str] = "text"  # what the first bytes must say, see core.data.sniff

    @abstractmethod
    def read(self, path: Path) -> Dataset:
        """Return what the file holds; its name is the file's, its origin holds what was noticed.

        Raises:
            DataError: With the rule, what came, and the line, column or member where it stands.
            LimitError: If the file holds more than Heed accepts.
        """


SOURCES: Registry[DataSource] = Registry("data source", "core.data.sources")
READERS: Registry[FileReader] = Registry("file reader", "core.data.readers")
