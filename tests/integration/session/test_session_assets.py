"""Assets and automatic copies through a view: other views see what became of them."""

from __future__ import annotations

from typing import Any

from PIL import Image

from genstudio.project.project import ProjectFolder


def names(payload: dict[str, Any]) -> list[str]:
    return [asset["name"] for asset in payload["assets"]]


def test_a_character_is_made_described_renamed_and_removed_before_all_views(view: Any, project: ProjectFolder) -> None:
    ann, bob = view("ann"), view("bob")
    made = ann.result("create_asset", kind="character", name="Rusty", trigger_word="rsty")
    bob.wait("full_sync", lambda payload: names(payload) == ["Rusty"])
    Image.new("RGB", (64, 36), "red").save(project.root / "01_Assets/Source_Media/fox.png")
    told = ann.result("add_asset_reference", uuid=made["uuid"], path="01_Assets/Source_Media/fox.png")
    assert ann.result("media_info", url=told["pictures"][0])["type"] == "image/jpeg"
    assert ann.result("describe_asset", uuid=made["uuid"], description="a red fox")["keywords"] == "a red fox"
    ann.add_shot(prompt="by the river")
    ann.patch(("add", "/nodes/fox", {"type": "asset", "data": {"asset": made["uuid"], "name": "Rusty"}}))
    ann.patch(("add", "/edges/e1", {"source": "fox", "sourceHandle": "asset", "target": "shot_010", "targetHandle": "character"}))
    assert ann.result("rename_asset", uuid=made["uuid"], name="Reynard")["name"] == "Reynard"
    bob.wait("full_sync", lambda payload: names(payload) == ["Reynard"])
    assert [use["names"] for use in bob.result("asset", uuid=made["uuid"])["uses"]] == [["SHOT_010"]]
    assert ann.call("delete_asset", uuid=made["uuid"]).payload["code"] == "conflict"
    ann.result("delete_asset", uuid=made["uuid"], force=True)
    bob.wait("full_sync", lambda payload: payload["sequence"] > 0 and names(payload) == [])


def test_an_automatic_copy_is_listed_and_brought_back_by_an_edit_that_can_be_undone(view: Any) -> None:
    ann = view("ann")
    ann.add_shot(prompt="a fox")
    ann.patch(("remove", "/nodes/shot_010", None))
    (copy,) = ann.result("auto_saves")
    assert (copy["nodes"], copy["shots"]) == (1, 1)
    ann.result("restore_auto_save", name=copy["name"])
    assert ann.session.file.read().canvas.nodes["shot_010"].data["prompt"] == "a fox"
    ann.result("undo")
    assert ann.session.file.read().canvas.nodes == {}
    assert ann.call("restore_auto_save", name="../x").payload["code"] == "not_found"
