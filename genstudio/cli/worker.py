"""``genstudio worker``: one worker of the workspace on this machine, in this terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the command."""
    worker = add_command(groups, "worker", _worker, help="run a worker until it is stopped; the studio starts its own by itself")
    worker.add_argument("--name", help="cpu, or the UUID of a GPU of this machine (default cpu); --list names them")
    worker.add_argument("--list", action="store_true", help="name the workers that this machine can have, and end")


def _worker(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.engine.worker import CPU, main, worker_names

    names = worker_names()
    if arguments.list:
        for name in names:
            output.line(name)
        output.result(list(names))
        return 0
    name = arguments.name or CPU
    if name not in names:
        raise BadInputError(f"This machine has no worker {name!r:.80}.", fix=f"There are: {', '.join(names)}.")
    main(["--workspace", str(open_workspace(arguments).path), "--name", name])
    return 0
