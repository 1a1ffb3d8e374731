"""How soon a container works after it was asked for: a shot of the studio, beside ``docker run`` of the same image and program."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, LeftOutError

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.project.project import ProjectFolder

__all__ = ["IMAGE", "need_docker"]

IMAGE: Final = "genstudio/base:latest"
_NAME: Final = "bench-start"
_MARK: Final = "running since "
_PROGRAM: Final = f"""
import json, struct, time, zlib
began = time.time()
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
head = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(17 * 16))) + chunk(b"IEND", b"")
open("/job/outputs/panel.png", "wb").write(png)
for number, event in enumerate([
    {{"type": "started"}},
    {{"type": "log", "message": "{_MARK}" + repr(began)}},
    {{"type": "done", "outputs": {{"output": "panel.png"}}, "metadata": {{}}}},
]):
    print(json.dumps({{"v": 1, "seq": number, **event}}), flush=True)
"""
_MANIFEST: Final = f"""
schema = "genstudio.pipeline/1"
id = "{_NAME}"
version = "1.0.0"
title = "Starts and says when"
kind = "image"
licence = {{code = "Apache-2.0"}}
[[tiers]]
quality = "draft"
[run]
image = "{IMAGE}"
command = ["python3", "-c", '''{_PROGRAM}''']
"""


def run(*, quick: bool) -> list[Figure]:
    """Return seconds from the request to the first line of the program, with a producer that is awake."""
    need_docker()
    repeats = 3 if quick else 9
    with tempfile.TemporaryDirectory() as folder, _studio(Path(folder)) as (engine, project):
        first = _shot(engine, project)
        pairs = [(_shot(engine, project), _plain()) for _ in range(repeats)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [
        Figure("containers", "request to running container", ours, "s", "docker run", bare, repeats),
        Figure("containers", "the very first, engine asleep", first, "s", "docker run", bare),
    ]


def need_docker() -> None:
    """Leave a benchmark out where no container engine or no base image is."""
    try:
        found = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise LeftOutError("there is no docker on this machine") from error
    if found.returncode:
        raise LeftOutError(f"the image {IMAGE} is not here, or no container engine runs")


def _plain() -> float:
    """Return the seconds from before ``docker run`` to the first statement of the program."""
    began = time.time()
    program = "import time; print(repr(time.time()))"
    done = subprocess.run(["docker", "run", "--rm", IMAGE, "python3", "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout) - began


@contextmanager
def _studio(folder: Path) -> Iterator[tuple[Engine, ProjectFolder]]:
    os.environ |= {"GENSTUDIO_WORKSPACE": str(folder / "Studio"), "XDG_STATE_HOME": str(folder / "state")}
    from genstudio.engine.shutdown import stop
    from genstudio.engine.submit import Engine
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import Operation, Patch

    workspace = WorkspaceFolder.find(folder / "Studio")
    place = workspace.root / "Library" / "Pipelines" / _NAME
    place.mkdir(parents=True)
    (place / "pipeline.toml").write_text(_MANIFEST)
    project = workspace.create("Bench")
    project.update_settings(auto_commit=False)
    wire = {"source": "pipe_1", "sourceHandle": "pipeline", "target": "shot_1", "targetHandle": "pipeline", "order": "a0"}
    parts = {
        "/nodes/shot_1": {"type": "shot", "data": {"name": "Fox", "prompt": "a fox"}},
        "/nodes/pipe_1": {"type": "pipeline", "data": {"reference": f"{_NAME}@1.0.0", "params": {}}},
        "/edges/e_1": wire,
    }
    operations = tuple(Operation(op="add", path=path, value=value) for path, value in parts.items())
    project.canvas().apply(Patch(base=0, operations=operations, author="bench"))
    engine = Engine(workspace)
    try:
        yield engine, project
    finally:
        stop(workspace.state_dir)
        engine.close()


def _shot(engine: Engine, project: ProjectFolder) -> float:
    """Return the seconds from before the request to the first statement of the program in its container."""
    began = time.time()
    task = engine.generate(project, None, "shot_1", author="bench")
    (job,) = engine.wait(task.id, timeout=120).jobs
    if job.state.state != "succeeded":
        raise LeftOutError(f"the job ended so: {job.state}")
    log = engine.store.log_path(job.id).read_text(errors="replace")
    return float(log.rpartition(_MARK)[2].split()[0]) - began
