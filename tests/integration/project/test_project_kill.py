"""Killed at any boundary of a write, a process leaves all or nothing, and what was acknowledged is there.

A child is forked for each boundary: it counts its calls into the operating system that change files, and kills itself at the n-th.
"""

from __future__ import annotations

import itertools
import json
import logging
import subprocess
import sys

import pytest

pytestmark = pytest.mark.once

COMMON = """
import json, os, pathlib, shutil, signal, sys
from genstudio.project.canvas_file import CanvasFile
from genstudio.project.takes import TakeStore
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.take import TakeRecord

BOUNDARIES = {"open", "write", "fsync", "replace", "rename", "link", "truncate", "unlink", "close", "fchmod", "mkdir", "flock"}

def killed_at(boundary, work):
    '''Fork; the child does the work and dies at that boundary. Returns what it acknowledged, and whether it lived to the end.'''
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0
        def watch(frame, event, argument):
            nonlocal count
            on_text = isinstance(getattr(argument, "__self__", None), str)  # str.replace writes no file
            if event in ("c_call", "c_return") and argument.__name__ in BOUNDARIES and not on_text:
                count += 1
                if count == boundary:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.setprofile(watch)
        work(lambda text: os.write(writer, text.encode()))
        sys.setprofile(None)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        acknowledged = pipe.read()
    _, status = os.waitpid(child, 0)
    return acknowledged, status == 0
"""

CANVAS = (
    COMMON
    + """
root = pathlib.Path(sys.argv[1])
def work(acknowledge):
    canvas = CanvasFile(root)
    value = {"type": "shot", "data": {"name": "x"}}
    accepted = canvas.apply(Patch(base=0, operations=(Operation(op="add", path=f"/nodes/shot_{boundary}", value=value),)))
    acknowledge(str(accepted.entry.sequence))

boundary, lived = 0, False
while not lived and boundary < 500:
    boundary += 1
    before = CanvasFile(root).read()
    acknowledged, lived = killed_at(boundary, work)
    json.loads((root / "02_Source_Creative/Canvases/main_canvas.json").read_bytes())
    after = CanvasFile(root).read()
    print(json.dumps({
        "acknowledged": acknowledged, "grown": after.sequence - before.sequence, "there": f"shot_{boundary}" in after.canvas.nodes,
        "nodes": len(after.canvas.nodes), "sequences": [entry.sequence for entry in CanvasFile(root).entries(0)],
        "external": any(entry.external for entry in CanvasFile(root).entries(0)), "notice": after.notice,
    }))
"""
)

TAKE = (
    COMMON
    + """
root, uuid, record, scratch = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])
media = scratch / "out.mp4"
def work(acknowledge):
    store = TakeStore(root, uuid)
    name = store.claim("SCENE_01/SHOT_010", 1, f"job-{boundary}")
    media.write_bytes(b"x" * 100 + str(boundary).encode())
    take = store.publish(name, media, TakeRecord.model_validate_json(record).model_copy(update={"job": f"job-{boundary}"}))
    acknowledge(take.id)

boundary, lived = 0, False
while not lived and boundary < 500:
    boundary += 1
    for made in (root / "03_Renders/SCENE_01", root / ".genstudio/claims", root / ".genstudio/orphans"):
        shutil.rmtree(made, ignore_errors=True)
    acknowledged, lived = killed_at(boundary, work)
    store = TakeStore(root, uuid)
    after = store.list("SCENE_01/SHOT_010")
    killed_at(0, work)
    final = TakeStore(root, uuid).list("SCENE_01/SHOT_010")
    print(json.dumps({
        "acknowledged": acknowledged, "after": [take.id for take in after],
        "final": [take.id for take in final], "whole": all(store.verify(take) for take in final),
        "unrecorded": [name for name in store.unrecorded("SCENE_01/SHOT_010")],
    }))
"""
)


MANIFEST = (
    COMMON
    + """
from genstudio.project.project import ProjectFolder
root, state = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
def work(acknowledge):
    ProjectFolder(root, state).update_settings(height=100 + 2 * boundary)
    acknowledge("saved")

boundary, lived = 0, False
while not lived and boundary < 500:
    boundary += 1
    before = ProjectFolder(root, state).manifest
    acknowledged, lived = killed_at(boundary, work)
    after = ProjectFolder(root, state).manifest
    print(json.dumps({
        "acknowledged": acknowledged, "saved": after.project_settings.height == 100 + 2 * boundary,
        "grown": after.version - before.version, "same": after.uuid == before.uuid and after.title == before.title,
    }))
"""
)

