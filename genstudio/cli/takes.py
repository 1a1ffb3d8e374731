"""``genstudio takes``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genstudio.cli import takes_review
from genstudio.cli.common import add_command, follow, open_project
from genstudio.schema.errors import NotFoundError

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.schema.base import JsonObject
    from genstudio.widget.take_states import TakeState
    from genstudio.widget.takes import Take

__all__ = ["register"]

_PROJECT = "title, uuid or folder (default: the project around here)"
_TAKE = "its id, e.g. SHOT-010_v01_take01; SCENE_01/SHOT-010_v01_take01 where two scenes have it"


def register(groups: Groups) -> None:
    """Add the commands."""
    takes = groups.add_parser("takes", help="the takes of a project").add_subparsers(metavar="command", required=True)
    listing = add_command(takes, "ls", _ls, help="list takes")
    listing.add_argument("project", nargs="?", help=_PROJECT)
    listing.add_argument("shot", nargs="?", help="only the takes of this shot")
    show = add_command(takes, "show", _show, help="show how a take was made and what people think of it")
    show.add_argument("take", help=_TAKE)
    compare = add_command(takes, "compare", _compare, help="compare two takes: PSNR, SSIM, settings")
    compare.add_argument("take", help=_TAKE)
    compare.add_argument("other", help="the other take")
    again = add_command(takes, "reproduce", _reproduce, help="make a take again as its record says, and compare")
    again.add_argument("take", help=_TAKE)
    for command in (show, compare, again):
        command.add_argument("project", nargs="?", help=_PROJECT)
    adopt = add_command(takes, "adopt", _adopt, help="make a take of media from elsewhere")
    adopt.add_argument("media", type=Path, help="an image, a video or a sound")
    adopt.add_argument("shot", help="the shot that gets it")
    adopt.add_argument("project", nargs="?", help=_PROJECT)
    sheet = add_command(takes, "sheet", _sheet, help="write a contact sheet")
    sheet.add_argument("project", nargs="?", help=_PROJECT)
    sheet.add_argument("shot", nargs="?", help="only the takes of this shot")
    sheet.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="a file that ends in .png or .pdf")
    takes_review.register(takes)


def _ls(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    takes = project.canvas().shot(arguments.shot).takes if arguments.shot else project.takes
    entries = [(take, state, _marks(take, state)) for take, state in zip(takes, takes.states, strict=True)]
    rows = [
        (
            take.id,
            take.record.renders,
            take.length or "still",
            f"{take.record.width}x{take.record.height}",
            take.record.pipeline.id,
            take.record.created,
            ", ".join(marks),
        )
        for take, _, marks in entries
    ]
    output.table(
        ("take", "folder", "length", "size", "pipeline", "made", ""),
        rows,
        empty="No takes yet. Make some with: genstudio generate PROJECT --all",
    )
    output.result([_document(take, state) for take, state, _ in entries])
    return 0


def _marks(take: Take, state: TakeState) -> list[str]:
    marks = {
        "active": state.active,
        "stale": state.stale,
        "animatic": take.record.draft,
        "*" * state.review.rating: state.review.rating > 0,
    }
    return [*(name for name, holds in marks.items() if holds), *filter(None, (state.review.approval,))]


def _document(take: Take, state: TakeState) -> JsonObject:
    try:
        path = str(take.path)
    except NotFoundError:
        path = ""  # a clone that did not fetch it
    return {**take.record.model_dump(mode="json", by_alias=True), "path": path, **asdict(state)}


def _show(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    take = project.takes[arguments.take]
    for name, value in _flat(take.provenance):
        output.line(f"{name}: {value}")
    state = take.state
    output.line(f"marks: {', '.join(_marks(take, state)) or 'none'}")
    for note in state.review.notes:
        where = "" if note.frame is None else f" at frame {note.frame}"
        output.line(f"{'resolved' if note.resolved else 'note'}{where}, {note.author}: {note.text} [{note.id}]")
    output.result(_document(take, take.state))
    return 0


def _flat(value: Any, prefix: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in _flat(item, f"{prefix}.{key}" if prefix else key)]
    return [(prefix, value)] if value not in (None, "", [], ()) else []


def _compare(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    found = project.takes[arguments.take].compare(project.takes[arguments.other])
    output.line(found.text)
    rows = [(each.name, each.first, each.second) for each in found.differences]
    output.table(("setting", arguments.take, arguments.other), rows, empty="Their settings are the same.")
    output.result(found.document)
    return 0


def _reproduce(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    take = project.takes[arguments.take]
    job = take.reproduce()
    follow(job, f"Making {take.id} again", output)
    found = take.reproduction(job)
    output.line(found.verdict)
    output.result({"take": take.id, "again": found.again, "verdict": found.verdict, **found.document})
    return 0


def _adopt(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    take = project.canvas().shot(arguments.shot).adopt(arguments.media)
    output.line(f"{arguments.media.name} is {take.id} now: {take.path}")
    output.result(_document(take, take.state))
    return 0


def _sheet(arguments: argparse.Namespace, output: Output) -> int:
    project = open_project(arguments)
    takes = project.canvas().shot(arguments.shot).takes if arguments.shot else project.takes
    path = takes.contact_sheet(arguments.output.absolute())
    output.line(f"Wrote {path}")
    output.result({"path": str(path), "takes": len(takes)})
    return 0
