"""A large project: listing its takes beside plain JSON, and saving canvases of several sizes beside a bare durable write."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure
from genstudio.project.canvas_file import CanvasFile
from genstudio.project.project import ProjectFolder
from genstudio.project.takes import TakeStore
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch

_SHOTS: Final = 200
_TAKES: Final = 50
_SIZES: Final = (50, 500, 2000)


def run(*, quick: bool) -> list[Figure]:
    """Return seconds for the takes and milliseconds for the canvas."""
    repeats = 5 if quick else 20
    with tempfile.TemporaryDirectory(prefix="genstudio-bench-") as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
        project = WorkspaceFolder.find(Path(folder) / "Studio").create("Large")
        return [*_takes(project, repeats), *_saves(project, repeats)]


def _takes(project: ProjectFolder, repeats: int) -> list[Figure]:
    _fill(project.root)
    shots = [
        Operation(op="add", path=f"/nodes/shot_{n}", value={"type": "shot", "data": {"renders": _renders(n), "prompt": "a fox " * 10}})
        for n in range(_SHOTS)
    ]
    project.canvas().apply(Patch(base=0, operations=tuple(shots)))
    records = sorted(project.root.glob("03_Renders/*/*/*.json"))
    bare = _median(lambda: [json.loads(path.read_bytes()) for path in records], 3)
    cold = _median(partial(_open_and_list, project), 3)
    store = TakeStore(project.root, project.uuid)
    store.all()
    again = _median(store.all, repeats)
    for shot in store.shots():
        store.settled(shot)
    settled = _median(lambda: [store.settled(shot) for shot in store.shots()], repeats)
    peer = f"json.loads of its {len(records):,} records"
    known = (("open and list", cold, 3), ("list again", again, repeats), ("ask what changed since", settled, repeats))
    return [Figure("projects", f"200 shots, 10,000 takes: {name}", value, "s", peer, bare, count) for name, value, count in known]


def _open_and_list(project: ProjectFolder) -> None:
    """What opening does: manifest, canvas, the card's figures, and every take."""
    opened = ProjectFolder(project.root, project.state_dir)
    assert len(opened.canvas().read().canvas.nodes) == _SHOTS
    opened.summary()
    opened.takes.all()


def _fill(root: Path) -> None:
    known = {
        "schema": "genstudio.take/1",
        "kind": "video",
        "sha256": "0" * 64,
        "bytes": 5,
        "pipeline": {"id": "draft-video", "version": "1.0.0"},
        "quality": {"requested": "low", "used": "draft"},
        "canvas": {"path": "02_Source_Creative/Canvases/main_canvas.json", "version": 1, "node": "shot_010"},
        "inputs": {"prompt": "A fox crosses a frozen river at dawn, wide shot", "seed": 7},
    }
    for shot in range(_SHOTS):
        renders = _renders(shot)
        folder = root / "03_Renders" / renders
        folder.mkdir(parents=True)
        for take in range(1, _TAKES + 1):
            name = f"{folder.name.replace('_', '-')}_v01_take{take:02}"
            (folder / f"{name}.mp4").write_bytes(b"media")
            (folder / f"{name}.json").write_text(json.dumps({**known, "id": name, "renders": renders, "media": f"{name}.mp4"}, indent=1))


def _renders(shot: int) -> str:
    return f"SCENE_{shot // 20 + 1:02}/SHOT_{(shot % 20 + 1) * 10:03}"


def _saves(project: ProjectFolder, repeats: int) -> list[Figure]:
    figures, medians = [], []
    for size in _SIZES:
        file = project.create_canvas(f"canvas {size}")
        shots = [
            Operation(op="add", path=f"/nodes/shot_{n}", value={"type": "shot", "data": {"prompt": "a fox " * 10}}) for n in range(size)
        ]
        file.apply(Patch(base=0, operations=tuple(shots)))
        saved = _median(partial(_edit, file), repeats)
        data = (project.root / file.path).read_bytes()
        bare = _median(partial(_durable, project.root / "05_Cache/bare", data), repeats)
        medians.append(saved)
        figures.append(
            Figure(
                "projects", f"save of one edit, {size} nodes", saved * 1e3, "ms", "write and fsync of the same bytes", bare * 1e3, repeats
            )
        )
    for small, large in ((0, 1), (1, 2)):
        name = f"growth of a save, {_SIZES[small]} to {_SIZES[large]} nodes"
        nodes = _SIZES[large] / _SIZES[small]
        figures.append(Figure("projects", name, medians[large] / medians[small], "x", "growth of the canvas", nodes, repeats))
    return figures


def _edit(file: CanvasFile) -> None:
    operation = Operation(op="add", path="/nodes/shot_7/data/prompt", value=str(time.perf_counter_ns()))
    file.apply(Patch(base=0, operations=(operation,)))


def _durable(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _median(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
