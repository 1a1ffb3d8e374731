"""What an assembler says of the sound of a film: the music under it, and its loudness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from pydantic import ValidationError

from genstudio.graph.identity import label
from genstudio.graph.sequence import FilmOrder
from genstudio.graph.values import Json
from genstudio.graph.wiring import Wires
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.cut import CutEvent, Music
from genstudio.schema.nodes import Problem
from genstudio.schema.take import TakeRecord

__all__ = ["film_music", "loudness_of", "music_of"]

LOUDNESS: Final = -23.0
"""LUFS; programme loudness of EBU R 128."""
_LEVELS: Final = ("start", "first", "gain_db", "fade_in", "fade_out", "duck_db")


def film_music(
    canvas: Canvas,
    assembler: str,
    order: FilmOrder,
    events: Sequence[CutEvent],
    active: Mapping[str, TakeRecord | None],
    problems: list[Problem],
) -> tuple[Music, ...]:
    """Return the music of a film, and after it that of the films that stand in it, each from where its film begins to where that ends.

    ``order`` and ``events`` are of the whole film; for ``active`` and ``problems`` see :func:`music_of`. Where a film stands in another,
    its loudness says nothing: the sound as a whole is as loud as the outermost asks for.
    """
    tracks = list(music_of(canvas, assembler, active, problems))
    for film in order.films:
        shown = [event for event in events if order.stands_in(order.clips[event.source.node], film)]
        if not shown:
            continue
        begin, end = shown[0].record_in, shown[-1].record_out
        tracks += [
            music.model_copy(update={"start": begin + music.start, "end": end})
            for music in music_of(canvas, film, active, problems)
            if begin + music.start < end
        ]
    return tuple(tracks)


def music_of(canvas: Canvas, assembler: str, active: Mapping[str, TakeRecord | None], problems: list[Problem]) -> tuple[Music, ...]:
    """Return what is wired into ``music``, with its levels from the assembler's ``music``.

    An audio node plays what is connected to it, else the file that it names, else what it has spoken: as where it is wired to a shot.

    ``active`` gives the take that stands for each node. What cannot be heard is added to ``problems`` and left out.
    """
    levels = canvas.nodes[assembler].data.get("music")
    tracks = []
    wires = Wires(canvas)
    names = dict.fromkeys(edge.source for edge in wires.into(assembler, "music"))
    for name in (name for name in names if name in canvas.nodes):
        node = canvas.nodes[name]
        media, digest = _sound(wires, name, active)
        if not media:
            message = f"{label(name, node)} has no sound yet; the film goes without it."
            problems.append(Problem(node=name, severity="warning", code="no_sound", message=message))
            continue
        tracks.append(_track(name, media, digest, levels.get(name) if isinstance(levels, dict) else None, problems))
    return tuple(tracks)


def _sound(wires: Wires, name: str, active: Mapping[str, TakeRecord | None]) -> tuple[str, str]:
    """Return the sound of a node and the hash that its record vouches for, empty for a file; the path is empty if it has no sound."""
    seen: set[str] = set()
    while name not in seen and name in wires.canvas.nodes:
        seen.add(name)
        node, take = wires.canvas.nodes[name], active.get(name)
        connected = wires.into(name, "source_audio") if node.type == "audio" else []
        if connected:
            name = connected[0].source
            continue
        media = _file(node)
        if not media and take is not None and (take.kind == "audio" or take.audio):
            return take.path, take.sha256
        return media, ""
    return "", ""


def _file(node: Node) -> str:
    """The sound file that an audio node plays as it is."""
    name = node.data.get("file")
    if node.type != "audio" or not isinstance(name, str) or not name or PurePosixPath(name).is_absolute():
        return ""
    return "" if ".." in PurePosixPath(name).parts else name


def _track(node: str, media: str, digest: str, levels: Json, problems: list[Problem]) -> Music:
    given = {name: levels[name] for name in _LEVELS if name in levels} if isinstance(levels, dict) else {}
    try:
        return Music(node=node, media=media, sha256=digest, **given)
    except ValidationError:
        message = "The levels of the music are not numbers in their bounds; it plays as it is."
        problems.append(Problem(node=node, severity="warning", code="wrong_level", message=message))
        return Music(node=node, media=media, sha256=digest)


def loudness_of(name: str, node: Node, problems: list[Problem]) -> float | None:
    """Return the loudness in LUFS that an assembler asks for: ``loudness`` as a number, ``null`` for none; -23 if it says nothing."""
    given = node.data.get("loudness", LOUDNESS)
    if given is None or (isinstance(given, int | float) and not isinstance(given, bool) and -60 <= given <= -5):
        return None if given is None else float(given)
    message = "The loudness of a film lies between -60 and -5 LUFS; it is made as loud as EBU R 128 wants (-23)."
    problems.append(Problem(node=name, severity="warning", code="wrong_level", message=message))
    return LOUDNESS
