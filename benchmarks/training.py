"""Rows about training: click to first epoch, one training, four of them."""

import math
import statistics
import time
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.material import Material, request, settings
from benchmarks.measure import Measured, Side, in_turn, timed, wait_until

FIT_EPOCHS = 25
FOUR_EPOCHS = 30
FOUR = [(model, seed) for model in ("attention-lstm", "lstm") for seed in (0, 1)]
_LONGEST = 120.0  # seconds after which a training is taken for lost


def click(material: Material, repeat: int) -> Measured:
    """Click on Train until the first epoch can be read; the runner is warm."""
    import diskcache
    import multiprocess
    from dash import DiskcacheManager

    from benchmarks.stock import train_one_epoch
    from core.jobs import JobSpec
    from dashboard.services import jobs, library

    desk = library.desk()
    directory = Path(material.home) / "stock"
    manager = DiskcacheManager(diskcache.Cache(str(directory)))
    job = manager.make_job_fn(train_one_epoch, progress=False)

    def heed(turn: int) -> float:
        payload = request(1, dataset=material.dataset, seed=turn + 1)
        started = time.perf_counter()
        (id,) = jobs.submit(JobSpec(kind="train", payload=payload, title=f"click {turn}"))
        wait_until(lambda: desk.rows(id)[0], _LONGEST, "a first epoch")
        seconds = time.perf_counter() - started
        require_done(desk.wait(id))
        return seconds

    def stock(turn: int) -> float:
        result = directory / f"epoch-{turn}"
        started = time.perf_counter()
        manager.call_job_fn(f"click-{turn}", job, [material.home, material.dataset, str(result)], {})
        wait_until(result.exists, _LONGEST, "a first epoch of the stock manager")
        seconds = time.perf_counter() - started
        for child in multiprocess.active_children():
            child.join()
        return seconds

    return in_turn([Side("Heed", heed), Side("stock DiskcacheManager", stock)], repeat)


def one(material: Material, repeat: int) -> Measured:
    """Train one model as a job does, beside Keras fit of the same model on the same batches."""
    import keras

    from core.data import open_dataset
    from core.jobs import JobDesk, JobSpec, RunnerOptions, execute
    from core.store import open_store
    from core.training.fitting import one_thread, seed_everything

    one_thread()
    store = open_store(Path(material.home))
    kinds = {"fit": "benchmarks.training:fit_job"}
    desk = JobDesk(store, RunnerOptions(kinds))
    arrays, shape = examples_of(open_dataset(store, material.dataset))
    train, validation = (keras_arrays(part) for part in (arrays.train, arrays.validation))
    steps = math.ceil(len(arrays.train) / 16)

    def heed(_: int) -> float:
        spec = JobSpec(kind="fit", payload={"dataset": material.dataset}, queue="here")
        state = execute(store.root, desk.submit(spec), kinds)
        return float(state.result["seconds"])

    def same_batches(_: int) -> float:
        seed_everything(0)
        probed = built(shape)
        started = time.perf_counter()
        model, _ = compiled(probed, FIT_EPOCHS, len(arrays.train))
        batches = shuffled_batches(train, 16)
        told = {"steps_per_epoch": steps, "shuffle": False, "verbose": 0}
        model.fit(batches, epochs=FIT_EPOCHS, validation_data=validation, **told)
        return time.perf_counter() - started

    def from_arrays(_: int) -> float:
        seed_everything(0)
        probed = built(shape)
        started = time.perf_counter()
        model, chosen = compiled(probed, FIT_EPOCHS, len(arrays.train))
        model.fit(
            *train,
            batch_size=chosen.batch_size,
            epochs=FIT_EPOCHS,
            validation_data=validation,
            verbose=0,
        )
        return time.perf_counter() - started

    sides = [
        Side("Heed", heed),
        Side("Keras fit, one dataset", same_batches),
        Side("Keras fit of arrays", from_arrays),
    ]
    found = in_turn(sides, repeat)
    found.notes = f"{FIT_EPOCHS} epochs of {steps} batches; rows, cancelling, best weights and a checkpoint"
    found.notes += f", gradient norm and entropy in Heed; Keras {keras.__version__}, one thread"
    return found


