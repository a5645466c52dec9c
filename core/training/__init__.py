"""Fit models with Keras and export them; imports TensorFlow only through its modules."""

from core.training.examples import Examples, FitArrays
from core.training.settings import TrainSettings

__all__ = ["Examples", "FitArrays", "TrainSettings"]
