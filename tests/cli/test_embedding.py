from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.store import Store
from tests.cli.calling import Heed
from tests.pages.known_runs import publish_known


def test_a_map_is_written_to_a_file_and_told_in_the_keys_of_its_schema(
    heed: Heed, store: Store, tmp_path: Path
) -> None:
    run = publish_known(store).run
    out = tmp_path / "map.csv"
    told = heed.json("embed", run, "--out", out, "--space", "series", "--colour", "late").fits("embed")
    assert (told["samples"], told["of"], told["method"], told["format"]) == (10, 10, "pca", "csv")
    frame = pd.read_csv(out)
    found = core.embed(run, "test", space="series", colour="late")
    np.testing.assert_allclose(frame[["x", "y"]].to_numpy(), found.positions, rtol=1e-5, atol=1e-6)
    assert "late" in frame.columns
    shown = heed("embed", run, "--out", tmp_path / "map.parquet", "--method", "tsne", "--samples", "all")
    assert shown.code == 0
    assert "distances between clusters" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--method", "mds"], 2),
        (["--space", "hidden"], 1),
        (["--set", "speed=3"], 2),
        (["--samples", "outcome =="], 2),
        (["--colour", "nothing"], 2),
    ],
)
def test_wrong_use_of_embed_is_told(
    heed: Heed, store: Store, tmp_path: Path, arguments: list[str], code: int
) -> None:
    run = publish_known(store).run
    called = heed.json("embed", run, "--out", tmp_path / "map.csv", *arguments)
    assert called.code == code
    called.fits("error")
