"""Pipelines in real containers: what they can reach, what they can break, and what is left of them."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from engine_lab import EngineLab, until, write_pipeline
from honest_skips import cannot

from genstudio.pipelines.invocation import DIGEST_LABEL
from genstudio.schema.job import Cancelled, Failed, JobView, Succeeded

pytestmark = pytest.mark.container


def _act(lab: EngineLab, prompt: str) -> JobView:
    lab.shot("shot_1", reference="actor@1.0.0", prompt=prompt)
    return lab.ended(lab.generate())


def _failed(job: JobView) -> Failed:
    assert isinstance(job.state, Failed), job.state
    return job.state


def _containers(lab: EngineLab, *options: str) -> list[str]:
    query = ["docker", "ps", "-q", *options, "--filter", f"label=genstudio.project={lab.project.uuid}"]
    return subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture(autouse=True)
def _nothing_is_left(lab: EngineLab) -> object:
    yield
    for job in lab.store.jobs(lab.project.uuid, active=True):
        lab.engine.cancel(job.id)
        lab.ended(lab.store.task(job.task).spec)
    assert _containers(lab, "-a") == []
    assert not list(lab.state.scratch.glob("*/job_*"))


def test_a_container_makes_a_take_that_names_its_image(lab: EngineLab) -> None:
    job = _act(lab, "paint")
    assert isinstance(job.state, Succeeded), job.state
    (record,) = lab.project.takes.list("SCENE_01/SHOT_010")
    assert (record.kind, record.width, record.height) == ("image", 160, 90)
    assert record.pipeline.runner == "container"
    image = subprocess.run(
        ["docker", "image", "inspect", "-f", "{{.Id}}", "genstudio/test-actor"], capture_output=True, text=True, check=True
    )
    assert record.pipeline.image == image.stdout.strip()
    assert record.peak_vram_gib == 1.5


def test_a_container_sees_its_inputs_and_nothing_else(lab: EngineLab) -> None:
    job = _act(lab, "sandbox")
    assert isinstance(job.state, Succeeded), job.state
    log = lab.store.log_path(job.id).read_text()
    seen = json.loads(next(line for line in log.splitlines() if line.startswith("SANDBOX ")).removeprefix("SANDBOX "))
    assert seen["uid"] != 0
    assert [int(mask, 16) for mask in seen["capabilities"]] == [0, 0]
    assert seen["no_new_privileges"] == "1"
    assert seen["writable"] == ["/job/outputs/x", "/tmp/x"]  # noqa: S108
    assert seen["interfaces"] == ["lo"]
    assert seen["connected"] != "yes"
    assert seen["project"] == ["02_Source_Creative/Canvases/main_canvas.json", "project.json"]
    assert seen["arguments"] == ["--project_path", "/job/project", "--node_id", "shot_1"]
    assert not [name for name in seen["environment"] if "TOKEN" in name or "SECRET" in name or name.startswith("XDG_STATE")]


def test_noise_on_every_channel_does_not_break_the_protocol(lab: EngineLab) -> None:
    job = _act(lab, "noise")
    assert isinstance(job.state, Succeeded), job.state


@pytest.mark.parametrize(
    ("prompt", "code", "says"),
    [
        ("crash 7", "internal", "ended with status 7"),
        ("error out_of_memory", "out_of_memory", "It was asked for."),
        ("error bad_input", "bad_input", "It was asked for."),
        ("error missing_weights", "missing_weights", "It was asked for."),
        ("silent", "internal", "without saying what it made"),
        ("lie link.png", "internal", "no file in its outputs"),
        ("lie ../request.json", "internal", "no file in its outputs"),
        ("lie text.png", "internal", "cannot be played"),
    ],
)
def test_a_pipeline_that_fails_or_lies_is_named_for_what_it_did(lab: EngineLab, prompt: str, code: str, says: str) -> None:
    state = _failed(_act(lab, prompt))
    assert state.code == code
    assert says in state.message
    assert state.fix
    assert lab.project.takes.list("SCENE_01/SHOT_010") == ()


def test_a_pipeline_that_eats_memory_is_ended_and_told_so(lab: EngineLab) -> None:
    assert _failed(_act(lab, "memory")).code == "out_of_memory"


def test_a_pipeline_that_eats_memory_steps_down_to_its_lower_tier_and_says_so(lab: EngineLab) -> None:
    manifest = (lab.workspace.root / "Library/Pipelines/actor/pipeline.toml").read_text().replace('"actor"', '"greedy"')
    two = manifest.replace("[run]", '[[tiers]]\nquality = "standard"\nlabel = "1080p"\n\n[run]')
    write_pipeline(lab.workspace.root, "greedy", {"pipeline.toml": two})
    lab.shot("shot_1", reference="greedy", prompt="greedy")
    task = lab.generate(quality="standard")
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert (job.attempt, job.quality) == (2, "draft")
    assert lab.store.task(task.id).spec.notice == "Standard quality ran out of memory. Fell back to draft generation."
    (record,) = lab.project.takes.list("SCENE_01/SHOT_010")
    assert (record.quality.requested, record.quality.used) == ("standard", "draft")


@pytest.mark.parametrize(("words", "code"), [("/job/outputs 50", "disk_full"), ("/tmp 4000", "out_of_memory")])  # noqa: S108 - of the container
def test_a_pipeline_that_fills_what_it_may_write_to_harms_nobody_beside_or_after_it(lab: EngineLab, words: str, code: str) -> None:
    if not lab.state.scratch.parent.is_mount():
        cannot("fill a disk: it needs one of its own in memory, which root may mount.")
    lab.shot("shot_2", reference="actor@1.0.0", prompt="sleep 3")
    beside = lab.generate("shot_2")
    state = _failed(_act(lab, f"fill {words}"))
    assert (state.code, bool(state.fix)) == (code, True)
    assert isinstance(lab.ended(beside).state, Succeeded)
    assert shutil.disk_usage(lab.state.scratch).used < 1 << 20
    assert isinstance(_act(lab, "paint").state, Succeeded)


def test_a_fork_bomb_is_contained(lab: EngineLab) -> None:
    task_job = _act(lab, "forks")
    assert isinstance(task_job.state, Succeeded), task_job.state
    (warning,) = [notice.message for notice in lab.store.notices() if notice.task == task_job.task and "processes" in notice.message]
    assert int(warning.split()[2]) < 512


def test_a_pipeline_that_takes_too_long_and_will_not_hear_is_ended(lab: EngineLab) -> None:
    manifest = (lab.workspace.root / "Library/Pipelines/actor/pipeline.toml").read_text()
    hasty = manifest.replace('"actor"', '"hasty"').replace('"2m"', '"1.5s"')
    write_pipeline(lab.workspace.root, "hasty", {"pipeline.toml": hasty})
    lab.shot("shot_1", reference="hasty", prompt="deaf 600")
    assert _failed(lab.ended(lab.generate())).code == "timed_out"


def test_cancel_kills_the_container_of_the_named_job_and_no_other(lab: EngineLab) -> None:
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 600")
    lab.shot("shot_2", reference="actor@1.0.0", prompt="sleep 2")
    first, second = lab.generate("shot_1"), lab.generate("shot_2")
    lab.running(first, "sleeping")
    lab.running(second, "sleeping")
    assert len(_containers(lab)) == 2
    lab.engine.cancel(first.id, by="Ada")
    assert lab.ended(first).state == Cancelled(by="Ada")
    assert _containers(lab, "--filter", f"label=genstudio.job={lab.job(first).id}") == []
    assert isinstance(lab.ended(second).state, Succeeded)


@pytest.mark.once
def test_a_container_is_not_left_when_its_worker_is_killed(lab: EngineLab) -> None:
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 3")
    task = lab.generate()
    lab.running(task, "sleeping")
    (before,) = _containers(lab)
    lab.kill(lab.worker())
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 2
    assert before not in _containers(lab, "-a")


@pytest.mark.once
@pytest.mark.campaign
def test_a_container_is_not_left_when_the_scheduler_is_killed(lab: EngineLab) -> None:
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 3")
    task = lab.generate()
    lab.running(task, "sleeping")
    lab.kill(lab.scheduler())
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 2


@pytest.mark.once
@pytest.mark.campaign
def test_a_container_goes_on_when_the_producer_is_killed(lab: EngineLab) -> None:
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 3")
    task = lab.generate()
    lab.running(task, "sleeping")
    before = _containers(lab)
    lab.kill(lab.producer())
    lab.engine.ensure_producer()
    until(lambda: _containers(lab) in (before, []))
    job = lab.ended(task)
    assert isinstance(job.state, Succeeded), job.state
    assert job.attempt == 1


def test_an_image_that_was_not_built_is_asked_for_by_name(lab: EngineLab) -> None:
    manifest = (lab.workspace.root / "Library/Pipelines/actor/pipeline.toml").read_text()
    write_pipeline(lab.workspace.root, "ghost", {"pipeline.toml": manifest.replace("actor", "ghost")})
    lab.shot("shot_1", reference="ghost")
    state = _failed(lab.ended(lab.generate()))
    assert state.code == "missing_tool"
    assert "genstudio/test-ghost:latest" in state.message


def test_an_image_of_older_code_is_not_used(lab: EngineLab) -> None:
    image = "genstudio/test-stale:latest"
    build = ["docker", "build", "-q", "-t", image, "--label", f"{DIGEST_LABEL}={'0' * 64}", "-"]
    subprocess.run(build, input=b"FROM genstudio/test-actor:latest", check=True, capture_output=True)
    manifest = (lab.workspace.root / "Library/Pipelines/actor/pipeline.toml").read_text().replace("actor", "stale")
    write_pipeline(lab.workspace.root, "stale", {"pipeline.toml": manifest})
    lab.shot("shot_1", reference="stale", prompt="paint")
    state = _failed(lab.ended(lab.generate()))
    subprocess.run(["docker", "rmi", image], check=True, capture_output=True)
    assert state.code == "missing_tool"
    assert f"{image} was built from other code" in state.message


def test_weights_are_mounted_read_only_and_asked_for_when_they_are_missing(lab: EngineLab) -> None:
    manifest = (lab.workspace.root / "Library/Pipelines/actor/pipeline.toml").read_text().replace('"actor"', '"heavy"')
    weights = '\n[[weights]]\nfolder = "heavy"\nfiles = ["a.safetensors"]\n'
    write_pipeline(lab.workspace.root, "heavy", {"pipeline.toml": manifest + weights})
    lab.shot("shot_1", reference="heavy", prompt="paint")
    state = _failed(lab.ended(lab.generate()))
    assert state.code == "missing_weights"
    assert "heavy/a.safetensors" in state.message
    models = lab.workspace.models_dirs()[0] / "heavy"
    models.mkdir(parents=True)
    (models / "a.safetensors").write_bytes(b"0")
    assert isinstance(lab.ended(lab.generate()).state, Succeeded)
