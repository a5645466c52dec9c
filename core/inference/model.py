"""A published model in ONNX Runtime; the only module that opens a session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import onnxruntime

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.errors import LimitError, ModelError, ShapeError
from core.inference.interventions import Intervention, neutral_port
from core.store.files import sha256_of

_ROLES = ("gate", "override", "blend")
_LOGITS, _ATTENTION = "logits_", "attention_"


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says about samples.

    Attributes:
        logits: Logits (N, K) by target.
        attention: Weights (N, H, T) by layer, 0 on padding; those put in place after an override.
        hidden: States that attention reads (N, T, U), 0 on padding.
    """

    logits: Mapping[str, FloatArray]
    attention: Mapping[str, FloatArray]
    hidden: FloatArray
    probabilities: Mapping[str, DoubleArray] = field(init=False)

    def __post_init__(self) -> None:
        """Fill in the probabilities (N, K) by target."""
        object.__setattr__(
            self, "probabilities", {target: softmax(values) for target, values in self.logits.items()}
        )


class RunModel:
    """An ONNX model with probe ports. Opened by `open_run` or, from a path, by `RunModel.open`.

    Attributes:
        sha256: Hash of the file.
        steps: Number of steps T it was built for; shorter series are padded.
        channels: Number of channels C.
        layers: Names of its attention layers.
        targets: Names of what it predicts.
    """

    def __init__(self, session: Any, sha256: str) -> None:
        self.sha256 = sha256
        self._session = session
        inputs = {value.name: value.shape for value in session.get_inputs()}
        outputs = {value.name: value.shape for value in session.get_outputs()}
        self._outputs = list(outputs)
        if not {"series", "mask"} <= inputs.keys() or "hidden" not in self._outputs:
            raise ModelError("a model must take series and mask and give hidden; it has other ports")
        self.steps, self.channels = (int(size) for size in inputs["series"][1:])
        self.targets = self._named(_LOGITS)
        self.layers = self._named(_ATTENTION)
        sizes = {layer: outputs[_ATTENTION + layer][1] for layer in self.layers}
        # A file may leave the number of heads open; one is taken then.
        self._heads = {layer: size if isinstance(size, int) else 1 for layer, size in sizes.items()}
        self._ports = {f"{role}_{layer}" for role in _ROLES for layer in self.layers}
        if inputs.keys() - {"series", "mask"} != self._ports:
            raise ModelError(f"a model must have gate, override and blend per layer; got {sorted(inputs)}")

    @classmethod
    def open(cls, path: Path, sha256: str) -> "RunModel":
        """Open a model file of the store after comparing its hash.

        Raises:
            ModelError: If the file is not the one that was published, or not a model.
        """
        found = sha256_of(path)
        if found != sha256:
            raise ModelError(
                f"the model is damaged: its SHA-256 must be {sha256[:12]}...; {path.name} has {found[:12]}..."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except _runtime_errors() as error:
            raise ModelError(f"the model can't be opened: {error!s:.200}") from None
        return cls(session, sha256)

    def predict(
        self,
        series: FloatArray,
        lengths: IntArray,
        interventions: Mapping[str, Intervention] | None = None,
        batch: int = 256,
        seconds: float | None = None,
    ) -> Prediction:
        """Predict scaled series, with attention and hidden states.

        Args:
            series: Scaled series (N, T, C), right-padded with 0; T may be less than the model's steps.
            lengths: Number of valid steps of each (N,), at least 1.
            interventions: What is done to attention, by layer.
            batch: Samples computed at a time.
            seconds: Time after which it gives up.

        Raises:
            ShapeError: If shapes or lengths do not fit the model.
            ModelError: If the result is not finite or attention does not sum to one over valid steps.
            LimitError: If the time is over.
        """
        steps = self._check(series, lengths)
        ports = self._port_values(interventions or {}, len(series))
        mask = length_mask(lengths, self.steps).astype(np.float32)
        padded = np.pad(np.asarray(series, np.float32), ((0, 0), (0, self.steps - steps), (0, 0)))
        options = onnxruntime.RunOptions()
        timer = Timer(seconds, lambda: setattr(options, "terminate", True)) if seconds else None
        if timer:
            timer.start()
        try:
            outputs = self._run(padded, mask, ports, batch, options)
        finally:
            if timer:
                timer.cancel()
        changed = {layer for layer, done in (interventions or {}).items() if done.changes_weights}
        _check_outputs(outputs, changed)
        return Prediction(
            {target: outputs[_LOGITS + target] for target in self.targets},
            {layer: outputs[_ATTENTION + layer][:, :, :steps] for layer in self.layers},
            outputs["hidden"][:, :steps],
        )

    def _named(self, start: str) -> tuple[str, ...]:
        return tuple(name.removeprefix(start) for name in self._outputs if name.startswith(start))

    def _check(self, series: FloatArray, lengths: IntArray) -> int:
        sizes = require_axes(series, "N T C", "series", {"C": self.channels})
        require_axes(lengths, "N", "lengths", {"N": sizes["N"]})
        if sizes["T"] > self.steps:
            raise ShapeError(f"series must have at most {self.steps} steps; got {sizes['T']}")
        if sizes["N"] == 0:
            raise ShapeError("series must hold at least one sample; got none")
        if np.min(lengths) < 1 or np.max(lengths) > sizes["T"]:
            raise ShapeError(
                f"lengths must lie in 1 to {sizes['T']}; got {np.min(lengths)} to {np.max(lengths)}"
            )
        if not np.isfinite(series).all():
            raise ShapeError("series must be finite; got NaN or infinite values")
        return sizes["T"]

    def _port_values(self, interventions: Mapping[str, Intervention], samples: int) -> dict[str, FloatArray]:
        unknown = sorted(set(interventions) - set(self.layers))
        if unknown:
            known = ", ".join(self.layers) or "none"
            raise ModelError(f"attention layers of this model: {known}; got {unknown[0]!r:.80}")
        values = {name: neutral_port(name.split("_")[0]) for name in self._ports}
        for layer, done in interventions.items():
            for role, value in done.ports().items():
                values[f"{role}_{layer}"] = self._fitted(role, layer, value, samples)
        return values

    def _fitted(self, role: str, layer: str, value: FloatArray, samples: int) -> FloatArray:
        """Return a port's value, padded to the model's steps; ONNX would broadcast even what does not fit."""
        most = {"gate": (samples, self._heads[layer]), "blend": (samples, 1)}.get(
            role, (samples, self._heads[layer], self.steps)
        )
        if role == "override" and 1 < value.shape[2] < self.steps:
            value = np.pad(value, ((0, 0), (0, 0), (0, self.steps - value.shape[2])))
        if any(size not in {1, wanted} for size, wanted in zip(value.shape, most, strict=True)):
            raise ShapeError(f"{role} of {layer} must have axes of size 1 or {most}; got shape {value.shape}")
        return value

    def _run(
        self, series: FloatArray, mask: FloatArray, ports: dict[str, FloatArray], batch: int, options: Any
    ) -> dict[str, FloatArray]:
        found: list[list[FloatArray]] = []
        for start in range(0, len(series), batch):
            rows = slice(start, start + batch)
            feed = {"series": series[rows], "mask": mask[rows]}
            feed |= {name: value[rows] if len(value) > 1 else value for name, value in ports.items()}
            try:
                found.append(self._session.run(self._outputs, feed, options))
            except _runtime_errors() as error:
                if options.terminate:
                    raise LimitError("a prediction took longer than it may") from None
                raise ModelError(f"the model can't predict this: {error!s:.200}") from None
        columns = zip(*found, strict=True)
        return {
            name: np.concatenate(parts) if len(parts) > 1 else parts[0]
            for name, parts in zip(self._outputs, columns, strict=True)
        }


def softmax(logits: FloatArray) -> DoubleArray:
    """Return probabilities (N, K) in double precision."""
    values = np.asarray(logits, np.float64)
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _check_outputs(outputs: Mapping[str, FloatArray], changed: set[str]) -> None:
    for name, values in outputs.items():
        if not np.isfinite(values).all():
            raise ModelError(f"a model must give finite values; {name} holds NaN or infinity")
        layer = name.removeprefix(_ATTENTION)
        if name.startswith(_ATTENTION) and layer not in changed:
            off = float(np.abs(values.sum(axis=-1, dtype=np.float64) - 1.0).max())
            if off > 1e-4:
                raise ModelError(f"attention must sum to one over valid steps; {layer} is off by {off:.2g}")


def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "RuntimeException")
    return (*(getattr(state, name) for name in names), state.NotImplemented)
