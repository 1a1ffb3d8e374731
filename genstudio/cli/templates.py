"""``genstudio templates``: the shared templates of the library, and using one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_canvas, open_workspace
from genstudio.cli.history import tell
from genstudio.cli.output import one_line
from genstudio.pipelines.catalogue import Catalogue

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output

__all__ = ["register"]

_EMPTY = "Library/Pipeline_Templates of the workspace holds no templates yet."


def register(groups: Groups) -> None:
    """Add the commands."""
    templates = groups.add_parser("templates", help="shared templates of the library").add_subparsers(metavar="command", required=True)
    add_command(templates, "ls", _ls, help="list the templates of the library")
    show = add_command(templates, "show", _show, help="print the nodes and wires of a template")
    use = add_command(templates, "use", _use, help="copy a template onto a canvas")
    for command in (show, use):
        command.add_argument("name", help="its file name without the suffix")
    use.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")
    use.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")
    use.add_argument("--at", type=float, nargs=2, metavar=("X", "Y"), help="where its upper left corner goes (default: below everything)")


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    catalogue = Catalogue.load(open_workspace(arguments).path)
    found = list(catalogue.templates.values())
    rows = [(each.name, each.kind, len(each.canvas.nodes), ", ".join(each.references), each.title) for each in found]
    output.table(("template", "kind", "nodes", "pipelines", "title"), rows, empty=_EMPTY)
    tell(output, catalogue.problems)
    output.result({"templates": [each.summary() for each in found], "problems": list(catalogue.problems)})
    return 0


def _show(arguments: argparse.Namespace, output: Output) -> int:
    template = Catalogue.load(open_workspace(arguments).path).template(arguments.name)
    for line in filter(None, (template.title, template.description)):
        output.line(one_line(line))
    nodes = [(key, node.type, node.data.get("name", ""), node.data.get("reference", "")) for key, node in template.canvas.nodes.items()]
    output.table(("node", "type", "name", ""), nodes, empty="It has no nodes.")
    for edge in template.canvas.edges.values():
        output.line(f"{edge.source}.{edge.source_handle} -> {edge.target}.{edge.target_handle}")
    output.result({**template.summary(), "canvas": template.canvas.document()})
    return 0


def _use(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    made = canvas.use_template(arguments.name, position=tuple(arguments.at) if arguments.at else None)
    output.line(f"Put {len(made)} nodes on {canvas.path}: {', '.join(node.name for node in made)}")
    output.result({"canvas": canvas.path, "nodes": [node.id for node in made], "version": canvas.version})
    return 0
