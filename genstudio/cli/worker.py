"""``genstudio worker``: one worker of the workspace on this machine, in this terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genstudio.cli.common import add_command, open_workspace
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]

_AUTO: Final = "auto"
_LARGEST_GB: Final = 10_000


def register(groups: Groups) -> None:
    """Add the command."""
    worker = add_command(groups, "worker", _worker, help="run a worker until it is stopped; the studio starts its own by itself")
    worker.add_argument("--name", help="cpu, or the UUID of a GPU of this machine (default cpu); --list names them")
    worker.add_argument("--vram", metavar="GB", help="auto: the first GPU of this machine; a number: pretend a card of that size is here")
    worker.add_argument("--join", metavar="FILE", help="join the studio of another machine, with the file of genstudio cluster invite")
    worker.add_argument("--folder", metavar="DIR", help="with --join: where the worker keeps its files")
    worker.add_argument("--models", metavar="DIR", action="append", default=[], help="with --join: a folder with weights")
    worker.add_argument("--list", action="store_true", help="name the workers that this machine can have, and end")


def _worker(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.engine.worker import main, worker_names

    names = worker_names()
    if arguments.list:
        for name in names:
            output.line(name)
        output.result(list(names))
        return 0
    simulated = _simulated(arguments.vram)
    name = arguments.name or _default_name(arguments.vram, names)
    if name not in names and not simulated:
        raise BadInputError(f"This machine has no worker {name!r:.80}.", fix=f"There are: {', '.join(names)}.")
    place = _away(arguments) if arguments.join else ["--workspace", str(open_workspace(arguments).path)]
    main([*place, "--name", name, "--vram", str(simulated), "--stay"])
    return 0


def _away(arguments: argparse.Namespace) -> list[str]:
    folder = ["--folder", arguments.folder] if arguments.folder else []
    return ["--join", arguments.join, *folder, *(part for models in arguments.models for part in ("--models", models))]


def _simulated(vram: str | None) -> float:
    """Return the size of the card to pretend, 0 for none."""
    if vram in (None, _AUTO):
        return 0
    try:
        size = float(vram)
    except ValueError:
        size = 0
    if not 0 < size < _LARGEST_GB:
        raise BadInputError(f"{vram!r:.40} is no size of a card.", fix="Give auto, or a number of gigabytes such as 24.")
    return size


def _default_name(vram: str | None, names: Sequence[str]) -> str:
    cards = names[1:]
    if vram == _AUTO and not cards:
        raise BadInputError(
            "This machine has no GPU that its driver tells of.", fix="Look with: nvidia-smi. Without a GPU, leave --vram out."
        )
    if vram is None or vram == _AUTO:
        return cards[0] if vram == _AUTO else names[0]
    return f"vram-{vram}"
