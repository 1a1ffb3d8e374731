"""The workers on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from engine_end import end_engines

from genstudio import Workspace
from genstudio.schema.canvas import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]


def test_a_studio_at_rest_has_no_workers_and_says_when_they_start(genstudio: Run) -> None:
    assert genstudio("cluster", "status").out.splitlines() == ["Queue: empty.", "No worker runs; they start with the first job."]
    found = genstudio("cluster", "status", "--json").document
    assert (found["producer"], found["scheduler"], found["workers"], found["jobs"]) == ("", "", [], {})


def test_workers_memory_and_queue_are_told_while_the_engine_is_awake(
    genstudio: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "process")
    canvas = Workspace().create("Film").canvas()
    shot = canvas.add_shot("SHOT_010", prompt="Wide, a fox in the snow", duration="2f")
    shot.connect(canvas.add("vse_assembler", name="Assembly"))
    try:
        (made,) = genstudio("generate", "Film", "Assembly", "--json").document["jobs"]
        assert (made["shot"], made["state"]) == ("Assembly", "succeeded")
        assert [Path(take).name for take in made["takes"]] == ["SHOT-010_v01_take01.mp4"]
        nothing = genstudio("generate", "Film", "Assembly")
        assert (nothing.status, nothing.out) == (1, "")
        assert "All of Assembly has the takes that the canvas asks for." in nothing.err
        genstudio("jobs", "pause")
        genstudio("generate", "Film", "SHOT_010", "--no-wait")
        found = genstudio("cluster", "status", "--json").document
        assert found["scheduler"].startswith("tls://127.0.0.1:")
        assert sum(found["jobs"].values()) == 1
        (worker,) = found["workers"]
        assert (worker["name"], worker["free_cpu"], worker["problem"]) == ("cpu", worker["cpu"], "")
        assert 0 < worker["free_memory_gib"] <= worker["memory_gib"]
        lines = genstudio("cluster", "status").out.splitlines()
        assert lines[0].endswith("Paused.")
        assert lines[1].split()[:3] == ["worker", "host", "device"]
        assert lines[2].split()[:3] == ["cpu", os.uname().nodename, "CPU"]
        assert Workspace().cluster().workers[0].name == "cpu"
    finally:
        end_engines(tmp_path / "state")


@pytest.mark.parametrize("size", ["huge", "-1", "0"])
def test_a_card_must_have_a_size(genstudio: Run, size: str) -> None:
    ended = genstudio("worker", f"--vram={size}")
    assert (ended.status, ended.out) == (1, "")
    assert f"{size!r} is no size of a card." in ended.err


def test_a_dry_run_says_what_would_be_made_and_queues_nothing(genstudio: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "process")
    canvas = Workspace().create("Film").canvas()
    canvas.add_shot("SHOT_010", prompt="Wide, a fox in the snow", duration="2f")
    scene, inside = canvas.add("scene_group", name="Snow"), canvas.add_shot("SHOT_020", prompt="Close, a fox", duration="2f")
    canvas.patch([Operation(op="add", path=f"/nodes/{inside.id}/parent", value=scene.id)])
    ended = genstudio("generate", "Film", "--all", "--dry-run")
    assert ended.status == 0
    words = ended.out.splitlines()[1]
    assert words.startswith("SHOT_010  draft-video  draft")
    assert "Fell back to draft animatic generation." in words
    (whole,) = genstudio("generate", "Film", "Snow", "--dry-run", "--json").document["shots"]
    assert (whole["shot"], [part["node"] for part in whole["parts"]]) == ("Snow", [inside.id])
    (found,) = genstudio("generate", "Film", "SHOT_010", "--dry-run", "--takes", "3", "--json").document["shots"]
    assert (found["shot"], found["takes"], found["frames"], found["waits_for"]) == ("SHOT_010", 3, 2, "")
    assert genstudio("jobs", "ls").out == "The queue is empty.\n"
