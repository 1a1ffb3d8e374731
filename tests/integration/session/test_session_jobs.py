"""Takes and films through a view, on a real engine: what people see while they are made, and after."""

from __future__ import annotations

import itertools
import shutil
from typing import Any

import pytest
from engine_lab import until

from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder

_NUMBERS = itertools.count(1)


@pytest.fixture
def workspace(home: WorkspaceFolder) -> WorkspaceFolder:
    return home


@pytest.fixture
def project(home: WorkspaceFolder) -> ProjectFolder:
    project = home.create(f"Seen {next(_NUMBERS)}")
    project.update_settings(height=90, fps="8")
    return project


@pytest.fixture
def ann(view: Any) -> Any:
    """A view with a short shot."""
    ann = view("ann")
    ann.add_shot(prompt="Wide, a fox in the snow", duration="4f")
    return ann


def made(view: Any, task: str) -> list[dict[str, Any]]:
    return [payload for payload in view.of_type("task_success") if payload["task_id"] == task]


def start(view: Any, **options: Any) -> str:
    answer = view.ask("start_generation", node_id="shot_010", **options)
    assert answer.type == "server:result", answer.payload
    return str(answer.payload["result"]["task_id"])


def over(view: Any, task: str) -> dict[str, Any]:
    """Wait until the node says that a task is over."""
    ends = ("success", "failed", "cancelled")
    told = view.wait("node_state_updated", lambda payload: payload["task_id"] == task and payload["state"] in ends, timeout=180)
    return dict(told)


def test_a_take_is_seen_by_every_view_from_the_queue_to_its_thumbnail(ann: Any, view: Any, project: ProjectFolder) -> None:
    bob = view("bob")
    task = start(ann)
    for side in (ann, bob):
        assert over(side, task)["state"] == "success"
        states = [payload["state"] for payload in side.of_type("node_state_updated")]
        assert states == list(dict.fromkeys(states)), "a state was told twice"
        assert states[-2:] == ["generating", "success"]
        (success,) = made(side, task)
        assert success["remaining"] == 0
        take = success["result"]["take"]
        assert take["record"]["id"] == "SHOT-010_v01_take01"
        assert side.result("media_info", url=take["output_url"])["type"] == "video/mp4"
        assert side.result("media_info", url=take["thumbnail_url"])["type"] == "image/jpeg"
    assert (project.root / "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.mp4").is_file()


def test_a_lower_quality_is_told_in_a_notice(ann: Any) -> None:
    task = start(ann, quality="high")
    over(ann, task)
    notice = ann.wait("notice", timeout=30)
    assert notice["node_id"] == "shot_010"
    assert notice["message"].startswith("High quality not available on current hardware.")


def test_several_takes_come_one_by_one_and_the_node_is_done_at_the_last(ann: Any) -> None:
    task = start(ann, takes=2)
    assert over(ann, task)["state"] == "success"
    assert sorted(payload["remaining"] for payload in made(ann, task)) == [0, 1]
    last = next(index for index, m in enumerate(ann.messages) if m.type == "server:node_state_updated" and m.payload["state"] == "success")
    assert all(m.type != "server:task_success" for m in ann.messages[last:])


def test_a_view_opened_later_gets_takes_tasks_and_the_active_take(ann: Any, view: Any) -> None:
    task = start(ann)
    over(ann, task)
    sync = view("bob").of_type("full_sync")[0]
    assert [take["record"]["id"] for take in sync["takes"]["shot_010"]] == ["SHOT-010_v01_take01"]
    assert sync["active_takes"] == {"shot_010": "SHOT-010_v01_take01"}
    (told,) = sync["tasks"]
    assert (told["task_id"], told["state"], told["progress"]) == (task, "success", 100)
    assert told["result_url"].endswith("SHOT-010_v01_take01.mp4")
    assert sync["workers"]


