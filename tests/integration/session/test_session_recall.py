"""From a take back to its shot: its settings on a click, the whole shot from a file that was dropped."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from genstudio.graph.plan import plan_shot
from genstudio.project.intent import plan_context
from genstudio.project.media import ffmpeg_path, tag
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.take import TakeRecord
from genstudio.session.library import library

FIRST, SECOND = "SHOT-010_v01_take01", "SHOT-010_v01_take02"
MAIN = "02_Source_Creative/Canvases/main_canvas.json"
DROPPED = "01_Assets/Source_Media/dropped.png"


def make(view: Any, scratch: Path, *, seed: int = 7, older: bool = False) -> tuple[TakeRecord, Path]:
    """Publish a take of what the canvas asks for now, tagged as the engine tags it; return its record and a copy of its media.

    An ``older`` one does not say what was asked for.
    """
    project: ProjectFolder = view.session.project
    state = project.canvas().read()
    plan = plan_shot(state.canvas, "shot_010", plan_context(project, state.canvas, library(view.session.workspace).now().tasks))
    name = project.takes.claim(plan.renders, 1, f"job-{seed}")
    record = TakeRecord.model_validate(
        {
            "id": name.id,
            "renders": plan.renders,
            "media": f"{name.id}.png",
            "kind": "image",
            "sha256": "0" * 64,
            "bytes": 1,
            "frames": 1,
            "job": f"job-{seed}",
            "intent_key": plan.intent_key,
            "pipeline": {"id": "draft-image", "version": "1.0.0"},
            "quality": {"requested": "low", "used": "low"},
            "inputs": {**plan.inputs, "seed": seed},
            "asked": {} if older else plan.asked,
            "canvas": {"path": MAIN, "version": state.canvas.version, "node": "shot_010", "name": plan.name, "blob": state.blob},
        }
    )
    plain, tagged = scratch / f"{seed}.png", scratch / f"{seed}-tagged.png"
    Image.new("RGB", (64, 36), "red").save(plain)
    embedded = record.model_dump(mode="json", by_alias=True, exclude={"media", "sha256", "bytes"})
    tag(plain, tagged, record.start_timecode, record.reel, json.dumps(embedded))
    copy = scratch / f"{seed}-copy.png"
    copy.write_bytes(tagged.read_bytes())
    return project.takes.publish(name, tagged, record), copy


def drop(view: Any, file: Path, name: str = DROPPED) -> dict[str, Any]:
    """Bring a file into the project, as the page uploads it, and ask for its shot."""
    target = view.session.project.root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(file.read_bytes())
    return dict(view.result("shot_of_file", path=name, x=300, y=200))


@pytest.fixture
def ann(view: Any) -> Any:
    ann = view("ann")
    ann.add_shot(prompt="a fox", duration="3s", name="Fox")
    return ann


def test_a_shot_gets_the_settings_of_a_take_back_and_the_take_shows_what_it_asks_for(ann: Any, tmp_path: Path) -> None:
    """Whether the record says what was asked for, or only the history does, or nothing."""
    for seed, known in enumerate(("by the record", "by the history", "not"), start=7):
        record, _ = make(ann, tmp_path, seed=seed, older=known != "by the record")
        if known == "by the history":
            ann.session.project.repository.commit_all("a take")
        ann.ask("update_node_data", node_id="shot_010", data={"prompt": "a wolf", "negative_prompt": "snow", "seed": 3, "quality": "high"})
        answer = ann.result("use_take_settings", node_id="shot_010", take=record.id)
        assert set(answer["changed"]) == {"prompt", "negative_prompt", "seed", "quality"}
        data = ann.session.file.read().canvas.nodes["shot_010"].data
        assert (data["prompt"], data["negative_prompt"], data["seed"], data["duration"]) == ("a fox", "", seed, "3s")
        assert data["quality"] == ("low" if known == "not" else None), "the project's quality was asked for"
        assert not [problem for problem in ann.session.sync().problems if problem.code == "stale_take"]
        ann.result("undo")
        assert ann.session.file.read().canvas.nodes["shot_010"].data["prompt"] == "a wolf"
        ann.ask("update_node_data", node_id="shot_010", data={"prompt": "a fox", "negative_prompt": "", "seed": None, "quality": None})


def test_a_prompt_that_is_partly_wired_is_kept_where_nobody_knows_its_own_part(ann: Any, tmp_path: Path) -> None:
    ann.patch(("add", "/nodes/words", {"type": "text", "data": {"text": "grain"}}))
    ann.patch(
        ("add", "/edges/e1", {"source": "words", "sourceHandle": "text", "target": "shot_010", "targetHandle": "prompt", "order": "a0"})
    )
    record, _ = make(ann, tmp_path, older=True)
    assert record.inputs["prompt"] == "a fox, grain"
    answer = ann.result("use_take_settings", node_id="shot_010", take=FIRST)
    assert answer["kept"] == ["prompt"]
    assert "prompt" not in answer["changed"]
    assert ann.session.file.read().canvas.nodes["shot_010"].data["prompt"] == "a fox"


def test_a_removed_shot_comes_back_with_its_takes_from_a_file_of_one(ann: Any, tmp_path: Path) -> None:
    _, first = make(ann, tmp_path)
    _, second = make(ann, tmp_path, seed=8, older=True)
    ann.session.project.repository.commit_all("two takes")
    before = ann.session.file.read().canvas
    assert drop(ann, first) == {"kind": "here", "node": "shot_010", "take": FIRST}
    assert ann.session.file.read().canvas == before, "a shot that stands on the canvas is left as it is"
    for seed, name, file in ((7, FIRST, first), (8, SECOND, second)):
        ann.patch(("remove", "/nodes/shot_010", None))
        assert drop(ann, file) == {"kind": "restored", "node": "shot_010", "take": name}
        sync = ann.session.sync()
        assert [take.record.id for take in sync.takes["shot_010"]] == [FIRST, SECOND]
        assert sync.active_takes["shot_010"] == name
        data = sync.graph.nodes["shot_010"].data
        assert (data["name"], data["prompt"], data["seed"], data["renders"]) == ("Fox", "a fox", seed, "SCENE_01/SHOT_010")
        assert (sync.graph.layout["shot_010"].x, sync.graph.layout["shot_010"].y) == (300, 200)
    ann.result("undo")
    assert "shot_010" not in ann.session.file.read().canvas.nodes


def test_a_copy_that_jupyterlab_keeps_of_a_canvas_is_no_canvas_and_holds_no_shot(ann: Any, tmp_path: Path) -> None:
    _, media = make(ann, tmp_path)
    project: ProjectFolder = ann.session.project
    kept = project.root / MAIN.replace("main_canvas.json", ".ipynb_checkpoints/main_canvas-checkpoint.json")
    kept.parent.mkdir()
    kept.write_bytes((project.root / MAIN).read_bytes())
    assert project.canvases() == [MAIN]
    ann.patch(("remove", "/nodes/shot_010", None))
    assert drop(ann, media)["kind"] == "restored"


def test_a_shot_of_another_canvas_is_made_anew_and_never_shares_its_folder(ann: Any, view: Any, tmp_path: Path) -> None:
    _, copy = make(ann, tmp_path)
    other = view("bob", canvas=ann.session.project.create_canvas("Second").path)
    found = drop(other, copy)
    assert (found["kind"], found["take"]) == ("made", "SHOT-020_v01_take01")
    assert other.session.file.read().canvas.nodes[found["node"]].data["renders"] == "SCENE_01/SHOT_020"


def test_a_take_of_another_project_becomes_a_new_shot_with_its_settings_and_the_file_as_its_take(
    ann: Any, workspace: WorkspaceFolder, tmp_path: Path
) -> None:
    record, _ = make(ann, tmp_path)
    clip, sent = tmp_path / "clip.mp4", tmp_path / "sent.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=64x36:rate=12:duration=2"]
    subprocess.run([ffmpeg_path(), "-loglevel", "error", *source, str(clip)], check=True)
    told = {**record.model_dump(mode="json"), "job": "of-another-studio", "frames": 24, "fps": "12"}
    tag(clip, sent, "01:00:00:00", "", json.dumps(told))
    found = drop(ann, sent, "01_Assets/Source_Media/sent.mp4")
    assert (found["kind"], found["take"]) == ("made", "SHOT-020_v01_take01")
    sync = ann.session.sync()
    data = sync.graph.nodes[found["node"]].data
    assert (data["prompt"], data["seed"], data["duration"], data["renders"]) == ("a fox", 7, "3s", "SCENE_01/SHOT_020")
    (take,) = sync.takes[found["node"]]
    assert (take.record.pipeline.id, take.record.inputs["seed"]) == ("draft-image", 7)
    assert not [problem for problem in sync.problems if problem.node == found["node"] and problem.code == "stale_take"]


def test_a_file_without_a_record_is_no_take_and_one_outside_is_refused(ann: Any, tmp_path: Path) -> None:
    picture = tmp_path / "plain.png"
    Image.new("RGB", (8, 8)).save(picture)
    assert drop(ann, picture) == {"kind": "none", "node": None, "take": None}
    assert ann.call("shot_of_file", path="../../etc/passwd", x=0, y=0).payload["code"] == "bad_input"
    assert ann.call("shot_of_file", path="01_Assets/none.png", x=0, y=0).payload["code"] == "not_found"
    assert ann.call("use_take_settings", node_id="shot_010", take="SHOT-010_v01_take77").payload["code"] == "not_found"
