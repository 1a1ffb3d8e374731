"""What the views of a canvas are told of tasks, in which order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from genstudio.engine.store import JobStore
from genstudio.schema.job import Cancelled, RenderJob, Succeeded, TaskSpec
from genstudio.schema.take import TakeCanvas
from genstudio.session.job_watch import JobWatch

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.session.audience import Audience

PROJECT = "00000000-0000-4000-8000-000000000002"
CANVAS = "02_Source_Creative/Canvases/main_canvas.json"


class Heard:
    """Whoever looks at the canvas: notes what is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def broadcast(self, kind: str, payload: Any) -> None:
        self.told.append((kind.removeprefix("server:"), getattr(payload, "state", getattr(payload, "remaining", None))))


def test_a_node_is_not_done_before_its_last_result_is_told_though_the_store_is_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, heard = JobStore(tmp_path), Heard()
    watch = JobWatch(tmp_path, lambda *_: cast("Audience", heard))
    canvas = TakeCanvas(path=CANVAS, version=1, node="film")
    job = RenderJob(project=PROJECT, project_root=str(tmp_path), node="film", canvas=canvas, cut={})
    store.add_task(
        TaskSpec(id="t", project=PROJECT, canvas=CANVAS, node="film", kind="render", created=time.time()), [("a", job), ("b", job)]
    )
    store.move("a", Succeeded(output="06_Exports/Film_01.mp4"))
    read = watch._store.events

    def read_and_then_the_second_ends(row: int = 0) -> Any:
        found = read(row)
        store.move("b", Succeeded(output="06_Exports/Film_02.mp4"))
        return found

    monkeypatch.setattr(watch._store, "events", read_and_then_the_second_ends)
    watch.poll()
    watch.poll()
    watch.close()
    store.close()
    told = [entry for entry in heard.told if entry[0] in ("task_success", "node_state_updated")]
    assert told == [("task_success", 1), ("task_success", 0), ("node_state_updated", "success")]


def test_the_end_of_a_scene_is_told_once_after_those_of_its_shots_though_they_ended_together(tmp_path: Path) -> None:
    store, told = JobStore(tmp_path), []

    class Hears:
        def broadcast(self, kind: str, payload: Any) -> None:
            if kind == "server:task_failed":
                told.append(payload.node_id)

    watch = JobWatch(tmp_path, lambda *_: cast("Audience", Hears()))
    canvas = TakeCanvas(path=CANVAS, version=1, node="a")
    a = RenderJob(project=PROJECT, project_root=str(tmp_path), node="a", canvas=canvas, cut={})
    task = TaskSpec(id="t", project=PROJECT, canvas=CANVAS, node="scene", kind="generate", created=time.time())
    store.add_task(task, [("a", a), ("b", a.model_copy(update={"node": "b"}))])
    for job in ("a", "b"):
        store.move(job, Cancelled(by="Ada"))
    watch.poll()
    watch.close()
    store.close()
    assert told == ["a", "b", "scene"]
