"""A published model in ONNX Runtime; the only module that opens a session."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import onnxruntime

from core.arrays import DoubleArray, FloatArray, IntArray
from core.errors import LimitError, ModelError
from core.inference.interventions import Intervention
from core.inference.ports import ATTENTION, HIDDEN, LOGITS, NORMS, Ports, check_attention
from core.models.family import port
from core.store.files import read_hashed

Series = FloatArray | Mapping[str, FloatArray]
Lengths = IntArray | Mapping[str, IntArray]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says about samples.

    Attributes:
        logits: Logits by target, (N, K), or (N, T, K) with labels per step.
        attention: Weights by layer, 0 on padding: (N, H, T) where attention pools, (N, H, Q, S) in tokens
            otherwise; those put in place after an override.
        states: States that attention reads (N, T, U) by group of channels, 0 on padding.
    """

    logits: Mapping[str, FloatArray]
    attention: Mapping[str, FloatArray]
    states: Mapping[str, FloatArray]
    probabilities: Mapping[str, DoubleArray] = field(init=False)

    def __post_init__(self) -> None:
        """Fill in the probabilities by target, in the shape of the logits."""
        object.__setattr__(
            self, "probabilities", {target: softmax(values) for target, values in self.logits.items()}
        )

    @property
    def hidden(self) -> FloatArray:
        """States (N, T, U) of the first group."""
        return next(iter(self.states.values()))


