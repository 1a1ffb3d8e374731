"""``genstudio takes rate | approve | reject | note | resolve | use``: what people think of takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_project

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.widget.takes import Take

__all__ = ["register"]

_PROJECT = "title, uuid or folder (default: the project around here)"
_TAKE = "its id, e.g. SHOT-010_v01_take01; SCENE_01/SHOT-010_v01_take01 where two scenes have it"


def register(takes: Groups) -> None:
    """Add the commands to the group ``takes``."""
    rate = add_command(takes, "rate", _rate, help="give a take stars")
    approve = add_command(takes, "approve", _approve, help="approve a take")
    reject = add_command(takes, "reject", _reject, help="reject a take: it no longer stands for its shot unless it is chosen")
    note = add_command(takes, "note", _note, help="note something about a take")
    resolve = add_command(takes, "resolve", _resolve, help="say that what a note asks for is done")
    use = add_command(takes, "use", _use, help="let a take stand for its shot in the film, whatever comes later")
    for command in (rate, approve, reject, note, resolve, use):
        command.add_argument("take", help=_TAKE)
    rate.add_argument("stars", type=int, choices=range(6), help="1 to 5; 0 takes the rating back")
    note.add_argument("text", help="what there is to say")
    note.add_argument("--frame", type=int, metavar="N", help="the frame it is about, counted from 0 (default: the whole take)")
    resolve.add_argument("note", help="id of the note; genstudio takes show lists them")
    resolve.add_argument("--undo", action="store_true", help="open the note again")
    approve.add_argument("--undo", action="store_true", help="take the approval back")
    reject.add_argument("--undo", action="store_true", help="take the rejection back")
    for command in (rate, approve, reject, note, resolve, use):
        command.add_argument("project", nargs="?", help=_PROJECT)


def _take(arguments: argparse.Namespace) -> Take:
    take: Take = open_project(arguments).takes[arguments.take]
    return take


def _rate(arguments: argparse.Namespace, output: Output) -> int:
    take = _take(arguments).rate(arguments.stars)
    output.line(f"{take.id}: {'*' * arguments.stars or 'no rating'}")
    return _tell(take, output)


def _approve(arguments: argparse.Namespace, output: Output) -> int:
    return _decided(_take(arguments).approve(undo=arguments.undo), output)


def _reject(arguments: argparse.Namespace, output: Output) -> int:
    return _decided(_take(arguments).reject(undo=arguments.undo), output)


def _decided(take: Take, output: Output) -> int:
    output.line(f"{take.id}: {take.review.approval or 'undecided'}")
    return _tell(take, output)


def _note(arguments: argparse.Namespace, output: Output) -> int:
    take = _take(arguments)
    made = take.note(arguments.text, arguments.frame)
    output.line(f"{take.id} has the note {made} now.")
    return _tell(take, output, note=made)


def _resolve(arguments: argparse.Namespace, output: Output) -> int:
    take = _take(arguments).resolve(arguments.note, resolved=not arguments.undo)
    output.line(f"The note {arguments.note} on {take.id} is {'open again' if arguments.undo else 'resolved'}.")
    return _tell(take, output, note=arguments.note)


def _use(arguments: argparse.Namespace, output: Output) -> int:
    take = _take(arguments).use()
    output.line(f"{take.id} stands for {take.record.renders} now.")
    return _tell(take, output)


def _tell(take: Take, output: Output, **more: str) -> int:
    """Print how the take stands now, for machines."""
    output.result({"take": take.id, **asdict(take.state), **more})
    return 0
