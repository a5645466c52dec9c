"""Runs of models made by hand, whose attention maps are known: ONNX graphs without any training."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.data import Dataset, Scaler, publish_dataset
from core.inference import RunModel, received_attention
from core.models.family import AttentionLayer, port
from core.models.manifest import RunManifest, RunModality
from core.store import Store
from core.store.files import sha256_of

OPSET = 17


class Looks(NamedTuple):
    """A layer whose map is the same for all samples: groups that ask and answer, weights (H, Q, S)."""

    asking: str
    answering: str
    weights: np.ndarray


def at_lag(tokens: int, lag: int) -> np.ndarray:
    """Return a map (T, T) where query q looks at key q + lag, those at the border at the last there is."""
    found = np.zeros((tokens, tokens), np.float32)
    found[np.arange(tokens), np.clip(np.arange(tokens) + lag, 0, tokens - 1)] = 1.0
    return found


def uniform(queries: int, keys: int) -> np.ndarray:
    """Return a map of equal weights (Q, S)."""
    return np.full((queries, keys), 1 / keys, np.float32)


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: Any, kind: Any = np.float32) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def add(self, kind: str, *inputs: str, name: str = "", **options: Any) -> str:
        name = name or f"node_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **options))
        return name

    def wider(self, value: str, *axes: int) -> str:
        return self.add("Unsqueeze", value, self.constant(axes, np.int64))


def write_model(
    path: Path, groups: Mapping[str, int], layers: Mapping[str, Looks], norms: bool = True
) -> None:
    """Write a model of one channel a group whose logit is the sum of all that its heads gather."""
    graph, gathered = _Graph(), []
    inputs = [(port("series", group), ["n", steps, 1]) for group, steps in groups.items()]
    inputs += [(port("mask", group), ["n", steps]) for group, steps in groups.items()]
    outputs = [(port("hidden", group), ["n", steps, 1]) for group, steps in groups.items()]
    for group in groups:
        mask = graph.wider(port("mask", group), 2)
        graph.add("Mul", port("series", group), mask, name=port("hidden", group))
    for layer, looks in layers.items():
        heads, queries, keys = looks.weights.shape
        axes = {"gate": 2, "override": 4, "blend": 2}
        inputs += [
            (f"{role}_{layer}", [f"{role}_{layer}_{axis}" for axis in range(count)])
            for role, count in axes.items()
        ]
        valid = graph.add(
            "Mul",
            graph.wider(port("mask", looks.asking), 1, 3),
            graph.wider(port("mask", looks.answering), 1, 2),
        )
        raw = graph.add("Mul", graph.constant(looks.weights[None]), valid)
        total = graph.add("ReduceSum", raw, graph.constant([3], np.int64), keepdims=1)
        own = graph.add("Div", raw, graph.add("Max", total, graph.constant(1e-9)))
        share = graph.wider(f"blend_{layer}", 2, 3)
        kept = graph.add("Mul", own, graph.add("Sub", graph.constant(1.0), share))
        put = graph.add("Mul", graph.add("Mul", share, f"override_{layer}"), valid)
        weights = graph.add("Add", kept, put, name=f"attention_{layer}")
        outputs.append((weights, ["n", heads, queries, keys]))
        values = graph.wider(port("hidden", looks.answering), 1)  # (N, 1, S, 1)
        found = graph.add("Mul", graph.add("MatMul", weights, values), graph.wider(f"gate_{layer}", 2, 3))
        gathered.append(graph.add("ReduceSum", found, graph.constant([1, 2, 3], np.int64), keepdims=0))
        if norms:
            size = graph.add("Abs", graph.add("Squeeze", values, graph.constant([3], np.int64)))
            graph.add("Mul", size, graph.constant(np.ones((1, heads, 1))), name=f"norms_{layer}")
            outputs.append((f"norms_{layer}", ["n", heads, keys]))
    whole = graph.wider(graph.add("Sum", *gathered), 1)
    none = graph.add("Mul", whole, graph.constant(0.0))
    outputs.append((graph.add("Concat", none, whole, name="logits_label", axis=1), ["n", 2]))

    def told(named: list[tuple[str, Any]]) -> list[Any]:
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in named]

    made = helper.make_graph(graph.nodes, "handmade", told(inputs), told(outputs), graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def publish_handmade(
    store: Store,
    groups: Mapping[str, int],
    layers: Mapping[str, Looks],
    *,
    samples: int = 12,
    shortest: int = 0,
    names: tuple[str, ...] = (),
    norms: bool = True,
    **named: Any,
) -> tuple[Dataset, str]:
    """Publish a dataset of noise and a run of a model made by hand; return the dataset and the run's id.

    Args:
        store: The store.
        groups: Steps by group of channels; several have equal steps here. "" where all is one series.
        layers: What looks at what, by name.
        samples: Number of samples, all of the test part but the first two.
        shortest: Length of the shortest sample; all have all steps unless given.
        names: Names of the classes.
        norms: Whether the model tells what keys add.
        named: More of the manifest.
    """
    several = "" not in groups
    steps, channels = max(groups.values()), tuple(groups) if several else ("x",)
    rng = np.random.default_rng(0)
    lengths = rng.integers(shortest, steps + 1, samples) if shortest else np.full(samples, steps)
    series = rng.normal(size=(samples, steps, len(channels))).astype(np.float32)
    series[np.arange(steps)[None, :] >= lengths[:, None]] = 0.0
    dataset = publish_dataset(
        store,
        Dataset(
            series=series,
            lengths=lengths,
            targets={"label": np.arange(samples) % 2},
            classes={"label": names or ("down", "up")},
            channels=channels,
            sample_ids=np.array([f"s{place}" for place in range(samples)]),
            step_labels=tuple(map(str, range(steps))),
            parts=np.where(np.arange(samples) < 2, np.arange(samples), 2).astype(np.int8),
            name="handmade",
        ),
    )
    manifest = RunManifest(
        **{"name": "handmade", "model": "transformer", "settings": {"pooling": "mean"}, **named},
        dataset=dataset.id,
        dataset_name=dataset.name,
        dataset_sha256=dataset.sha256,
        training={},
        seed=0,
        epochs=1,
        best_epoch=1,
        seconds=1.0,
        parameters=1,
        target="label",
        classes=dataset.classes["label"],
        channels=channels,
        steps=steps,
        modalities={
            group: RunModality(steps=steps, channels=(group,), indices=(place,))
            for place, group in enumerate(groups if several else ())
        },
        attention_layers=tuple(
            AttentionLayer(
                name=layer,
                kind="cross" if looks.asking != looks.answering else "self",
                heads=len(looks.weights),
                shape=looks.weights.shape,
                queries=looks.asking,
                keys=looks.answering,
            )
            for layer, looks in layers.items()
        ),
    )
    with store.runs.publish(manifest) as staging:
        write_model(staging.path / "model.onnx", groups, layers, norms)
        digest = sha256_of(staging.add("model.onnx"))
        model = RunModel.open(staging.path / "model.onnx", digest)
        scaler = Scaler("standard", np.zeros(len(channels)), np.ones(len(channels)))
        staging.save_json("scaler.json", scaler.plain())
        given = {group: series[:, :, [place]] for place, group in enumerate(groups)}
        found = model.predict(given, dict.fromkeys(groups, lengths))
        staging.save_array("parts.npy", np.asarray(dataset.parts))
        staging.save_array("probabilities_label.npy", found.probabilities["label"].astype(np.float32))
        for layer in manifest.attention_layers:
            received = received_attention(found.attention[layer.name], layer, lengths, steps)
            staging.save_array(f"attention_{layer.name}.npy", received)
        staging.manifest = manifest.model_copy(update={"hashes": {"data": dataset.sha256, "onnx": digest}})
    return dataset, manifest.id
