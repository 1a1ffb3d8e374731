"""Several steps to one result, on the real engine: in order, each once, and right when something goes wrong between them."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from engine_lab import EngineLab, until

from genstudio.engine.shots import render_job
from genstudio.project import media
from genstudio.project.control_maps import control_maps
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import ENDED, Cancelled, Failed, JobView, Succeeded, TaskSpec
from genstudio.schema.render import RenderOptions


def wire(document: dict[str, Any], source: str, handle: str, target: str, socket: str) -> None:
    document["edges"][f"e_{source}_{target}"] = {
        "source": source, "sourceHandle": handle, "target": target, "targetHandle": socket, "order": "a0",
    }  # fmt: skip


def finish(lab: EngineLab, **scale: Any) -> None:
    """Wire a shot into a restoration, and that into an enlargement."""

    def change(document: dict[str, Any]) -> None:
        document["nodes"]["clean"] = {"type": "video_restoration", "data": {"strength": 0.4}}
        document["nodes"]["large"] = {"type": "super_resolution", "data": {"scale": 2} | scale}
        wire(document, "shot_1", "output", "clean", "input")
        wire(document, "clean", "output", "large", "input")

    lab.edit(change)


def jobs(lab: EngineLab, task: TaskSpec) -> list[JobView]:
    return list(lab.engine.wait(task.id, 120).jobs)


def steps_told(lab: EngineLab, task: TaskSpec) -> list[str]:
    """What was said of the work, each once, in order."""
    told = [getattr(event.state, "step", "") for event in lab.store.events() if event.task == task.id]
    return list(dict.fromkeys(text.partition(":")[0] for text in told if text))


def test_a_chain_of_steps_runs_in_order_and_what_is_there_is_used_again(lab: EngineLab) -> None:
    finish(lab)
    with pytest.raises(BadInputError, match="SHOT_010 has no take yet; generate it first"):
        lab.generate("large")
    lab.ended(lab.generate(takes=1))
    task = lab.generate("large", author="Ada")
    first, second = jobs(lab, task)
    assert [first.node, second.node] == ["clean", "large"]
    assert isinstance(first.state, Succeeded), first.state
    assert isinstance(second.state, Succeeded), second.state
    assert steps_told(lab, task) == ["Video restoration (1 of 2)", "Super resolution (2 of 2)"]
    (shot,) = lab.project.takes.list("SCENE_01/SHOT_010")
    (clean,) = lab.project.takes.list("SCENE_01/RESTORE_010")
    (large,) = lab.project.takes.list("SCENE_01/UPSCALE_010")
    assert (clean.parents, large.parents) == ((shot.id,), (clean.id,))
    assert (clean.width, clean.height, clean.frames, clean.fps) == (160, 90, 4, "8")
    assert (large.width, large.height, large.frames, large.fps) == (320, 180, 4, "8")
    assert large.inputs["input"]["sha256"] == clean.sha256
    assert media.probe(lab.project.takes.media_path(large)).frames == 4
    until(lambda: lab.store.is_committed(task.id))
    committed = lab.git("show", "--name-only", "--format=%s")
    assert clean.path in committed
    assert large.path in committed

    lab.edit(lambda document: document["nodes"]["large"]["data"].update(scale=3))
    (third,) = jobs(lab, lab.generate("large"))  # the clean one is there
    assert isinstance(third.state, Succeeded)
    assert lab.project.takes.list("SCENE_01/UPSCALE_010")[1].parents == (clean.id,)
    assert len(lab.project.takes.list("SCENE_01/RESTORE_010")) == 1

    def into_a_film(document: dict[str, Any]) -> None:
        document["nodes"]["film"] = {"type": "vse_assembler", "data": {"name": "Fox", "events": {}}}
        wire(document, "shot_1", "sequence_out", "film", "sequence_in")

    lab.edit(into_a_film)
    (event,) = render_job(lab.project, None, "film", RenderOptions())[1].cut["events"]
    assert (event["source"]["node"], event["source"]["take"]) == ("shot_1", "UPSCALE-010_v01_take02")


def test_a_shot_is_made_after_its_control_map_which_is_made_once(lab: EngineLab) -> None:
    lab.shot("face", reference="generate-image")
    lab.shot("act", reference="action-transfer", duration="4f", seed=5)

    def change(document: dict[str, Any]) -> None:
        document["nodes"]["motion"] = {"type": "motion_source", "data": {"control": "edges", "file": ""}}
        wire(document, "shot_1", "output", "motion", "source_video")
        wire(document, "motion", "motion_data", "act", "motion")
        wire(document, "face", "output", "act", "image")

    lab.edit(change)
    lab.ended(lab.generate())
    lab.ended(lab.generate("face"))
    task = lab.generate("act", takes=2)
    first, *shots = jobs(lab, task)
    assert isinstance(first.state, Succeeded), first.state
    assert [job.state.state for job in shots] == ["succeeded", "succeeded"]
    assert steps_told(lab, task) == ["Control map (1 of 2)", "act (2 of 2)"]
    (record,) = control_maps(lab.project.root).values()
    assert first.state == Succeeded(output=f"05_Cache/control_maps/{record.key}.mp4")
    assert (record.frames, record.width, record.height, record.fps) == (4, 160, 90, "8")
    renders = lab.project.canvas().read().canvas.nodes["act"].data["renders"]
    one, two = lab.project.takes.list(renders)
    assert (one.inputs["seed"], two.inputs["seed"], one.frames) == (5, 6, 4)
    assert one.inputs["motion"] == {"node": "motion", "made": record.key, "path": record.path, "sha256": record.sha256}

    (again,) = jobs(lab, lab.generate("act"))  # the map is there
    assert isinstance(again.state, Succeeded)
    assert lab.project.takes.list(renders)[2].intent_key == one.intent_key
    pressed = lab.generate("motion")
    assert lab.ended(pressed).state == first.state
    assert lab.job(pressed).attempt == 0
    shutil.rmtree(lab.project.root / "05_Cache")
    assert lab.ended(lab.generate("motion")).state == first.state
    assert (lab.project.root / record.path).is_file()


def test_a_text_becomes_a_take_of_speech_or_says_what_to_install(lab: EngineLab) -> None:
    def change(document: dict[str, Any]) -> None:
        document["nodes"]["voice"] = {"type": "audio", "data": {"text": "Who is there?", "voice_name": "en"}}

    lab.edit(change)
    state = lab.ended(lab.generate("voice")).state
    if shutil.which("espeak-ng") is None:
        assert isinstance(state, Failed)
        assert state.code == "missing_tool"
        assert "apt-get install espeak-ng" in state.message
        return
    assert isinstance(state, Succeeded), state
    (take,) = lab.project.takes.list("SCENE_01/AUDIO_010")
    assert (take.kind, take.audio, take.inputs["prompt"]) == ("audio", True, "Who is there?")
    assert media.probe(lab.project.takes.media_path(take)).duration_s > 0.3
    assert lab.project.takes.verify(take)


def test_two_clicks_for_the_same_step_make_one_take(lab: EngineLab) -> None:
    finish(lab)
    lab.ended(lab.generate())
    one, two = lab.generate("large"), lab.generate("large")
    ended = [job for task in (one, two) for job in jobs(lab, task)]
    assert [job.state.state for job in ended] == ["succeeded"] * 4
    assert len(lab.project.takes.list("SCENE_01/RESTORE_010")) == 1
    assert len(lab.project.takes.list("SCENE_01/UPSCALE_010")) == 1


def test_a_step_that_fails_ends_those_that_need_it_and_a_retry_runs_both(lab: EngineLab) -> None:
    finish(lab)
    lab.ended(lab.generate())
    shot = lab.project.takes.list("SCENE_01/SHOT_010")[0]
    path = lab.project.takes.media_path(shot)
    whole = path.read_bytes()
    path.chmod(0o644)
    lab.engine.queue.pause(lab.project.uuid)
    task = lab.generate("large")
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    lab.engine.resume(lab.project.uuid)
    first, second = jobs(lab, task)
    assert isinstance(first.state, Failed)
    assert "was changed after Generate" in first.state.message
    assert isinstance(second.state, Failed)
    assert second.state.message == f"Video restoration failed: {first.state.message}"
    assert second.attempt == 0
    path.write_bytes(whole)
    again = lab.engine.retry(task.id)
    assert [job.state.state for job in jobs(lab, again)] == ["succeeded", "succeeded"]
    assert steps_told(lab, again) == ["Video restoration (1 of 2)", "Super resolution (2 of 2)"]


def test_cancelling_a_step_cancels_what_needs_it_and_nothing_else(lab: EngineLab) -> None:
    finish(lab)
    lab.ended(lab.generate())
    lab.engine.queue.pause(lab.project.uuid)
    task, other = lab.generate("large"), lab.generate("shot_1")
    first, _ = lab.store.task(task.id).jobs
    lab.engine.cancel(first.id, by="Ada")
    lab.engine.resume(lab.project.uuid)
    assert [job.state for job in jobs(lab, task)] == [Cancelled(by="Ada"), Cancelled(by="Ada")]
    assert lab.ended(other).state.state == "succeeded"
    assert not lab.project.takes.list("SCENE_01/RESTORE_010")


@pytest.mark.once
def test_a_killed_producer_neither_loses_nor_repeats_a_step(lab: EngineLab) -> None:
    finish(lab)
    lab.ended(lab.generate())
    task = lab.generate("large")
    until(lambda: lab.store.task(task.id).jobs[0].state.state in {"staging", "running", *ENDED})
    lab.kill(lab.producer())
    lab.engine.ensure_producer()
    until(lambda: lab.store.task(task.id).jobs[0].state.state in ENDED)
    lab.kill(lab.producer())
    lab.engine.ensure_producer()
    assert [job.state.state for job in jobs(lab, task)] == ["succeeded", "succeeded"]
    assert len(lab.project.takes.list("SCENE_01/RESTORE_010")) == 1
    assert len(lab.project.takes.list("SCENE_01/UPSCALE_010")) == 1


def test_a_scene_makes_what_it_lacks_each_after_what_it_is_made_from(lab: EngineLab) -> None:
    lab.shot("face", reference="generate-image")
    lab.shot("act", reference="action-transfer", duration="4f", seed=5)

    def change(document: dict[str, Any]) -> None:
        document["nodes"]["outer"] = {"type": "scene_group", "data": {"name": "Outer"}}
        document["nodes"]["inner"] = {"type": "scene_group", "parent": "outer", "data": {"name": "Inner"}}
        document["nodes"]["clean"] = {"type": "video_restoration", "data": {"strength": 0.4}}
        document["nodes"]["motion"] = {"type": "motion_source", "data": {"control": "edges", "file": ""}}
        document["nodes"]["act"]["parent"] = "inner"
        document["nodes"]["face"]["parent"] = "outer"
        wire(document, "shot_1", "output", "clean", "input")
        wire(document, "clean", "output", "motion", "source_video")
        wire(document, "motion", "motion_data", "act", "motion")
        wire(document, "face", "output", "act", "image")

    lab.edit(change)
    assert {part.node for part in lab.engine.preflight(lab.project, None, "outer").parts} == {"shot_1", "clean", "motion", "face", "act"}
    made = jobs(lab, lab.generate("outer"))
    assert [(job.node, job.state.state) for job in made if job.state.state != "succeeded"] == []
    assert {job.node for job in made} == {"shot_1", "clean", "motion", "face", "act"}
    (shot,) = lab.project.takes.list("SCENE_01/SHOT_010")
    (clean,) = lab.project.takes.list("SCENE_01/RESTORE_010")
    assert clean.parents == (shot.id,)
    assert (clean.width, clean.height, clean.frames, clean.fps) == (160, 90, 4, "8")
    (record,) = control_maps(lab.project.root).values()
    act = next(take for job in made if job.node == "act" for take in lab.project.takes.list(_folder(lab, "act")))
    assert act.inputs["motion"] == {"node": "motion", "made": record.key, "path": record.path, "sha256": record.sha256}
    with pytest.raises(BadInputError, match="has the takes that the canvas asks for"):  # keys are those of one made by itself
        lab.generate("outer")
    assert [job.attempt for job in jobs(lab, lab.generate("motion"))] == [0]


def _folder(lab: EngineLab, node: str) -> str:
    return str(lab.project.canvas().read().canvas.nodes[node].data["renders"])
