"""``genstudio generate``: takes of shots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.cli.common import add_command, follow, open_canvas
from genstudio.graph.film_plan import WHOLES
from genstudio.graph.step import STEP_NODES
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.engine.preflight import Preflight
    from genstudio.widget import Canvas, Node, TakesJob

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the commands."""
    generate = add_command(groups, "generate", _generate, help="make takes of shots")
    generate.add_argument("project", help="title, uuid or folder")
    generate.add_argument(
        "shots",
        nargs="*",
        metavar="shot",
        help="a shot, a node that makes media, or a scene or assembler for all that it lacks: name, id or folder; --all for every shot",
    )
    generate.add_argument("--all", action="store_true", help="every shot of the canvas")
    generate.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")
    generate.add_argument("--takes", type=int, default=1, metavar="N", help="takes of each shot (default 1)")
    generate.add_argument("--quality", choices=("low", "standard", "high"), help="for this time only")
    generate.add_argument("--dry-run", action="store_true", help="say what would be made, how, and about how long it would take")
    generate.add_argument("--no-wait", action="store_true", help="return once the jobs are in the queue")


def _generate(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    if arguments.dry_run:
        return _forecast(canvas, arguments, output)
    started = [(shot, canvas.generate(shot, quality=arguments.quality, takes=arguments.takes)) for shot in _chosen(canvas, arguments)]
    if not arguments.no_wait:
        for shot, job in started:
            follow(job, shot.name, output)
    reports = [_report(shot.name, job, output) for shot, job in started]
    output.result({"project": str(canvas.project.path), "canvas": canvas.path, "jobs": reports})
    return 0 if all(report["state"] == "succeeded" or arguments.no_wait for report in reports) else 1


def _forecast(canvas: Canvas, arguments: argparse.Namespace, output: Output) -> int:
    """Say what would happen; the status is 0 if all of it could begin."""
    found = [(shot, canvas.preflight(shot, quality=arguments.quality, takes=arguments.takes)) for shot in _chosen(canvas, arguments)]
    named = [(canvas.nodes[part.node].name, part) for _, each in found for part in each.parts or (each,)]
    rows = [(name, part.pipeline, part.used or "", _format(part), _cost(part), _remark(part)) for name, part in named]
    output.table(("shot", "pipeline", "quality", "format", "about", ""), rows, empty="There is no shot.")
    reports = [{"shot": shot.name, **each.model_dump(mode="json")} for shot, each in found]
    output.result({"project": str(canvas.project.path), "canvas": canvas.path, "shots": reports})
    return 0 if all(each.fits_disk and not each.waits_for for _, each in found) else 1


def _format(found: Preflight) -> str:
    return f"{found.width}x{found.height}, {found.frames} frames" if found.pipeline else ""


def _cost(found: Preflight) -> str:
    """Say time and size of all takes, as far as past takes tell."""
    if found.seconds is None or found.bytes is None:
        return ""
    return f"{found.seconds:.0f} s, {found.bytes / 2**20:.1f} MiB"


def _remark(found: Preflight) -> str:
    ahead = f"{found.ahead} jobs wait before it." if found.ahead else ""
    return " ".join(filter(None, (found.waits_for, found.notice, ahead, "" if found.fits_disk else "The disk is too full for it.")))


def _chosen(canvas: Canvas, arguments: argparse.Namespace) -> list[Node]:
    shots = [_named(canvas, name) for name in arguments.shots]
    if arguments.all:
        return list(canvas.shots)
    if not shots:
        names = ", ".join(shot.name for shot in canvas.shots) or "none yet"
        raise BadInputError("No shot is named.", fix=f"Name shots, or give --all. Shots there are: {names}.")
    return shots


def _named(canvas: Canvas, name: str) -> Node:
    """Return a shot, else the one other node of that name that makes media, or holds what does."""
    try:
        return canvas.shot(name)
    except NotFoundError:
        makers = [node for node in canvas.nodes.values() if node.type in STEP_NODES or node.type in WHOLES]
        others = [node for node in makers if name in (node.id, node.name, node.data.get("renders"), node.data.get("scene"))]
        if len(others) != 1:
            raise
        return others[0]


def _report(name: str, job: TakesJob, output: Output) -> dict[str, Any]:
    """Tell what became of a shot's job."""
    state, error = job.state, ""
    try:
        if job.done:
            job.result(timeout=0)
    except GenStudioError as failure:
        error = str(failure)
    takes = [str(take.path) for take in job.takes]
    if error:
        output.notice(f"{name}: {error}")
    elif job.notice:
        output.notice(f"{name}: {job.notice}")
    for path in takes:
        output.line(path)
    if not job.done:
        output.line(f"{name}: {state}, job {job.id}")
    return {"id": job.id, "shot": name, "state": state, "takes": takes, "notice": job.notice, "error": error}