def test_a_person_chooses_the_take_that_stands_for_a_shot(ann: Any, view: Any) -> None:
    over(ann, start(ann, takes=2))
    ann.result("set_active_take", node_id="shot_010", take="SHOT-010_v01_take01")
    assert view("bob").of_type("full_sync")[0]["active_takes"] == {"shot_010": "SHOT-010_v01_take01"}
    ann.result("set_active_take", node_id="shot_010", take=None)
    assert view("cal").of_type("full_sync")[0]["active_takes"] == {"shot_010": "SHOT-010_v01_take02"}
    assert ann.call("set_active_take", node_id="shot_010", take="SHOT-010_v01_take99").payload["code"] == "not_found"


def test_a_cancelled_task_says_who_cancelled_it(ann: Any, view: Any) -> None:
    bob = view("bob")
    ann.ask("update_node_data", node_id="shot_010", data={"duration": "600s"})  # long enough to be cancelled on a busy machine
    task = start(ann)
    assert [job["task"] for job in bob.result("queue")] == [task]
    bob.result("cancel", task_id=task)
    assert over(ann, task)["state"] == "cancelled"
    told = ann.wait("task_failed", lambda payload: payload["task_id"] == task)
    assert (told["code"], told["error"]) == ("cancelled", "Cancelled by bob.")
    assert not made(ann, task)


def test_progress_is_told_at_most_ten_times_a_second(ann: Any) -> None:
    ann.ask("update_node_data", node_id="shot_010", data={"duration": "20s"})
    task = start(ann)
    over(ann, task)
    told = [payload for payload in ann.of_type("task_progress") if payload["task_id"] == task]
    assert told
    assert all(0 <= payload["progress"] <= 100 for payload in told)
    pictures = [payload["preview"] for payload in told if payload["preview"]]
    assert pictures == list(dict.fromkeys(pictures)), "a picture of the work so far was sent twice"
    assert pictures[0].startswith("data:image/")
    store = ann.session.engine.store
    (job,) = store.jobs(task=task)
    assert len(told) <= (job.changed - job.created) * 10 + 2


def test_the_log_of_a_task_can_be_read_afterwards(ann: Any) -> None:
    task = start(ann)
    over(ann, task)
    assert isinstance(ann.result("log", task_id=task), str)
    assert ann.call("log", task_id="none").payload["code"] == "not_found"


def test_tasks_of_another_project_can_be_neither_read_nor_cancelled(ann: Any, home: WorkspaceFolder, engine: Any) -> None:
    from genstudio.session.canvas_session import CanvasSession

    task = start(ann)
    answers: list[Any] = []
    other = CanvasSession(home, home.create(f"Seen {next(_NUMBERS)}"), None, author="eve", client="e", send=answers.append, engine=engine)
    for method in ("cancel", "log"):
        other.receive({"type": "client:call", "request_id": "r", "payload": {"method": method, "params": {"task_id": task}}})
    assert [answer.payload["code"] for answer in answers if answer.request_id] == ["not_found", "not_found"]
    assert over(ann, task)["state"] == "success"
    assert not [answer for answer in answers if answer.type == "server:task_success"], "another project's take was told"
    other.close()


@pytest.mark.parametrize("node", ["none", "note_1"])
def test_what_is_no_shot_cannot_be_generated(ann: Any, node: str) -> None:
    ann.patch(("add", "/nodes/note_1", {"type": "note"}))
    answer = ann.ask("start_generation", node_id=node)
    assert answer.type == "server:error"
    assert answer.payload["message"].endswith(".")


def test_takes_that_appear_or_go_on_disk_are_noticed(ann: Any, view: Any, project: ProjectFolder) -> None:
    over(ann, start(ann))
    shot = project.root / "03_Renders/SCENE_01/SHOT_010"
    away = project.root / "06_Exports/away"
    away.mkdir(parents=True)
    for file in shot.glob("SHOT-010_v01_take01.*"):
        shutil.move(file, away / file.name)
    ann.wait("full_sync", lambda payload: payload["sequence"] and not payload["takes"]["shot_010"])
    for file in sorted(away.iterdir(), key=lambda path: path.suffix == ".json"):
        shutil.move(file, shot / file.name)
    count = len(ann.of_type("full_sync"))
    ann.wait("full_sync", lambda payload: len(payload["takes"].get("shot_010", ())) == 1)
    assert count >= 2


