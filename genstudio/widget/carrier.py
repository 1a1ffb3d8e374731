"""The comm as a carrier of messages: where no studio server answers, the widget's own channel takes its place.

One thread works off what arrives and one sends what goes out, so that the kernel is never blocked, nothing is overtaken, and sessions
may send from any thread. No session exists until the first message: where the WebSocket serves, nothing is opened here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from genstudio.schema.base import Frozen, Uuid
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.message import Message, ResultPayload
from genstudio.session.base import TELLABLE, Session, error_payload, message
from genstudio.session.calls import public_methods
from genstudio.session.canvas_session import CanvasSession
from genstudio.session.workspace_session import WorkspaceSession
from genstudio.widget.runtime import user_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.widget.runtime import Runtime

__all__ = ["CommCarrier"]

_END: Final = object()
_PATIENCE_S: Final = 90.0
"""A kernel does not hear of a page that ends without a word. Pages say every 20 s that they are here, in hidden tabs once a minute."""
_CANVAS_METHODS: Final = frozenset(public_methods(CanvasSession))
_WORKSPACE_METHODS: Final = frozenset(public_methods(WorkspaceSession))


class _Open(Frozen):
    """Parameters of the call ``open``, which only this carrier knows: one comm serves whatever the page shows."""

    project: Uuid
    canvas: str | None = None


class CommCarrier:
    """Carries messages between one widget and its sessions.

    Args:
        runtime: The workspace.
        emit: Sends an envelope to the front end; called from one thread only.
        project: Uuid of the project to begin with; empty for none.
        canvas: Path of its canvas; empty for the main one.
    """

    def __init__(self, runtime: Runtime, emit: Callable[[dict[str, Any]], None], *, project: str = "", canvas: str = "") -> None:
        self._runtime = runtime
        self._emit = emit
        self._place: tuple[str, str | None] = (project, canvas or None)
        self._client = ""
        self._inbox: SimpleQueue[object] = SimpleQueue()
        self._outbox: SimpleQueue[Message | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads: tuple[threading.Thread, ...] = ()
        self._closed = False
        self._canvas: CanvasSession | None = None
        self._workspace: WorkspaceSession | None = None

    def receive(self, content: object) -> None:
        """Take what the front end sent. Returns at once."""
        with self._lock:
            if self._closed:
                return
            if not self._threads:
                self._threads = tuple(threading.Thread(target=run, name=run.__name__, daemon=True) for run in (self._work, self._deliver))
                for thread in self._threads:
                    thread.start()
        self._inbox.put(content)

    def close(self) -> None:
        """End the sessions, then the threads, after what has arrived is worked off."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._inbox.put(_END)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=10)

    # -- the two threads

    def _work(self) -> None:
        while (content := self._inbox.get()) is not _END:
            self._take(content)
        for session in (self._canvas, self._workspace):
            if session is not None:
                session.close()
        self._outbox.put(None)

    def _deliver(self) -> None:
        while (envelope := self._outbox.get()) is not None:
            self._emit(envelope.model_dump(mode="json"))

    # -- one message

    def _take(self, content: object) -> None:
        if not isinstance(content, Mapping):
            self._refuse(BadInputError("A message is a JSON object.", fix="Reload the page."), None)
            return
        request = content.get("request_id")
        try:
            self._route(content)
        except TELLABLE as error:
            self._refuse(error, request if isinstance(request, str) else None)

    def _route(self, content: Mapping[str, Any]) -> None:
        payload = content.get("payload")
        payload = payload if isinstance(payload, Mapping) else {}
        kind = content.get("type")
        if kind == "client:hello":
            self._hello(content, str(payload.get("client", ""))[:64])
            return
        method = payload.get("method") if kind == "client:call" else None
        if method == "open":
            self._open(content)
        else:
            self._session(method).receive(content)

    def _hello(self, content: Mapping[str, Any], client: str) -> None:
        """Greet a page in any case: what is wrong with its canvas is told to somebody who listens."""
        self._client = client
        if not self._place[0]:
            self._workspace_session().receive(content)
            return
        try:
            session: Session = self._canvas_session()
        except TELLABLE:
            self._workspace_session().receive(content)
            raise
        session.receive(content)

    def _session(self, method: object) -> Session:
        """Return the session that a message is for: the canvas's if it knows the method, else the workspace's."""
        has_project = bool(self._place[0])
        if method is not None and (not has_project or method not in _CANVAS_METHODS) and method in _WORKSPACE_METHODS:
            return self._workspace_session()
        return self._canvas_session()

    def _open(self, content: Mapping[str, Any]) -> None:
        """Turn to another project or canvas."""
        envelope = Message.model_validate(content)
        wanted = _Open.model_validate(envelope.payload.get("params", {}))
        before = self._place
        self._leave()
        self._place = (wanted.project, wanted.canvas)
        try:
            self._canvas_session()
        except (GenStudioError, OSError):
            self._place = before
            raise
        answer = ResultPayload(result={"project": wanted.project, "canvas": wanted.canvas})
        self._outbox.put(message("server:result", answer, request_id=envelope.request_id))

    def _leave(self) -> None:
        if self._canvas is not None:
            self._canvas.close()
            self._canvas = None

    def _canvas_session(self) -> CanvasSession:
        project, canvas = self._place
        if not project:
            raise BadInputError("No project is open.", fix="Open or create a project first.", code="no_project")
        if self._canvas is None:
            folder = self._runtime.workspace.project(project)
            self._canvas = CanvasSession(
                self._runtime.workspace,
                folder,
                canvas,
                author=user_name(),
                client=self._client,
                send=self._outbox.put,
                engine=self._runtime.engine,
                patience=_PATIENCE_S,
            )
        return self._canvas

    def _workspace_session(self) -> WorkspaceSession:
        if self._workspace is None:
            self._workspace = WorkspaceSession(self._runtime.workspace, send=self._outbox.put, engine=self._runtime.engine)
        return self._workspace

    def _refuse(self, error: Exception, request_id: str | None) -> None:
        self._outbox.put(message("server:error", error_payload(error), request_id=request_id))
