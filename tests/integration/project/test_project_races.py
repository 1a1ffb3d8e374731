"""Many processes at one shot and one canvas: everybody gets through, nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import os

import pytest

from genstudio.project.canvas_file import CanvasFile

pytestmark = pytest.mark.once

PUBLISH = """
import json, sys, pathlib
from genstudio.project.takes import TakeStore
from genstudio.schema.take import TakeRecord
root, uuid, who, count, record, scratch = sys.argv[1:]
store = TakeStore(pathlib.Path(root), uuid)
media = pathlib.Path(scratch) / f"{who}.mp4"
sys.stdin.readline()
for number in range(int(count)):
    media.write_bytes(f"take of {who} {number}".encode())
    job = f"{who}-{number}"
    name = store.claim("SCENE_01/SHOT_010", 1, job)
    take = store.publish(name, media, TakeRecord.model_validate_json(record).model_copy(update={"job": job}))
    print(take.id, take.sha256, flush=True)
"""

FORKS = """
import os, sys, traceback
import genstudio.project.takes, genstudio.schema.take
source, processes, root, uuid, *rest = sys.argv[1:]
ready, go = os.pipe()
for who in range(int(processes)):
    if os.fork() == 0:
        os.close(go)
        sys.stdin, sys.argv = os.fdopen(ready), ["", root, uuid, f"p{who}", *rest]
        try:
            exec(source)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(0)
os.close(go)
for _ in range(int(processes)):
    os.wait()
"""
"""Many processes of one program, which is loaded once: all begin when the pipe is closed."""

EDIT = """
import sys, pathlib
from genstudio.project.canvas_file import CanvasFile
from genstudio.schema.canvas import Operation, Patch
root, who, count = sys.argv[1:]
canvas = CanvasFile(pathlib.Path(root))
for number in range(int(count)):
    value = {"type": "shot", "data": {"name": who}}
    patch = Patch(base=0, operations=(Operation(op="add", path=f"/nodes/{who}_{number}", value=value),), id=f"{who}-{number}")
    print(canvas.apply(patch).entry.sequence, flush=True)
"""


ROUNDS = [(8, 4), (32, 1), (32, 4), (32, 8)] if "GENSTUDIO_CAMPAIGN" in os.environ else [(8, 4)]


@pytest.mark.parametrize(("processes", "each"), ROUNDS)
def test_processes_publishing_takes_of_one_shot_at_once_give_distinct_takes_without_a_gap(
    project, record, tmp_path, run_python_with_start, processes, each
):
    known = (record().model_dump_json(by_alias=True), str(tmp_path))
    arguments = [(str(project.root), project.uuid, f"p{who}", str(each), *known) for who in range(processes)]
    all_are_there(project, run_python_with_start(PUBLISH, arguments), processes * each)


def test_thirty_two_processes_publishing_a_take_of_one_shot_at_the_same_moment_give_thirty_two(project, record, tmp_path, run_python):
    known = (record().model_dump_json(by_alias=True), str(tmp_path))
    output, error = run_python(FORKS, PUBLISH, "32", str(project.root), project.uuid, "1", *known).communicate(timeout=240)
    assert error == ""
    all_are_there(project, output.splitlines(), 32)


def all_are_there(project, lines, count):
    """Every take that a process says it published is there as it was, under a number of its own, without a gap."""
    published = dict(line.split() for line in lines)
    assert len(lines) == len(published) == count
    takes = project.takes.list("SCENE_01/SHOT_010")
    assert [take.name.take for take in takes] == list(range(1, count + 1))
    assert {take.id: take.sha256 for take in takes} == published
    assert all(project.takes.verify(take) for take in takes)
    assert len({take.reel for take in takes}) == len(takes)
    assert project.takes.unrecorded("SCENE_01/SHOT_010") == ()


def test_processes_that_publish_the_same_job_give_one_take(project, record, tmp_path, run_python_with_start):
    same = PUBLISH.replace('job = f"{who}-{number}"', 'job = f"same-{number}"')
    arguments = [
        (str(project.root), project.uuid, f"p{who}", "3", record().model_dump_json(by_alias=True), str(tmp_path)) for who in range(4)
    ]
    lines = run_python_with_start(same, arguments)
    assert len(lines) == 12
    assert len(set(lines)) == 3
    assert len(project.takes.list("SCENE_01/SHOT_010")) == 3


def test_processes_that_edit_one_canvas_lose_nothing(project, run_python):
    started = [run_python(EDIT, str(project.root), f"p{who}", "25") for who in range(4)]
    answers = [process.communicate(timeout=120) for process in started]
    assert [error for _, error in answers] == [""] * 4
    sequences = sorted(int(line) for output, _ in answers for line in output.split())
    state = CanvasFile(project.root).read()
    assert sequences == list(range(1, 101))
    assert len(state.canvas.nodes) == state.canvas.version == 100
    assert len({node.data["renders"] for node in state.canvas.nodes.values()}) == 100
    assert len(json.loads((project.root / state_path(project)).read_text())["nodes"]) == 100


def state_path(project) -> str:
    return project.manifest.canvas_path
