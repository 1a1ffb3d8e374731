"""The WebSocket as a carrier of messages: one session a connection."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from jupyter_core.utils import ensure_async
from jupyter_server.base.websocket import WebSocketMixin
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from genstudio.schema.errors import GenStudioError
from genstudio.server.base import RESOURCE, person
from genstudio.server.bearer import BearerHandler
from genstudio.server.outbox import Outbox
from genstudio.session.base import TELLABLE, Send, Session
from genstudio.session.canvas_session import CanvasSession
from genstudio.session.rescue import RescueSession
from genstudio.session.workspace_session import WorkspaceSession

if TYPE_CHECKING:
    from genstudio.schema.message import Message
    from genstudio.server.studio import Studio

__all__ = ["CanvasSocket", "WorkspaceSocket"]

_TRY_AGAIN_LATER = 1013
_BEYOND_REPAIR = ("damaged", "merge_conflict")
"""Codes of what keeps a canvas from being opened, of which older versions may be whole."""


class _AbsentSession(Session):
    """Stands where no canvas could be opened: it greets, so that a client can tell which workspace is served, and says why."""

    def __init__(self, workspace_uuid: str, send: Send, reason: Exception) -> None:
        super().__init__(workspace_uuid, send)
        self._reason = reason

    def _dispatch(self, envelope: Message) -> Any:  # noqa: ANN401 - as declared by Session
        if envelope.type != "client:hello":
            raise self._reason
        return super()._dispatch(envelope)


class SessionSocket(WebSocketMixin, WebSocketHandler, BearerHandler):
    """A connection. Requests of one connection are worked off in order, in a thread; answers and events come from any thread."""

    auth_resource = RESOURCE
    studio: Studio

    def initialize(self, studio: Studio) -> None:
        """Take what the route was registered with."""
        self.studio = studio
        self._outbox = Outbox()
        self._session: Session | None = None
        self._over = False
        self._drained: asyncio.Task[None] | None = None

    async def get(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's signature
        """Turn the request into a connection, for users of this server only; nobody is sent to a login page."""
        user = self.current_user
        if user is None or not await ensure_async(self.authorizer.is_authorized(self, user, "execute", RESOURCE)):
            raise web.HTTPError(403)
        await WebSocketHandler.get(self, *args, **kwargs)

    async def open(self, uuid: str = "") -> None:
        """Open the session; messages of the client wait meanwhile."""
        super().open()
        self._loop = asyncio.get_running_loop()
        self.set_nodelay(True)
        session = await self._loop.run_in_executor(self.studio.pool, self.make_session, uuid)
        self._session = session
        if self._over:
            session.close()

    def make_session(self, uuid: str = "") -> Session:
        """Make the session of this connection. Runs in a thread."""
        raise NotImplementedError

    async def on_message(self, data: str | bytes) -> None:
        """Hand a message to the session; the next one is read when this one is done."""
        if self._session is not None:
            await self._loop.run_in_executor(self.studio.pool, self._session.receive, data)

    def on_close(self) -> None:
        """End the session; its thread may have to wait for the follower."""
        self._over = True
        super().on_close()
        if self._session is not None:
            self._loop.run_in_executor(self.studio.pool, self._session.close)

    def send(self, message: Message) -> None:
        """Send a message to the client. May be called from any thread; never waits."""
        if self._over or not self._outbox.put(message):
            return
        with suppress(RuntimeError):  # the loop has ended: the server is going down
            self._loop.call_soon_threadsafe(self._let_go if self._outbox.overflowed else self._start_draining)

    def _start_draining(self) -> None:
        self._drained = self._loop.create_task(self._drain())

    def _let_go(self) -> None:
        self.close(_TRY_AGAIN_LATER, "too slow")

    async def _drain(self) -> None:
        with suppress(WebSocketClosedError):
            while (text := self._outbox.take()) is not None:
                await self.write_message(text)


class CanvasSocket(SessionSocket):
    """``/genstudio/ws/<project uuid>?canvas=<path>``."""

    def make_session(self, uuid: str = "") -> Session:
        """Open a view of the canvas."""
        try:
            return CanvasSession(
                self.studio.workspace,
                self.studio.project(uuid),
                self.get_query_argument("canvas", None),
                author=person(self),
                client=uuid4().hex[:8],
                send=self.send,
                engine=self.studio.engine,
                media_base=self.studio.media_base,
            )
        except TELLABLE as error:
            if isinstance(error, GenStudioError) and error.code in _BEYOND_REPAIR:
                return self._rescue(uuid, error)
            return _AbsentSession(self.studio.workspace.uuid, self.send, error)

    def _rescue(self, uuid: str, reason: Exception) -> Session:
        try:
            project = self.studio.project(uuid)
        except TELLABLE:  # it is the project that cannot be opened
            return _AbsentSession(self.studio.workspace.uuid, self.send, reason)
        return RescueSession(self.studio.workspace.uuid, self.send, project, self.get_query_argument("canvas", None), reason)


class WorkspaceSocket(SessionSocket):
    """``/genstudio/ws/workspace``."""

    def make_session(self, uuid: str = "") -> Session:  # noqa: ARG002 - this route names no project
        """Open a view of the workspace."""
        return WorkspaceSession(self.studio.workspace, send=self.send, engine=self.studio.engine)
