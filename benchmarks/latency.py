"""How soon an edit made in one process is seen by a session in another, beside a line appended, synced and followed bare."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import Figure, percentile

if TYPE_CHECKING:
    from genstudio.session.canvas_session import CanvasSession

_PAUSE_S: Final = (0.005, 0.04)
"""Between two edits, as when somebody drags or types fast."""
_LOOK_S: Final = 0.001


def run(*, quick: bool) -> list[Figure]:
    """Return p50 and p95 in milliseconds, from before the edit is made to when the other session sends it to its client."""
    edits = 40 if quick else 200
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        ours = _other_process(Path(folder), _listen, lambda: _edit(Path(folder), edits), edits)
        bare = _other_process(Path(folder), _tail, lambda: _append(Path(folder), edits), edits)
    peer = "append, fsync, read by polling every ms"
    return [
        Figure("latency", f"edit seen elsewhere, p{share}", percentile(ours, share / 100), "ms", peer, percentile(bare, share / 100), edits)
        for share in (50, 95)
    ]


def prepare(folder: Path) -> None:
    """Make a workspace in a folder, with a project and one shot in it."""
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import Operation, Patch

    os.environ |= {"GENSTUDIO_WORKSPACE": str(folder / "Studio"), "XDG_STATE_HOME": str(folder / "state"), "GENSTUDIO_PRODUCER_IDLE": "1"}
    file = WorkspaceFolder.find(folder / "Studio").create("Latency").canvas()
    shot = {"type": "shot", "data": {"name": "Fox", "prompt": ""}}
    file.apply(Patch(base=0, operations=(Operation(op="add", path="/nodes/shot_1", value=shot),), author="bench"))


def _other_process(folder: Path, listen: Any, write: Any, count: int) -> list[float]:  # noqa: ANN401 - two functions of this module
    """Let another process listen while this one writes; return the milliseconds of each message."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=listen, args=(folder, count, there))
    process.start()
    try:
        here.recv()
        write()
        if not here.poll(60):
            raise TimeoutError("the other process did not hear of all edits")
        return list(here.recv())
    finally:
        process.join(10)
        process.kill()


def open_session(folder: Path, send: Any) -> CanvasSession:  # noqa: ANN401
    """Open a view of that project."""
    from genstudio.engine.submit import Engine
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.session.canvas_session import CanvasSession

    workspace = WorkspaceFolder.find(folder / "Studio")
    project = workspace.project("Latency")
    return CanvasSession(workspace, project, None, author="bench", client=str(os.getpid()), send=send, engine=Engine(workspace))


def _listen(folder: Path, count: int, pipe: Connection) -> None:
    seen: list[float] = []

    def send(message: Any) -> None:  # noqa: ANN401
        if message.type == "server:patch":
            began = message.payload["patch"]["label"]
            if began.isdigit():
                seen.append((time.monotonic_ns() - int(began)) / 1e6)

    session = open_session(folder, send)
    pipe.send("ready")
    end = time.monotonic() + 55
    while len(seen) < count and time.monotonic() < end:
        time.sleep(0.02)
    pipe.send(seen)
    session.close()


def _edit(folder: Path, count: int) -> None:
    from genstudio.schema.canvas import Operation, Patch

    session = open_session(folder, lambda _message: None)
    version = session.file.read().canvas.version
    for number in range(count):
        change = Operation(op="add", path="/nodes/shot_1/data/prompt", value=f"a fox crosses the river {number}")
        session.apply(Patch(base=version, operations=(change,), label=str(time.monotonic_ns())))
        time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - a pause
    session.close()


def _tail(folder: Path, count: int, pipe: Connection) -> None:
    path = folder / "bare.jsonl"
    path.touch()
    pipe.send("ready")
    seen: list[float] = []
    end = time.monotonic() + 55
    with path.open("rb") as file:
        while len(seen) < count and time.monotonic() < end:
            line = file.readline()
            if line.endswith(b"\n"):
                seen.append((time.monotonic_ns() - json.loads(line)["began"]) / 1e6)
            else:
                file.seek(-len(line), os.SEEK_CUR)
                time.sleep(_LOOK_S)
    pipe.send(seen)


def _append(folder: Path, count: int) -> None:
    with (folder / "bare.jsonl").open("ab") as file:
        for number in range(count):
            file.write(json.dumps({"began": time.monotonic_ns(), "prompt": f"a fox crosses the river {number}"}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - a pause
