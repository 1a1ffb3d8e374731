"""The exact format of a run: frame size and frame count (contracts 5)."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

from genstudio.schema.rates import duration_frames, parse_rate, rate_text

if TYPE_CHECKING:
    from genstudio.schema.pipeline import PipelineManifest, Tier

__all__ = ["frame_count", "frame_size"]


def frame_size(tier: Tier, width: int, height: int) -> tuple[int, int]:
    """Return width and height in pixels that a tier makes for a project of the given size.

    A tier with ``width`` and ``height`` makes just that. One with ``area`` (pixels) keeps the shape of the project within that
    area, both sides a multiple of ``multiple`` (8 if not said): the memory its peak was measured with is not exceeded.
    Otherwise the project's own size is made.
    """
    if "width" in tier.params and "height" in tier.params:
        return int(tier.params["width"]), int(tier.params["height"])
    if "area" not in tier.params:
        return width, height
    multiple = int(tier.params.get("multiple", 8))
    scale = sqrt(int(tier.params["area"]) / (width * height))
    return max(multiple, int(width * scale) // multiple * multiple), max(multiple, int(height * scale) // multiple * multiple)


def frame_count(manifest: PipelineManifest, duration: str, project_fps: str) -> tuple[str, int]:
    """Return the rate a pipeline makes (frames a second, exact text) and how many frames cover a duration; a picture or a model has 1.

    Models make only some lengths (``step``·n + ``offset``): the count is the next such length, so that a clip is never too short.
    The duration is counted at the project's rate first, for a shot lasts whole frames of the film.

    Raises:
        BadInputError: The duration or the rate is not usable.
    """
    film = parse_rate(project_fps)
    rate = parse_rate(manifest.video.fps) if manifest.video.fps else film
    if manifest.kind in ("image", "model"):
        return rate_text(rate), 1
    needed = ceil(duration_frames(duration, film) * rate / film)
    lengths = manifest.video.frames
    steps = max(0, ceil((needed - lengths.offset) / lengths.step))
    return rate_text(rate), max(1, steps * lengths.step + lengths.offset)
