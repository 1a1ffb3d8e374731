"""Open views of a canvas, each with all that was sent to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from genstudio.engine.submit import Engine
from genstudio.graph.edit import replay
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Canvas, Operation, Patch
from genstudio.schema.message import FullSyncPayload, Message, PatchedPayload
from genstudio.session.canvas_session import CanvasSession

OpenView = Callable[..., "View"]


class View:
    """A session and what it sent, with the canvas that a client would have put together from it."""

    def __init__(self, workspace: WorkspaceFolder, project: ProjectFolder, engine: Engine, name: str, canvas: str | None = None) -> None:
        self.messages: list[Message] = []
        self.canvas: Canvas | None = None
        self.sequence = -1
        self.problems: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self.session = CanvasSession(workspace, project, canvas, author=name, client=f"{name}1", send=self._take, engine=engine)

    def _take(self, message: Message) -> None:
        with self._changed:
            self._follow(message)
            self.messages.append(message)
            self._changed.notify_all()

    def _follow(self, message: Message) -> None:
        if message.type == "server:full_sync":
            sync = FullSyncPayload.model_validate(message.payload)
            self.canvas, self.sequence, self.problems = sync.graph, sync.sequence, message.payload["problems"]
        elif message.type == "server:problems":
            self.problems = message.payload["problems"]
        elif message.type == "server:patch" and self.canvas is not None:
            told = PatchedPayload.model_validate(message.payload)
            if told.sequence == self.sequence:
                assert told.patch.operations == ()
                return
            assert told.sequence == self.sequence + 1, "a gap that the client was not told of"
            self.sequence = told.sequence
            versions = {"version": told.version, "layout_version": told.layout_version}
            self.canvas = replay(self.canvas, told.patch.operations, **versions)

    def ask(self, kind: str, request_id: str = "r", **payload: Any) -> Message:
        """Send a request and return the answer to it."""
        before = len(self.messages)
        self.session.handle(Message(type=f"client:{kind}", request_id=request_id, payload=payload))
        return next(m for m in self.messages[before:] if m.request_id == request_id and m.type in ("server:result", "server:error"))

    def call(self, method: str, **params: Any) -> Message:
        return self.ask("call", method=method, params=params)

    def result(self, method: str, **params: Any) -> Any:
        answer = self.call(method, **params)
        assert answer.type == "server:result", answer.payload
        return answer.payload["result"]

    def patch(self, *operations: tuple[str, str, Any], patch_id: str = "", base: int = 0) -> Message:
        made = tuple(Operation(op=op, path=path, value=value) for op, path, value in operations)  # type: ignore[arg-type]
        return self.ask("patch", patch=Patch(base=base, operations=made, id=patch_id).model_dump(mode="json"))

    def add_shot(self, node_id: str = "shot_010", **data: Any) -> None:
        answer = self.patch(("add", f"/nodes/{node_id}", {"type": "shot", "data": data}))
        assert answer.type == "server:result", answer.payload

    def wait(self, kind: str, holds: Callable[[dict[str, Any]], bool] = lambda _: True, *, timeout: float = 30) -> dict[str, Any]:
        """Return the payload of the first message of a type for which something holds; wait until there is one."""

        def found() -> Message | None:
            return next((m for m in self.messages if m.type == f"server:{kind}" and holds(m.payload)), None)

        with self._changed:
            message = self._changed.wait_for(found, timeout)
        assert message is not None, f"no {kind} among {[m.type for m in self.messages]}"
        return message.payload

    def wait_for_sequence(self, sequence: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.sequence >= sequence, 30), f"stays at {self.sequence}, not {sequence}"

    def wait_for_problems(self, nodes: set[str]) -> None:
        """Wait until a client would show problems at just these nodes."""

        def shown() -> set[str]:
            return {problem["node"] for problem in self.problems}

        with self._changed:
            assert self._changed.wait_for(lambda: shown() == nodes, 30), f"{shown()}, not {nodes}"

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [m.payload for m in list(self.messages) if m.type == f"server:{kind}"]


@pytest.fixture
def engine(workspace: WorkspaceFolder) -> Iterator[Engine]:
    engine = Engine(workspace)
    yield engine
    engine.close()


@pytest.fixture
def view(workspace: WorkspaceFolder, project: ProjectFolder, engine: Engine) -> Iterator[OpenView]:
    views: list[View] = []

    def make(name: str = "ann", *, sync: bool = True, canvas: str | None = None) -> View:
        views.append(View(workspace, project, engine, name, canvas))
        if sync:
            views[-1].ask("sync_request")
        return views[-1]

    yield make
    for opened in views:
        opened.session.close()
