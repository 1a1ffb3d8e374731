from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genstudio.engine.preflight import estimate, likely_workers, preflight, with_needs
from genstudio.schema.job import GenerateJob, Route, Wait, WorkerView
from genstudio.schema.pipeline import PipelineManifest
from genstudio.schema.take import TakeRecord


def take(number: int, **fields: Any) -> TakeRecord:
    """A past take of the route: 4 frames of 160x90 in 2 s of work, 4000 bytes."""
    known: dict[str, Any] = {
        "schema": "genstudio.take/1", "id": f"SHOT-010_v01_take{number:02}", "renders": "A/SHOT_010", "media": "x.mp4", "kind": "video",
        "sha256": "0" * 64, "bytes": 4000, "width": 160, "height": 90, "fps": "24", "frames": 4,
        "created": f"2026-01-01T00:00:{number:02}Z",
        "pipeline": {"id": "draft-video", "version": "1.0.0"}, "quality": {"requested": "low", "used": "draft"},
        "canvas": {"path": "c", "version": 1, "node": "n"}, "timing": {"load_s": 1.0, "run_s": 2.0},
    }  # fmt: skip
    return TakeRecord.model_validate(known | fields)


def test_time_and_size_grow_with_frames_and_pixels_and_loading_does_not(route: Route) -> None:
    larger = route.model_copy(update={"frames": 8, "width": 320})
    found = estimate(larger, [take(1)])
    assert found is not None
    assert (found.load_s, found.run_s, found.bytes, found.samples) == (1.0, pytest.approx(8.0), 16000, 1)


def test_one_slow_take_among_many_does_not_spoil_the_estimate(route: Route) -> None:
    slow = take(9, timing={"load_s": 100.0, "run_s": 1000.0})
    found = estimate(route, [take(1), take(2), slow])
    assert found is not None
    assert (found.load_s, found.run_s) == (1.0, pytest.approx(2.0))


def test_only_the_newest_takes_count(route: Route) -> None:
    found = estimate(
        route, [*(take(number, timing={"run_s": 50.0}) for number in range(1, 30)), *(take(number) for number in range(30, 50))]
    )
    assert found is not None
    assert found.run_s == pytest.approx(2.0)
    assert found.samples == 20


def test_takes_of_another_pipeline_or_quality_say_nothing(route: Route) -> None:
    others = [take(1, pipeline={"id": "wan", "version": "1.0.0"}), take(2, quality={"requested": "low", "used": "low"}), take(3, width=0)]
    assert estimate(route, others) is None
    assert estimate(route, []) is None


def test_several_takes_take_several_times_as_long(job_spec: GenerateJob, route: Route, tmp_path: Path) -> None:
    found = preflight(job_spec, 3, route, [take(1)], ahead=2, folder=tmp_path)
    assert (found.seconds, found.bytes, found.samples, found.ahead) == (pytest.approx(9.0), 12000, 1, 2)
    assert (found.pipeline, found.used, found.notice) == ("draft-video", "draft", "Fell back.")
    assert found.fits_disk
    assert found.free_bytes > 0


def test_takes_that_would_not_fit_on_the_disk_are_seen_before(job_spec: GenerateJob, route: Route, tmp_path: Path) -> None:
    assert not preflight(job_spec, 100, route, [take(1, bytes=2**60)], ahead=0, folder=tmp_path).fits_disk


def test_what_is_waited_for_is_said_and_nothing_is_guessed(job_spec: GenerateJob, tmp_path: Path) -> None:
    found = preflight(job_spec, 1, Wait(reason="Waiting for a GPU."), [take(1)], ahead=0, folder=tmp_path)
    assert (found.waits_for, found.pipeline, found.seconds, found.bytes) == ("Waiting for a GPU.", "", None, None)


def test_the_workers_of_this_machine_can_be_told_before_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "process")
    monkeypatch.setenv("GENSTUDIO_CPU_SLOTS", "3")
    worker = likely_workers(("wan",))[0]
    assert (worker.name, worker.cpu, worker.free_cpu, worker.runners, worker.weights) == ("cpu", 3, 3, ("process",), ("wan",))


def test_the_needs_of_a_pipeline_are_told_with_the_smallest_card_that_has_them(job_spec: GenerateJob, route: Route, tmp_path: Path) -> None:
    manifest = PipelineManifest.model_validate(
        {
            "schema": "genstudio.pipeline/1", "id": "wan", "version": "1.0.0", "title": "Wan 2.1", "licence": {"code": "MIT"},
            "tiers": [{"quality": "low"}], "run": {"image": "wan"}, "weights": [{"bytes": 4}, {"bytes": 5}],
        }
    )  # fmt: skip
    tier = route.tier.model_copy(update={"vram_gib": 12, "peak_vram_gib": 8.2})
    workers = [WorkerView(address=str(card), card_gib=card) for card in (0, 8, 24, 16)]
    found = route.model_copy(update={"tier": tier})
    known = preflight(job_spec, 1, found, [], ahead=0, folder=tmp_path)
    told = with_needs(known, found, manifest, workers)
    assert (told.title, told.vram_gib, told.peak_vram_gib, told.card_gib, told.weights_bytes) == ("Wan 2.1", 12, 8.2, 16, 9)
    assert with_needs(known, route, manifest, workers).card_gib == 0, "a pipeline without a card goes to none"
    assert with_needs(known, Wait(reason="x"), manifest, workers) == known
