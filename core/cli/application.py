"""The root of the command: options that stand anywhere, verbs, and how errors end."""

import logging
import os
import secrets
import sys
from collections.abc import Sequence
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from core.cli import (
    changing,
    checking,
    cohorts,
    contrasting,
    data,
    deriving,
    embedding,
    experiments,
    house,
    jobs,
    modalities,
    runs,
    scoring,
    training,
    variants,
)
from core.cli.output import Output
from core.errors import HeedError, SettingsError

INTERRUPTED = 130
application = typer.Typer(
    name="heed",
    help="Train sequence models, read their attention, and test whether it may be believed.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (
    house,
    data,
    deriving,
    checking,
    training,
    experiments,
    runs,
    jobs,
    scoring,
    contrasting,
    changing,
    variants,
    cohorts,
    modalities,
    embedding,
):
    room.add_to(application)


@application.callback(no_args_is_help=True)
def root(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on stdout; before or after the verb.")
    ] = False,
    home: Annotated[
        Path | None, typer.Option("--home", metavar="DIR", help="Another store; before or after the verb.")
    ] = None,
) -> None:
    """Train sequence models, read their attention, and test whether it may be believed."""
    # Both options are taken out of the line before it is read (root_options): here they are named for --help.


def main() -> None:
    """Run the command of this process and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one call of the command.

    Args:
        arguments: What stands behind `heed` on the line.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage.
    """
    as_json, home, rest = root_options(arguments)
    output = Output(as_json, home)
    with output.reserved():
        try:
            return _invoke(rest, output)
        except BrokenPipeError:  # the reader of a pipe has gone: nothing left to tell
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1


def root_options(arguments: Sequence[str]) -> tuple[bool, Path | None, list[str]]:
    """Return --json and --home, wherever they stand before a "--", and the rest of the line."""
    as_json = False
    home: Path | None = None
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return as_json, home, [*rest, word, *waiting]
        if word == "--json":
            as_json = True
        elif word == "--home" and waiting:
            home = Path(waiting.pop(0))
        elif word.startswith("--home="):
            home = Path(word.removeprefix("--home="))
        else:
            rest.append(word)
    return as_json, home, rest


@cache
def _command() -> Any:
    return typer.main.get_command(application)


def _invoke(rest: list[str], output: Output) -> int:
    try:
        code = _command().main(args=rest, prog_name="heed", standalone_mode=False, obj=output)
    except TyperException as error:
        return _wrong_usage(error, output)
    except HeedError as error:
        output.fail(error.kind, str(error))
        return 2 if isinstance(error, SettingsError) else 1
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a notice and a log entry
        output.fail("internal", _report(error, output))
        return 1
    if code == INTERRUPTED:
        output.fail("interrupted", "interrupted")
        return 1
    return code if isinstance(code, int) else 0


def _wrong_usage(error: TyperException, output: Output) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if message.startswith("Usage:"):  # no verb: the help says which there are
        if output.as_json:
            output.fail("usage", "a verb is missing; `heed --help` lists them")
        else:
            output.tell(message)
    elif output.as_json or context is None:
        output.fail("usage", message)
    else:
        output.fail("usage", f"{message}\nTry: {context.command_path} --help")
    return error.exit_code


def _report(error: Exception, output: Output) -> str:
    """Write the traceback to the store's log and return the notice with its reference."""
    reference = secrets.token_hex(4)
    try:
        folder = output.store.root / "logs"
        folder.mkdir(mode=0o700, exist_ok=True)
        handler = RotatingFileHandler(folder / "command.log", maxBytes=1_000_000, backupCount=2)
    except (OSError, HeedError):
        return f"internal error ({type(error).__name__}), reference {reference}; the log could not be written"
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    record = logging.LogRecord(
        "heed",
        logging.ERROR,
        __file__,
        0,
        "reference %s",
        (reference,),
        (type(error), error, error.__traceback__),
    )
    handler.handle(record)
    handler.close()
    return f"internal error, reference {reference}; the log {folder / 'command.log'} has the details"
