"""A studio with its engine for the benchmarks: a small project, shots that do what is measured, and stop watches."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from benchmarks.figures import LeftOutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from genstudio.engine.submit import Engine
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.job import JobView, TaskSpec

__all__ = ["Lab", "cpu_slots", "draw_alone", "lab", "until"]

_WAIT_S: Final = 600.0
_LONG: Final = "20000f"
"""A clip that nobody waits for: it is cancelled."""
_REQUEST: Final[dict[str, Any]] = {
    "request_id": "r1", "prompt": "a fox", "composed_prompt": "a fox", "negative_prompt": "", "seed": 7, "width": 160, "height": 90,
    "fps": "8", "frames": 1, "kind": "image", "name": "SHOT_010", "inputs": {}, "files": [], "params": {}, "tier": {},
}  # fmt: skip
_MANIFEST: Final = """
schema = "genstudio.pipeline/1"
id = "{id}"
version = "1.0.0"
title = "{id}"
kind = "image"
licence = {{code = "Apache-2.0"}}
[[tiers]]
quality = "draft"
vram_gib = {card_gib}
peak_vram_gib = {peak_gib}
[run]
image = "{image}"
command = {command}
warm = {warm}
"""


class Lab:
    """An engine and a project of small pictures."""

    def __init__(self, workspace: WorkspaceFolder) -> None:
        from genstudio.engine.submit import Engine

        self.workspace = workspace
        self.project: ProjectFolder = workspace.create("Bench")
        self.project.update_settings(auto_commit=False, height=90, fps="8")
        self.engine: Engine = Engine(workspace)

    def shot(self, node: str, reference: str, **data: str) -> None:
        """Add or change a shot, wired to a pipeline of its own."""
        from genstudio.graph.edit import diff
        from genstudio.schema.canvas import Canvas, Patch

        file = self.project.canvas()
        before = file.read().canvas
        document = before.document()
        document["nodes"].setdefault(node, {"type": "shot", "data": {"name": node, "prompt": "a fox"}})["data"] |= data
        document["nodes"][f"p_{node}"] = {"type": "pipeline", "data": {"reference": reference, "params": {}}}
        wire = {"source": f"p_{node}", "sourceHandle": "pipeline", "target": node, "targetHandle": "pipeline", "order": "a0"}
        document["edges"][f"e_{node}"] = wire
        after = Canvas.model_validate(document)
        file.apply(Patch(base=before.version, operations=diff(before, after), author="bench"))

    def draw(self, node: str, *, long: bool = False) -> None:
        """Make a shot one small panel, or a clip that takes minutes."""
        self.shot(node, "draft-video@1.0.0" if long else "draft-image@1.0.0", duration=_LONG if long else "1f")

    def add_pipeline(self, name: str, image: str, program: str, *, warm: bool = False, card_gib: float = 0) -> None:
        """Put a pipeline into the workspace: a Python program that runs in a container of an image, on a card of some size if need be."""
        place = self.workspace.root / "Library" / "Pipelines" / name
        place.mkdir(parents=True)
        command = json.dumps(["python3", "-c", program])  # a list of texts is the same in TOML
        manifest = _MANIFEST.format(id=name, image=image, command=command, warm=str(warm).lower(), card_gib=card_gib, peak_gib=card_gib / 2)
        (place / "pipeline.toml").write_text(manifest)

    def generate(self, node: str, takes: int = 1) -> TaskSpec:
        """Ask for takes."""
        return self.engine.generate(self.project, None, node, takes, author="bench")

    def ended(self, task: TaskSpec) -> JobView:
        """Wait for a task and return its first job; all must have succeeded."""
        jobs = self.engine.wait(task.id, _WAIT_S).jobs
        wrong = [job.state for job in jobs if job.state.state != "succeeded"]
        if wrong:
            raise LeftOutError(f"a job ended so: {wrong[0]}")
        return jobs[0]

    def until_running(self, node: str) -> float:
        """Return the seconds from before the request to the moment at which the pipeline was started; waits for the end as well."""
        began = time.time()
        return self.began(self.ended(self.generate(node))) - began

    def began(self, job: JobView) -> float:
        """Return the moment at which the pipeline of a job was started, in seconds since the epoch."""
        return min(event.time for event in self.engine.store.events() if event.job == job.id and event.state.state == "running")

    def until_free(self, node: str) -> float:
        """Return the seconds from the cancel of a running job to the moment at which its place on the worker is offered again."""
        task = self.generate(node)
        until(lambda: self.engine.store.task(task.id).jobs[0].state.state == "running")
        until(lambda: self._taken() == 1)
        began = time.perf_counter()
        self.engine.cancel(task.id)
        until(lambda: self._taken() == 0)
        return time.perf_counter() - began

    def last_spec(self) -> str:
        """Return the newest job of the store as it is written there."""
        job = self.engine.store.jobs()[-1]
        return self.engine.store.spec(job.id).model_dump_json()

    def _taken(self) -> int:
        return sum(worker.cpu - worker.free_cpu for worker in self.engine.workers())


@contextmanager
def lab(folder: Path, runner: Literal["process", "container"]) -> Iterator[Lab]:
    """Have a studio in an empty folder whose pipelines run in one way; everything it started has ended afterwards."""
    places = {"GENSTUDIO_WORKSPACE": str(folder / "Studio"), "XDG_STATE_HOME": str(folder / "state")}
    os.environ |= places | {"GENSTUDIO_RUNNERS": runner}  # or draft pipelines run in containers where somebody built their images
    from genstudio.engine.shutdown import stop
    from genstudio.project.workspace import WorkspaceFolder

    workspace = WorkspaceFolder.find(folder / "Studio")
    found = Lab(workspace)
    try:
        yield found
    finally:
        stop(workspace.state_dir)
        found.engine.close()


def until(look: Callable[[], bool], within: float = _WAIT_S, what: str = "it") -> None:
    """Wait until something is true, at most so many seconds."""
    end = time.monotonic() + within
    while not look():
        if time.monotonic() > end:
            raise LeftOutError(f"{what} did not happen within {within:g} s")
        time.sleep(0.001)


def cpu_slots() -> int:
    """Return how many jobs the CPU worker of this machine runs at once."""
    from genstudio.engine import devices

    return devices.cpu_slots()


def draw_alone() -> None:
    """Run the program of the small panel on a job folder of its own."""
    from genstudio.pipelines.catalogue import Catalogue
    from genstudio.pipelines.invocation import process_command, process_environment

    command = process_command(Catalogue.load().get("draft-image"))
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder)
        (job / "project").mkdir()
        (job / "request.json").write_text(json.dumps(_REQUEST))
        environment = os.environ | process_environment() | {"GENSTUDIO_JOB": folder}
        arguments = ["--project_path", str(job / "project"), "--node_id", "shot_1"]
        subprocess.run([*command, *arguments], env=environment, cwd=job, check=True, capture_output=True)
