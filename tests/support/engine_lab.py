"""A real engine on a real project, small enough that a take is made in a second or two, and hands to kill its parts with."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from own_state import keep_own_state

from genstudio.engine.daemons import Daemon
from genstudio.engine.lease import holder
from genstudio.engine.shutdown import stop
from genstudio.engine.state import StateFolder
from genstudio.engine.submit import Engine
from genstudio.graph.edit import diff
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.job import ENDED, JobView, TaskSpec

T = TypeVar("T")


def until(look: Callable[[], T], timeout: float = 90.0, what: str = "") -> T:
    """Wait until ``look`` returns something true, and return it."""
    end = time.monotonic() + timeout
    while not (found := look()):
        assert time.monotonic() < end, f"It did not happen within {timeout} s: {what or look}"
        time.sleep(0.01)
    return found


def engine_environment(patch: pytest.MonkeyPatch, place: Path, runner: str) -> None:
    """Have engines keep their workspace, state and Git identity in a place of their own, and run pipelines in one way."""
    patch.setenv("GENSTUDIO_WORKSPACE", str(place / "Studio"))
    keep_own_state(patch, place)
    patch.setenv("GENSTUDIO_RUNNERS", runner)


def end_engine(workspace: WorkspaceFolder) -> None:
    """End the engine of a workspace, with all that it started."""
    last = EngineLab(workspace)
    last.engine.close()
    last.stop()


class EngineLab:
    """An engine, a project with one small shot ``shot_1``, and ways to break things."""

    def __init__(self, workspace: WorkspaceFolder) -> None:
        self.workspace = workspace
        self.state = StateFolder(workspace.state_dir)
        self.project = workspace.create(f"Film {len(workspace.projects()) + 1}")
        self.project.update_settings(height=90, fps="8", aspect_ratio="16:9")
        self.engine = Engine(workspace)
        self.store = self.engine.store
        self.shot("shot_1", duration="4f")

    # -- the canvas ----------------------------------------------------------------------------------------------------

    def edit(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the canvas document."""
        file = self.project.canvas()
        before = file.read().canvas
        document = before.document()
        change(document)
        file.apply(Patch(base=before.version, operations=diff(before, Canvas.model_validate(document)), author="test"))

    def shot(self, node: str, reference: str = "generate-video", **data: Any) -> None:
        """Add or change a shot, wired to a pipeline node of its own."""

        def change(document: dict[str, Any]) -> None:
            shot = document["nodes"].setdefault(node, {"type": "shot", "data": {"name": node, "prompt": "Wide, a fox in the snow"}})
            shot["data"] |= data
            document["nodes"][f"p_{node}"] = {"type": "pipeline", "data": {"reference": reference, "params": {}}}
            document["edges"][f"e_{node}"] = {
                "source": f"p_{node}", "sourceHandle": "pipeline", "target": node, "targetHandle": "pipeline", "order": "a0",
            }  # fmt: skip

        self.edit(change)

    def remove(self, node: str) -> None:
        file = self.project.canvas()
        file.apply(Patch(base=file.read().canvas.version, operations=(Operation(op="remove", path=f"/nodes/{node}"),)))

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def generate(self, node: str = "shot_1", takes: int = 1, **options: Any) -> TaskSpec:
        return self.engine.generate(self.project, None, node, takes, **options)

    def job(self, task: TaskSpec) -> JobView:
        return self.store.task(task.id).jobs[0]

    def running(self, task: TaskSpec, step: str = "", timeout: float = 90) -> JobView:
        """Wait until the pipeline of a task's first job works (and says ``step``), and return the job."""

        def look() -> JobView | None:
            job = self.job(task)
            assert job.state.state not in ENDED, f"It ended too soon: {job.state}"
            return job if job.state.state == "running" and step in job.state.step else None

        return until(look, timeout, "running")

    def ended(self, task: TaskSpec, timeout: float = 120) -> JobView:
        return self.engine.wait(task.id, timeout).jobs[0]

    # -- processes -----------------------------------------------------------------------------------------------------

    def producer(self) -> Daemon:
        found = until(lambda: holder(self.state.root), what="a producer")
        return Daemon.of(found.pid)

    def scheduler(self) -> Daemon:
        return until(lambda: Daemon.read(self.state.cluster), what="a scheduler")

    def worker(self, name: str = "cpu") -> Daemon:
        return until(lambda: Daemon.read(self.state.workers / f"{name}.json"), what="a worker")

    def kill(self, daemon: Daemon) -> None:
        """``kill -9``, and wait until it is gone."""
        os.kill(daemon.pid, signal.SIGKILL)
        assert daemon.wait(10)

    def close(self) -> None:
        """Cancel what this project still has to do, and see that it ends."""
        for job in self.store.jobs(self.project.uuid, active=True):
            self.engine.cancel(job.id, by="end of the test")
        until(lambda: not self.store.jobs(self.project.uuid, active=True), what="all jobs cancelled")
        self.engine.close()

    def stop(self) -> None:
        """End everything of the workspace, and see that nothing is left."""
        mine = self.processes()
        stop(self.state.root)
        until(lambda: not [process for process in mine if _lives(process)], 20, "all processes gone")

    def processes(self) -> list[psutil.Process]:
        """All processes of this lab: ours, and what they started."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            words = " ".join(process.info["cmdline"] or [])
            job = (process.info["environ"] or {}).get("GENSTUDIO_JOB", "")
            if str(self.workspace.root) in words or str(self.state.root) in words or job.startswith(str(self.state.root)):
                found.append(process)
        return [process for process in found if process.pid != os.getpid()]

    def read(self, relative: str) -> bytes:
        return (self.project.root / relative).read_bytes()

    def git(self, *arguments: str) -> str:
        import subprocess

        done = subprocess.run(["git", "-C", str(self.project.root), *arguments], capture_output=True, text=True, check=True)
        return done.stdout


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def write_pipeline(workspace: Path, name: str, files: dict[str, str]) -> Path:
    """Put a pipeline folder into the library of a workspace."""
    folder = workspace / "Library" / "Pipelines" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder
