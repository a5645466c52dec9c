"""What a published run says of itself."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.models.family import AttentionLayer, port_name
from core.store import Manifest


class RunModality(BaseModel):
    """A group of channels that a model reads by ports of its own.

    Attributes:
        steps: Number of steps of its own axis.
        channels: Names of its channels.
        indices: Their places in the series; empty for a modality that was derived, as a spectrogram is.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    steps: int
    channels: tuple[str, ...]
    indices: tuple[int, ...] = ()


class RunManifest(Manifest):
    """A trained model with everything that made it.

    Attributes:
        dataset: Id of the dataset it was trained on, whose content has the hash `dataset_sha256`.
        split: Id of the split, if it was named.
        leaks: What the leak guard found in the split: counts under "leak" and "caution"; empty if it did not
            look.
        scaling: How channels were scaled, as plain settings.
        control: What makes the run a control, "permuted labels" for example; empty for a usual run.
        experiment: Id of the experiment it belongs to.
        model: Name of the architecture, with its `settings`.
        training: Training settings as plain values.
        augmentations: Name and settings of each.
        epochs: Number of epochs that were run; `best_epoch` is the one whose weights were kept.
        seconds: Time spent training.
        parameters: Number of weights.
        categories: Names of the codes by categorical channel.
        target: The target it predicts, whose `classes` follow; `positive` is the code of the positive class.
        heads: Names of the classes of every target it predicts, the first of which is `target`.
        per_step: Targets with a label for each step.
        modalities: Groups of channels that the model reads by ports of their own; empty where all is one
            series.
        metrics: Measures by part, as `PartMetrics.plain` gives them, of the first target.
        target_metrics: The same of every target.
        size: Bytes of the published model; 0 where there is none, as of a reference classifier.
        latency: Milliseconds that one prediction of one sample takes in ONNX Runtime; None without a model.
        hashes: SHA-256 of data, weights and onnx.
        parity: Largest deviation between Keras and ONNX Runtime in logits and attention over the test part.
        stopped: Why training ended: "epochs", "patience", "cancelled", "nan", "memory" or "disk"; "fitted"
            of a reference classifier.
        state: "done", "cancelled", or "stopped" by a lack of memory or disk: the last two may go on.
        problem: What went wrong in it, in words; empty if nothing did.
        history: One row per epoch.
    """

    kind: str = "run"
    dataset: str
    dataset_name: str = ""
    dataset_sha256: str
    split: str = ""
    leaks: dict[str, int] = Field(default_factory=dict)
    scaling: dict[str, Any] = Field(default_factory=dict)
    control: str = ""
    experiment: str = ""
    model: str
    settings: dict[str, Any]
    training: dict[str, Any]
    augmentations: tuple[dict[str, Any], ...] = ()
    seed: int
    epochs: int
    best_epoch: int
    seconds: float
    parameters: int
    target: str
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    categories: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    steps: int
    positive: int = 1
    heads: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    per_step: tuple[str, ...] = ()
    modalities: dict[str, RunModality] = Field(default_factory=dict)
    metrics: dict[str, dict[str, Any]] = Field(default_factory=dict)
    target_metrics: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    attention_layers: tuple[AttentionLayer, ...] = ()
    size: int = 0
    latency: float | None = None
    hashes: dict[str, str] = Field(default_factory=dict)
    parity: float = 0.0
    state: Literal["done", "cancelled", "stopped"] = "done"
    stopped: str = "epochs"
    problem: str = ""
    history: tuple[dict[str, Any], ...] = ()

    @property
    def has_model(self) -> bool:
        """Whether there is a model to ask; a reference classifier has published its predictions only."""
        return bool(self.hashes.get("onnx"))

    @property
    def groups(self) -> tuple[str, ...]:
        """Modalities in the order in which the model reads them, as its ports name them."""
        return tuple(map(port_name, self.modalities))

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of all targets it predicts, the first one first."""
        return tuple(self.heads) or (self.target,)
