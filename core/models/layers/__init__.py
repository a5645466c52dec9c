"""Keras layers shared by all architectures. Imports Keras: import it inside functions only."""

from core.models.layers.attention import AttentionPooling
from core.models.layers.categories import ChannelEmbedding
from core.models.layers.heads import BesideEachStep, BinaryLogits
from core.models.layers.masking import KeepValid, LastValid, MeanValid
from core.models.layers.multi_head import MultiHeadAttention
from core.models.layers.patches import ClassToken, FrontAndRest, Patches, StepsOfTokens
from core.models.layers.positions import Positions

__all__ = [
    "AttentionPooling",
    "BesideEachStep",
    "BinaryLogits",
    "ChannelEmbedding",
    "ClassToken",
    "FrontAndRest",
    "KeepValid",
    "LastValid",
    "MeanValid",
    "MultiHeadAttention",
    "Patches",
    "Positions",
    "StepsOfTokens",
]