class RunModel:
    """An ONNX model with probe ports. Opened by `open_run` or, from a path, by `RunModel.open`.

    Attributes:
        sha256: Hash of the file.
        ports: What it takes and gives.
        steps: Number of steps T of its first group; shorter series are padded.
        channels: Number of channels C of its first group.
        layers: Names of its attention layers.
        targets: Names of what it predicts.
        normed: Names of the layers that tell the length of what a key adds.
    """

    def __init__(self, session: Any, sha256: str, groups: Sequence[str] = ()) -> None:
        self.sha256 = sha256
        self._session = session
        inputs = {value.name: value.shape for value in session.get_inputs()}
        outputs = {value.name: value.shape for value in session.get_outputs()}
        self._outputs = [name for name in outputs if not name.startswith(NORMS)]
        self.normed = tuple(name.removeprefix(NORMS) for name in outputs if name.startswith(NORMS))
        self.ports = Ports.of(inputs, outputs).ordered(groups)
        self.steps, self.channels = next(iter(self.ports.groups.values()))
        self.targets, self.layers = self.ports.targets, self.ports.layers

    @classmethod
    def open(cls, path: Path, sha256: str, groups: Sequence[str] = ()) -> "RunModel":
        """Open a model file of the store whose content has the hash that was published.

        Args:
            path: The file.
            sha256: Its hash.
            groups: Its groups of channels in their order, which the file does not keep; () where it is one
                series or the order does not matter.

        Raises:
            ModelError: If the file is not the one that was published, or not a model.
        """
        content, found = read_hashed(path)
        if found != sha256:
            raise ModelError(
                f"the model is damaged: its SHA-256 must be {sha256[:12]}...; {path.name} has {found[:12]}..."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except _runtime_errors() as error:
            raise ModelError(f"the model can't be opened: {error!s:.200}") from None
        return cls(session, sha256, groups)

    def predict(
        self,
        series: Series,
        lengths: Lengths,
        interventions: Mapping[str, Intervention] | None = None,
        batch: int = 256,
        seconds: float | None = None,
    ) -> Prediction:
        """Predict scaled series, with attention and hidden states.

        Args:
            series: Scaled series (N, T, C), right-padded with 0, by group where the model reads several; T
                may be less than the model's steps.
            lengths: Number of valid steps of each (N,), at least 1; by group as well.
            interventions: What is done to attention, by layer.
            batch: Samples computed at a time.
            seconds: Time after which it gives up.

        Raises:
            ShapeError: If shapes or lengths do not fit the model.
            ModelError: If the result is not finite or attention does not sum to one over valid steps.
            LimitError: If the time is over.
        """
        given = series if isinstance(series, Mapping) else {"": series}
        feed = self.ports.series(given, lengths if isinstance(lengths, Mapping) else {"": lengths})
        feed |= self.ports.interventions(interventions or {}, len(next(iter(given.values()))))
        options = onnxruntime.RunOptions()
        options.only_execute_path_to_fetches = bool(self.normed)  # norms cost nothing unless asked for
        timer = Timer(seconds, lambda: setattr(options, "terminate", True)) if seconds else None
        if timer:
            timer.start()
        try:
            outputs = self._run(self._outputs, feed, batch, options)
        finally:
            if timer:
                timer.cancel()
        changed = {layer for layer, done in (interventions or {}).items() if done.changes_weights}
        _check_outputs(outputs, changed)
        return self._prediction(outputs, {group: values.shape[1] for group, values in given.items()})

    def value_norms(
        self, series: Mapping[str, FloatArray], lengths: Mapping[str, IntArray], batch: int = 32
    ) -> dict[str, FloatArray]:
        """Return the length of what each key adds to a query that gives it all weight (N, H, S), by layer.

        Only of layers in `normed`, 0 on padding. Arguments as for `predict`, by group.

        Raises:
            ShapeError: If shapes or lengths do not fit the model.
            ModelError: If the result is not finite.
        """
        if not self.normed:
            return {}
        feed = self.ports.series(series, lengths) | self.ports.interventions({}, 1)
        options = onnxruntime.RunOptions()
        options.only_execute_path_to_fetches = True
        outputs = self._run([NORMS + layer for layer in self.normed], feed, batch, options)
        _check_outputs(outputs, set())
        return {name.removeprefix(NORMS): values for name, values in outputs.items()}

    def _prediction(self, outputs: Mapping[str, FloatArray], steps: Mapping[str, int]) -> Prediction:
        """Put outputs in their places, cut to the steps that were given; maps stay in the model's tokens."""
        first = next(iter(steps.values()))
        logits = {target: outputs[LOGITS + target] for target in self.targets}
        attention = {layer: outputs[ATTENTION + layer] for layer in self.layers}
        return Prediction(
            {name: values[:, :first] if values.ndim == 3 else values for name, values in logits.items()},
            {
                name: values[:, :, :first] if values.ndim == 3 else values
                for name, values in attention.items()
            },
            {group: outputs[port(HIDDEN, group)][:, :count] for group, count in steps.items()},
        )

    def _run(
        self, wanted: list[str], feed: Mapping[str, FloatArray], batch: int, options: Any
    ) -> dict[str, FloatArray]:
        found: list[list[FloatArray]] = []
        for rows in _slices(max(len(value) for value in feed.values()), batch):
            part = {name: value[rows] if len(value) > 1 else value for name, value in feed.items()}
            try:
                found.append(self._session.run(wanted, part, options))
            except _runtime_errors() as error:
                if options.terminate:
                    raise LimitError("a prediction took longer than it may") from None
                raise ModelError(f"the model can't predict this: {error!s:.200}") from None
        columns = zip(*found, strict=True)
        return {
            name: np.concatenate(parts) if len(parts) > 1 else parts[0]
            for name, parts in zip(wanted, columns, strict=True)
        }


def softmax(logits: FloatArray) -> DoubleArray:
    """Return probabilities over the last axis in double precision."""
    values = np.asarray(logits, np.float64)
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _slices(samples: int, batch: int) -> Iterator[slice]:
    for start in range(0, samples, batch):
        yield slice(start, start + batch)


def _check_outputs(outputs: Mapping[str, FloatArray], changed: set[str]) -> None:
    for name, values in outputs.items():
        if not np.isfinite(values).all():
            raise ModelError(f"a model must give finite values; {name} holds NaN or infinity")
        layer = name.removeprefix(ATTENTION)
        if name.startswith(ATTENTION) and layer not in changed:
            check_attention(values, layer)


def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "RuntimeException")
    return (*(getattr(state, name) for name in names), state.NotImplemented)
