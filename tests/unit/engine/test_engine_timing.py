"""What people are told of the time a take took."""

from __future__ import annotations

import pytest

from genstudio.engine.timing import cold_over_warm, timing_words
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord, TakeTiming


def take(number: int, load: float, run: float, *, warm: bool, pipeline: str = "p", frames: int = 1) -> TakeRecord:
    return TakeRecord(
        id=f"SHOT-010_v01_take{number:02}", media=f"SHOT-010_v01_take{number:02}.png", kind="image", sha256="0" * 64, bytes=1, width=64,
        height=36, frames=frames, renders="SCENE_01/SHOT_010", pipeline=TakePipeline(id=pipeline, version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"), canvas=TakeCanvas(path="c", version=1, node="shot_1"),
        timing=TakeTiming(queued_s=0.25, load_s=load, run_s=run, warm=warm),
    )  # fmt: skip


COLD, WARM = take(1, 5.0, 1.0, warm=False), take(2, 0.0, 1.5, warm=True)


def test_the_time_is_told_with_what_staying_loaded_saves() -> None:
    assert timing_words(COLD) == "queued 0.2 s, loaded 5.0 s, worked 1.0 s"
    assert (
        timing_words(WARM, [COLD, WARM]) == "queued 0.2 s, loaded already, worked 1.5 s; with loading such a take lasts 4.0 times as long"
    )


@pytest.mark.parametrize("other", [take(3, 0, 1, warm=True, pipeline="q"), take(4, 0, 1, warm=True, frames=9), take(5, 4, 1, warm=False)])
def test_only_takes_that_are_alike_are_compared(other: TakeRecord) -> None:
    assert cold_over_warm(COLD, [COLD, other]) is None
