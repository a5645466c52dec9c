"""Published runs of several targets, and of labels per step, whose every number is known."""

import numpy as np

from core.data import Dataset, publish_dataset
from core.evaluation import part_metrics
from core.models.manifest import RunManifest
from core.store import Store

STEPS = 6
PARTS = np.repeat(np.array([0, 1, 2], np.int8), (8, 4, 24))
ROWS = np.arange(36)
TARGETS = {"kind": ROWS % 3, "state": ROWS % 2, "place": (ROWS // 2) % 2}
CLASSES = {"kind": ("a", "b", "c"), "state": ("off", "on"), "place": ("in", "<b>out</b>")}
WRONG = {"kind": ROWS % 6 == 5, "state": (ROWS % 6 == 5) | (ROWS % 4 == 3), "place": ROWS < 0}


def publish_targets(store: Store, seeds: tuple[int, ...] = (0, 1)) -> tuple[Dataset, list[str]]:
    """Publish runs of three targets; a seed errs on one kind more, `place` is always right."""
    dataset = publish_dataset(store, _dataset("targets", TARGETS, CLASSES))
    runs = []
    for seed in seeds:
        said = {
            name: np.where(WRONG[name] | ((12 + seed == ROWS) & (name == "kind")), (codes + 1), codes)
            % len(CLASSES[name])
            for name, codes in TARGETS.items()
        }
        chances = {name: _chances(codes, len(CLASSES[name])) for name, codes in said.items()}
        runs.append(_publish(store, dataset, chances, seed))
    return dataset, runs


def publish_steps(store: Store, seeds: tuple[int, ...] = (0, 1)) -> tuple[Dataset, list[str]]:
    """Publish runs with labels per step: 36 windows, the last step of each without a label."""
    codes = (ROWS[:, None] + np.arange(STEPS)) % 2
    codes[:, -1] = -1
    dataset = publish_dataset(store, _dataset("steps", {"phase": codes}, {"phase": ("rest", "move")}))
    runs = []
    for seed in seeds:
        wrong = (ROWS[:, None] + seed) % 4 == 0
        said = np.where(wrong, 1 - np.maximum(codes, 0), np.maximum(codes, 0))
        runs.append(_publish(store, dataset, {"phase": _chances(said, 2)}, seed, per_step=("phase",)))
    return dataset, runs


def _dataset(name: str, targets: dict[str, np.ndarray], classes: dict[str, tuple[str, ...]]) -> Dataset:
    waves = np.sin(ROWS[:, None, None] + np.arange(STEPS)[None, :, None])
    return Dataset(
        series=waves.astype(np.float32),
        lengths=np.full(len(ROWS), STEPS),
        targets={key: codes.astype(np.int64) for key, codes in targets.items()},
        classes=classes,
        channels=("x",),
        sample_ids=np.array([f"s{row}" for row in ROWS]),
        step_labels=tuple(map(str, range(STEPS))),
        parts=PARTS,
        name=name,
    )


def _chances(said: np.ndarray, classes: int) -> np.ndarray:
    chances = np.full((*said.shape, classes), 0.2 / (classes - 1))
    np.put_along_axis(chances, said[..., None], 0.8, axis=-1)
    return chances


def _publish(
    store: Store, dataset: Dataset, chances: dict[str, np.ndarray], seed: int, per_step: tuple[str, ...] = ()
) -> str:
    first = next(iter(chances))
    metrics = {
        name: {
            part: _measured(found[code == PARTS], dataset.targets[name][code == PARTS])
            for code, part in enumerate(("train", "validation", "test"))
        }
        for name, found in chances.items()
    }
    manifest = RunManifest(
        model="lstm",
        seed=seed,
        dataset=dataset.id,
        dataset_name=dataset.name,
        dataset_sha256=dataset.sha256,
        settings={},
        training={},
        epochs=1,
        best_epoch=1,
        seconds=2.0,
        parameters=99,
        target=first,
        classes=dataset.classes[first],
        heads=dict(dataset.classes),
        per_step=per_step,
        channels=dataset.channels,
        steps=STEPS,
        metrics=metrics[first],
        target_metrics=metrics,
        hashes={"data": dataset.sha256, "onnx": "0" * 64},
    )
    with store.runs.publish(manifest) as staging:
        staging.save_array("parts.npy", PARTS)
        for name, found in chances.items():
            staging.save_array(f"probabilities_{name}.npy", found.astype(np.float32))
    return manifest.id


def _measured(chances: np.ndarray, actual: np.ndarray) -> dict[str, object]:
    return part_metrics(chances.reshape(-1, chances.shape[-1]), actual.ravel(), 0).plain()
