"""The comm carrier: the same messages over a widget, without a browser and with a real kernel."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from engine_end import end_engines

from genstudio import Workspace
from genstudio.widget.carrier import CommCarrier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60


class Page:
    """A front end at the other end of a carrier."""

    def __init__(self, studio: Workspace, **place: str) -> None:
        self.received: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self.carrier = CommCarrier(studio.runtime, self._take, **place)

    def _take(self, envelope: dict[str, Any]) -> None:
        with self._changed:
            self.received.append(envelope)
            self._changed.notify_all()

    def send(self, kind: str, payload: object = None, request_id: str | None = None) -> None:
        self.carrier.receive({"type": kind, "request_id": request_id, "canvas": None, "payload": {} if payload is None else payload})

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        with self._changed:
            found = self._changed.wait_for(lambda: next((one for one in self.received if wanted(one)), None), SECONDS)
        assert found, self.received
        return found

    def ask(self, kind: str, payload: object = None) -> dict[str, Any]:
        """Send a request and return its answer."""
        request = f"r{len(self.received)}{kind}"[:64]
        self.send(kind, payload, request)
        return self.wait_for(lambda one: one["request_id"] == request)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.ask("client:call", {"method": method, "params": params})


@pytest.fixture
def studio(workspace_root: Path, tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace(workspace_root)
    yield opened
    opened.close()
    end_engines(tmp_path / "state")


@pytest.fixture
def page(studio: Workspace) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def open_page(**place: str) -> Page:
        pages.append(Page(studio, **place))
        return pages[-1]

    yield open_page
    for one in pages:
        one.carrier.close()


def test_a_page_is_greeted_and_sees_the_canvas(studio: Workspace, page: Callable[..., Page]) -> None:
    film = studio.create("Film")
    film.canvas().add_shot("SHOT_010", prompt="a fox")
    front = page(project=film.uuid)
    hello = front.ask("client:hello", {"client": "c1"})
    assert (hello["type"], hello["payload"]["workspace"]) == ("server:hello", studio.uuid)
    front.send("client:sync_request")
    graph = front.wait_for(lambda one: one["type"] == "server:full_sync")["payload"]["graph"]
    assert [node["data"].get("prompt") for node in graph["nodes"].values() if node["type"] == "shot"] == ["a fox"]


def test_an_edit_on_the_page_is_seen_in_python_and_the_other_way_round(studio: Workspace, page: Callable[..., Page]) -> None:
    film = studio.create("Film")
    shot = film.canvas().add_shot("SHOT_010", prompt="a fox")
    front = page(project=film.uuid)
    front.ask("client:hello", {"client": "c1"})
    front.ask("client:sync_request")
    answer = front.ask("client:update_node_data", {"node_id": shot.id, "data": {"prompt": "a wolf"}})
    assert answer["type"] == "server:result", answer
    assert shot.prompt == "a wolf"
    shot.prompt = "a bear"
    patch = front.wait_for(lambda one: one["type"] == "server:patch" and "a bear" in str(one["payload"]))
    assert patch["payload"]["author"].endswith(film.canvas().author)


def test_one_widget_turns_from_project_to_project(studio: Workspace, page: Callable[..., Page]) -> None:
    front = page()
    assert front.ask("client:hello", {"client": "c1"})["type"] == "server:hello"
    assert front.call("list_projects")["payload"] == {"result": []}
    titles = {front.call("create_project", title=title, description="")["payload"]["result"]["id"]: title for title in ("One", "Two")}
    for project, title in titles.items():
        assert front.call("open", project=project)["payload"]["result"] == {"project": project, "canvas": None}
        front.received.clear()
        front.send("client:sync_request")
        assert front.wait_for(lambda one: one["type"] == "server:full_sync")["payload"]["title"] == title
    assert len(front.call("list_projects")["payload"]["result"]) == 2


def test_without_a_project_a_canvas_message_is_an_error_that_says_what_to_do(page: Callable[..., Page]) -> None:
    error = page().ask("client:sync_request")
    assert (error["type"], error["payload"]["code"]) == ("server:error", "no_project")
    assert error["payload"]["fix"]


def test_a_project_that_is_not_there_leaves_the_open_one(studio: Workspace, page: Callable[..., Page]) -> None:
    film = studio.create("Film")
    front = page(project=film.uuid)
    front.ask("client:hello", {"client": "c1"})
    assert front.call("open", project="00000000-0000-0000-0000-000000000000")["payload"]["code"] == "not_found"
    assert front.ask("client:sync_request")["type"] != "server:error"


@pytest.mark.parametrize(
    "content",
    [
        None,
        7,
        "text",
        [],
        {},
        {"type": "client:patch", "payload": 3},
        {"type": "client:call", "payload": {"method": "open"}},
        {"type": "nonsense"},
    ],
)
def test_nonsense_is_answered_with_an_error_and_ends_nothing(studio: Workspace, page: Callable[..., Page], content: object) -> None:
    front = page(project=studio.create("Film").uuid)
    front.carrier.receive(content)
    front.wait_for(lambda one: one["type"] == "server:error")
    assert front.ask("client:hello", {"client": "c1"})["type"] == "server:hello"


def test_a_page_whose_canvas_is_not_there_is_greeted_and_told(studio: Workspace, page: Callable[..., Page]) -> None:
    film = studio.create("Film")
    front = page(project=film.uuid, canvas="02_Source_Creative/Canvases/none.json")
    front.send("client:hello", {"client": "c1"})
    assert front.wait_for(lambda one: one["type"] == "server:hello")
    assert front.wait_for(lambda one: one["type"] == "server:error")["payload"]["fix"]


def test_nothing_is_opened_before_the_first_message_nor_left_after_the_last(studio: Workspace, page: Callable[..., Page]) -> None:
    front = page(project=studio.create("Film").uuid)
    assert not front.carrier._threads
    front.ask("client:hello", {"client": "c1"})
    threads = front.carrier._threads
    front.carrier.close()
    front.carrier.close()
    assert not any(thread.is_alive() for thread in threads)
    told = len(front.received)
    front.send("client:sync_request")
    assert front.carrier._threads == threads
    assert len(front.received) == told


def test_messages_keep_their_order(studio: Workspace, page: Callable[..., Page]) -> None:
    film = studio.create("Film")
    shot = film.canvas().add_shot("SHOT_010")
    front = page(project=film.uuid)
    front.ask("client:hello", {"client": "c1"})
    front.ask("client:sync_request")
    for number in range(20):
        front.send("client:update_node_data", {"node_id": shot.id, "data": {"seed": number}}, f"n{number}")
    front.wait_for(lambda one: one["request_id"] == "n19")
    assert [one["request_id"] for one in front.received if str(one["request_id"]).startswith("n")] == [f"n{number}" for number in range(20)]
    patches = [one["payload"]["sequence"] for one in front.received if one["type"] == "server:patch"]
    assert patches == sorted(set(patches))
    assert shot.seed == 19
