"""``genstudio canvas``: a canvas without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli import canvas_diff, canvas_past
from genstudio.cli.common import add_command, open_canvas

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]


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


def _show(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    graph = canvas.graph
    output.line(f"{canvas.path}, version {graph.version}")
    nodes = [
        (key, node.type, node.data.get("name", ""), node.data.get("prompt") or node.data.get("reference") or "")
        for key, node in graph.nodes.items()
    ]
    output.table(("node", "type", "name", ""), nodes, empty="The canvas is empty.")
    for edge in graph.edges.values():
        output.line(f"{edge.source}.{edge.source_handle} -> {edge.target}.{edge.target_handle}")
    output.result(graph.document())
    return 0


def _check(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    problems = canvas.check()
    rows = [(problem.severity, problem.node or problem.edge or "", problem.socket or "", problem.message) for problem in problems]
    output.table(("severity", "where", "socket", "problem"), rows, empty="No problems.")
    output.result([problem.model_dump(mode="json") for problem in problems])
    return 1 if any(problem.severity == "error" for problem in problems) else 0
