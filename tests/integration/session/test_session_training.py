"""Training a model of an asset, by a real job."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from PIL import Image

from genstudio.engine.shots import generate_jobs
from genstudio.project.asset_care import delete_asset, find_asset, rename_asset
from genstudio.project.asset_model import check_safetensors
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder

COLOURS = ("red", "orange", "brown")


@pytest.fixture
def workspace(home: WorkspaceFolder) -> WorkspaceFolder:
    """The workspace whose engine runs for the whole file."""
    return home


@pytest.fixture
def project(workspace: WorkspaceFolder, request: pytest.FixtureRequest) -> ProjectFolder:
    """A project of the test's own."""
    return workspace.create(request.node.name[:60])


def character(ann: Any, project: ProjectFolder, name: str = "Rusty", word: str = "rsty", pictures: int = 3) -> str:
    """Make a character with pictures and return its uuid."""
    uuid = str(ann.result("create_asset", kind="character", name=name, trigger_word=word, description="a red fox")["uuid"])
    for number in range(pictures):
        path = project.root / f"01_Assets/Source_Media/{name}{number}.png"
        picture = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
        picture.paste(COLOURS[number], (8, 8, 40 + 8 * number, 40))
        picture.save(path)
        ann.result("add_asset_reference", uuid=uuid, path=path.relative_to(project.root).as_posix())
    return uuid


def trained(ann: Any, uuid: str) -> dict[str, Any]:
    """Train and wait for the end; return the asset as cards show it."""
    task = ann.result("train_asset", uuid=uuid)["task_id"]
    ann.wait("task_success", lambda payload: payload["task_id"] == task)
    return next(asset for asset in ann.result("assets") if asset["uuid"] == uuid)


def test_a_trained_model_stands_in_its_asset_is_told_to_all_views_and_enters_jobs(view: Any, project: ProjectFolder) -> None:
    ann, bob = view("ann"), view("bob")
    uuid = character(ann, project)
    told = trained(ann, uuid)
    assert (told["model"], told["task"]["state"], told["task"]["progress"]) == ("model.safetensors", "success", 100)
    training = told["training"]
    assert (training["draft"], training["pipeline"], len(training["images"])) == (True, "draft-train", 3)
    assert "Fell back to draft colour-and-texture training." in training["notice"]
    assert 0 <= training["metadata"]["loss_last"] < training["metadata"]["loss_first"]
    model = project.root / told["folder"] / told["model"]
    assert len(check_safetensors(model)) == 5
    header = json.loads(model.read_bytes()[8 : 8 + int.from_bytes(model.read_bytes()[:8], "little")])
    assert (header["__metadata__"]["genstudio.draft"], header["__metadata__"]["modelspec.trigger_phrase"]) == ("true", "rsty")
    assert not model.stat().st_mode & 0o222

    states = [payload["state"] for payload in bob.of_type("task_progress")]
    assert set(states) <= {"queued", "generating"}
    assert all((payload["node_id"], payload["asset"]) == (None, uuid) for payload in bob.of_type("task_progress"))
    bob.wait("task_success", lambda payload: payload["asset"] == uuid and payload["node_id"] is None)

    ann.add_shot(prompt="by the river")
    ann.patch(("add", "/nodes/fox", {"type": "asset", "data": {"asset": uuid, "name": "Rusty"}}))
    ann.patch(("add", "/edges/e1", {"source": "fox", "sourceHandle": "asset", "target": "shot_010", "targetHandle": "character"}))
    _, (job,) = generate_jobs(ann.session.workspace, project, None, "shot_010", 1, None)
    assert job.inputs["character"][0]["model"] == {"path": f"{told['folder']}/model.safetensors", "sha256": training["sha256"]}
    assert [file.role for file in job.files] == ["character"] * 3 + ["character_model"]


