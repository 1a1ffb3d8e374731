"""``genstudio takes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_project

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    takes = groups.add_parser("takes", help="the takes of a project").add_subparsers(metavar="command", required=True)
    listing = add_command(takes, "ls", _ls, help="list takes")
    listing.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")
    listing.add_argument("shot", nargs="?", help="only the takes of this shot")


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    takes = project.canvas().shot(arguments.shot).takes if arguments.shot else project.takes
    rows = [
        (
            take.id,
            take.record.renders,
            take.length or "still",
            f"{take.record.width}x{take.record.height}",
            take.record.pipeline.id,
            take.record.created,
        )
        for take in takes
    ]
    output.table(
        ("take", "folder", "length", "size", "pipeline", "made"),
        rows,
        empty="No takes yet. Make some with: genstudio generate PROJECT --all",
    )
    output.result([{**take.record.model_dump(mode="json", by_alias=True), "path": str(take.path)} for take in takes])
    return 0
