"""The WebSocket: several clients on one canvas, and whatever a client may send."""

from __future__ import annotations

import json
from collections import deque
from functools import partial
from socket import SO_RCVBUF, SOL_SOCKET
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from genstudio.schema.message import MAX_MESSAGE_BYTES, PROTOCOL

SHOT = {"op": "add", "path": "/nodes/shot_010", "value": {"type": "shot", "data": {"prompt": "a fox"}}}


def test_hello_names_protocol_version_and_workspace(studio: Any, film: Any) -> None:
    workspace = json.loads((studio.root / "workspace.json").read_text())["uuid"]
    for place in (film.uuid, "workspace", "00000000-0000-4000-8000-000000000000"):
        socket = studio.socket(place)
        socket.send("hello", client="c1")
        hello = socket.wait("hello")["payload"]
        assert (hello["protocol"], hello["workspace"]) == (PROTOCOL, workspace)
        socket.connection.close()


def test_two_clients_see_each_others_edits(studio: Any, film: Any) -> None:
    ann, bob = studio.view(film.uuid, "ann"), studio.view(film.uuid, "bob")
    assert ann.patch(SHOT, patch_id="p1")["type"] == "server:result"
    told = bob.wait("patch")["payload"]
    assert told["patch"]["id"] == "p1"
    assert told["author"].endswith("#ann")
    bob.patch({"op": "replace", "path": "/nodes/shot_010/data/prompt", "value": "a red fox"}, patch_id="p2")
    assert ann.wait("patch", lambda payload: payload["patch"]["id"] == "p2")["payload"]["sequence"] == 2
    assert film.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a red fox"


def test_a_client_says_where_it_is_and_sets_words_in_short(studio: Any, film: Any) -> None:
    ann, bob = studio.view(film.uuid, "ann"), studio.view(film.uuid, "bob")
    ann.patch(SHOT)
    ann.send("presence", cursor=[3, 4], selection=["shot_010"])
    told = bob.wait("presence", lambda payload: bool(payload["selection"]))["payload"]
    assert (told["client"], told["cursor"], told["selection"]) == ("ann", [3, 4], ["shot_010"])
    assert bob.ask("update_node_data", node_id="shot_010", data={"prompt": "an owl"})["type"] == "server:result"
    assert ann.wait("patch", lambda payload: payload["author"].endswith("#bob"))["payload"]["sequence"] == 2
    assert film.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "an owl"
    refused = bob.ask("render_final_sequence", node_id="shot_010")
    assert refused["type"] == "server:error"
    assert refused["payload"]["message"].endswith(".")
    ann.connection.close()
    assert bob.wait("presence", lambda payload: payload["gone"])["payload"]["client"] == "ann"


def test_a_client_that_comes_back_gets_the_whole_state(studio: Any, film: Any) -> None:
    ann, bob = studio.view(film.uuid, "ann"), studio.view(film.uuid, "bob")
    ann.connection.close()
    bob.patch(SHOT)
    back = studio.socket(film.uuid)
    back.send("hello", client="ann")
    back.send("sync_request")
    sync = back.wait("full_sync")["payload"]
    assert sync["sequence"] == 1
    assert "shot_010" in sync["graph"]["nodes"]
    assert sync["media_base"] == "/genstudio/"


def test_a_canvas_other_than_the_main_one_is_named_in_the_address(studio: Any, film: Any) -> None:
    other = film.create_canvas("second")
    socket = studio.socket(f"{film.uuid}?canvas={other.path}")
    socket.send("sync_request")
    assert socket.wait("full_sync")["payload"]["canvas"] == other.path


def test_a_canvas_that_nothing_can_repair_is_brought_back_from_its_versions(studio: Any, film: Any) -> None:
    (film.root / film.canvas().path).write_text("<<<<<<< ours\n{}\n>>>>>>> theirs\n")
    broken = studio.socket(film.uuid)
    broken.send("sync_request")
    assert broken.wait("error")["payload"]["code"] == "merge_conflict"
    assert broken.call("rescue", version="HEAD")["payload"]["result"]["kept"].endswith(".damaged")
    again = studio.socket(film.uuid)
    again.send("sync_request")
    assert again.wait("full_sync")["payload"]["graph"]["nodes"] == {}


@pytest.mark.parametrize("canvas", ["..%2F..%2Fproject.json", "%2Fetc%2Fpasswd", "nowhere.json"])
def test_a_canvas_that_is_none_is_refused_in_a_sentence(studio: Any, film: Any, canvas: str) -> None:
    socket = studio.socket(f"{film.uuid}?canvas={canvas}")
    answer = socket.ask("sync_request")
    assert answer["type"] == "server:error"
    assert answer["payload"]["message"].endswith(".")