COMPACTION = (
    COMMON
    + """
from genstudio.project import canvas_file
from genstudio.project.journal import Journal
canvas_file._KEPT_ENTRIES, canvas_file._CHECKPOINT_EVERY = 2, 3
root = pathlib.Path(sys.argv[1])
def work(acknowledge):
    canvas = CanvasFile(root)
    for number in range(3):  # one of three edits compacts the journal
        operations = (Operation(op="add", path=f"/nodes/note_{boundary}_{number}", value={"type": "note"}),)
        acknowledge(f"{canvas.apply(Patch(base=0, operations=operations)).entry.sequence} ")

boundary, lived = 0, False
while not lived and boundary < 1000:
    boundary += 1
    acknowledged, lived = killed_at(boundary, work)
    file = CanvasFile(root)
    after = file.read()
    nodes = [f"note_{boundary}_{number}" in after.canvas.nodes for number in range(3)]
    kept = [entry.sequence for entry in file.entries(0)]
    if kept:  # something to repair it from
        (root / file.path).write_bytes(b"")
        os.utime(root / file.path, (0, 0))
    print(json.dumps({
        "acknowledged": len(acknowledged.split()), "nodes": nodes, "sequence": after.sequence, "total": len(after.canvas.nodes),
        "kept": kept, "notice": after.notice, "repaired": CanvasFile(root).read().canvas == after.canvas,
    }))
"""
)


def rounds(source: str, *arguments: str) -> list[dict]:
    """Run the rounds and return what each found; ``pytest -rP --log-level=INFO`` shows how many points were killed."""
    done = subprocess.run([sys.executable, "-c", source, *arguments], capture_output=True, text=True, timeout=280, check=False)
    assert done.stderr == ""
    found = [json.loads(line) for line in done.stdout.splitlines()]
    logging.getLogger(__name__).info("%s points killed", len(found) - 1)  # the last round lives to its end
    return found


@pytest.mark.slow
def test_an_edit_killed_at_any_boundary_is_there_whole_or_not_at_all(project):
    results = rounds(CANVAS, str(project.root))
    assert len(results) > 15
    assert [result for result in results if result["acknowledged"] and not result["there"]] == []
    for result in results:
        assert result["grown"] == int(result["there"])
        assert result["sequences"] == list(range(1, result["nodes"] + 1))
        assert not result["external"]
        assert result["notice"] == ""
    kept, lost = [result["there"] for result in results], [not result["there"] for result in results]
    assert any(kept)
    assert any(lost)
    assert results[-1]["acknowledged"]


@pytest.mark.slow
def test_a_take_killed_at_any_boundary_is_there_whole_or_not_at_all_and_its_next_attempt_completes_it(project, record, tmp_path):
    results = rounds(TAKE, str(project.root), project.uuid, record().model_dump_json(by_alias=True), str(tmp_path))
    assert len(results) > 15
    assert results[-1]["acknowledged"]
    for result in results:
        assert not result["acknowledged"] or result["acknowledged"] in result["after"]
        assert result["final"] == ["SHOT-010_v01_take01"]
        assert result["whole"]
        assert result["unrecorded"] == []


def test_settings_saved_under_a_kill_at_any_boundary_are_the_old_or_the_new_ones(project):
    results = rounds(MANIFEST, str(project.root), str(project.state_dir))
    assert len(results) > 10
    for result in results:
        assert result["saved"] or not result["acknowledged"]
        assert result["grown"] == int(result["saved"])
        assert result["same"]
    assert results[-1]["acknowledged"]
    assert not results[0]["saved"]


@pytest.mark.campaign
def test_a_journal_compacted_under_a_kill_at_any_boundary_keeps_the_newest_edits_and_repairs_the_canvas(project):
    results = rounds(COMPACTION, str(project.root))
    assert len(results) > 40
    for result in results:
        assert all(result["nodes"][: result["acknowledged"]])
        assert result["sequence"] == result["total"]
        assert result["kept"] == list(range(result["sequence"] - len(result["kept"]) + 1, result["sequence"] + 1))
        assert result["repaired"]
        assert result["notice"] == ""
    lengths = [len(result["kept"]) for result in results]
    assert any(after < before for before, after in itertools.pairwise(lengths)), "nothing was compacted"
    assert lengths[-1] <= 8
    assert results[-1]["acknowledged"] == 3


def test_edits_acknowledged_before_a_kill_are_there(project):
    source = """
import sys, pathlib
from genstudio.project.canvas_file import CanvasFile
from genstudio.schema.canvas import Operation, Patch
canvas = CanvasFile(pathlib.Path(sys.argv[1]))
canvas.apply(Patch(base=0, operations=(Operation(op="add", path="/nodes/shot_a", value={"type": "shot", "data": {}}),)))
for number in range(100_000):
    canvas.apply(Patch(base=0, operations=(Operation(op="replace", path="/nodes/shot_a/data/prompt", value=f"prompt {number}"),)))
    print(number, flush=True)
"""
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", source, str(project.root)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(40)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().splitlines()]
        writer.wait()
        writer.stdout.close()
        prompts = [entry.patch.operations[0].value for entry in project.canvas().entries(0)]
        assert all(f"prompt {number}" in prompts for number in acknowledged)
        prompt = project.canvas().read().canvas.nodes["shot_a"].data["prompt"]
        assert int(prompt.split()[1]) >= acknowledged[-1]
