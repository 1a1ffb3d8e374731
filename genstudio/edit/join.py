"""Put pieces of film and its sound into one file without encoding again.

Conformed media and rendered pieces have no B-frames, so one packet is one frame and its time is simply its number: no gap and no shift can
arise, which both happen with ffmpeg's concat demuxer.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import av

from genstudio.edit.conform import stream_of
from genstudio.edit.tools import check_cancelled
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from av.container import InputContainer

    from genstudio.edit.film_format import FilmFormat

    Packet = av.Packet[Any]

__all__ = ["Stretch", "film_digest", "join", "packets", "same_stream"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """``frames`` frames of a file beginning at its frame ``first``, which is a key frame."""

    path: Path
    first: int
    frames: int


def same_stream(paths: Sequence[Path]) -> bool:
    """Return whether files have one and the same decoder set-up, so that their packets may stand in one stream."""
    return len({stream_of(path).setup for path in paths}) == 1


def join(stretches: Sequence[Stretch], sound: Path, target: Path, form: FilmFormat, cancelled: Callable[[], bool]) -> str:
    """Write ``target`` (index in front) from stretches in order and a file with the sound; return the digest of its pictures.

    Raises:
        GenStudioError: A stretch is shorter than it should be or does not begin with a key frame.
        RenderCancelledError: ``cancelled`` returned true.
    """
    digest = hashlib.sha256()
    with ExitStack() as stack:
        film = stack.enter_context(av.open(str(target), "w", format=form.coding.container, options={"movflags": "+faststart"}))
        model = stack.enter_context(av.open(str(stretches[0].path)))
        voice = stack.enter_context(av.open(str(sound)))
        pictures = film.add_stream_from_template(model.streams.video[0])
        pictures.time_base = Fraction(1, form.timescale)
        pictures.codec_context.codec_tag = model.streams.video[0].codec_context.codec_tag  # a player that asks for hvc1 takes no hev1
        audible = film.add_stream_from_template(voice.streams.audio[0])
        video = _numbered(stretches, form, cancelled)
        for _, packet in heapq.merge(video, _timed(voice), key=lambda timed: timed[0]):
            if packet.stream.type == "video":
                digest.update(bytes(packet))
                packet.stream = pictures
            else:
                packet.stream = audible
            film.mux(packet)
    return digest.hexdigest()


def _numbered(stretches: Sequence[Stretch], form: FilmFormat, cancelled: Callable[[], bool]) -> Iterator[tuple[float, Packet]]:
    """Yield time in seconds and packet of every frame of the film; their times are those of the film."""
    number = 0
    for stretch in stretches:
        check_cancelled(cancelled)
        for packet in packets(stretch):
            packet.time_base = Fraction(1, form.timescale)
            packet.pts = packet.dts = number * form.ticks
            packet.duration = form.ticks
            yield float(number / form.rate), packet
            number += 1


def _timed(sound: InputContainer) -> Iterator[tuple[float, Packet]]:
    for packet in sound.demux(audio=0):
        if packet.dts is not None:
            yield float(packet.dts * packet.time_base), packet


def packets(stretch: Stretch) -> Iterator[Packet]:
    """Yield the packet of every frame of a stretch.

    Raises:
        GenStudioError: It is shorter than it should be, or does not begin with a key frame.
    """
    there = 0
    with av.open(str(stretch.path)) as container:
        frames = (packet for packet in container.demux(video=0) if packet.size)
        for index, packet in enumerate(islice(frames, stretch.first, stretch.first + stretch.frames)):
            if index == 0 and not packet.is_keyframe:
                message = f"Frame {stretch.first} of a conformed take is no key frame."
                raise GenStudioError(message, fix="Empty 05_Cache of the project and render again.", code="internal")
            there += 1
            yield packet
    if there != stretch.frames:
        message = f"A piece of the film has {there} frames and not {stretch.frames}."
        raise GenStudioError(message, fix="Empty 05_Cache of the project and render again.", code="internal")


def film_digest(path: Path, form: FilmFormat) -> tuple[int, str]:
    """Return the number of pictures in a finished film and the digest of their packets.

    Raises:
        GenStudioError: A picture does not stand at its time.
    """
    digest, number = hashlib.sha256(), 0
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if not packet.size:
                continue
            if packet.pts is None or packet.pts * packet.time_base != number / form.rate:
                raise GenStudioError(f"Frame {number} of the film does not stand at its time.", fix="Render again.", code="internal")
            digest.update(bytes(packet))
            number += 1
    return number, digest.hexdigest()
