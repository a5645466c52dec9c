"""Runs of untrained models with their dataset, for what asks a model about one sample again and again."""

from typing import Any

import numpy as np

from core.data import Dataset, Scaler, make_split, publish_dataset
from core.models.family import InputShape, architecture
from core.models.manifest import RunManifest
from core.store import Store
from tests.models import toys

CHANNELS = ("x", "y")


def changeable(store: Store, samples: int = 24, steps: int = 8, hostile: str = "b") -> Dataset:
    """Publish samples of unequal lengths, two thirds of which are for training."""
    data = toys.examples(samples, steps)
    return publish_dataset(
        store,
        Dataset(
            series=data.series,
            lengths=data.lengths,
            targets={"label": data.targets},
            classes={"label": ("a", hostile)},
            channels=CHANNELS,
            sample_ids=np.array([f"s{place}" for place in range(samples)]),
            step_labels=tuple(map(str, range(steps))),
            parts=np.where(np.arange(samples) % 3, 0, 2).astype(np.int8),
            name="changeable",
        ),
    )


def publish_changeable(store: Store, dataset: Dataset, model: str, **settings: Any) -> str:
    """Publish a run of an untrained model as a training does."""
    from core.jobs.publishing import publish_run

    chosen = {**toys.settings_of(model), **settings}
    built = toys.built(model, dataset.steps, settings=chosen)
    split = make_split(dataset)
    rows = split.train
    manifest = RunManifest(
        name=model,
        dataset=dataset.id,
        dataset_name=dataset.name,
        dataset_sha256=dataset.sha256,
        model=model,
        settings=chosen,
        training={},
        seed=0,
        epochs=1,
        best_epoch=1,
        seconds=0.0,
        parameters=int(built.count_params()),
        target="label",
        classes=dataset.classes["label"],
        channels=CHANNELS,
        steps=dataset.steps,
        attention_layers=architecture(model, chosen).attention_layers(
            InputShape(dataset.steps, len(CHANNELS), {"label": len(dataset.classes["label"])})
        ),
    )
    scaler = Scaler.fit(dataset.series[rows], np.asarray(dataset.lengths)[rows])
    publish_run(store, manifest, built, dataset, split, {"": scaler})
    return manifest.id
