"""Containers that stay for the next job: loaded once, for one project, and gone when their memory is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from engine_lab import EngineLab, until, write_pipeline

from genstudio.schema.job import Cancelled, Failed, JobView, Succeeded, WorkerView
from genstudio.schema.take import TakeRecord

pytestmark = pytest.mark.container

LOADING_S = 0.8
_PROGRAM = """
import json, os, struct, sys, time, zlib
from pathlib import Path

def tell(kind, **fields):
    sys.stdout.write(json.dumps({"v": 1, "seq": 0, "type": kind, **fields}) + "\\n")
    sys.stdout.flush()

def png(path):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0))
    path.write_bytes(b"\\x89PNG\\r\\n\\x1a\\n" + head + chunk(b"IDAT", zlib.compress(bytes(17 * 16))) + chunk(b"IEND", b""))

def can_write(path):
    try:
        Path(path).write_text("x")
    except OSError:
        return False
    Path(path).unlink()
    return True

time.sleep(LOADING)
served = 0
for line in sys.stdin:
    job = Path("/job") / json.loads(line)["job"]
    request = json.loads((job / "request.json").read_text())
    served += 1
    tell("done", outputs={"output": "panel.png"})  # before it has begun: not to be believed
    tell("started", request_id=request["request_id"])
    word, _, rest = request["prompt"].partition(" ")
    if word == "crash":
        os._exit(7)
    if word == "sleep":
        tell("progress", progress=1, step="sleeping")
        time.sleep(float(rest))
    places = [job / "x", job / "project" / "x", job / "outputs" / "x", Path("/job/x"), Path("/tmp/x"), Path("/x")]
    seen = {
        "served": served,
        "uid": os.getuid(),
        "writable": [str(path) for path in places if can_write(path)],
        "jobs": sorted(path.parent.name for path in Path("/job").glob("*/request.json")),
        "net": sorted(path.name for path in Path("/sys/class/net").iterdir()),
    }
    tell("log", message="SEEN " + json.dumps(seen))
    png(job / "outputs" / "panel.png")
    tell("done", outputs={"output": "panel.png"}, metadata={})
""".replace("LOADING", str(LOADING_S), 1)
_MANIFEST = """
schema = "genstudio.pipeline/1"
id = "{id}"
version = "1.0.0"
title = "Stays"
kind = "image"
licence = {{code = "Apache-2.0"}}

[[tiers]]
quality = "draft"
{memory}

