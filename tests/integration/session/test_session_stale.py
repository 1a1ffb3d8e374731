"""Marks of takes that are out of date, as views get them: after an edit, after a take, after a picture was redrawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from genstudio.graph.film_marks import FilmMarks
from genstudio.graph.plan import plan_shot
from genstudio.project.assets import add_reference
from genstudio.project.intent import plan_context
from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.nodes import Problem
from genstudio.schema.take import TakeRecord
from genstudio.session.marks import Marks

KNOWN = {
    "schema": "genstudio.take/1",
    "id": "SHOT-010_v01_take01",
    "renders": "SCENE_01/SHOT_010",
    "media": "x.png",
    "kind": "image",
    "sha256": "0" * 64,
    "bytes": 1,
    "pipeline": {"id": "draft-image", "version": "1.0.0"},
    "quality": {"requested": "low", "used": "draft"},
    "canvas": {"path": "02_Source_Creative/Canvases/main_canvas.json", "version": 1, "node": "shot_010"},
}


def publish(project: ProjectFolder, scratch: Path, job: str) -> str:
    """Publish a take of just what the canvas asks of the shot now."""
    canvas = project.canvas().read().canvas
    plan = plan_shot(canvas, "shot_010", plan_context(project, canvas, {}))
    name = project.takes.claim("SCENE_01/SHOT_010", 1, job)
    media = scratch / f"{job}.png"
    Image.new("RGB", (64, 36)).save(media)
    record = TakeRecord.model_validate({**KNOWN, "job": job, "intent_key": plan.intent_key, "inputs": plan.inputs})
    return project.takes.publish(name, media, record).id


def marks(payload: dict[str, Any]) -> dict[str, str]:
    return {problem["node"]: problem["code"] for problem in payload["problems"] if problem["code"].startswith("stale")}


def with_assembler(ann: Any) -> None:
    ann.patch(("add", "/nodes/film", {"type": "vse_assembler", "data": {"name": "Film"}}))
    wire = {"source": "shot_010", "sourceHandle": "output", "target": "film", "targetHandle": "sequence_in"}
    ann.patch(("add", "/edges/e1", wire))


def test_an_edit_marks_the_shot_and_its_cut_and_taking_it_back_unmarks_them(view: Any, project: ProjectFolder, tmp_path: Path) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot(prompt="a fox")
    with_assembler(ann)
    publish(project, tmp_path, "job-1")
    assert marks(ann.session.sync().model_dump(mode="json")) == {}
    ann.patch(("replace", "/nodes/shot_010/data/prompt", "a red fox"), patch_id="p1")
    for side in (ann, bob):
        side.wait("problems", lambda told: marks(told) == {"shot_010": "stale_take", "film": "stale_cut"})
    assert marks(view("cas").of_type("full_sync")[0]) == {"shot_010": "stale_take", "film": "stale_cut"}
    ann.result("undo")
    ann.wait("problems", lambda told: told is ann.of_type("problems")[-1] and marks(told) == {})


def test_marks_are_found_anew_only_when_canvas_takes_or_settings_are_others(project: ProjectFolder, tmp_path: Path) -> None:
    shot = Operation(op="add", path="/nodes/shot_010", value={"type": "shot", "data": {"renders": "SCENE_01/SHOT_010", "prompt": "a fox"}})
    project.canvas().apply(Patch(base=0, operations=(shot,)))
    looked, marks = [], Marks()

    class Films(FilmMarks):
        def find(self, *things: Any) -> tuple[Problem, ...]:
            looked.append(things)
            return super().find(*things)

    marks._films = Films()

    def finds() -> int:
        marks.of_takes(project, project.canvas().read().canvas, {})
        marks.of_takes(project, project.canvas().read().canvas, {})
        return len(looked)

    assert finds() == 1
    publish(project, tmp_path, "job-1")
    assert finds() == 2
    project.update_settings(fps="25")
    assert finds() == 3
    prompt = Operation(op="replace", path="/nodes/shot_010/data/prompt", value="a red fox")
    project.canvas().apply(Patch(base=1, operations=(prompt,)))
    assert finds() == 4


def test_the_film_and_what_is_written_of_it_say_which_takes_are_out_of_date(view: Any, project: ProjectFolder, tmp_path: Path) -> None:
    ann = view("ann")
    ann.add_shot(prompt="a fox")
    with_assembler(ann)
    take = publish(project, tmp_path, "job-1")
    assert ann.result("film", node_id="film")["problems"] == []
    assert ann.result("edl", node_id="film")["notices"] == []
    ann.patch(("add", "/nodes/film/data/events", {"shot_010": {"in": -1}}), patch_id="p1")
    ann.wait("problems", lambda told: [problem["code"] for problem in told["problems"] if problem["node"] == "shot_010"] == ["wrong_event"])
    ann.patch(("replace", "/nodes/film/data/events", {}), ("replace", "/nodes/shot_010/data/prompt", "a red fox"))
    (problem,) = ann.result("film", node_id="film")["problems"]
    assert (problem["node"], problem["code"]) == ("shot_010", "stale_take")
    for written in ("edl", "storyboard"):
        (notice,) = ann.result(written, node_id="film")["notices"]
        assert take in notice


def test_a_new_take_and_a_redrawn_picture_are_told_without_an_edit(view: Any, project: ProjectFolder, tmp_path: Path) -> None:
    picture = tmp_path / "fox.png"
    Image.new("RGB", (32, 32), "red").save(picture)
    fox = add_reference(project.root, project.create_asset("character", "Fox", trigger_word="fx"), picture)
    ann = view("ann")
    ann.add_shot(prompt="a fox")
    ann.patch(("add", "/nodes/fox", {"type": "asset", "data": {"asset": fox.asset.uuid}}))
    wire = {"source": "fox", "sourceHandle": "asset", "target": "shot_010", "targetHandle": "character"}
    ann.patch(("add", "/edges/e1", wire))
    publish(project, tmp_path, "job-1")
    ann.wait("full_sync", lambda payload: len(payload["takes"].get("shot_010", ())) == 1 and not marks(payload))
    Image.new("RGB", (32, 32), "blue").save(project.root / fox.references[0])
    ann.wait("full_sync", lambda payload: marks(payload) == {"shot_010": "stale_take"})
    second = publish(project, tmp_path, "job-2")
    told = ann.wait("full_sync", lambda payload: payload["active_takes"].get("shot_010") == second)
    assert marks(told) == {}
    assert json.loads(json.dumps(told["problems"])) == told["problems"]
