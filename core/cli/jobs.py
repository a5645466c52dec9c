"""Commands about jobs: list them, cancel one, resume one."""

from contextlib import suppress
from typing import Annotated, Any

import typer

from core.cli.experiments import tell_standing
from core.cli.output import output_of, shown, table
from core.errors import HeedError, NotFoundError
from core.jobs import Job, JobDesk, execute
from core.jobs.experiments import Experiments
from core.store import Store
from core.verbs.waiting import execute_here

JobArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a job or an experiment, or its beginning.")
]


TOLD = {
    *("state", "fraction", "message", "eta_seconds", "submitted", "started", "ended", "attempt"),
    *("result", "error"),
}


def add_to(application: typer.Typer) -> None:
    """Add the commands of this module."""
    application.command("jobs")(list_all)
    application.command()(cancel)
    application.command()(resume)


def list_all(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")] = 50,
) -> None:
    """List jobs, newest first: what runs, what waits, what ended how."""
    output = output_of(context)
    found = JobDesk(output.store).list()[:limit]
    rows = [(job.id, job.spec.title, _state(job), f"{job.state.fraction:.0%}", _remark(job)) for job in found]
    output.answer(
        {"jobs": [document_of(job) for job in found]},
        table(["id", "title", "state", "done>", "remark"], rows) if rows else "No jobs yet.",
    )


def cancel(context: typer.Context, job: JobArgument) -> None:
    """Stop a job, or all trainings of an experiment; what they reached stays and can be resumed."""
    output = output_of(context)
    desk = JobDesk(output.store)
    kind, found = job_or_experiment(output.store, job)
    if kind == "experiment":
        Experiments(desk).cancel(found)
        tell_standing(output, desk, found)
        return
    desk.cancel(found)
    state = desk.get(found)
    output.answer({"job": found, "state": state.state.state}, f"Job {found} is {_state(state)}.")


def resume(context: typer.Context, job: JobArgument) -> None:
    """Put a job that ended early, or those of an experiment, back into the queue; --here goes on here."""
    output = output_of(context)
    desk = JobDesk(output.store)
    kind, found = job_or_experiment(output.store, job)
    if kind == "experiment":
        Experiments(desk).resume(found)
        manifest = Experiments(desk).get(found)
        if manifest.queue == "here":
            execute_here(desk, [member.id for member in manifest.members], None)
        tell_standing(output, desk, found)
        return
    desk.resume(found)
    if desk.get(found).spec.queue == "here":
        execute(output.store.root, found)
    else:
        desk.ensure_runner()
    state = desk.get(found)
    output.answer({"job": found, "state": state.state.state}, f"Job {found} is {_state(state)}.")


def job_or_experiment(store: Store, prefix: str) -> tuple[str, str]:
    """Return kind and id of the one job or experiment that an id, its beginning or a name means.

    Raises:
        NotFoundError: If there is none.
        HeedError: If several fit.
    """
    try:
        found = [("experiment", store.experiments.resolve(prefix))]
    except NotFoundError:
        return "job", store.jobs.resolve(prefix)
    with suppress(NotFoundError):
        found.append(("job", store.jobs.resolve(prefix)))
    exact = [pair for pair in found if pair[1] == prefix]
    if len(exact or found) > 1:
        raise HeedError(f"{prefix[:60]!r} is ambiguous: a job and an experiment fit; give the id")
    return (exact or found)[0]


def document_of(job: Job) -> dict[str, Any]:
    """Return a job as its JSON document shows it."""
    state = job.state.model_dump(mode="json", include=TOLD)
    return {
        "id": job.id,
        "kind": job.spec.kind,
        "title": job.spec.title,
        "position": job.position,
        "cancelling": job.cancelling,
        **state,
    }


def _state(job: Job) -> str:
    if job.cancelling:
        return "cancelling"
    return f"{job.state.state} ({job.position}.)" if job.position else job.state.state


def _remark(job: Job) -> str:
    if job.state.error is not None:
        return job.state.error.message
    made = [f"{kind} {made}" for kind, made in job.state.result.items() if isinstance(made, str)]
    if made:
        return ", ".join(made)
    left = "" if job.state.eta_seconds is None else f", about {shown(round(job.state.eta_seconds))} s left"
    return f"{job.state.message}{left}"
