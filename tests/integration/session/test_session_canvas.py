"""Views of one canvas, on real files: what one does, the others see."""

from __future__ import annotations

import json
import multiprocessing
import threading
from pathlib import Path
from typing import Any

import pytest

from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.nodes import Problem

PROMPT = "/nodes/shot_010/data/prompt"


def test_a_sync_holds_all_that_a_client_needs(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    sync = ann.of_type("full_sync")[0]
    assert sync["project"] == project.uuid
    assert sync["title"] == "My First Film"
    assert sync["sequence"] == 0
    assert sync["settings"]["fps"] == "24"
    assert {"shot", "pipeline", "vse_assembler", "asset"} <= {kind["type"] for kind in sync["node_types"]}
    assert {"generate-video", "generate-image"} <= {task["reference"] for task in sync["tasks_available"]}
    assert sync["read_only"] == ""


def test_an_edit_reaches_the_other_view_and_is_its_own_acknowledgement(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    answer = ann.patch(("add", "/nodes/shot_010", {"type": "shot", "data": {"prompt": "a fox"}}), patch_id="p1")
    assert answer.payload["result"]["sequence"] == 1
    for side in (ann, bob):
        told = side.wait("patch", lambda payload: payload["patch"]["id"] == "p1")
        assert told["author"] == "ann#ann1"
        assert (told["sequence"], told["version"]) == (1, 1)
    assert bob.canvas.nodes["shot_010"].data["renders"] == "SCENE_01/SHOT_010"


def test_the_author_of_an_edit_is_the_session_and_not_what_the_client_says(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    forged = Patch(base=0, operations=(Operation(op="add", path="/nodes/note", value={"type": "note"}),), author="bob#bob1", id="f")
    ann.ask("patch", patch=forged.model_dump(mode="json"))
    assert bob.wait("patch")["author"] == "ann#ann1"
    assert bob.call("undo").payload["code"] == "nothing_to_do"


def test_two_hands_on_different_properties_keep_both(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot(prompt="a fox")
    ann.patch(("replace", PROMPT, "a red fox"), base=1)
    bob.ask("update_node_data", node_id="shot_010", data={"duration": "2s", "negative_prompt": "blur"})
    for side in (ann, bob):
        side.wait_for_sequence(3)
        data = side.canvas.nodes["shot_010"].data
        assert (data["prompt"], data["duration"], data["negative_prompt"]) == ("a red fox", "2s", "blur")


def test_a_change_to_what_is_gone_is_dropped_and_the_sender_is_told(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot()
    bob.wait_for_sequence(1)
    ann.patch(("remove", "/nodes/shot_010", None))
    answer = bob.patch(("replace", PROMPT, "late"), patch_id="late", base=1)
    assert answer.payload["result"]["dropped"]
    told = bob.wait("patch", lambda payload: payload["patch"]["id"] == "late")
    assert told["patch"]["operations"] == []
    assert told["dropped"]
    assert bob.of_type("notice")[0]["level"] == "warning"
    assert not [payload for payload in ann.of_type("patch") if payload["patch"]["id"] == "late"]


def test_a_patch_sent_twice_is_taken_once_and_acknowledged_twice(view: Any) -> None:
    ann = view("ann")
    ann.add_shot()
    for _ in range(2):
        ann.patch(("replace", PROMPT, "again"), patch_id="same")
        ann.wait_for_sequence(2)
    assert ann.sequence == 2
    assert len([payload for payload in ann.of_type("patch") if payload["patch"]["id"] == "same"]) == 2


def test_undo_and_redo_go_through_the_journal_and_everybody_sees_them(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot(prompt="one")
    ann.patch(("replace", PROMPT, "two"))
    ann.result("undo")
    bob.wait_for_sequence(3)
    assert bob.canvas.nodes["shot_010"].data["prompt"] == "one"
    ann.result("undo")
    bob.wait_for_sequence(4)
    assert bob.canvas.nodes == {}
    ann.result("redo")
    ann.result("redo")
    bob.wait_for_sequence(6)
    assert bob.canvas.nodes["shot_010"].data["prompt"] == "two"


def test_an_undo_of_what_somebody_changed_since_is_refused_with_the_reason(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot(prompt="one")
    ann.patch(("add", "/nodes/note_1", {"type": "note", "data": {"text": "keep"}}))
    ann.patch(("replace", PROMPT, "ann's"))
    bob.patch(("replace", PROMPT, "bob's"))
    refused = ann.call("undo")
    assert refused.type == "server:error"
    assert refused.payload["code"] == "conflict"
    assert "The next undo takes the step before it." in refused.payload["fix"]
    ann.result("undo")
    ann.wait_for_sequence(5)
    assert set(ann.canvas.nodes) == {"shot_010"}
    assert ann.canvas.nodes["shot_010"].data["prompt"] == "bob's"


def test_undo_works_after_the_page_was_opened_again(view: Any) -> None:
    ann = view("ann")
    ann.add_shot(prompt="one")
    ann.session.close()
    again = view("ann")
    again.ask("hello", client="ann1")
    again.result("undo")
    again.wait_for_sequence(2)
    assert again.canvas.nodes == {}


def test_moves_are_told_but_wake_no_version(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.add_shot()
    ann.patch(("add", "/layout/shot_010", {"x": 10, "y": 20}))
    bob.wait_for_sequence(2)
    told = bob.of_type("patch")[-1]
    assert told["version"] == 1
    assert told["layout_version"] > bob.of_type("patch")[0]["layout_version"]
    assert bob.canvas.layout["shot_010"].x == 10


def nodes_of(problems: dict[str, Any]) -> set[str]:
    return {problem["node"] for problem in problems["problems"]}


def test_an_edit_is_told_before_what_is_wrong_after_it(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.patch(("add", "/nodes/odd", {"type": "no_such_type"}))
    for person in (ann, bob):
        person.wait("problems", lambda told: "odd" in nodes_of(told))
        kinds = [message.type for message in person.messages]
        assert kinds.index("server:patch") < kinds.index("server:problems")


def test_problems_are_told_only_when_they_are_others_than_before(view: Any) -> None:
    ann = view("ann")
    ann.add_shot()
    ann.patch(("add", "/nodes/odd", {"type": "no_such_type"}))
    ann.wait("problems", lambda told: "odd" in nodes_of(told))
    before = ann.of_type("problems")
    known = tuple(Problem.model_validate(problem) for problem in before[-1]["problems"])
    for problems in (known, (), ()):  # as the follower does after each edit
        ann.session.deliver_problems(ann.sequence, problems)
    assert [told["problems"] for told in ann.of_type("problems")[len(before) :]] == [[]]


def test_problems_of_an_older_canvas_are_not_told(view: Any) -> None:
    ann = view("ann")
    ann.add_shot()
    ann.wait_for_sequence(1)
    old = Problem(node="old", code="unknown_type", message="Gone long since.")
    ann.session.deliver_problems(0, (old,))
    assert not any("old" in nodes_of(told) for told in ann.of_type("problems"))


@pytest.mark.once
@pytest.mark.parametrize("people", [1, 3])
def test_whoever_asks_anew_while_others_edit_ends_with_the_problems_of_the_canvas_as_it_is(view: Any, people: int) -> None:
    views = [view(f"ann{number}") for number in range(people)]
    stop = threading.Event()

    def ask(person: Any) -> None:
        while not stop.is_set():
            person.ask("sync_request")

    asking = [threading.Thread(target=ask, args=(person,)) for person in views]
    for thread in asking:
        thread.start()
    editor = view("editor")
    for at in range(30):
        editor.patch(("add", f"/nodes/odd_{at}", {"type": "no_such_type"}))
        editor.patch(("add", f"/layout/odd_{at}", {"x": at, "y": 0}))
        if at % 2:
            editor.patch(("remove", f"/nodes/odd_{at}", None))
    editor.patch(("add", "/nodes/last", {"type": "no_such_type"}))
    stop.set()
    for thread in asking:
        thread.join()
    wrong = {"last", *(f"odd_{at}" for at in range(0, 30, 2))}
    for person in (*views, editor):
        person.wait_for_problems(wrong)


def test_a_change_made_outside_the_studio_arrives_as_a_patch(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    ann.add_shot(prompt="before")
    ann.wait_for_sequence(1)
    path = project.root / ann.session.file.path
    document = json.loads(path.read_text())
    document["nodes"]["shot_010"]["data"]["prompt"] = "from an editor"
    path.write_text(json.dumps(document))
    ann.wait_for_sequence(2)
    assert ann.canvas.nodes["shot_010"].data["prompt"] == "from an editor"


def test_a_file_damaged_from_outside_is_said_and_the_view_lives_on(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    ann.add_shot(prompt="kept")
    ann.wait_for_sequence(1)
    (project.root / ann.session.file.path).write_text('{"schema": "genst')
    ann.ask("sync_request")
    ann.wait("full_sync", lambda payload: payload["sequence"] >= 1)
    assert ann.canvas.nodes["shot_010"].data["prompt"] == "kept"
    told = ann.wait("notice")
    assert told["level"] == "warning"
    assert "restored from its journal; no edit is lost" in told["message"]


def _edit_elsewhere(root: Path, count: int) -> None:
    from genstudio.project.project import ProjectFolder

    file = ProjectFolder.open(root).canvas()
    for number in range(count):
        operation = Operation(op="add", path=f"/nodes/note_{number}", value={"type": "note", "data": {"text": str(number)}})
        file.apply(Patch(base=0, operations=(operation,), author="kernel#k1", id=f"k{number}"))


@pytest.mark.once
def test_edits_of_another_process_arrive_in_order_and_complete(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    other = multiprocessing.get_context("spawn").Process(target=_edit_elsewhere, args=(project.root, 40))
    other.start()
    ann.add_shot()
    ann.wait_for_sequence(41)
    other.join()
    assert len(ann.canvas.nodes) == 41
    assert ann.canvas == ann.session.file.read().canvas


@pytest.mark.once
def test_many_hands_at_once_leave_every_view_with_the_same_canvas(view: Any) -> None:
    views = [view(f"hand{number}") for number in range(4)]
    views[0].add_shot(prompt="start")

    def work(side: Any, number: int) -> None:
        for step in range(25):
            side.patch(("replace", PROMPT, f"{number}-{step}"), ("add", f"/nodes/n{number}_{step}", {"type": "note"}))

    threads = [threading.Thread(target=work, args=(side, number)) for number, side in enumerate(views)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    truth = views[0].session.file.read()
    for side in views:
        side.wait_for_sequence(truth.sequence)
        assert side.canvas == truth.canvas


def test_a_canvas_of_a_newer_studio_opens_read_only_and_edits_are_refused_with_the_reason(view: Any, project: ProjectFolder) -> None:
    path = project.root / project.manifest.canvas_path
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "schema": "genstudio.canvas/99", "nodes": {"a": {"type": "note"}}}))
    ann = view("ann")
    sync = ann.of_type("full_sync")[0]
    assert sync["read_only"]
    refused = ann.patch(("add", "/nodes/b", {"type": "note"}))
    assert refused.payload["code"] == "read_only"
    assert refused.payload["message"]
    assert json.loads(path.read_text())["schema"] == "genstudio.canvas/99"


def test_people_see_one_another_come_move_and_go(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.ask("presence", colour="#f80", cursor=[3, 4], selection=["shot_010"])
    told = bob.wait("presence")
    assert (told["client"], told["name"], told["cursor"]) == ("ann1", "ann", [3.0, 4.0])
    cal = view("cal")
    assert cal.of_type("presence")[0]["client"] == "ann1"
    ann.session.close()
    assert bob.wait("presence", lambda payload: payload["gone"])["client"] == "ann1"
    assert not ann.of_type("presence")


def test_somebody_whose_page_says_that_it_goes_is_gone_and_can_come_back(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    ann.ask("presence", colour="#f80", cursor=[3, 4])
    ann.ask("presence", gone=True)
    assert bob.wait("presence", lambda payload: payload["gone"])["client"] == "ann1"
    assert not view("cal").of_type("presence")
    ann.ask("presence", colour="#f80", cursor=[5, 6])
    assert bob.wait("presence", lambda payload: payload["cursor"] == [5.0, 6.0])["client"] == "ann1"


def test_a_closed_view_gets_nothing_more(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    bob.session.close()
    count = len(bob.messages)
    ann.add_shot()
    ann.wait_for_sequence(1)
    assert len(bob.messages) == count


def test_settings_that_change_reach_all_views(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    assert ann.result("update_settings", quality="high")["quality"] == "high"
    bob.wait("full_sync", lambda payload: payload["settings"]["quality"] == "high")
    assert ann.call("update_settings", quality="best").payload["code"] == "bad_input"
    assert ann.call("update_settings", title="x").payload["code"] == "bad_input"


@pytest.mark.parametrize("path", ["../../../etc/passwd", "/etc/passwd", "project.json", "02_Source_Creative/Canvases/none.json"])
def test_a_canvas_that_is_none_cannot_be_opened(view: Any, path: str) -> None:
    from genstudio.schema.errors import GenStudioError

    with pytest.raises(GenStudioError) as caught:
        view("ann", sync=False, canvas=path)
    assert caught.value.code in ("bad_input", "not_found")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/version", "value": 7},
        {"op": "add", "path": "/schema", "value": "x"},
        {"op": "add", "path": "/nodes/../x", "value": {}},
        {"op": "add", "path": "nodes/a", "value": {"type": "note"}},
        {"op": "add", "path": "/nodes/a", "value": {"type": 5}},
        {"op": "move", "path": "/nodes/a", "value": {}},
        {"op": "add", "path": "/nodes/a", "value": {"type": "note", "data": {"x": [[[[]]]]}}, "more": 1},
    ],
)
def test_a_patch_that_no_canvas_can_hold_is_refused_and_changes_nothing(view: Any, operation: dict[str, Any]) -> None:
    ann = view("ann")
    before = ann.session.file.read()
    answer = ann.ask("patch", patch={"base": 0, "operations": [operation], "id": "bad"})
    assert answer.type == "server:error" or answer.payload["result"]["dropped"]
    assert ann.session.file.read().canvas == before.canvas


def test_a_shot_that_names_a_folder_outside_the_project_hinders_nobody(view: Any, project: ProjectFolder) -> None:
    path = project.root / project.manifest.canvas_path
    document = json.loads(path.read_text())
    names = ["../../outside", "SCENE_01/../..", "/etc/x", 7, None, "a\0b/c", "SCENE_01/SHOT_010"]
    nodes = {f"shot_{number}": {"type": "shot", "data": {"renders": name}} for number, name in enumerate(names)}
    path.write_text(json.dumps({**document, "nodes": nodes}))
    ann = view("ann")
    ann.patch(("add", "/nodes/shot_7", {"type": "shot", "data": {"seed": "no number"}}))
    ann.wait("problems", lambda told: nodes_of(told) >= {"shot_0", "shot_1", "shot_2", "shot_3", "shot_7"})
    assert not ann.of_type("notice")


def test_names_and_prompts_of_any_script_are_kept_to_the_letter(view: Any) -> None:
    ann, bob = view("ann"), view("bob")
    text = "\U0001f98a \u05e9\u05dc\u05d5\u05dd \"quotes\" '../' </script> \u202e\n" + "x" * 200_000
    ann.add_shot(prompt=text, name="\U0001f98a")
    bob.wait_for_sequence(1)
    assert bob.canvas.nodes["shot_010"].data["prompt"] == text


def test_media_outside_the_project_cannot_be_read_over_messages(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    base = f"media/{project.uuid}/"
    for url in (
        base + "../../../../etc/passwd.png",
        base + "%2e%2e/%2e%2e/secret.mp4",
        base + "project.json",
        base + ".git/config",
        base + ".genstudio/x.mp4",
        "media/00000000-0000-4000-8000-000000000000/a.mp4",
        "file:///etc/passwd",
        "http://example.org/media/x.mp4",
        "",
    ):
        assert ann.call("media_info", url=url).type == "server:error", url
        assert ann.call("media_chunk", url=url, offset=0).type == "server:error", url


def test_media_is_read_in_pieces_that_make_up_the_file(view: Any, project: ProjectFolder) -> None:
    import base64

    content = bytes(range(256)) * 700
    folder = project.root / "01_Assets" / "Source_Media"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a b.mp4").write_bytes(content)
    ann = view("ann")
    url = f"media/{project.uuid}/01_Assets/Source_Media/a%20b.mp4"
    assert ann.result("media_info", url=url) == {"size": len(content), "type": "video/mp4"}
    read, offset = b"", 0
    while offset is not None:
        piece = ann.result("media_chunk", url=url, offset=offset)
        assert len(piece["data"]) <= 64 * 1024
        read, offset = read + base64.b64decode(piece["data"]), piece["next"]
    assert read == content