def test_a_take_told_by_its_task_needs_no_full_sync(ann: Any) -> None:
    before = len(ann.of_type("full_sync"))
    over(ann, start(ann))
    over(ann, start(ann))  # longer than the pause between two looks at the folders
    assert len(ann.of_type("full_sync")) == before


def test_a_film_is_cut_listed_and_rendered(ann: Any) -> None:
    over(ann, start(ann))
    ann.patch(
        ("add", "/nodes/cut_1", {"type": "vse_assembler", "data": {"name": "Film", "events": {}}}),
        (
            "add",
            "/edges/e_1",
            {"source": "shot_010", "sourceHandle": "sequence_out", "target": "cut_1", "targetHandle": "sequence_in", "order": "a0"},
        ),
    )
    edl = ann.result("edl", node_id="cut_1")
    assert edl["path"].startswith("04_Project_Files/EDLs/")
    assert "SHOT-010_v01_take01" in edl["text"]
    assert len(ann.result("film", node_id="cut_1")["cut"]["events"]) == 1
    handed = ann.result("hand_off", node_id="cut_1")
    assert handed["path"].startswith("06_Exports/")
    assert len(handed["media"]) == 1
    assert ann.result("import_edit", node_id="cut_1", text=edl["text"], apply=True) == {"changes": [], "problems": []}
    answer = ann.ask("render_final_sequence", node_id="cut_1")
    told = ann.wait("task_success", lambda payload: payload["node_id"] == "cut_1", timeout=180)
    assert told["task_id"] == answer.payload["result"]["task_id"]
    assert told["result"]["take"] is None
    assert ann.result("media_info", url=told["result"]["output_url"])["type"] == "video/mp4"
    ann.session.engine.wait(told["task_id"], 60, committed=True)
    (version,) = ann.session.project.history.log(1)
    assert version.subject == f"Film v001 of {ann.session.project.manifest.title} rendered"
    assert not {edl["path"], ann.session.file.path} & set(ann.session.project.repository.changed())


def test_an_edit_list_without_takes_says_what_is_missing(ann: Any) -> None:
    ann.patch(("add", "/nodes/cut_1", {"type": "vse_assembler"}))
    answer = ann.call("edl", node_id="cut_1")
    assert answer.type == "server:error"
    assert answer.payload["fix"]


def test_a_view_pauses_reorders_cancels_and_tries_again(ann: Any, view: Any) -> None:
    def call(method: str, **params: Any) -> Any:
        answer = ann.ask("call", method=method, params=params)
        assert answer.type == "server:result", answer.payload
        return answer.payload["result"]

    call("pause_queue")
    tasks = [start(ann) for _ in range(2)]
    state = call("queue_state")
    assert state["paused"] == "project"
    assert state["paused_by"]
    assert [job["task"] for job in state["jobs"]] == tasks
    call("move_job", job_id=state["jobs"][1]["id"], before=state["jobs"][0]["id"])
    assert [job["task"] for job in call("queue_state")["jobs"]] == tasks[::-1]
    assert call("cancel_all") == 2
    for task in tasks:
        ann.wait("task_failed", lambda payload, task=task: payload["task_id"] == task)
    again = call("retry", task_id=tasks[0])
    call("resume_queue")
    assert call("queue_state")["paused"] is None
    assert over(ann, again)["state"] == "success"


def test_a_click_is_foretold_and_the_past_tells_how_long_it_takes(ann: Any) -> None:
    def foretold(**params: Any) -> Any:
        answer = ann.ask("call", method="preflight", params={"node_id": "shot_010", **params})
        assert answer.type == "server:result", answer.payload
        return answer.payload["result"]

    before = foretold()
    assert (before["pipeline"], before["requested"], before["used"], before["seconds"]) == ("draft-video", "standard", "draft", None)
    assert before["notice"] == "Standard quality not available on current hardware. Fell back to draft animatic generation."
    task = start(ann)
    assert over(ann, task)["state"] == "success"
    after = foretold(takes=2)
    assert after["samples"] == 1
    assert after["seconds"] > 0
    assert after["bytes"] > 0
    assert after["fits_disk"]


