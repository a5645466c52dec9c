"""Heed's server after one live prediction in each worker, for `gunicorn -c gunicorn.conf.py`."""

import os

from core.data import open_dataset
from core.inference import open_run
from core.store import open_store
from dashboard.app import server

_store = open_store()
open_run(_store, os.environ["HEED_BENCH_RUN"]).explain(
    open_dataset(_store, os.environ["HEED_BENCH_DATASET"]), 0
)

__all__ = ["server"]
