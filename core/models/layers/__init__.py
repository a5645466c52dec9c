"""Keras layers shared by all architectures. Imports Keras: import it inside functions only."""

from core.models.layers.attention import AttentionPooling
from core.models.layers.categories import ChannelEmbedding
from core.models.layers.convolution import HighestNearby, Normalized
from core.models.layers.heads import BesideEachStep, BinaryLogits
from core.models.layers.masking import KeepValid, LastValid, MeanValid
from core.models.layers.multi_head import MultiHeadAttention
from core.models.layers.patches import ClassToken, FrontAndRest, Patches, StepsOfTokens
from core.models.layers.positions import Positions
from core.models.layers.recurrent import GRU, ReverseValid

__all__ = [
    "GRU",
    "AttentionPooling",
    "BesideEachStep",
    "BinaryLogits",
    "ChannelEmbedding",
    "ClassToken",
    "FrontAndRest",
    "HighestNearby",
    "KeepValid",
    "LastValid",
    "MeanValid",
    "MultiHeadAttention",
    "Normalized",
    "Patches",
    "Positions",
    "ReverseValid",
    "StepsOfTokens",
]
