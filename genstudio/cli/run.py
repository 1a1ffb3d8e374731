"""``genstudio``: reads the command, runs it, and turns what goes wrong into one line and an exit status."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from genstudio.cli import (
    archive,
    assets,
    batch,
    canvas,
    cluster,
    demo,
    doctor,
    film,
    history,
    jobs,
    library,
    make,
    pipelines,
    projects,
    studio,
    takes,
    templates,
    worker,
)
from genstudio.cli.output import Output
from genstudio.cli.parser import CommandParser
from genstudio.cli.welcome import WELCOME
from genstudio.schema.errors import GenStudioError
from genstudio.schema.version import VERSION

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

__all__ = ["main", "parser"]

_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141
_WRONG_USE: Final = 2
_GROUPS: Final = (
    studio,
    demo,
    projects,
    doctor,
    make,
    film,
    batch,
    takes,
    assets,
    library,
    jobs,
    worker,
    cluster,
    pipelines,
    templates,
    canvas,
    history,
    archive,
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = CommandParser(prog="genstudio", description="A film studio in Jupyter.")
    top.add_argument("--version", action="version", version=f"genstudio {VERSION}")
    groups = top.add_subparsers(metavar="command", required=True)
    for module in _GROUPS:
        module.register(groups)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Return 0 on success, 1 with one line on standard error if it failed; wrong use exits with 2."""
    if not (sys.argv[1:] if arguments is None else arguments):
        print(WELCOME, end="", file=sys.stderr)
        raise SystemExit(_WRONG_USE)
    given = parser().parse_args(arguments)
    try:
        status = _run(given, Output(as_json=given.json))
        sys.stdout.flush()
    except BrokenPipeError:  # who was to read it has gone, as head does: there is nobody to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except GenStudioError as error:
        return _fail(str(error), error, debug=given.debug)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fail(
            f"{place}{error.strerror or error}. Check that the folder is there, writable and has free space.", error, debug=given.debug
        )
    except KeyboardInterrupt:
        print("Interrupted. Jobs that were started go on; genstudio jobs ls lists them.", file=sys.stderr)
        return _INTERRUPTED
    return status


def _run(given: argparse.Namespace, output: Output) -> int:
    with output.warned():
        return int(given.handler(given, output))


def _fail(text: str, error: Exception, *, debug: bool) -> int:
    if debug:
        raise error
    print(f"genstudio: {' '.join(text.split())}", file=sys.stderr)
    return 1
