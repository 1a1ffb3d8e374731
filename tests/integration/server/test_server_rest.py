"""REST: projects and tasks."""

from __future__ import annotations

from typing import Any

import pytest

PROJECTS = "genstudio/api/v1/projects"
SHOT = {"type": "shot", "data": {"prompt": "a fox"}}


def test_a_project_is_made_and_listed(studio: Any) -> None:
    made = studio.user(PROJECTS, "POST", {"name": "A Film", "description": "of a fox"})
    assert made.status == 201
    assert made.json() in studio.user(PROJECTS).json()


def test_a_canvas_is_read_changed_and_written_back(studio: Any, film: Any) -> None:
    url = f"{PROJECTS}/{film.uuid}"
    read = studio.user(url).json()
    assert (read["id"], read["version"]) == (film.uuid, 0)
    read["graph"]["nodes"]["shot_010"] = SHOT
    answer = studio.user(url, "PUT", {"graph": read["graph"], "version": 0})
    assert answer.json() == {"status": "success", "version": 1}
    assert film.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a fox"


def test_a_change_made_from_an_old_version_is_answered_with_409_and_the_present_one(studio: Any, film: Any) -> None:
    url = f"{PROJECTS}/{film.uuid}"
    old = studio.user(url).json()
    studio.user(url, "PUT", {"graph": {**old["graph"], "nodes": {"shot_010": SHOT}}, "version": 0})
    answer = studio.user(url, "PUT", {"graph": old["graph"], "version": 0})
    assert answer.status == 409
    assert answer.json()["version"] == 1
    assert "shot_010" in answer.json()["graph"]["nodes"]


def test_a_canvas_written_over_rest_is_seen_by_open_views(studio: Any, film: Any) -> None:
    view = studio.view(film.uuid, "ann")
    graph = studio.user(f"{PROJECTS}/{film.uuid}").json()["graph"]
    studio.user(f"{PROJECTS}/{film.uuid}", "PUT", {"graph": {**graph, "nodes": {"shot_010": SHOT}}, "version": 0})
    assert view.wait("patch")["payload"]["author"].endswith("#rest")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", PROJECTS, b"{"),
        ("POST", PROJECTS, b""),
        ("POST", PROJECTS, b"\xff"),
        ("POST", PROJECTS, {"name": ""}),
        ("POST", PROJECTS, {"name": 3}),
        ("POST", PROJECTS, {"name": "x", "owner": "y"}),
        ("POST", "genstudio/api/v1/tasks/generate_shot", {}),
        ("POST", "genstudio/api/v1/tasks/generate_shot", {"project_id": "x", "node_id": "a"}),
        ("POST", "genstudio/api/v1/tasks/generate_shot", {"project_id": "00000000-0000-4000-8000-000000000000"}),
    ],
)
def test_a_body_that_does_not_fit_is_refused_in_a_sentence(studio: Any, method: str, path: str, body: Any) -> None:
    answer = studio.user(path, method, body)
    assert answer.status == 400
    assert answer.json()["message"].endswith(".")
    assert b"Traceback" not in answer.body


def test_a_body_that_is_too_large_is_refused(studio: Any) -> None:
    answer = studio.user(PROJECTS, "POST", {"name": "x", "description": "x" * (5 << 20)})
    assert (answer.status, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{PROJECTS}/00000000-0000-4000-8000-000000000000"),
        ("GET", "genstudio/api/v1/tasks/none"),
        ("DELETE", "genstudio/api/v1/tasks/none"),
        ("GET", f"{PROJECTS}/not-a-uuid"),
        ("GET", "genstudio/api/v1/nothing"),
    ],
)
def test_what_is_not_there_is_404(studio: Any, method: str, path: str) -> None:
    assert studio.user(path, method).status == 404
