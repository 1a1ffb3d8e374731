"""Workers that do not see the studio's disk: what they need is sent by its hash, what they make comes back and is published here."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from engine_lab import EngineLab, until

from genstudio.engine.daemons import Daemon
from genstudio.engine.joining import write_invitation
from genstudio.project.assets import add_reference, create_asset
from genstudio.project.hashing import file_sha256
from genstudio.schema.job import Cancelled, Succeeded, WorkerView

SHOT = "SCENE_01/SHOT_010"
A_WHILE = "1200f"


def _may_hide_folders() -> bool:
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return shutil.which("unshare") is not None and subprocess.run(probe, capture_output=True, check=False).returncode == 0


@contextmanager
def _worker(lab: EngineLab, place: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with a folder of its own that cannot even see the studio's, where the system lets folders be hidden from a process."""
    invitation = place / f"{name}.json"
    write_invitation(lab.state, invitation)
    own = ["--join", str(invitation), "--folder", str(place / name), "--name", name, "--stay"]
    command = [sys.executable, "-m", "genstudio.engine.worker", *own]
    if _may_hide_folders():
        hide = f"mount -t tmpfs tmpfs '{lab.workspace.root}' && mount -t tmpfs tmpfs '{lab.state.root}' && exec \"$@\""
        command = ["unshare", "--mount", "sh", "-c", hide, "sh", *command]
    environment = os.environ | {"GENSTUDIO_RUNNERS": "process", "GENSTUDIO_WORKSPACE": "/nowhere", "GENSTUDIO_CPU_SLOTS": "1"}
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/") as process:
        try:
            yield process
        finally:
            process.terminate()


def _seen(lab: EngineLab, name: str) -> WorkerView | None:
    return next((worker for worker in lab.engine.workers() if worker.name == name), None)


