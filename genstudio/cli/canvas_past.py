"""``genstudio canvas saves | recall | undo | redo``: taking a canvas back to what it was."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_canvas
from genstudio.cli.output import one_line
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.session.history import Direction

__all__ = ["register"]


def register(canvas: Groups) -> None:
    """Add the commands to the group ``canvas``."""
    saves = add_command(canvas, "saves", _saves, help="list the automatic copies of a canvas")
    recall = add_command(canvas, "recall", _recall, help="bring a canvas back to an automatic copy, by an edit that can be undone")
    recall.add_argument("save", help="name of the copy, as genstudio canvas saves lists it")
    undo = add_command(canvas, "undo", _undo, help="undo the last edit of a canvas, whoever made it")
    redo = add_command(canvas, "redo", _redo, help="do again what was undone last")
    for command in (saves, recall, undo, redo):
        command.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")
        command.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")


def _saves(arguments: argparse.Namespace, output: Output) -> int:
    found = open_canvas(arguments).auto_saves
    rows = [(each.name, each.time, each.version, each.shots, each.nodes) for each in found]
    output.table(("copy", "time", "version", "shots", "nodes"), rows, empty="There are no automatic copies yet.")
    output.result([asdict(each) for each in found])
    return 0


def _recall(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    found = canvas.recall(arguments.save)
    for line in found.lines:
        output.line(line)
    output.line(f"{canvas.path} is as in {arguments.save}; genstudio canvas undo takes that back.")
    output.result({"save": arguments.save, **found.document})
    return 0


def _undo(arguments: argparse.Namespace, output: Output) -> int:
    return _step(arguments, output, "undo")


def _redo(arguments: argparse.Namespace, output: Output) -> int:
    return _step(arguments, output, "redo")


def _step(arguments: argparse.Namespace, output: Output, direction: Direction) -> int:
    step = open_canvas(arguments).take_back(direction)
    if step is None:
        raise BadInputError(f"There is nothing to {direction}.", fix="genstudio canvas saves lists copies, genstudio history versions.")
    who = "a program outside the studio" if step.outside else step.author.partition("#")[0] or "somebody"
    output.line(
        f"{'Undone' if direction == 'undo' else 'Done again'}: {one_line(step.label) or 'an edit'}, by {one_line(who)}, {step.time}"
    )
    for line in step.changes:
        output.line(f"  {one_line(line)}")
    output.result(asdict(step))
    return 0
