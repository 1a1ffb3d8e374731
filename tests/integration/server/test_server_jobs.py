"""Takes through the server: over the socket, over REST, and whatever becomes of the server meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SHOT = {"op": "add", "path": "/nodes/shot_010", "value": {"type": "shot", "data": {"prompt": "Wide, a fox", "duration": "4f"}}}
TAKE = "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01"


@pytest.fixture
def small(film: Any) -> Any:
    """A project whose takes are made in a moment."""
    film.update_settings(height=90, fps="8")
    return film


def test_generate_over_the_socket_ends_with_a_take_that_the_browser_can_play(studio: Any, small: Any) -> None:
    ann = studio.view(small.uuid, "ann")
    ann.patch(SHOT)
    task = ann.ask("start_generation", node_id="shot_010")["payload"]["result"]["task_id"]
    told = ann.wait("task_success", timeout=180)["payload"]
    assert told["task_id"] == task
    browser = studio.browser()
    played = browser(f"genstudio/{told['result']['output_url']}", Range="bytes=0-99")
    assert (played.status, len(played.body)) == (206, 100)
    thumbnail = browser(f"genstudio/{told['result']['take']['thumbnail_url']}")
    assert (thumbnail.status, thumbnail.headers["Content-Type"]) == (200, "image/jpeg")
    assert json.loads((small.root / f"{TAKE}.json").read_text())["id"] == "SHOT-010_v01_take01"


def test_a_shot_is_generated_over_rest_and_open_views_follow_it(studio: Any, small: Any) -> None:
    ann = studio.view(small.uuid, "ann")
    data = {"name": "From a program", "prompt": "Wide, a fox", "duration": "4f"}
    answer = studio.user("genstudio/api/v1/tasks/generate_shot", "POST", {"project_id": small.uuid, "node_data": data})
    assert answer.status == 202
    task = answer.json()["task_id"]
    assert ann.wait("task_success", timeout=180)["payload"]["task_id"] == task
    state = studio.user(f"genstudio/api/v1/tasks/{task}").json()
    assert (state["state"], state["progress"], state["output"]) == ("success", 100, f"{TAKE}.mp4")


def test_a_task_is_cancelled_over_rest(studio: Any, small: Any) -> None:
    ann = studio.view(small.uuid, "ann")
    ann.patch(SHOT, {"op": "add", "path": "/nodes/shot_010/data/duration", "value": "120s"})
    body = {"project_id": small.uuid, "node_id": "shot_010"}
    task = studio.user("genstudio/api/v1/tasks/generate_shot", "POST", body).json()["task_id"]
    assert studio.user(f"genstudio/api/v1/tasks/{task}", "DELETE").status == 202
    assert ann.wait("task_failed", timeout=180)["payload"]["code"] == "cancelled"
    assert studio.user(f"genstudio/api/v1/tasks/{task}").json()["state"] == "cancelled"


def test_a_scene_is_generated_and_cancelled_over_rest(studio: Any, small: Any) -> None:
    ann = studio.view(small.uuid, "ann")
    slow = {"prompt": "Wide, a fox", "duration": "120s"}
    shots = [
        {"op": "add", "path": f"/nodes/{name}", "value": {"type": "shot", "parent": "snow", "data": slow}} for name in ("shot_1", "shot_2")
    ]
    ann.patch({"op": "add", "path": "/nodes/snow", "value": {"type": "scene_group", "data": {"name": "Snow"}}}, *shots)
    body = {"project_id": small.uuid, "node_id": "snow"}
    task = studio.user("genstudio/api/v1/tasks/generate_shot", "POST", body).json()["task_id"]
    jobs = studio.user(f"genstudio/api/v1/tasks/{task}").json()["jobs"]
    assert sorted(job["node"] for job in jobs) == ["shot_1", "shot_2"]
    assert studio.user(f"genstudio/api/v1/tasks/{task}", "DELETE").status == 202
    told = [ann.wait("task_failed")["payload"]["node_id"] for _ in range(3)]
    assert (sorted(told[:2]), told[2]) == (["shot_1", "shot_2"], "snow")
    assert studio.user("genstudio/api/v1/tasks/generate_shot", "POST", body | {"takes": 101}).status == 400


@pytest.mark.once
def test_a_server_that_is_killed_takes_no_job_with_it_nor_hinders_the_next(start: Any) -> None:
    first = start()
    notebook = first.root / "Notebooks" / "quickstart.ipynb"
    assert notebook.is_file()
    notebook.write_text("mine")
    film = first.create("Film")
    film.update_settings(height=90, fps="8")
    ann = first.view(film.uuid, "ann")
    ann.patch(SHOT, {"op": "add", "path": "/nodes/shot_010/data/duration", "value": "12s"})
    task = ann.ask("start_generation", node_id="shot_010")["payload"]["result"]["task_id"]
    ann.wait("node_state_updated", lambda payload: payload["state"] == "generating", timeout=180)
    first.process.kill()
    first.process.wait()
    assert (first.state_dir / "studio.json").exists()
    second = start()
    assert second.token != first.token
    assert notebook.read_text() == "mine"
    back = second.socket(film.uuid)
    back.send("hello", client="ann")
    back.send("sync_request")
    sync = back.wait("full_sync")["payload"]
    if not sync["takes"]["shot_010"]:
        back.wait("task_success", lambda payload: payload["task_id"] == task, timeout=180)
    (take,) = film.takes.list("SCENE_01/SHOT_010")
    assert second.user(f"genstudio/api/v1/tasks/{task}").json()["state"] == "success"
    assert take.frames == 96
