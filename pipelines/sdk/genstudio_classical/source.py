"""The picture or video that a pipeline is given: what it is, and its frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from genstudio_pipeline import BadInput, Request

__all__ = ["Source", "gray_frames", "open_source"]

_FORMATS: Final = {"protocol_whitelist": "file"}
"""A play list inside a container must not name other files and addresses."""
_STILLS: Final = ("_pipe", "image2")


@dataclass(frozen=True, slots=True)
class Source:
    """A picture or video file. Sizes in pixels; ``fps`` frames a second, exact; ``frames`` is 1 for a still.

    ``deep`` says whether it has more than 8 bits a channel, ``rgb`` whether it is stored as red, green and blue, ``sound`` the codec
    of its sound, empty without any.
    """

    path: Path
    width: int
    height: int
    fps: Fraction
    frames: int
    still: bool
    deep: bool
    rgb: bool
    sound: str


def open_source(request: Request) -> Source:
    """Return the file at the socket ``input``.

    Raises:
        BadInput: There is none, or it holds no picture.
    """
    paths = request.files_of("input")
    if not paths:
        raise BadInput("There is nothing at the input: connect a picture or a video.")
    try:
        return _probe(paths[0])
    except (av.FFmpegError, EOFError) as error:
        raise BadInput(f"{paths[0].name} cannot be read as a picture or video: {error}.") from error


def _probe(path: Path) -> Source:
    with av.open(f"file:{path}", options=_FORMATS) as container:
        stream: Any = next(iter(container.streams.video), None)
        if stream is None or next(container.decode(stream), None) is None:
            raise BadInput(f"{path.name} holds no picture.")
        sound = next((audio.codec_context.name for audio in container.streams.audio), "")
        still = container.format.name.endswith(_STILLS)
        context = stream.codec_context
        components = context.format.components if context.format else ()
        return Source(
            path=path,
            width=context.width,
            height=context.height,
            fps=Fraction(stream.average_rate or stream.guessed_rate or 25),
            frames=1 if still else stream.frames or _count(path),
            still=still,
            deep=any(component.bits > 8 for component in components),
            rgb=bool(context.format and context.format.is_rgb),
            sound=sound,
        )


def _count(path: Path) -> int:
    """Count the frames of a video whose header does not say."""
    with av.open(f"file:{path}", options=_FORMATS) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def gray_frames(source: Source) -> Iterator[np.ndarray]:
    """Yield the brightness of each frame: arrays (height, width), float32 from 0 to 1."""
    with av.open(f"file:{source.path}", options=_FORMATS) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="gray").astype(np.float32) / 255
