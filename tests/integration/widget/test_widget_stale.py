"""Takes and films that are out of date, as Python and the command line tell them: exactly those that depend on what changed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from genstudio.graph.plan import plan_shot
from genstudio.project.intent import plan_context
from genstudio.schema.canvas import Operation
from genstudio.schema.take import TakeRecord
from genstudio.widget import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.widget import Canvas


@pytest.fixture
def canvas(workspace_root: Path, tmp_path: Path) -> Canvas:
    """Two films of three shots with takes: Fox and Bear in one, Bear and Crow in the other; a picture of the fox, words of the crow."""
    project = Workspace().create("Film")
    canvas = project.canvas()
    shots = {name: canvas.add_shot(name, prompt=f"a {name}") for name in ("Fox", "Bear", "Crow")}
    Image.new("RGB", (32, 32)).save(tmp_path / "fox.png")
    fox = project.create_asset("character", "Fox", trigger_word="vixen").add_reference(tmp_path / "fox.png")
    canvas.connect(canvas.add("asset", name="The fox", asset=fox.uuid), shots["Fox"], input="character")
    canvas.connect(canvas.add("text", name="Words", text="at dusk"), shots["Crow"], input="prompt")
    for film, shown in (("First", ("Fox", "Bear")), ("Second", ("Bear", "Crow"))):
        assembler = canvas.add("vse_assembler", name=film)
        for name in shown:
            canvas.connect(shots[name], assembler, output="output")
    for shot in shots.values():
        take(canvas, shot.id, shot.renders, tmp_path)
    return canvas


def take(canvas: Canvas, node: str, renders: str, scratch: Path) -> None:
    folder = canvas.project.folder
    plan = plan_shot(canvas.graph, node, plan_context(folder, canvas.graph, canvas.project.node_types()[1]))
    Image.new("RGB", (64, 36)).save(scratch / "take.png")
    record = TakeRecord.model_validate(
        {
            "id": "SHOT-010_v01_take01",
            "renders": renders,
            "media": "x.png",
            "kind": "image",
            "sha256": "0" * 64,
            "bytes": 1,
            "job": node,
            "intent_key": plan.intent_key,
            "inputs": plan.inputs,
            "pipeline": {"id": "draft-image", "version": "1.0.0"},
            "quality": {"requested": "low", "used": "draft"},
            "canvas": {"path": canvas.path, "version": 1, "node": node},
        }
    )
    folder.takes.publish(folder.takes.claim(renders, 1, node), scratch / "take.png", record)


def marked(canvas: Canvas) -> set[str]:
    return {
        canvas.graph.nodes[problem.node].data["name"] for problem in canvas.check() if problem.node and problem.code.startswith("stale")
    }


def change(canvas: Canvas, node: str, key: str, value: object) -> None:
    canvas.patch([Operation(op="add", path=f"/nodes/{canvas.node(node).id}/data/{key}", value=value)])


def test_exactly_the_shots_and_the_films_that_depend_on_what_changed_are_out_of_date(canvas: Canvas) -> None:
    assert marked(canvas) == set()
    change(canvas, "Bear", "prompt", "a bear at night")
    assert marked(canvas) == {"Bear", "First", "Second"}
    assert canvas.undo()
    assert marked(canvas) == set()
    change(canvas, "Words", "text", "at dawn")
    assert marked(canvas) == {"Crow", "Second"}
    assert canvas.undo()
    change(canvas, "Fox", "duration", "2s")
    assert marked(canvas) == {"Fox", "First"}
    assert canvas.undo()
    picture = canvas.project.assets["Fox"].references[0]
    before = picture.read_bytes()
    Image.new("RGB", (32, 32), "red").save(picture)
    assert marked(canvas) == {"Fox", "First"}
    first, second = (
        {problem.code for problem in canvas.cut(name).problems if problem.code.startswith("stale")} for name in ("First", "Second")
    )
    assert (first, second) == ({"stale_take"}, set())
    picture.write_bytes(before)
    canvas.project.assets["Fox"].describe(trigger_word="reynard")
    assert marked(canvas) == {"Fox", "First"}
    canvas.project.assets["Fox"].describe(trigger_word="vixen")
    change(canvas, "Bear", "note", "nobody generates from this")
    assert marked(canvas) == set()


def test_a_reader_that_goes_away_is_no_error(canvas: Canvas) -> None:
    command = f'"{sys.executable}" -m genstudio takes ls Film --json'
    done = subprocess.run(
        ["bash", "-c", f'{command} | true; echo "${{PIPESTATUS[0]}}"'], capture_output=True, text=True, env=os.environ, check=True
    )
    assert done.stderr == ""
    assert done.stdout.strip() in ("0", "141")
