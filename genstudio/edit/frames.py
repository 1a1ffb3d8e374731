"""Frames of conformed media by their number, decoded in this process.

MoviePy's own reader asks a process of ffmpeg for the size of a file, starts another to read it and a third wherever reading goes on
elsewhere, and finds frames by floating seconds. Here a frame is found by its number, and nothing is started.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from av.filter import Graph

from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from genstudio.edit.film_format import FilmFormat

__all__ = ["media_frames"]

_EXACT: Final = "bicubic+accurate_rnd+full_chroma_int"
"""How swscale makes RGB of the media: its quick way rounds down, which darkens a drawn frame by one level of 255 beside a copied one."""


@contextmanager
def media_frames(media: Path, form: FilmFormat) -> Iterator[Callable[[int], NDArray[np.uint8]]]:
    """Give a function from a frame number of conformed media to its picture (height x width x 3, RGB, 8 bit; not to be written to).

    Numbers that grow are decoded once; any other order is right as well and costs a group of pictures.

    Raises:
        GenStudioError: The media is damaged, or has no such frame; raised by the function too.
    """
    try:
        container = av.open(f"file:{media}")
    except av.FFmpegError as error:
        raise _damaged(str(error)) from error
    with container:
        yield _Reader(container, form).picture


def _damaged(reason: str) -> GenStudioError:
    return GenStudioError(f"A conformed take cannot be read: {reason}.", fix="Empty 05_Cache of the project and render again.")


class _Reader:
    """Reads one file, whose frames stand in the order in which they were coded."""

    def __init__(self, container: InputContainer, form: FilmFormat) -> None:
        self._container, self._form = container, form
        self._stream: VideoStream = container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._colours = _to_rgb(self._stream)
        self._decoded = self._frames()
        self._number = -1
        self._last: NDArray[np.uint8] | None = None

    def picture(self, number: int) -> NDArray[np.uint8]:
        if number == self._number and self._last is not None:
            return self._last
        try:
            frame = self._frame(number)
            self._colours.push(frame)
            made = np.asarray(self._colours.vpull().to_ndarray(), dtype=np.uint8)
        except av.FFmpegError as error:
            raise _damaged(str(error)) from error
        made.flags.writeable = False
        self._last = made
        return made

    def _frame(self, number: int) -> VideoFrame:
        if not self._number < number <= self._number + self._form.coding.gop:
            self._container.seek(number * self._ticks, stream=self._stream)
            self._decoded = self._frames()
        frame = None
        while self._number != number:
            self._number, frame = next(self._decoded, (number, None))
        if frame is not None:
            return frame
        raise _damaged(f"it has no frame {number}")

    @property
    def _ticks(self) -> int:
        base = self._stream.time_base
        return round(1 / (self._form.rate * base)) if base else 1

    def _frames(self) -> Iterator[tuple[int, VideoFrame]]:
        for frame in self._container.decode(self._stream):
            yield round((frame.pts or 0) / self._ticks), frame


def _to_rgb(stream: VideoStream) -> Graph:
    graph = Graph()
    graph.link_nodes(
        graph.add_buffer(template=stream),
        graph.add("scale", f"flags={_EXACT}"),
        graph.add("format", "rgb24"),
        graph.add("buffersink"),
    )
    graph.configure()
    return graph
