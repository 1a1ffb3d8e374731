"""Cut lists without media, and the edit lists that other programs wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genstudio.schema.cut import CutEvent, CutList, CutSource, Transition

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "edl"


@pytest.fixture(scope="session")
def corpus() -> list[Path]:
    """Edit lists that other programs wrote."""
    return sorted(path for path in CORPUS.iterdir() if path.suffix in (".edl", ".cdl", ".txt"))


@pytest.fixture
def source() -> Callable[..., CutSource]:
    """Make the source of a take: ``source(1)`` is SHOT-010_v01_take01 on reel T0000001."""

    def make(number: int = 1, **changes: object) -> CutSource:
        values = {
            "node": f"shot_{number}",
            "take": f"SHOT-010_v01_take{number:02}",
            "media": f"03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take{number:02}.mp4",
            "sha256": f"{number:064x}",
            "kind": "video",
            "reel": f"T{number:07}",
            "fps": "24",
            "frames": 240,
            "start_timecode": "01:00:10:00",
        }
        return CutSource.model_validate({**values, **changes})

    return make


@pytest.fixture
def film(source: Callable[..., CutSource]) -> Callable[..., CutList]:
    """Make a film of events (source number, source in, length, transition kind, transition frames) without gaps."""

    def make(*events: tuple[int, int, int, str, int], fps: str = "24", title: str = "Fox", **changes: object) -> CutList:
        made, position = [], 0
        for number, (take, first, length, kind, frames) in enumerate(events, start=1):
            transition = Transition.model_validate({"kind": kind, "frames": frames})
            made.append(
                CutEvent(
                    number=number,
                    source=source(take, fps=fps),
                    source_in=first,
                    source_out=first + length,
                    record_in=position,
                    record_out=position + length,
                    transition=transition,
                )
            )
            position += length
        values = {"title": title, "fps": fps, "width": 640, "height": 360, "events": tuple(made), **changes}
        return CutList.model_validate(values)

    return make
