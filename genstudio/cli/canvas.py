"""``genstudio canvas``: a canvas without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genstudio.cli import canvas_diff, canvas_past
from genstudio.cli.common import add_command, open_canvas
from genstudio.cli.output import one_line

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.widget import Canvas

__all__ = ["register"]

_WIDEST: Final = 72
"""Characters of a cell: a prompt may be as long as a book."""


def register(groups: Groups) -> None:
    """Add the commands."""
    canvas = groups.add_parser("canvas", help="look at canvases, compare and merge them").add_subparsers(metavar="command", required=True)
    for name, handler, what in (
        ("show", _show, "print its nodes and wires"),
        ("check", _check, "list its problems; exits with 1 if there are errors"),
    ):
        command = add_command(canvas, name, handler, help=what)
        command.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")
        command.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")
    canvas_diff.register(canvas)
    canvas_past.register(canvas)


def _open(arguments: argparse.Namespace, output: Output) -> Canvas:
    """Open a canvas to look at it; say so where a newer studio wrote it, for not all of it may be shown."""
    canvas = open_canvas(arguments)
    if canvas.state.read_only:
        output.notice(one_line(canvas.state.read_only))
    return canvas


def _show(arguments: argparse.Namespace, output: Output) -> int:
    canvas = _open(arguments, output)
    graph = canvas.graph
    output.line(f"{canvas.path}, version {graph.version}")
    nodes = [
        (key, node.type, _clipped(node.data.get("name", "")), _clipped(node.data.get("prompt") or node.data.get("reference") or ""))
        for key, node in graph.nodes.items()
    ]
    output.table(("node", "type", "name", ""), nodes, empty="The canvas is empty.")
    for edge in graph.edges.values():
        output.line(f"{edge.source}.{edge.source_handle} -> {edge.target}.{edge.target_handle}")
    output.result(graph.document())
    return 0


def _clipped(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _check(arguments: argparse.Namespace, output: Output) -> int:
    canvas = _open(arguments, output)
    problems = canvas.check()
    rows = [(problem.severity, problem.node or problem.edge or "", problem.socket or "", problem.message) for problem in problems]
    output.table(("severity", "where", "socket", "problem"), rows, empty="No problems.")
    output.result([problem.model_dump(mode="json") for problem in problems])
    return 1 if any(problem.severity == "error" for problem in problems) else 0