def test_an_unknown_project_is_greeted_and_refused(studio: Any) -> None:
    socket = studio.socket("00000000-0000-4000-8000-000000000000")
    answer = socket.ask("sync_request")
    assert (answer["type"], answer["payload"]["code"]) == ("server:error", "not_found")


@pytest.mark.parametrize(
    "data", ["", "{", "[1]", '{"type": "client:patch", "payload": {"patch": 1}}', '{"type": "\\ud800"}', b"\x00\xff", "x" * 100_000]
)
def test_garbage_is_answered_with_an_error_and_the_connection_lives(studio: Any, film: Any, data: str | bytes) -> None:
    socket = studio.view(film.uuid, "ann")
    socket.connection.send(data)
    assert socket.wait("error")["payload"]["code"] == "bad_input"
    assert socket.patch(SHOT)["type"] == "server:result"


def test_a_message_that_is_too_large_is_refused_under_its_request_id(studio: Any, film: Any) -> None:
    socket = studio.view(film.uuid, "ann")
    socket.send("patch", "big", patch={"base": 0, "operations": [], "label": "x" * MAX_MESSAGE_BYTES})
    answer = socket.wait("error")
    assert (answer["request_id"], answer["payload"]["code"]) == ("big", "too_large")
    assert socket.patch(SHOT)["type"] == "server:result"


def test_the_workspace_lists_and_makes_projects(studio: Any) -> None:
    socket = studio.socket("workspace")
    made = socket.call("create_project", title="From a socket", description="d")["payload"]["result"]
    listed = socket.call("list_projects")["payload"]["result"]
    assert made["id"] in {card["id"] for card in listed}
    assert {"git", "ffmpeg", "disk"} <= {finding["name"] for finding in socket.call("doctor")["payload"]["result"]}
    view = studio.view(made["id"], "ann")
    assert view.patch(SHOT)["type"] == "server:result"


def test_the_sample_film_is_made_once_and_opened_after_that(studio: Any) -> None:
    socket = studio.socket("workspace")
    made, again = (socket.call("sample_film")["payload"]["result"] for _ in range(2))
    assert (made["id"], made["shots"], made["takes"]) == (again["id"], 3, 0)
    canvas = studio.project(made["id"]).canvas().read().canvas
    assert {node.type for node in canvas.nodes.values()} == {"shot", "pipeline", "vse_assembler"}


@pytest.mark.parametrize("title", ["", "   ", "x" * 300])
def test_a_title_that_is_none_is_refused(studio: Any, title: str) -> None:
    assert studio.socket("workspace").call("create_project", title=title)["type"] == "server:error"


@pytest.mark.parametrize("title", ["../../escape", "/etc", "\U0001f98a \u05e9\u05dc\u05d5\u05dd \"q\" 'q'", "CON", ".hidden", "a/b\\c"])
def test_any_title_makes_a_project_inside_the_workspace(studio: Any, title: str) -> None:
    made = studio.socket("workspace").call("create_project", title=title)
    assert made["type"] == "server:result"
    folder = studio.project(made["payload"]["result"]["id"])
    assert folder.manifest.title == title.strip()
    assert folder.root.resolve().parent == (studio.root / "Projects").resolve()


def test_a_client_that_takes_nothing_is_let_go_and_holds_up_nobody(studio: Any, film: Any) -> None:
    ann, slow = studio.view(film.uuid, "ann"), studio.view(film.uuid, "slow")
    # Its end of the line holds little: left to itself, a kernel of Linux may take 32 MiB for a program that reads nothing.
    slow.connection.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 1 << 16)
    ann.patch(SHOT, {"op": "add", "path": "/nodes/shot_010/data/prompt", "value": "x" * (2 << 20)})
    for _ in range(60):
        slow.send("sync_request")
    slow.send("update_node_data", node_id="shot_010", data={"name": "behind the syncs"})
    ann.wait("patch", lambda payload: "behind the syncs" in str(payload["patch"]["operations"]))
    answer = ann.patch({"op": "replace", "path": "/nodes/shot_010/data/prompt", "value": "short"})
    assert answer["type"] == "server:result"
    with pytest.raises(ConnectionClosed) as caught:
        deque(iter(partial(slow.connection.recv, timeout=60), None), maxlen=1)
    assert caught.value.rcvd is None or caught.value.rcvd.code == 1013
    assert studio.view(film.uuid, "slow").seen[-1]["type"] == "server:result"
