"""From a click to takes, and from takes to a film, on the real engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_lab import EngineLab, until, write_pipeline
from PIL import Image

from genstudio.engine.lease import holder
from genstudio.project import media
from genstudio.project.hashing import file_sha256
from genstudio.schema.cut import CutEvent, CutList, CutSource, Title
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError
from genstudio.schema.job import Failed, Succeeded
from genstudio.schema.render import RenderOptions


def test_a_click_becomes_a_committed_take_with_a_whole_record(lab: EngineLab) -> None:
    lab.shot("shot_1", seed=7)
    task = lab.generate(author="Ada")
    view = lab.engine.wait(task.id, 120, committed=True)
    state = view.jobs[0].state
    assert isinstance(state, Succeeded), state
    assert state.output == "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4"
    (record,) = lab.project.takes.list("SCENE_01/SHOT_010")
    assert record.id == state.take == "SHOT-010_v01_take01"
    assert (record.width, record.height, record.fps, record.frames) == (160, 90, "8", 4)
    assert record.draft
    assert record.task == task.id
    assert record.job == view.jobs[0].id
    assert record.inputs["seed"] == 7
    assert record.start_timecode == "01:00:10:00"
    assert record.pipeline.id == "draft-video"
    assert record.pipeline.runner == "process"
    assert record.canvas.node == "shot_1"
    assert record.canvas.blob
    assert record.intent_key
    assert record.quality.notice == "Standard quality not available on current hardware. Fell back to draft animatic generation."
    assert view.spec.notice.startswith(record.quality.notice)
    assert record.timing.queued_s > 0
    assert record.timing.run_s > 0
    assert lab.project.takes.verify(record)
    info = media.probe(lab.project.takes.media_path(record))
    assert (info.kind, info.frames) == ("video", 4)
    embedded = media.embedded_record(lab.project.takes.media_path(record))
    assert embedded is not None
    assert embedded["id"] == record.id
    committed = lab.git("show", "--stat=200", "--name-only", "--format=%s")
    assert committed.startswith("SHOT_010 take 1, generate-video draft\n")
    body = lab.git("show", "--no-patch", "--format=%b")
    assert body.strip() == f"{record.inputs['prompt']}\n\nSHOT-010_v01_take01 made by draft-video in draft quality."
    assert state.output in committed
    assert state.output.replace(".mp4", ".json") in committed
    assert lab.git("show", f"HEAD:{state.output}").startswith("version https://git-lfs.github.com/spec/v1")


def test_takes_count_up_and_follow_a_fixed_seed(lab: EngineLab) -> None:
    lab.shot("shot_1", seed=2**32 - 1)
    view = lab.engine.wait(lab.generate(takes=2).id, 120)
    assert [job.state.state for job in view.jobs] == ["succeeded", "succeeded"]
    lab.shot("shot_1", seed=None)
    lab.ended(lab.generate())
    records = lab.project.takes.list("SCENE_01/SHOT_010")
    assert [record.id for record in records] == [f"SHOT-010_v01_take0{number}" for number in (1, 2, 3)]
    assert sorted(record.inputs["seed"] for record in records[:2]) == [0, 2**32 - 1]
    assert 0 <= records[2].inputs["seed"] < 2**32


def test_every_move_of_a_job_is_an_event(lab: EngineLab) -> None:
    task = lab.generate()
    lab.ended(task)
    states = [event.state.state for event in lab.store.events() if event.task == task.id]
    assert states[0] == "queued"
    assert states[-1] == "succeeded"
    assert states.index("staging") < states.index("running")
    assert states.count("staging") == 1
    assert "fox" not in json.dumps(lab.store.job(lab.job(task).id).model_dump())
    assert lab.store.log_path(lab.job(task).id).exists()


def test_a_shot_runs_with_what_the_canvas_said_at_the_click(lab: EngineLab) -> None:
    task = lab.generate()
    lab.shot("shot_1", prompt="Something else", duration="2f")
    lab.ended(task)
    (record,) = lab.project.takes.list("SCENE_01/SHOT_010")
    assert record.inputs["prompt"] == "Wide, a fox in the snow"
    assert record.frames == 4


def test_a_film_is_rendered_from_the_takes(lab: EngineLab) -> None:
    def wire(document: dict) -> None:
        document["nodes"]["film"] = {"type": "vse_assembler", "data": {"name": "Fox", "events": {}}}
        document["edges"]["e_film"] = {
            "source": "shot_1", "sourceHandle": "sequence_out", "target": "film", "targetHandle": "sequence_in", "order": "a0",
        }  # fmt: skip

    lab.edit(wire)
    lab.ended(lab.generate())
    task = lab.engine.render(lab.project, None, "film", author="Ada")
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert media.probe(lab.project.root / job.state.output).frames == 4
    assert job.state.take is None


def _stills(lab: EngineLab) -> CutList:
    """A film of two pictures, a minute in all, each with a title; short enough in pixels to be drawn in a moment."""
    events = []
    for number in (1, 2):
        path = lab.project.root / "03_Renders" / "SCENE_01" / "SHOT_010" / f"SHOT-010_v01_take{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (160, 90), (90 * number, 40, 40)).save(path)
        source = CutSource(
            node="shot_1", take=path.stem, media=path.relative_to(lab.project.root).as_posix(), sha256=file_sha256(path), kind="image",
            reel=f"T{number:07}", fps="8", frames=1, start_timecode="01:00:00:00",
        )  # fmt: skip
        record = {"record_in": (number - 1) * 240, "record_out": number * 240}
        titles = (Title(text="The Fox", start=4, frames=6),)
        events.append(CutEvent(number=number, source=source, source_in=0, source_out=240, titles=titles, **record))
    return CutList(title="Two", fps="8", width=160, height=90, events=tuple(events))


def test_two_workers_share_a_film_and_one_of_them_puts_it_together(lab: EngineLab) -> None:
    lab.ended(lab.generate())
    command = [sys.executable, "-m", "genstudio.engine.worker", "--workspace", str(lab.workspace.root), "--name", "second"]
    with (lab.state.root / "second.out").open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as second:
        until(lambda: len(lab.engine.workers()) == 2, what="a second worker")
        task = lab.engine.render_edit(lab.project, _stills(lab), RenderOptions())
        view = lab.engine.wait(task.id, 120)
        second.terminate()
        second.wait(30)
    until(lambda: len(lab.engine.workers()) == 1, what="the first worker alone")
    assert [job.state.state for job in view.jobs] == ["succeeded"] * 3, [job.state for job in view.jobs]
    assert {lab.store.attempt(job.id)[1] for job in view.jobs[:2]} == {"cpu", "second"}
    film = view.jobs[2].state
    assert isinstance(film, Succeeded)
    assert [job.state.output for job in view.jobs if isinstance(job.state, Succeeded)] == ["", "", film.output]
    assert media.probe(lab.project.root / film.output).frames == 480


def test_the_engine_ends_when_there_is_nothing_to_do_and_without_git_lfs_a_notice_says_why_a_take_is_not_committed(
    fresh_lab: EngineLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, tools = fresh_lab, tmp_path / "bin"
    tools.mkdir()
    for program in ("git", "sh", "env"):
        found = shutil.which(program)
        assert found
        (tools / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("GENSTUDIO_PRODUCER_IDLE", "0.2")
    task = lab.generate()
    parts = [lab.producer(), lab.scheduler(), lab.worker()]
    view = lab.engine.wait(task.id, 120, committed=True)
    assert isinstance(view.jobs[0].state, Succeeded), view.jobs[0].state
    assert "LFS" in view.spec.notice
    assert any("LFS" in notice.message for notice in lab.store.notices())
    for part in parts:
        assert part.wait(30)
    assert holder(lab.state.root) is None
    assert lab.engine.workers() == []


def test_two_engines_share_one_producer(lab: EngineLab) -> None:
    from genstudio.engine.submit import Engine

    other = Engine(lab.workspace)
    try:
        first, second = lab.generate(), other.generate(lab.project, None, "shot_1")
        assert lab.ended(first).state.state == "succeeded"
        assert other.wait(second.id, 120).jobs[0].state.state == "succeeded"
    finally:
        other.close()
    assert sum(" begins." in line and str(lab.producer().pid) in line for line in lab.state.log("producer").read_text().splitlines()) == 1


def test_bad_requests_are_refused_before_anything_is_queued(lab: EngineLab) -> None:
    with pytest.raises(BadInputError, match="cannot be made at once"):
        lab.generate(takes=0)
    with pytest.raises(BadInputError, match="no shot"):
        lab.generate("p_shot_1")
    lab.shot("shot_2", reference="no-such-model@9.9.9")
    with pytest.raises(NotFoundError, match="no pipeline 'no-such-model"):
        lab.generate("shot_2")
    with pytest.raises(NotFoundError):
        lab.engine.cancel("task_none")
    assert lab.store.tasks(lab.project.uuid) == []


def test_a_pinned_pipeline_that_nothing_here_can_run_fails_with_the_reason(lab: EngineLab) -> None:
    manifest = """schema = "genstudio.pipeline/1"
        id = "needs-container"
        version = "1.0.0"
        title = "Needs a container"
        licence = {code = "MIT"}
        kind = "image"
        tiers = [{quality = "draft"}]
        run = {image = "genstudio/none:latest"}
        """
    write_pipeline(lab.workspace.root, "needs-container", {"pipeline.toml": manifest})
    lab.shot("shot_1", reference="needs-container@1.0.0")
    job = lab.ended(lab.generate())
    assert isinstance(job.state, Failed)
    assert job.state.code == "no_worker"
    assert job.state.message == "There is no worker that runs containers, which Needs a container needs."
    lab.project.update_settings(when_unavailable="queue")
    task = lab.generate()
    waiting = until(lambda: lab.job(task).state if lab.job(task).state.state == "waiting" else None)
    assert waiting.reason.startswith("Waiting for a worker that runs containers")


def test_waiting_for_a_task_can_give_up(lab: EngineLab) -> None:
    task = lab.generate()
    with pytest.raises(GenStudioError, match="it goes on") as raised:
        lab.engine.wait(task.id, 0.01)
    assert raised.value.code == "timed_out"
    lab.ended(task)


def test_a_prompt_of_a_megabyte_and_of_all_scripts_is_carried_whole(lab: EngineLab) -> None:
    prompt = 'A "fox" in 雪, שלג, 🦊 <b>../../etc</b> ' + "x" * 1_000_000
    lab.shot("shot_1", prompt=prompt)
    assert lab.ended(lab.generate()).state.state == "succeeded"
    (record,) = lab.project.takes.list("SCENE_01/SHOT_010")
    assert record.inputs["prompt"] == prompt.strip()


def test_a_project_that_moved_away_fails_its_queued_jobs_clearly(lab: EngineLab) -> None:
    lab.ended(lab.generate())
    place = lab.project.root
    moved = Path(str(place) + " moved")
    place.rename(moved)
    spec = lab.store.spec(lab.store.jobs(lab.project.uuid)[0].id)
    from genstudio.engine.submit import INTERACTIVE
    from genstudio.schema.job import TaskSpec

    task = TaskSpec(
        id="task_moved",
        project=spec.project,
        canvas=spec.canvas.path,
        node=spec.node,
        kind="generate",
        priority=INTERACTIVE,
        created=time.time(),
    )
    lab.store.add_task(task, [("job_moved", spec)])
    lab.engine.ensure_producer()
    job = lab.ended(task)
    assert isinstance(job.state, Failed)
    assert "project" in job.state.message.lower()
    until(lambda: lab.store.is_committed(task.id))
    moved.rename(place)
