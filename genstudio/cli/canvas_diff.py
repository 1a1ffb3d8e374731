"""``genstudio canvas diff | conflicts``, and what Git calls to compare and merge canvases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_canvas, open_project
from genstudio.graph.changes import describe
from genstudio.project import drivers, paths
from genstudio.project.canvas_versions import named_canvas
from genstudio.project.documents import read_bytes
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


def register(canvas: Groups) -> None:
    """Add the commands to the group ``canvas``."""
    compare = add_command(canvas, "diff", _diff, help="say what differs between two canvases; exits with 0 whether they differ or not")
    compare.add_argument("old", metavar="A", help="a file, or a version in the history: REV:PATH, or REV for the main canvas")
    compare.add_argument("new", metavar="B", nargs="?", help="likewise (default: the main canvas as it is now)")
    compare.add_argument("--project", metavar="PROJECT", help="title, uuid or folder (default: the project around here)")
    choose = add_command(canvas, "conflicts", _conflicts, help="list what a merge left to choose, or choose")
    choose.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")
    choose.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")
    choose.add_argument("--take", choices=("ours", "theirs"), help="whose value holds")
    choose.add_argument("--at", metavar="PATH", action="append", default=[], help="only there, as listed (default: everywhere)")
    _register_drivers(canvas)


def _register_drivers(canvas: Groups) -> None:
    merge = add_command(
        canvas, "merge", _merge, help="merge two canvases over B; Git calls this; exits with 1 if there is something to choose"
    )
    for name, what in (("base", "the common ancestor"), ("ours", "our side; the result is written there"), ("theirs", "their side")):
        merge.add_argument(name, type=Path, help=what)
    merge.add_argument("path", nargs="?", default=paths.MAIN_CANVAS, help="path of the file in the project")
    show = add_command(canvas, "show-text", _show_text, help="print a canvas file as text, one property a line; Git calls this")
    show.add_argument("file", type=Path)
    git_diff = add_command(canvas, "git-diff", _git_diff, help="say what differs, called by Git with the arguments of GIT_EXTERNAL_DIFF")
    git_diff.add_argument("arguments", nargs="+")


def _diff(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.widget.canvas_diff import CanvasDiff

    old, new = (named_canvas(name, lambda: open_project(arguments).folder) for name in (arguments.old, arguments.new))
    found = CanvasDiff(old, new)
    for line in found.lines:
        output.line(line)
    output.result(found.document)
    return 0


def _conflicts(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    found = canvas.conflicts
    if arguments.take:
        places = arguments.at or [conflict.path for conflict in found]
        for place in places:
            canvas.choose(place, arguments.take)
        output.line(f"Chosen: {arguments.take}, {len(places)} times." if places else "There was nothing to choose.")
        found = canvas.conflicts
    graph = canvas.graph
    rows = [(conflict.path, conflict.sentence(graph)) for conflict in found]
    output.table(("where", "what"), rows, empty="Nothing is left to choose.")
    output.result([conflict.document() for conflict in found])
    return 0


def _merge(arguments: argparse.Namespace, output: Output) -> int:
    merged = drivers.merge_file(arguments.base, arguments.ours, arguments.theirs, arguments.path)
    for sentence in (*merged.conflicts, *merged.notices):
        output.notice(sentence)
    if merged.conflicts:
        output.notice(f"{arguments.path}: choose with: genstudio canvas conflicts --take ours|theirs, then commit.")
    output.result({"conflicts": merged.conflicts, "notices": merged.notices})
    return 1 if merged.conflicts else 0


def _show_text(arguments: argparse.Namespace, _output: Output) -> int:
    sys.stdout.write(drivers.show_text(read_bytes(arguments.file, "canvas"), arguments.file.name))
    return 0


def _git_diff(arguments: argparse.Namespace, output: Output) -> int:
    """Print what differs in sentences. Git gives: path, old file, old id, old mode, new file, new id, new mode."""
    path, *rest = arguments.arguments
    if len(rest) < 4:  # an unmerged path
        output.line(f"{path}: not merged")
        return 0
    files = [Path(rest[0]), Path(rest[3])]
    output.line(f"canvas {path}")
    try:
        old, new = (drivers.read_canvas(read_bytes(file, "canvas"), path) for file in files)
    except GenStudioError as error:
        output.line(f"  cannot be compared: {error.message}")
        return 0
    for line in describe(old, new) or ["only positions or versions differ"]:
        output.line(f"  {line}")
    return 0
