"""``genstudio render``, ``edl``, ``storyboard``, ``handoff`` and ``import``: the film, its edit list, and its way to an editor and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from genstudio.cli.common import add_command, follow, open_canvas, open_project
from genstudio.schema.errors import BadInputError
from genstudio.schema.render import FilmPreset

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.widget import Canvas, FilmJob

__all__ = ["register"]

_PARSE: Final = "parse"


def register(groups: Groups) -> None:
    """Add the commands."""
    render = add_command(groups, "render", _render, help="render the film to 06_Exports")
    _which_film(render)
    render.add_argument("--edl", type=Path, metavar="FILE", help="render a CMX3600 edit list alone, every frame drawn, and no canvas")
    render.add_argument(
        "--preset", choices=get_args(FilmPreset), default="h264", help="H.264, H.265, ProRes, or a folder of pictures (default h264)"
    )
    render.add_argument("--no-wait", action="store_true", help="return once the job is in the queue")

    edl = add_command(groups, "edl", _edl, help="write the edit list to 04_Project_Files/EDLs; 'edl parse FILE' reads any list")
    _which_film(edl)
    edl.add_argument("file", nargs="?", type=Path, metavar="FILE", help="with 'parse': a CMX3600 edit list")
    edl.add_argument("--fps", default="24", metavar="RATE", help="with 'parse': the rate of the list, which no list says (default 24)")

    board = add_command(groups, "storyboard", _storyboard, help="write the film as a storyboard, a PDF or one picture")
    _which_film(board)
    board.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="a file that ends in .pdf or .png")

    handoff = add_command(
        groups, "handoff", _handoff, help="write a folder for an editor to 06_Exports: EDL, OTIO, FCP7 XML, media by reel"
    )
    _which_film(handoff)

    taken = add_command(groups, "import", _import, help="show what an editor changed in an .edl, .otio or .xml of the film")
    taken.add_argument("file", type=Path, metavar="FILE", help="the list that came back, at the rate of the project")
    _which_film(taken)
    taken.add_argument("--apply", action="store_true", help="take the changes over, as one edit of the canvas")


def _which_film(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", nargs="?", help="title, uuid or folder (default: the project around here)")
    parser.add_argument("--canvas", metavar="PATH", help="a canvas other than the main one")
    parser.add_argument("--assembler", metavar="NODE", help="which assembler, if there are several")


def _render(arguments: argparse.Namespace, output: Output) -> int:
    job = _render_edl(arguments, output) if arguments.edl else _render_film(arguments, output)
    if arguments.no_wait:
        output.line(f"In the queue: job {job.id}")
        output.result({"id": job.id, "state": job.state, "film": None})
        return 0
    follow(job, "film", output)
    film = job.result(timeout=0)
    output.line(str(film.path))
    output.result({"id": job.id, "state": job.state, "film": str(film.path)})
    return 0


def _render_film(arguments: argparse.Namespace, output: Output) -> FilmJob:
    canvas = open_canvas(arguments)
    job = canvas.render(arguments.assembler, preset=arguments.preset)
    _tell(canvas, arguments, output)
    return job


def _tell(canvas: Canvas, arguments: argparse.Namespace, output: Output) -> list[str]:
    """Say what is wrong with the film or out of date in it, and return it."""
    problems = list(dict.fromkeys(problem.message for problem in canvas.cut(arguments.assembler).problems))
    for problem in problems:
        output.notice(problem)
    return problems


def _render_edl(arguments: argparse.Namespace, output: Output) -> FilmJob:
    if arguments.canvas or arguments.assembler:
        raise BadInputError("An edit list is rendered without a canvas.", fix="Leave out --canvas and --assembler, or --edl.")
    project = open_project(arguments)
    for problem in project.read_edl(arguments.edl).problems:
        output.notice(f"line {problem.line}: {problem.message}" if problem.line else problem.message)
    return project.render_edl(arguments.edl, preset=arguments.preset)


def _edl(arguments: argparse.Namespace, output: Output) -> int:
    if arguments.project == _PARSE and arguments.file is not None:
        return _parse(arguments, output)
    if arguments.file is not None:
        raise BadInputError(
            f"{arguments.project!r:.60} is no action of edl.", fix="Use: genstudio edl parse FILE, or genstudio edl PROJECT"
        )
    canvas = open_canvas(arguments)
    path = canvas.edl(arguments.assembler)
    problems = _tell(canvas, arguments, output)
    output.line(str(path))
    output.result({"edl": str(path), "problems": problems})
    return 0


def _storyboard(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    path = canvas.storyboard(arguments.output.absolute(), arguments.assembler)
    _tell(canvas, arguments, output)
    output.line(f"Wrote {path}")
    output.result({"path": str(path)})
    return 0


def _handoff(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.edit.handoff import hand_off

    canvas = open_canvas(arguments)
    root = canvas.project.path
    with output.progress("hand-off") as bar:
        made = hand_off(root, canvas.film(arguments.assembler), progress=bar.show)
    _tell(canvas, arguments, output)
    for notice in made.notices:
        output.notice(notice)
    output.line(str(root / made.path))
    output.result({**made.model_dump(mode="json"), "path": str(root / made.path)})
    return 0


def _import(arguments: argparse.Namespace, output: Output) -> int:
    canvas = open_canvas(arguments)
    found = canvas.import_edit(arguments.file, arguments.assembler, apply=arguments.apply)
    for change in found.changes:
        output.line(change.message if change.applied else f"{change.message} (not taken over)")
    for problem in found.problems:
        output.notice(f"line {problem.line}: {problem.message}" if problem.line else problem.message)
    if not found.changes:
        output.line("Nothing was changed.")
    elif not arguments.apply:
        output.line("Run it again with --apply to take the changes over.")
    changes = [change.model_dump(mode="json") for change in found.changes]
    problems = [{"line": problem.line, "message": problem.message} for problem in found.problems]
    output.result({"changes": changes, "problems": problems, "applied": bool(arguments.apply and found.operations)})
    return 0


def _parse(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.edit.edl import read_edl_file
    from genstudio.edit.edl_document import edl_document

    document = edl_document(read_edl_file(arguments.file, arguments.fps))
    columns = ("number", "reel", "channels", "transition", "frames", "source_in", "source_out", "record_in", "record_out", "clip_name")
    output.table(columns, [[event[name] for name in columns] for event in document["events"]], empty="The list has no events.")
    for problem in document["problems"]:
        output.notice(f"line {problem['line']}: {problem['message']}")
    output.result(document)
    return 0
