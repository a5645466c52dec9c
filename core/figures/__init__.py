"""Pictures of results: each function takes a result and a theme and returns a plotly figure."""

from core.figures.balance import entity_balance_figure, lengths_figure, part_balance_figure
from core.figures.comparison import comparison_figure
from core.figures.confusion import confusion_figure
from core.figures.datasets import channel_spread_figure, class_balance_figure
from core.figures.examples import ClassExamples, class_examples, class_examples_figure
from core.figures.gallery import gallery_figure
from core.figures.heatmap import attention_heatmap_figure
from core.figures.palette import DARK, LIGHT, ThemeName, theme_of
from core.figures.patterns import patterns_figure
from core.figures.profiles import profiles_figure
from core.figures.quality import correlation_figure, missing_figure, outliers_figure
from core.figures.sample import sample_figure
from core.figures.spectrogram import SampleSpectrogram, sample_spectrogram, spectrogram_figure
from core.figures.text import clean, plain
from core.figures.tiles import gallery_tiles

__all__ = [
    "DARK",
    "LIGHT",
    "ClassExamples",
    "SampleSpectrogram",
    "ThemeName",
    "attention_heatmap_figure",
    "channel_spread_figure",
    "class_balance_figure",
    "class_examples",
    "class_examples_figure",
    "clean",
    "comparison_figure",
    "confusion_figure",
    "correlation_figure",
    "entity_balance_figure",
    "gallery_figure",
    "gallery_tiles",
    "lengths_figure",
    "missing_figure",
    "outliers_figure",
    "part_balance_figure",
    "patterns_figure",
    "plain",
    "profiles_figure",
    "sample_figure",
    "sample_spectrogram",
    "spectrogram_figure",
    "theme_of",
]