def test_the_queue_is_seen_and_one_job_is_cancelled_alone(ann: Any) -> None:
    ann.result("pause_queue")
    ann.ask("start_generation", node_id="shot_010", takes=2)
    seen = ann.result("queue_overview")
    assert seen["dashboard"] == ""  # nobody asked for one
    assert (seen["paused"], seen["paused_by"]) == ("project", "ann")
    assert seen["waiting"] >= 2  # of all projects: other tests use this workspace too
    first, second = own(seen)
    assert (first["title"], first["waits"], first["author"]) == ("SHOT_010", True, "ann#ann1")
    ann.result("cancel_job", job_id=first["id"])
    after = until(lambda: found if len(own(found := ann.result("queue_overview"))) == 1 else None, what="the end of the job")
    assert [job["id"] for job in own(after)] == [second["id"]]
    (ended,) = (job for job in after["ended"] if job["id"] == first["id"])
    assert ended["state"]["state"] == "cancelled"
    ann.result("cancel_all")
    until(lambda: not own(ann.result("queue_overview")), what="an empty queue")


def test_a_shot_of_a_scene_is_cancelled_alone_and_the_film_makes_what_is_missing(ann: Any, view: Any) -> None:
    wires = {f"e_{name}": {"source": name, "sourceHandle": "sequence_out", "target": "film", "targetHandle": "sequence_in", "order": order}
             for name, order in (("shot_010", "a0"), ("shot_020", "a1"))}  # fmt: skip
    ann.patch(
        ("add", "/nodes/scene", {"type": "scene_group", "data": {"name": "Snow"}}),
        ("add", "/nodes/film", {"type": "vse_assembler", "data": {"name": "Film", "events": {}}}),
        ("add", "/nodes/shot_020", {"type": "shot", "parent": "scene", "data": {"prompt": "Close, a fox", "duration": "1f"}}),
        ("replace", "/nodes/shot_010/parent", "scene"),
        ("replace", "/nodes/shot_010/data/duration", "1f"),
        *(("add", f"/edges/{name}", wire) for name, wire in wires.items()),
    )
    ann.result("pause_queue")
    task = ann.ask("start_generation", node_id="scene").payload["result"]["task_id"]
    assert {job["node"] for job in own(ann.result("queue_overview"))} == {"shot_010", "shot_020"}
    ann.result("cancel", task_id=task, node_id="shot_010")
    told = ann.wait("task_failed", lambda payload: payload["task_id"] == task)
    assert (told["node_id"], told["error"]) == ("shot_010", "Cancelled by ann.")
    ann.result("resume_queue")
    ann.wait("task_success", lambda payload: payload["node_id"] == "shot_020", timeout=180)
    ended = {job.node: job.state.state for job in ann.session.engine.wait(task, 60).jobs}
    assert ended == {"shot_010": "cancelled", "shot_020": "succeeded"}

    assert [part["node"] for part in ann.result("preflight", node_id="film")["parts"]] == ["shot_010"]
    missing = ann.ask("start_generation", node_id="film").payload["result"]["task_id"]
    ann.wait("task_success", lambda payload: payload["task_id"] == missing, timeout=180)
    assert [job.state.state for job in ann.session.engine.wait(missing, 60).jobs] == ["succeeded"]
    tasks = {each["node_id"]: each for each in view("bob").of_type("full_sync")[0]["tasks"] if each["task_id"] == missing}
    assert {node: each["state"] for node, each in tasks.items()} == {"film": "success", "shot_010": "success"}
    assert tasks["film"]["result_url"] == ""  # a take of a shot is no film
    assert ann.ask("start_generation", node_id="film").payload["message"].startswith("All of Film has the takes")


def own(overview: dict[str, Any]) -> list[dict[str, Any]]:
    """The open jobs of this test's project."""
    return [job for job in overview["jobs"] if job["own"]]
