"""Control maps without a model: the edges of an image or a video, or how the pixels of a video move."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from genstudio_pipeline import BadInput, Request, pipeline, progress

if TYPE_CHECKING:
    import numpy as np
    from genstudio_classical import Source

_UNEVEN = "convolution=0m='1 3 0 3 9 0 0 0 0':0rdiv=0.0625"
"""A shift by a quarter of a pixel. Of two neighbours that are equally steep, as beside every hard border, ffmpeg's Canny keeps none."""


@pipeline
def trace(request: Request, *, control: str = "edges", sensitivity: float = 0.5) -> Path:
    """Return the map: white edges on black, or motion as colour (the hue is its direction, white is rest)."""
    from genstudio_classical import EVEN, filtered, open_source, write_video

    source = open_source(request)
    target = request.output_dir / control
    if control == "edges":
        high = 0.4 - 0.36 * sensitivity
        edges = f"format=gray,{_UNEVEN},edgedetect=mode=wires:low={high / 2.5:.4f}:high={high:.4f}"
        return filtered(source, [edges, *([] if source.still else [EVEN])], target, step="finding edges", sound=False)
    if source.still or source.frames < 2:
        raise BadInput("A still does not move: connect a video, or ask for edges.")
    return write_video(_drawn(source), target.with_suffix(".mp4"), size=(source.width, source.height), fps=source.fps)


def _drawn(source: "Source") -> "Iterator[np.ndarray]":
    """Yield a picture a frame; the last frame, after which nothing comes, moves as the one before."""
    from genstudio_classical import colour_wheel, gray_frames, optical_flow

    before = picture = None
    for number, after in enumerate(gray_frames(source)):
        if before is not None:
            picture = colour_wheel(optical_flow(before, after))
            progress(min(100.0, 100 * number / source.frames), "following the motion")
            yield picture
        before = after
    if picture is not None:
        yield picture


if __name__ == "__main__":
    trace.main()
