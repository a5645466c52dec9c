"""Runs of untrained models of two modalities with their dataset, for what asks about both directions."""

from dataclasses import replace

from core.data import Dataset, SplitSettings, make_dataset, make_split
from core.data.published import publish_dataset
from core.jobs.material import Recipe, make_material
from core.jobs.publishing import publish_run
from core.jobs.train import _modalities
from core.models.family import architecture
from core.models.manifest import RunManifest
from core.store import Store

SMALL = {"heads": 2, "width": 8, "feed_forward": 8}


def two_modal(store: Store, names: tuple[str, str] = ("driver", "follower"), samples: int = 40) -> Dataset:
    """Publish series of two groups of channels of which the second follows the first."""
    made = make_dataset(store, "two-modal", {"samples": samples, "steps": 12, "lag": 2})
    if names == ("driver", "follower"):
        return made
    groups = dict(zip(names, made.groups.values(), strict=True))
    return publish_dataset(store, replace(made, groups=groups, name=names[0], id="", sha256=""))


def publish_two_modal(store: Store, dataset: Dataset, seed: int = 0, chosen: tuple[str, ...] = ()) -> str:
    """Publish a run of an untrained cross-modal model as a training does."""
    from core.training.fitting import seed_everything

    seed_everything(seed)
    split = make_split(dataset, SplitSettings(), "label")
    material = make_material(dataset, split, Recipe(("label",), modalities=True, chosen=chosen))
    shape = material.shape()
    part = architecture("cross-modal", SMALL)
    built = part.build(shape)
    manifest = RunManifest(
        name="untrained",
        dataset=dataset.id,
        dataset_name=dataset.name,
        dataset_sha256=dataset.sha256,
        model="cross-modal",
        settings=SMALL,
        training={},
        seed=seed,
        epochs=1,
        best_epoch=1,
        seconds=0.0,
        parameters=int(built.count_params()),
        target="label",
        classes=dataset.classes["label"],
        channels=dataset.channels,
        steps=dataset.steps,
        modalities=_modalities(material),
        attention_layers=part.attention_layers(shape),
    )
    publish_run(store, manifest, built, dataset, split, material.scalers)
    return manifest.id