def test_training_again_keeps_the_model_that_takes_were_made_with_and_commits_both(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    uuid = character(ann, project)
    first = trained(ann, uuid)
    second = trained(ann, uuid)
    ann.session.engine.wait(second["task"]["task_id"], 120, committed=True)
    assert (first["model"], second["model"]) == ("model.safetensors", "model_02.safetensors")
    for name in ("model.safetensors", "model_02.safetensors"):
        show = ["git", "show", f"HEAD:{second['folder']}/{name}"]
        told = subprocess.run(show, cwd=project.root, check=True, capture_output=True, text=True).stdout
        assert told.startswith("version https://git-lfs.github.com/spec/v1")


def test_an_asset_that_cannot_be_trained_says_why(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    uuid = character(ann, project, word="", pictures=2)
    assert "no trigger word" in ann.call("train_asset", uuid=uuid).payload["message"]
    assert "one word" in ann.call("describe_asset", uuid=uuid, trigger_word="a fox").payload["message"]
    ann.result("describe_asset", uuid=uuid, trigger_word=" rsty ")
    assert "2 reference pictures; training needs 3" in ann.call("train_asset", uuid=uuid).payload["message"]
    (told,) = ann.result("assets")
    assert (told["trigger_word"], told["problem"]) == ("rsty", ann.call("train_asset", uuid=uuid).payload["message"])
    other = ann.call("create_asset", kind="style", name="Noir", trigger_word="RSTY").payload
    assert other["message"] == "RSTY is the trigger word of Rusty already."
    picture = told["references"][0]
    assert len(ann.result("remove_asset_reference", uuid=uuid, path=picture)["references"]) == 1
    assert ann.call("remove_asset_reference", uuid=uuid, path=picture).payload["code"] == "not_found"


def test_a_training_that_waits_is_not_asked_for_twice_and_ends_when_it_is_cancelled(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    uuid = character(ann, project)
    ann.session.engine.queue.pause(project.uuid, by="ann")
    task = ann.result("train_asset", uuid=uuid)["task_id"]
    ann.wait("task_progress", lambda payload: payload["task_id"] == task and payload["state"] == "queued" and "paused" in payload["step"])
    assert ann.call("train_asset", uuid=uuid).payload["code"] == "conflict"
    ann.result("cancel", task_id=task)
    ann.wait("task_failed", lambda payload: (payload["asset"], payload["code"]) == (uuid, "cancelled"))
    (told,) = ann.result("assets")
    assert (told["task"]["state"], told["model"]) == ("cancelled", None)


def test_a_model_finds_its_asset_under_another_name_and_fails_if_the_asset_is_gone(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    fox, bear = character(ann, project), character(ann, project, "Bruno", "brno")
    ann.session.engine.queue.pause(project.uuid, by="ann")
    tasks = [ann.result("train_asset", uuid=uuid)["task_id"] for uuid in (fox, bear)]
    rename_asset(project, find_asset(project, fox), "Reynard")
    delete_asset(project, find_asset(project, bear))
    ann.result("resume_queue")
    told = ann.wait("task_failed", lambda payload: payload["task_id"] == tasks[1])
    assert "is gone" in told["error"]
    moved = ann.wait("task_failed", lambda payload: payload["task_id"] == tasks[0])
    assert "is gone" in moved["error"]  # its pictures have other paths now: it is to be asked for again
    assert trained(ann, fox)["model"] == "model.safetensors"


def test_items_of_the_library_are_copied_in_and_become_pictures(view: Any, project: ProjectFolder, workspace: WorkspaceFolder) -> None:
    ann = view("ann")
    uuid = character(ann, project, pictures=0)
    Image.new("RGB", (64, 36), "green").save(workspace.root / "Library/Stock_Media/forest.png")
    assert {"kind": "Stock_Media", "name": "forest.png", "picture": True} in ann.result("library_items")
    made = ann.result("use_library_item", kind="Stock_Media", name="forest.png", asset=uuid)
    assert made["path"] == "01_Assets/Source_Media/forest.png"
    assert [path.rpartition("/")[2] for path in ann.result("asset", uuid=uuid)["references"]] == ["forest.png"]
    assert ann.call("use_library_item", kind="Stock_Media", name="../../workspace.json").payload["code"] in ("bad_input", "not_found")
