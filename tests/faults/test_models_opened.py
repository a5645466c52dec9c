"""Many models in turn, models in another store, and a model in Keras: memory stays, answers stay."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.inference import open_run
from core.inference.runs import KEPT_OPEN
from core.models.manifest import RunManifest
from core.store import Store, open_store
from core.store.files import sha256_of
from core.store.verify import verify_store
from tests.inference.published import published
from tests.models import toys

pytestmark = [pytest.mark.faults, pytest.mark.slow]

MODELS = 50
FEW_MEGABYTES = 6 * 2**10  # in kB
OPENING = """
import json, sys
import numpy as np
from core.inference import open_run, runs
from core.store import open_store
from pathlib import Path

store = open_store(Path(sys.argv[1]))
series, lengths = np.ones((4, 8, 2), np.float32), np.full(4, 8)
resident, kept, answers = [], [], set()
for lap in range(3):
    for id in sorted(store.runs.ids()):
        answers.add(open_run(store, id).predict(series, lengths).logits["label"].tobytes())
        kept.append(len(runs._open))
    lines = Path("/proc/self/status").read_text().splitlines()
    resident.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")))
print(json.dumps({"resident": resident, "kept": max(kept), "answers": len(answers)}))
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    """Return a store with one run whose model has a quarter of a megabyte; nobody changes it."""
    place = open_store(tmp_path_factory.mktemp("original") / "home")
    return place, published(place, settings={"units": 128})


def vary(original: tuple[Store, str], store: Store, models: int) -> None:
    """Publish copies of a run whose weights differ from each other."""
    import onnx
    from onnx import numpy_helper

    place, id = original
    manifest = place.runs.read(id, RunManifest).model_dump(exclude={"id", "created"})
    model = onnx.load(place.runs.file(id, "model.onnx"))
    largest = max(model.graph.initializer, key=lambda tensor: len(tensor.raw_data))
    weights = numpy_helper.to_array(largest)
    for number in range(models):
        largest.CopyFrom(numpy_helper.from_array(weights * np.float32(1 + number / 100), largest.name))
        with store.runs.publish(RunManifest(**manifest)) as staging:
            onnx.save(model, staging.path / "model.onnx")
            digest = sha256_of(staging.add("model.onnx"))
            staging.save_json("scaler.json", place.runs.json(id, "scaler.json"))
            staging.manifest = staging.manifest.model_copy(update={"hashes": {"onnx": digest}})


def test_M11_fifty_models_in_turn_take_no_more_memory_than_the_last_few(
    original: tuple[Store, str], store: Store
) -> None:
    vary(original, store, MODELS)
    done = subprocess.run(
        [sys.executable, "-c", OPENING, str(store.root)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        cwd=Path(__file__).parents[2],
    )
    found = json.loads(done.stdout)
    assert found["answers"] == MODELS
    assert found["kept"] == KEPT_OPEN
    first, *_, last = found["resident"]
    assert last - first < FEW_MEGABYTES, found


def test_a_run_that_was_copied_to_another_store_predicts_the_same(
    original: tuple[Store, str], tmp_path: Path
) -> None:
    place, id = original
    other = open_store(tmp_path / "other")
    shutil.copytree(place.runs.directory(id), other.runs.path / id)
    data = toys.examples(5)
    here, there = (open_run(one, id) for one in (place, other))
    assert there is not here
    first, second = (run.predict(data.series, data.lengths) for run in (here, there))
    np.testing.assert_array_equal(first.logits["label"], second.logits["label"])
    assert [entry.id for entry in other.runs.list(RunManifest).entries] == [id]
    assert verify_store(other).problems == ()


def test_a_saved_model_answers_in_keras_as_in_onnx(original: tuple[Store, str]) -> None:
    import keras

    from core.training.export import keras_outputs

    place, id = original
    data = toys.examples(5)
    run = open_run(place, id)
    model = keras.saving.load_model(place.runs.file(id, "model.keras"), safe_mode=True)
    expected = keras_outputs(model, run.model.ports.series({"": data.series}, {"": data.lengths}))
    said = run.model.predict(data.series, data.lengths)
    np.testing.assert_allclose(said.logits["label"], expected["logits_label"], atol=1e-5)
