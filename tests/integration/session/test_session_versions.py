"""What a client can ask about the history of a project, on a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.graph.sample import sample_film
from genstudio.session.calls import public_methods
from genstudio.session.canvas_session import CanvasSession
from genstudio.session.takes import TakesSession
from genstudio.session.versions import VersionSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder

CALLS = {"versions", "checkpoint", "restore_version", "conflicts", "choose", "push", "pull", "fetch_media", "prune", "archive", "remotes"}


def result(answer: Any) -> Any:
    assert answer.type == "server:result", answer.payload
    return answer.payload["result"]


def test_a_client_names_versions_goes_back_and_undoes_that(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    ann.ask("patch", patch={"base": 0, "operations": [{"op": "add", "path": "/nodes/a", "value": {"type": "text", "data": {}}}]})
    assert result(ann.call("checkpoint", name="first"))["name"] == "first"
    ann.ask("patch", patch={"base": 1, "operations": [{"op": "remove", "path": "/nodes/a"}]})
    newest = result(ann.call("versions"))[0]
    assert (newest["subject"], newest["checkpoints"], newest["thumbnails"]) == ("Checkpoint: first", ["first"], [])
    assert result(ann.call("restore_version", version="first"))["canvases"] == [project.canvas().path]
    assert "a" in project.canvas().read().canvas.nodes
    result(ann.call("undo"))
    assert "a" not in project.canvas().read().canvas.nodes
    assert ann.call("restore_version", version="nothing").payload["code"] == "not_found"


def test_a_client_sees_what_a_merge_left_and_chooses(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    node = sample_film().nodes["shot_010"].model_dump(mode="json")
    node["conflicts"] = {"/data/prompt": {"ours": node["data"]["prompt"], "theirs": "a bear"}}
    ann.ask("patch", patch={"base": 0, "operations": [{"op": "add", "path": "/nodes/shot_010", "value": node}]})
    (conflict,) = result(ann.call("conflicts"))
    assert conflict["theirs"] == "a bear"
    assert conflict["sentence"].startswith("SHOT_010 prompt: ours is “Wide")
    result(ann.call("choose", path=conflict["path"], side="theirs"))
    assert project.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a bear"
    assert result(ann.call("conflicts")) == []


def test_a_client_archives_into_the_exports_and_sees_what_room_could_be_made(view: Callable[..., Any], project: ProjectFolder) -> None:
    ann = view("ann")
    made = result(ann.call("archive"))
    assert made["path"].startswith("06_Exports/My_First_Film_")
    assert (project.root / made["path"]).stat().st_size == made["bytes"]
    (project.root / "05_Cache/thumbnails/x.jpg").write_bytes(b"x")
    assert result(ann.call("prune"))["bytes"] == 1
    assert (project.root / "05_Cache/thumbnails/x.jpg").exists()


def test_no_other_part_of_a_view_hides_these_calls() -> None:
    assert set(public_methods(CanvasSession)) >= CALLS
    own = {name for name in CALLS if name in vars(VersionSession)}
    assert own == CALLS
    assert own.isdisjoint(vars(TakesSession))
