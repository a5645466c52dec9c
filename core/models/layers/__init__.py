"""Keras layers shared by all architectures. Imports Keras: import it inside functions only."""

from core.models.layers.attention import AttentionPooling
from core.models.layers.heads import BinaryLogits
from core.models.layers.masking import KeepValid, LastValid, MeanValid

__all__ = ["AttentionPooling", "BinaryLogits", "KeepValid", "LastValid", "MeanValid"]
