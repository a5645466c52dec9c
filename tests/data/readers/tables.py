"""Tables written as files and read by the readers of tables."""

from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.preview import Preview
from core.data.soundness import sound

Content = str | bytes | pd.DataFrame | pa.Table


def write(tmp_path: Path, content: Content) -> Path:
    """Write a table as text, or as Parquet where it comes as a table."""
    if isinstance(content, pa.Table):
        path = tmp_path / "a.parquet"
        pq.write_table(content, path, row_group_size=7)
        return path
    if isinstance(content, pd.DataFrame):
        path = tmp_path / "a.parquet"
        content.to_parquet(path)
        return path
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(tmp_path: Path, content: Content, reader: str, **chosen: object) -> Dataset:
    """Return what a reader makes of a table."""
    path = write(tmp_path, content)
    return sound(READERS.create(reader, chosen).read(path, Desk(Path(mkdtemp(dir=tmp_path)))))


def looked(tmp_path: Path, content: Content, reader: str, **chosen: object) -> Preview:
    """Return what a reader sees in a table."""
    return READERS.create(reader, chosen).inspect(write(tmp_path, content))
