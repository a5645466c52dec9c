"""What kinds of job there are, and where the function of each lives."""

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import JobError

if TYPE_CHECKING:
    from core.jobs.context import JobContext

JobFunction = Callable[["JobContext", dict[str, Any]], dict[str, Any]]

# "module:function", imported in the job's process only: the web process must not load TensorFlow.
KINDS: Mapping[str, str] = {
    "train": "core.jobs.train:run_training_job",
    "make": "core.jobs.intake:run_make_job",
    "import": "core.jobs.intake:run_import_job",
    "score": "core.jobs.scoring:run_score_job",
    "examine": "core.jobs.examining:run_examine_job",
    "inspect": "core.jobs.intake:run_inspect_job",
    "derive": "core.jobs.deriving:run_derive_job",
    "embed": "core.jobs.embedding:run_embed_job",
    "cluster": "core.jobs.clustering:run_cluster_job",
}


def require_kind(kind: str, kinds: Mapping[str, str] = KINDS) -> str:
    """Return where a kind's function lives; JobError if there is no such kind."""
    if kind not in kinds:
        raise JobError(f"the kind of a job must be one of {', '.join(sorted(kinds))}; got {kind!r:.80}")
    return kinds[kind]


def function_of(kind: str, kinds: Mapping[str, str] = KINDS) -> JobFunction:
    """Return the function that does the work of a kind."""
    module, _, name = require_kind(kind, kinds).partition(":")
    function: JobFunction = getattr(importlib.import_module(module), name)
    return function
