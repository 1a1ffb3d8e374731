"""Where the time of a take went, and what staying loaded saves: for people. Pure."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.schema.take import TakeRecord

__all__ = ["cold_over_warm", "timing_words"]


def cold_over_warm(record: TakeRecord, past: Iterable[TakeRecord]) -> float | None:
    """Return how many times longer takes like this one take when the pipeline has to load first; None until both kinds were made.

    Takes are alike that were made by the same pipeline, in the same quality and format.
    """
    alike = [take for take in past if _kind(take) == _kind(record)]
    cold, warm = ([take.timing.load_s + take.timing.run_s for take in alike if take.timing.warm is is_warm] for is_warm in (False, True))
    return median(cold) / median(warm) if cold and warm and median(warm) > 0 else None


def timing_words(record: TakeRecord, past: Iterable[TakeRecord] = ()) -> str:
    """Return the timing of a take as one line, e.g. ``queued 0.1 s, loaded 5.2 s, worked 1.0 s``."""
    timing = record.timing
    loading = "loaded already" if timing.warm else f"loaded {timing.load_s:.1f} s"
    words = f"queued {timing.queued_s:.1f} s, {loading}, worked {timing.run_s:.1f} s"
    ratio = cold_over_warm(record, past)
    return f"{words}; with loading such a take lasts {ratio:.1f} times as long" if ratio is not None else words


def _kind(take: TakeRecord) -> tuple[object, ...]:
    return (take.pipeline.id, take.quality.used, take.width, take.height, take.frames)
