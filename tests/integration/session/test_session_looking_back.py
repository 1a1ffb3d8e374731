"""What a view says before it goes back, and after something happened to its canvas behind the studio's back."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from engine_lab import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder

SHOT = {"type": "shot", "data": {"name": "One", "prompt": "a fox"}}


def set_prompt(view: Any, text: str) -> None:
    view.patch(("replace", "/nodes/shot_010/data/prompt", text))


def test_a_version_says_what_it_changed_and_what_changed_since(view: Callable[..., Any]) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_010", SHOT))
    first = ann.result("checkpoint", name="first")["commit"]
    set_prompt(ann, "a bear")
    second = ann.result("checkpoint", name="second")["commit"]
    set_prompt(ann, "a wolf")
    assert ann.result("version_changes", version=first) == ["added SHOT_010"]
    assert ann.result("version_changes", version=second) == ["SHOT_010 prompt: a fox → a bear"]
    assert ann.result("compare_versions", old=first) == ["SHOT_010 prompt: a fox → a wolf"]
    assert ann.result("compare_versions", old=second, new=first) == ["SHOT_010 prompt: a bear → a fox"]
    assert {(item["name"], item["commit"]) for item in ann.result("checkpoints")} == {("second", second), ("first", first)}
    assert ann.call("version_changes", version="nothing").payload["code"] == "not_found"


def test_the_first_version_of_all_added_everything(view: Callable[..., Any]) -> None:
    ann = view("ann")
    root = ann.result("versions")[-1]["commit"]
    assert ann.result("version_changes", version=root) == []


def test_going_back_is_shown_before_it_is_done_and_does_exactly_that(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_010", SHOT))
    script = project.root / "02_Source_Creative" / "Scripts" / "scene.txt"
    script.write_text("one")
    first = ann.result("checkpoint", name="first")["commit"]
    set_prompt(ann, "a bear")
    script.write_text("two")
    ann.result("update_settings", height=480)
    ann.result("checkpoint", name="second")

    alone = ann.result("preview_restore", version="first")
    assert alone["changes"] == {project.canvas().path: ["SHOT_010 prompt: a bear → a fox"]}
    assert (alone["files"], alone["settings"], alone["version"]["commit"]) == ([], [], first)
    whole = ann.result("preview_restore", version="first", canvas_only=False)
    assert whole["files"] == ["02_Source_Creative/Scripts/scene.txt"]
    assert whole["settings"] == ["height: 480 → 720"]
    assert (whole["obstacle"], whole["takes_since"]) == ("", 0)
    assert script.read_text() == "two", "looking changed something"

    done = ann.result("restore_version", version="first", canvas_only=False)
    assert done["files"] == whole["files"]
    assert ann.result("compare_versions", old="first") == []


def test_a_copy_says_what_going_back_to_it_would_change(view: Callable[..., Any]) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_010", SHOT))
    (copy,) = ann.result("auto_saves")
    set_prompt(ann, "a bear")
    assert ann.result("preview_auto_save", name=copy["name"]) == ["SHOT_010 prompt: a bear → a fox"]


def test_a_damaged_file_is_told_with_what_is_wrong_in_it(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_010", SHOT))
    assert ann.result("recovery") == []
    path = project.root / project.canvas().path
    text = path.read_text()
    path.write_text(text[: len(text) // 2])
    long_ago = time.time() - 60
    os.utime(path, (long_ago, long_ago))
    (offer,) = until(lambda: ann.result("recovery"), what="the offer")
    assert offer["kind"] == "damaged"
    assert offer["kept"].endswith(".damaged")
    assert offer["why"].startswith("main_canvas.json")
    assert "shot_010" in project.canvas().read().canvas.nodes


def test_a_change_made_outside_is_told_in_sentences_and_taken_back(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_010", SHOT))
    path = project.root / project.canvas().path
    path.write_text(path.read_text().replace("a fox", "a goat"))
    (offer,) = until(lambda: ann.result("recovery"), what="the offer")
    assert (offer["kind"], offer["changes"]) == ("outside", ["SHOT_010 prompt: a fox → a goat"])
    ann.patch(("replace", "/nodes/shot_010/data/name", "Two"))
    assert ann.result("recovery")[0]["changes"] == offer["changes"], "later edits are none of it"
    ann.result("take_back", sequence=offer["sequence"])
    data = project.canvas().read().canvas.nodes["shot_010"].data
    assert (data["prompt"], data["name"]) == ("a fox", "Two")
    assert ann.call("take_back", sequence=999).payload["code"] == "not_found"


def test_a_change_made_outside_that_somebody_changed_since_is_not_taken_back(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_010", SHOT))
    path = project.root / project.canvas().path
    path.write_text(path.read_text().replace("a fox", "a goat"))
    (offer,) = until(lambda: ann.result("recovery"), what="the offer")
    set_prompt(ann, "a bear")
    assert ann.call("take_back", sequence=offer["sequence"]).payload["code"] == "conflict"
    assert project.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a bear"
