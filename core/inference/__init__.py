"""ONNX Runtime: predictions, attention and hidden states of published runs, and interventions on them."""

from core.inference.interventions import Intervention, uniform_attention
from core.inference.model import Prediction, RunModel
from core.inference.runs import Explanation, OpenRun, open_run

__all__ = [
    "Explanation",
    "Intervention",
    "OpenRun",
    "Prediction",
    "RunModel",
    "open_run",
    "uniform_attention",
]