def four(material: Material, repeat: int) -> Measured:
    """Train two seeds of two models through the slots, beside one after another in the foreground."""
    from core.jobs import JobDesk, JobSpec, execute
    from core.models.manifest import RunManifest
    from core.store import open_store
    from dashboard.services import jobs

    store = open_store(Path(material.home))
    desk = JobDesk(store)
    accuracies: dict[str, list[float]] = {"through the slots": [], "in the foreground": []}

    def specs(queue: str, turn: int) -> list[Any]:
        training = {"epochs": FOUR_EPOCHS if turn >= 0 else 1, "patience": 0}
        return [
            JobSpec(
                kind="train",
                payload={"dataset": material.dataset, "model": model, "seed": seed, "training": training},
                queue=queue,
            )
            for model, seed in FOUR
        ]

    def keep(where: str, runs: list[str], turn: int) -> None:
        for run in runs if turn >= 0 else ():
            accuracies[where].append(store.runs.read(run, RunManifest).metrics["test"]["accuracy"])

    def heed(turn: int) -> float:
        started = time.perf_counter()
        ended = [desk.wait(id) for id in jobs.submit(*specs("train", turn))]
        seconds = time.perf_counter() - started
        keep("through the slots", [require_done(job) for job in ended], turn)
        return seconds

    def foreground(turn: int) -> float:
        started = time.perf_counter()
        states = [execute(store.root, desk.submit(spec)) for spec in specs("here", turn)]
        seconds = time.perf_counter() - started
        keep("in the foreground", [state.result["run"] for state in states], turn)
        return seconds

    found = in_turn([Side("Heed", heed), Side("one after another", foreground)], repeat)
    words = [f"{100 * statistics.mean(values):.1f} % {where}" for where, values in accuracies.items()]
    found.notes = f"{FOUR_EPOCHS} epochs each; mean test accuracy {', '.join(words)}"
    return found


def fit_job(context: Any, payload: dict[str, Any]) -> dict[str, Any]:
    """Fit as a training job does and tell how long that took; a kind of job of its own."""
    from core.data import open_dataset
    from core.jobs.train import CHECKPOINT, JobWatch
    from core.training.fitting import fit, seed_everything

    arrays, shape = _prepared(open_dataset(context.store, payload["dataset"]).id, str(context.store.root))
    seed_everything(0)
    model, chosen = built(shape), train_settings(FIT_EPOCHS)
    watch = JobWatch(context, FIT_EPOCHS, context.directory / CHECKPOINT)
    seconds = timed(lambda _: fit(model, arrays, chosen, 0, watch))(0)
    return {"seconds": seconds}


@cache
def _prepared(dataset_id: str, home: str) -> tuple[Any, Any]:
    from core.data import open_dataset
    from core.store import open_store

    return examples_of(open_dataset(open_store(Path(home)), dataset_id))


def examples_of(dataset: Any) -> tuple[Any, Any]:
    """Return scaled examples and the model's shape, as a training job makes them."""
    from core.data.splits import SplitSettings, make_split
    from core.jobs.material import Recipe, make_material

    split = make_split(dataset, SplitSettings(), "label")
    material = make_material(dataset, split, Recipe(("label",)))
    shape = material.shape()
    return material.arrays(part().attention_layers(shape)), shape


def keras_arrays(examples: Any) -> tuple[Any, Any]:
    """Return examples as Keras fit takes them: inputs and classes."""
    return (examples.series[""], examples.masks()[""]), examples.targets["label"]


def shuffled_batches(arrays: tuple[Any, Any], size: int) -> Any:
    """Return batches of all epochs as one dataset, which spares Keras an iterator for each epoch."""
    import tensorflow as tf

    (series, mask), targets = arrays
    tensors = [tf.constant(one) for one in (series, mask, targets)]

    def order(epoch: Any) -> Any:
        rows = tf.random.experimental.stateless_shuffle(tf.range(len(targets)), seed=[0, epoch])
        return tf.data.Dataset.from_tensor_slices(rows).batch(size)

    def batch(rows: Any) -> Any:
        *inputs, classes = (tf.gather(tensor, rows) for tensor in tensors)
        return tuple(inputs), classes

    return tf.data.Dataset.range(FIT_EPOCHS).flat_map(order).map(batch)


def train_settings(epochs: int) -> Any:
    """Return the usual settings of a training, for a fixed number of epochs."""
    from core.training import TrainSettings

    return TrainSettings(epochs=epochs, patience=0)


def part() -> Any:
    """Return the architecture that is trained."""
    from core.models.family import architecture

    return architecture("attention-lstm", settings())


def built(shape: Any) -> Any:
    """Return the probed model, untrained."""
    return part().build(shape)


def compiled(probed: Any, epochs: int, samples: int) -> tuple[Any, Any]:
    """Return a built model as Keras trains it, compiled, with the settings of its training."""
    import keras
    import tensorflow as tf

    chosen = train_settings(epochs)
    steps = math.ceil(samples / chosen.batch_size)
    series, mask = (keras.Input(probed.input[name].shape[1:], name=name) for name in ("series", "mask"))
    ports = {
        name: tf.fill([1] * len(tensor.shape), float(name.startswith("gate_")))
        for name, tensor in probed.input.items()
        if name not in {"series", "mask"}
    }
    varied = keras.layers.GaussianNoise(chosen.noise)(series)
    model = keras.Model([series, mask], probed({"series": varied, "mask": mask, **ports})["logits_label"])
    rate = keras.optimizers.schedules.CosineDecay(chosen.learning_rate, epochs * steps)
    model.compile(
        keras.optimizers.Adam(rate, global_clipnorm=chosen.clip),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        jit_compile=False,
    )
    return model, chosen


def require_done(job: Any) -> str:
    """Return the run of a job; RuntimeError if it did not end well."""
    if job.state.state != "done":
        raise RuntimeError(f"job {job.id} is {job.state.state}: {job.state.error}")
    return str(job.state.result["run"])