@pytest.fixture
def away(fresh_lab: EngineLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineLab:
    """A studio whose own worker runs no pipelines, and a shot with a reference picture."""
    from PIL import Image

    monkeypatch.setenv("GENSTUDIO_RUNNERS", "none")
    picture = tmp_path / "fox.png"
    Image.new("RGB", (64, 36), (200, 80, 40)).save(picture)
    fresh_lab.project.update_settings(when_unavailable="queue", quality="low")
    fox = create_asset(fresh_lab.project.root, "character", "Fox")
    add_reference(fresh_lab.project.root, fox, picture)

    def wire(document: dict[str, dict[str, object]]) -> None:
        document["nodes"]["fox"] = {"type": "asset", "data": {"asset": fox.asset.uuid}}
        document["edges"]["e_fox"] = {
            "source": "fox",
            "sourceHandle": "asset",
            "target": "shot_1",
            "targetHandle": "character",
            "order": "a0",
        }

    fresh_lab.shot("shot_1", reference="draft-video@1.0.0")
    fresh_lab.edit(wire)
    fresh_lab.engine.ensure_producer()
    until(fresh_lab.engine.workers, what="the engine awake")
    return fresh_lab


def test_two_workers_elsewhere_make_takes_from_what_is_sent_to_them(away: EngineLab, tmp_path: Path) -> None:
    with _worker(away, tmp_path, "north"), _worker(away, tmp_path, "south"):
        views = [until(lambda name=name: _seen(away, name), what=name) for name in ("north", "south")]
        assert not any(view.shared for view in views)
        view = away.engine.wait(away.generate(takes=2).id, 120)
        assert all(isinstance(job.state, Succeeded) for job in view.jobs), view.jobs
        takes = away.project.takes.list(SHOT)
        assert [take.id for take in takes] == [f"SHOT-010_v01_take0{number}" for number in (1, 2)]
        assert {take.worker for take in takes} == {"north", "south"}
        assert all(away.project.takes.verify(take) for take in takes)
        assert all(".png" in json.dumps(take.inputs["character"]) for take in takes)
        for name in ("north", "south"):
            sent = {file_sha256(path) for path in (tmp_path / name / "parcels" / "inputs").iterdir()}
            assert len(sent) == 3  # manifest, canvas, picture
            assert file_sha256(tmp_path / "fox.png") in sent
            until(lambda name=name: not list((tmp_path / name / "parcels" / "results").iterdir()), what="results forgotten")
        assert all(away.store.log_path(job.id).is_file() for job in view.jobs)


@pytest.mark.once
@pytest.mark.campaign
def test_a_job_elsewhere_is_cancelled_and_a_lost_worker_has_its_job_made_by_another(away: EngineLab, tmp_path: Path) -> None:
    away.shot("shot_1", reference="draft-video@1.0.0", duration=A_WHILE)
    with _worker(away, tmp_path, "north") as north:
        cancelled = away.generate()
        away.running(cancelled, "frame")
        away.engine.cancel(cancelled.id, by="Ada")
        assert away.ended(cancelled).state == Cancelled(by="Ada")
        task = away.generate()
        away.running(task, "frame")
        north.kill()
    with _worker(away, tmp_path, "south"):
        job = away.ended(task)
        assert isinstance(job.state, Succeeded), job.state
        assert (job.attempt, away.store.attempt(job.id)[1]) == (2, "south")
        assert [take.job for take in away.project.takes.list(SHOT)] == [job.id]


@pytest.mark.once
@pytest.mark.campaign
def test_a_take_that_was_finished_elsewhere_while_no_producer_lived_is_fetched_by_the_next(away: EngineLab, tmp_path: Path) -> None:
    away.shot("shot_1", reference="draft-video@1.0.0", duration=A_WHILE)
    with _worker(away, tmp_path, "north"):
        task = away.generate()
        away.running(task, "frame")
        scheduler = away.scheduler()
        os.kill(scheduler.pid, signal.SIGSTOP)  # it would start the next producer at once
        try:
            away.kill(away.producer())
            kept = tmp_path / "north" / "parcels" / "results"
            until(lambda: list(kept.glob("*/outcome.json")), what="the take kept")
        finally:
            os.kill(scheduler.pid, signal.SIGCONT)
        job = away.ended(task)
        assert isinstance(job.state, Succeeded), job.state
        assert job.attempt == 1
        until(lambda: not list(kept.iterdir()), what="results forgotten")


@pytest.mark.once
@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_a_worker_that_hangs_for_minutes_has_its_job_made_by_another_and_joins_again(away: EngineLab, tmp_path: Path) -> None:
    away.shot("shot_1", reference="draft-video@1.0.0", duration=A_WHILE)
    with _worker(away, tmp_path, "north") as north:
        task = away.generate()
        away.running(task, "frame")
        os.kill(north.pid, signal.SIGSTOP)
        try:
            with _worker(away, tmp_path, "south"):
                job = away.ended(task, 1500)
        finally:
            os.kill(north.pid, signal.SIGCONT)
        assert isinstance(job.state, Succeeded), job.state
        assert (job.attempt, away.store.attempt(job.id)[1]) == (2, "south")
        until(lambda: _seen(away, "north"), what="the worker that hung")
        assert [take.job for take in away.project.takes.list(SHOT)] == [job.id]


def test_workers_are_started_on_other_machines_as_the_workspace_says(
    fresh_lab: EngineLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, tools = fresh_lab, tmp_path / "bin"  # the next machine is this one
    tools.mkdir()
    there = f"export GENSTUDIO_RUNNERS=process HOME='{tmp_path}/there'; mkdir -p \"$HOME\"; cd /"
    (tools / "ssh").write_text(
        f'#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\n{there}\nexec sh -c "$3"\n'
    )  # the next machine is this one
    (tools / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "none")
    lab.project.update_settings(when_unavailable="queue")
    program = json.dumps([sys.executable, "-m", "genstudio"])
    config = f'kind = "ssh"\nhost = "127.0.0.2"\nport = {_free_port()}\nhosts = ["next"]\nvram = ""\nprogram = {program}\n'
    (lab.workspace.root / "cluster.toml").write_text(config)
    task = lab.generate()
    assert lab.engine.start_workers() == 1
    try:
        job = lab.ended(task)
        assert isinstance(job.state, Succeeded), job.state
        assert lab.store.attempt(job.id)[1] == f"cpu@{os.uname().nodename}"
        assert lab.engine.cluster_status().scheduler.startswith("tls://127.0.0.2:")
    finally:
        there_worker = Daemon.read(tmp_path / "there" / ".local" / "state" / "genstudio-worker" / "workers" / "cpu.json")
        if there_worker is not None:
            there_worker.end()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.2", 0))
        return int(found.getsockname()[1])