[run]
image = "genstudio/test-actor:latest"
command = {command}
warm = {warm}
timeout = "1m"
"""


@pytest.fixture(autouse=True)
def _no_container_is_left_of_a_job(lab: EngineLab) -> Iterator[None]:
    yield
    for job in lab.store.jobs(lab.project.uuid, active=True):
        lab.engine.cancel(job.id)
        lab.ended(lab.store.task(job.task).spec)


def _pipeline(lab: EngineLab, name: str, *, vram: float = 0, warm: bool = True) -> str:
    if not (lab.workspace.root / "Library/Pipelines" / name).exists():
        memory = f"vram_gib = {vram}\npeak_vram_gib = {vram * 0.5}" if vram else ""
        command = f"[\"python3\", \"-c\", '''{_PROGRAM}''']" if warm else '["python3", "/app/run.py"]'
        manifest = _MANIFEST.format(id=name, memory=memory, command=command, warm=str(warm).lower())
        write_pipeline(lab.workspace.root, name, {"pipeline.toml": manifest})
    return name


def _do(lab: EngineLab, prompt: str = "paint", pipeline: str = "stays") -> JobView:
    lab.shot("shot_1", reference=f"{_pipeline(lab, pipeline)}@1.0.0", prompt=prompt)
    return lab.ended(lab.generate())


def _seen(lab: EngineLab, job: JobView) -> dict[str, object]:
    assert isinstance(job.state, Succeeded), job.state
    log = lab.store.log_path(job.id).read_text()
    return dict(json.loads(next(line for line in log.splitlines() if line.startswith("SEEN ")).removeprefix("SEEN ")))


def _take(lab: EngineLab, job: JobView) -> TakeRecord:
    return next(take for take in lab.project.takes.list("SCENE_01/SHOT_010") if take.job == job.id)


def _containers(lab: EngineLab) -> list[str]:
    query = ["docker", "ps", "-aq", "--filter", f"label=genstudio.project={lab.project.uuid}"]
    return subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()


def test_the_next_job_of_a_project_finds_the_pipeline_loaded_and_the_sandbox_whole(lab: EngineLab) -> None:
    jobs = [_do(lab), _do(lab)]
    seen = [_seen(lab, job) for job in jobs]
    assert [each["served"] for each in seen] == [1, 2]
    assert len(_containers(lab)) == 1
    timings = [_take(lab, job).timing for job in jobs]
    assert [timing.warm for timing in timings] == [False, True]
    assert timings[0].load_s >= LOADING_S > timings[1].load_s
    for job, each in zip(jobs, seen, strict=True):
        name = f"{job.id}-1"
        assert each["uid"] != 0
        assert each["net"] == ["lo"]
        assert each["writable"] == [f"/job/{name}/outputs/x", "/tmp/x"]  # noqa: S108
        assert each["jobs"] == [name]


@pytest.mark.campaign
def test_another_project_has_a_container_of_its_own(lab: EngineLab) -> None:
    _do(lab)
    other = EngineLab(lab.workspace)
    try:
        assert _seen(other, _do(other))["served"] == 1
        assert _containers(other)
        assert set(_containers(lab)).isdisjoint(_containers(other))
    finally:
        other.close()


def test_a_crash_fails_its_job_alone_and_the_next_loads_anew(lab: EngineLab) -> None:
    _do(lab)
    state = _do(lab, "crash").state
    assert isinstance(state, Failed)
    assert "status 7" in state.message
    assert _seen(lab, _do(lab))["served"] == 1


def test_cancel_ends_the_container_of_the_job(lab: EngineLab) -> None:
    _do(lab)
    lab.shot("shot_1", reference="stays@1.0.0", prompt="sleep 600")
    task = lab.generate()
    lab.running(task, "sleeping")
    lab.engine.cancel(task.id, by="Ada")
    assert lab.ended(task).state == Cancelled(by="Ada")
    assert _containers(lab) == []


def test_what_stays_loaded_leaves_when_another_needs_its_memory(lab: EngineLab) -> None:
    lab.project.update_settings(when_unavailable="queue")
    lab.shot("shot_1", reference=f"{_pipeline(lab, 'stays-16', vram=16)}@1.0.0", prompt="paint")
    lab.shot("shot_2", reference=f"{_pipeline(lab, 'alone-24', vram=24, warm=False)}@1.0.0", prompt="paint")
    lab.engine.ensure_producer()
    command = [sys.executable, "-m", "genstudio.engine.worker", "--workspace", str(lab.workspace.root), "--name", "card", "--vram", "24"]
    with subprocess.Popen([*command, "--stay"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            assert isinstance(lab.ended(lab.generate("shot_1")).state, Succeeded)
            assert [resident.pipeline for resident in until(lambda: _card(lab).warm, what="a warm pipeline")] == ["stays-16"]
            assert isinstance(lab.ended(lab.generate("shot_1")).state, Succeeded)
            assert len(_containers(lab)) == 1
            ended = lab.ended(lab.generate("shot_2"))
            assert isinstance(ended.state, Succeeded), ended.state
            assert _containers(lab) == []
            until(lambda: _card(lab).free_vram_gib == 24, what="all memory free")
        finally:
            process.terminate()


def _card(lab: EngineLab) -> WorkerView:
    return next((worker for worker in lab.engine.workers() if worker.name == "card"), WorkerView(address=""))
