"""Datasets: where they come from, what is known of them, how they are divided and scaled."""

from core.data.dataset import PARTS, Dataset
from core.data.families import READERS, SOURCES
from core.data.intake import load_file, preview_file
from core.data.making import find_made, make_dataset
from core.data.manifest import DatasetManifest
from core.data.published import open_dataset, publish_dataset
from core.data.scaler import Scaler
from core.data.splits import Split, SplitSettings, make_split, open_split, publish_split
from core.data.statistics import Statistics, dataset_statistics

__all__ = [
    "PARTS",
    "READERS",
    "SOURCES",
    "Dataset",
    "DatasetManifest",
    "Scaler",
    "Split",
    "SplitSettings",
    "Statistics",
    "dataset_statistics",
    "find_made",
    "load_file",
    "make_dataset",
    "make_split",
    "open_dataset",
    "open_split",
    "preview_file",
    "publish_dataset",
    "publish_split",
]
