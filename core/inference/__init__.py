"""ONNX Runtime: predictions, attention and hidden states of published runs, and interventions on them."""

from core.inference.interventions import Intervention, uniform_attention
from core.inference.model import Prediction, RunModel
from core.inference.received import received_attention, received_by_head
from core.inference.runs import Explanation, OpenRun, key_axis, open_run, own_axis

__all__ = [
    "Explanation",
    "Intervention",
    "OpenRun",
    "Prediction",
    "RunModel",
    "key_axis",
    "open_run",
    "own_axis",
    "received_attention",
    "received_by_head",
    "uniform_attention",
]
