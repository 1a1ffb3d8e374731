"""From takes to a cut list: the order of the clips, the take that stands for each, and exact frames (contracts: sequence)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from genstudio.graph.clips import STILL, Clip, EventReader, lay_out
from genstudio.graph.finishing import Finishing
from genstudio.graph.identity import label
from genstudio.graph.sequence import FilmOrder, film_order, repeated, sequence
from genstudio.graph.soundtrack import film_music, loudness_of
from genstudio.graph.standing import active_take, is_rejected
from genstudio.graph.values import Json
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.cut import CutList, CutSource
from genstudio.schema.errors import BadInputError
from genstudio.schema.nodes import Problem
from genstudio.schema.project import ProjectSettings
from genstudio.schema.rates import parse_rate
from genstudio.schema.take import TakeRecord

__all__ = ["Clips", "Cut", "active_take", "conformed_frames", "cut", "is_rejected", "repeated", "sequence"]


@dataclass(frozen=True, slots=True)
class Cut:
    """The cut list of an assembler (None if there is nothing to show), and what is wrong with it."""

    cut: CutList | None
    problems: tuple[Problem, ...] = ()


def conformed_frames(frames: int, fps: Fraction, rate: Fraction) -> int:
    """Return how many frames a clip of ``frames`` at ``fps`` has at the project's ``rate``: rounded, halves up, at least 1."""
    return max(1, math.floor(frames * rate / fps + Fraction(1, 2)))


def cut(
    canvas: Canvas,
    assembler: str,
    takes: Mapping[str, Sequence[TakeRecord]],
    settings: ProjectSettings,
    title: str,
) -> Cut:
    """Return the cut list of an assembler node. That a take is out of date :func:`~genstudio.graph.stale.stale_problems` says.

    A film that is wired into the film plays as its own assembler cuts it: trims, speed, transitions, titles and music are those that it
    says. A dissolve or wipe into its first clip comes out of the clip before it.

    Args:
        canvas: The canvas.
        assembler: Id of a node of type ``vse_assembler``.
        takes: The takes there are, by node id.
        settings: Rate and size of the film.
        title: Title of the film.

    Raises:
        BadInputError: There is no such assembler.
    """
    node = canvas.nodes.get(assembler)
    if node is None or node.type != "vse_assembler":
        raise BadInputError(f"{assembler!r:.80} is no assembler of this canvas.", fix="Name an assembler node.")
    problems: list[Problem] = []
    order = film_order(canvas, assembler)
    clips = Clips().of(Finishing(canvas, takes), order, settings.fps, problems)
    problems += _told_of_order(canvas, assembler, order)
    if not clips:
        problems.append(Problem(node=assembler, code="empty_film", message="There is nothing to show yet: no shot of the film has a take."))
        return Cut(None, tuple(problems))
    width, height = settings.size
    events = lay_out(clips, problems)
    active = {name: active_take(canvas.nodes[name], found) for name, found in takes.items() if name in canvas.nodes}
    film = CutList(
        title=title,
        fps=settings.fps,
        width=width,
        height=height,
        events=events,
        music=film_music(canvas, assembler, order, events, active, problems),
        loudness=loudness_of(assembler, node, problems),
    )
    return Cut(film, tuple(problems))


class Clips:
    """The clips of films. Remembers them, so that of a canvas that is edited on and on only those that changed are read again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[object, ...], Clip | None, tuple[Problem, ...]]] = {}

    def of(self, finishing: Finishing, order: FilmOrder, fps: str, problems: list[Problem]) -> list[Clip]:
        """Return the clips of a film in their order; what people should know of them is added to ``problems``."""
        canvas, takes = finishing.canvas, finishing.takes
        clips: list[Clip] = []
        for name, cutter in order.clips.items():
            finished, node, found = finishing.clip(name, problems), canvas.nodes[name], takes.get(name, ())
            events = canvas.nodes[cutter].data.get("events")
            asked = (node, found, finished, events.get(name) if isinstance(events, dict) else None, fps)
            known = self._known.get(name)
            if known is None or known[0] != asked:
                clip, told = clip_of(name, node, found if finished is None else (finished,), events, fps)
                known = self._known[name] = (asked, clip, (*told, *_told_of_take(name, node, found, fps)))
            clips += [known[1]] if known[1] is not None else []
            problems += known[2]
        return clips


def _told_of_order(canvas: Canvas, assembler: str, order: FilmOrder) -> list[Problem]:
    """Return what people should know of clips and films that come in more than once."""
    told = []
    for name in order.again:
        message = f"{label(name, canvas.nodes.get(name))} comes into the film more than once; only the first counts."
        told.append(Problem(node=assembler, severity="warning", code="repeated_clip", message=message))
    for name in order.loops:
        message = f"{label(name, canvas.nodes.get(name))} would play inside itself, where it is left out; remove the wire that leads back."
        told.append(Problem(node=name, code="loop", message=message))
    return told


def _told_of_take(name: str, node: Node, takes: Sequence[TakeRecord], fps: str) -> list[Problem]:
    """Return what people should know of the take that stands for a node."""
    title, take, chosen = label(name, node), active_take(node, takes), node.data.get("active_take")
    told = []
    if isinstance(chosen, str) and chosen and (take is None or take.id != chosen):
        instead = f"{take.id} stands in for it" if take is not None else "it is left out"
        message = (
            f"{title}: the media of the chosen take {chosen:.60} is missing; {instead}. Bring it back with git lfs pull or git restore."
        )
        told.append(Problem(node=name, code="missing_take", message=message))
    if take is not None and take.kind == "video" and take.fps and parse_rate(take.fps) != parse_rate(fps):
        message = f"{title} has {take.fps} frames a second; it is brought to {fps} without changing its length."
        told.append(Problem(node=name, severity="info", code="mixed_rate", message=message))
    return told


def clip_of(name: str, node: Node, takes: Sequence[TakeRecord], events: Json, fps: str) -> tuple[Clip | None, list[Problem]]:
    """Return the clip of a node, trimmed as the assembler's ``events`` say, and what is wrong with it."""
    title, take = label(name, node), active_take(node, takes)
    if take is None or take.kind == "audio" or (take.kind == "video" and take.frames < 1):
        what = "has no take yet" if take is None else "has a take without pictures"
        return None, [Problem(node=name, severity="warning", code="no_take", message=f"{title} {what}; it is left out.")]
    rate = parse_rate(fps)
    event = events.get(name) if isinstance(events, dict) else None
    reader = EventReader(name, title, event if isinstance(event, dict) else {})
    if take.kind == "image":
        length, limit = reader.duration(node.data.get("duration"), rate), STILL
    else:
        length = limit = conformed_frames(take.frames, parse_rate(take.fps or fps), rate)
    first, last = reader.trim(length, limit)
    source = CutSource(
        node=name,
        take=take.id,
        media=take.path,
        sha256=take.sha256,
        kind=take.kind,
        reel=take.reel,
        fps=take.fps or fps,
        frames=1 if take.kind == "image" else take.frames,
        start_timecode=take.start_timecode,
        audio=take.audio,
        draft=take.draft,
    )
    clip = Clip(source, title, first, last, limit, reader.speed(), reader.transition(), reader.titles())
    return clip, reader.problems
