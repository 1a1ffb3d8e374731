"""The OpenAPI document: it names what there is, and the server does what it says, whatever a client makes up."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from rest_cases import labels, try_operation
from tornado.web import RequestHandler

from genstudio.server.extension import ROUTES
from genstudio.server.openapi import OPERATIONS, OpenApiHandler, document
from genstudio.server.rest import NowhereHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import Case

    from genstudio.project.project import ProjectFolder

DOCUMENT = "genstudio/api/v1/openapi.json"
TASKS = "genstudio/api/v1/tasks"
FEW = 4
CAMPAIGN = "GENSTUDIO_CAMPAIGN" in os.environ
EXAMPLES = 100 if CAMPAIGN else FEW
MAKING = 25 if CAMPAIGN else FEW
"""Each case may make a project under version control, or jobs."""
MAKERS = {"POST /api/v1/projects", "POST /api/v1/tasks/generate_shot"}
STILL = "01_Assets/Source_Media/still.png"
LISTED = ("api", "auth", "media")
UNLISTED = (OpenApiHandler, NowhereHandler)
INSIDE = [label for label in labels(document("/genstudio")) if not label.endswith("/auth/token")]
"""Wrong passwords are for a server of their own."""


@pytest.fixture(scope="module")
def cases(pytestconfig: pytest.Config) -> Iterator[dict[str, int]]:
    """How many cases each operation was tried with; said in a campaign."""
    tried: dict[str, int] = {}
    yield tried
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")
    if reporter is not None and capture is not None and CAMPAIGN:
        with capture.global_and_fixture_disabled():
            each = ", ".join(f"{asked} of {label}" for label, asked in tried.items())
            reporter.write_line(f"\n{sum(tried.values())} cases were answered as the document says: {each}")


class Aim:
    """Turns cases towards a project, a file and a task that are there, and towards the canvas as it is now."""

    def __init__(self, film: ProjectFolder, task: str) -> None:
        self.film, self.task = film, task

    def __call__(self, case: Case) -> None:
        given = case.path_parameters
        there = {"id": self.film.uuid, "path": "Source_Media/fox.png", "file": STILL, "task": self.task}
        given.update({name: value for name, value in there.items() if value and name in given})
        if isinstance(case.body, dict):
            case.body = case.body | self.body(case.body)

    def body(self, made_up: dict[str, Any]) -> dict[str, Any]:
        """Return what of a body is to be of this project; at most two takes, for each is a job."""
        if "graph" in made_up:
            return {"version": self.film.canvas().read().canvas.version}
        if "project_id" not in made_up:
            return {}
        takes = made_up.get("takes", 1)
        return {"project_id": self.film.uuid, "takes": min(takes, 2) if type(takes) is int else takes}


@pytest.fixture(scope="module")
def aim(studio: Any) -> Aim:
    """A film that is there; in the campaign with a shot and a task that makes a take of it."""
    film = studio.create("Aimed at")
    Image.new("RGB", (64, 36), "teal").save(film.root / STILL)
    if not CAMPAIGN:
        return Aim(film, "")
    asked = {"project_id": film.uuid, "node_data": {"name": "A fox", "prompt": "a fox", "renders": "SCENE_01/SHOT_010"}}
    return Aim(film, studio.user(f"{TASKS}/generate_shot", "POST", asked).json()["task_id"])


def test_every_verb_of_the_interface_is_in_the_document() -> None:
    verbs = {
        verb
        for pattern, handler in ROUTES
        for verb in ("get", "post", "put", "delete")
        if pattern.startswith(LISTED) and handler not in UNLISTED and getattr(handler, verb) is not getattr(RequestHandler, verb)
    }
    assert {operation.method for operation in OPERATIONS} == verbs
    routes = [handler for pattern, handler in ROUTES if pattern.startswith(LISTED) and handler not in UNLISTED]
    counted = sum(
        getattr(handler, verb) is not getattr(RequestHandler, verb) for handler in routes for verb in ("get", "post", "put", "delete")
    )
    assert counted == len(OPERATIONS)


def test_the_document_is_served_to_users(studio: Any) -> None:
    answer = studio.user(DOCUMENT)
    assert answer.json() == document("/genstudio")
    assert studio.user(DOCUMENT, **{"If-None-Match": answer.headers["ETag"]}).status == 304


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("label", INSIDE)
def test_the_server_answers_as_the_document_says(label: str, studio: Any, cases: dict[str, int], aim: Aim) -> None:
    """Status, headers and body of whatever is asked are those of the document; nothing is ever a 5xx or a traceback."""
    headers = {"Authorization": f"token {studio.token}"}
    examples = MAKING if label in MAKERS else EXAMPLES
    cases[label] = try_operation(document("/genstudio"), label, f"{studio.url}genstudio", examples=examples, headers=headers, aim=aim)
    assert cases[label]
