"""The widget in a real kernel: what the browser would get and send over the comm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genstudio.widget.studio import STATIC, bundle

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder

OPEN = """
from genstudio import Workspace
canvas = Workspace().project('My First Film').canvas()
shot = canvas.add_shot('SHOT_010', prompt='a fox')
"""
VIEW = "application/vnd.jupyter.widget-view+json"


class Front:
    """The front end of a widget: a comm to a kernel."""

    def __init__(self, kernel: Any, comm: str) -> None:
        self.kernel = kernel
        self.comm = comm

    def send(self, kind: str, request: str = "r1", **payload: Any) -> None:
        envelope = {"type": kind, "request_id": request, "canvas": None, "payload": payload}
        self.kernel.send("comm_msg", {"comm_id": self.comm, "data": {"method": "custom", "content": envelope}})

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first such message, whether it came already or comes yet."""

        def ours(message: dict[str, Any]) -> bool:
            content = message["content"]
            if message["msg_type"] != "comm_msg" or content["comm_id"] != self.comm or content["data"].get("method") != "custom":
                return False
            return wanted(content["data"]["content"])

        there = next(filter(ours, self.kernel.published), None)
        return dict((there or self.kernel.wait_for(ours))["content"]["data"]["content"])


@pytest.fixture
def front(kernel: Any, project: ProjectFolder) -> Front:
    kernel.run(OPEN)
    shown = next(message for message in kernel.run("canvas") if message["msg_type"] == "execute_result")["content"]["data"]
    assert shown["text/plain"].startswith("<Canvas My First Film")
    return Front(kernel, shown[VIEW]["model_id"])


def test_the_canvas_is_displayed_with_its_code_and_its_place(front: Front, project: ProjectFolder) -> None:
    opened = next(
        message["content"]["data"]["state"]
        for message in front.kernel.published
        if message["msg_type"] == "comm_open" and message["content"]["comm_id"] == front.comm
    )
    assert (opened["mode"], opened["project"], opened["canvas"]) == ("canvas", project.uuid, "02_Source_Creative/Canvases/main_canvas.json")
    assert 500 < len(opened["_esm"]) < 20_000  # the loader alone: each display brings it anew


def test_the_kernel_sends_the_whole_front_end_to_a_page_that_asks(front: Front) -> None:
    asked = {"method": "custom", "content": {"wants": "front"}}
    front.kernel.send("comm_msg", {"comm_id": front.comm, "data": asked})
    whole = front.wait_for(lambda one: "front" in one)["front"]
    assert (whole["script"], whole["style"]) == bundle(STATIC)


def test_displaying_twice_shows_one_model_in_two_views(front: Front) -> None:
    again = next(message for message in front.kernel.run("canvas") if message["msg_type"] == "execute_result")
    assert again["content"]["data"][VIEW]["model_id"] == front.comm


def test_messages_pass_over_the_comm_in_both_directions(front: Front) -> None:
    front.send("client:hello", client="c1")
    assert front.wait_for(lambda one: one["type"] == "server:hello")
    front.send("client:sync_request")
    graph = front.wait_for(lambda one: one["type"] == "server:full_sync")["payload"]["graph"]
    node = next(key for key, node in graph["nodes"].items() if node["type"] == "shot")
    front.send("client:update_node_data", "edit", node_id=node, data={"prompt": "a wolf"})
    assert front.wait_for(lambda one: one["request_id"] == "edit")["type"] == "server:result"
    assert front.kernel.text("shot.prompt") == "'a wolf'"
    front.kernel.run("shot.prompt = 'a bear'")
    assert front.wait_for(lambda one: one["type"] == "server:patch" and "a bear" in str(one["payload"]))


def test_a_closed_widget_leaves_no_thread_behind(front: Front) -> None:
    front.send("client:hello", client="c1")
    front.wait_for(lambda one: one["type"] == "server:hello")
    front.kernel.run("carrier = canvas.widget()._carrier\ncanvas.close()")
    assert front.kernel.text("[thread.is_alive() for thread in carrier._threads]") == "[False, False]"


def test_an_error_in_a_cell_says_what_to_do(kernel: Any, project: ProjectFolder) -> None:
    kernel.run(OPEN)
    request = kernel.begin("canvas.shot('SHOT_990')")
    error = kernel.wait_for(lambda message: message["msg_type"] == "error" and message["parent_header"]["msg_id"] == request)
    assert "add_shot() makes one" in error["content"]["evalue"]
