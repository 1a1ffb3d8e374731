"""Write frames that Python drew as a piece of film, at the exact rate.

MoviePy's own writer rounds the rate to two decimals, converts with BT.601 and leaves the file untagged, so frames go to ffmpeg from here.
"""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from genstudio.edit.film_format import FilmFormat, colour_filter, encoder_options
from genstudio.edit.tools import ffmpeg, start_ffmpeg
from genstudio.schema.rates import rate_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["frame_writer"]


@contextmanager
def frame_writer(target: Path, form: FilmFormat) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """Give a function that appends one RGB frame (height x width x 3, 8 bit) to the file ``target``; the file is complete after the block.

    Raises:
        GenStudioError: ffmpeg failed; code ``disk_full`` if for lack of space.
    """
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{form.width}x{form.height}", "-framerate", rate_text(form.rate), "-i", "pipe:0"]
    command = ffmpeg(*raw, "-vf", colour_filter(form), *encoder_options(form), f"file:{target}")
    with start_ffmpeg("The film could not be encoded", command, stdin=subprocess.PIPE, stdout=None) as process:
        pipe = process.stdin

        def write(frame: NDArray[np.uint8]) -> None:
            if frame.shape != (form.height, form.width, 3):
                raise ValueError(f"a frame of the shape {frame.shape} in a film of {form.width}x{form.height}")
            if pipe is not None:
                pipe.write(np.ascontiguousarray(frame, dtype=np.uint8).data)

        yield write
