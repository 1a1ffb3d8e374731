"""The messages between a front end and the studio, the same on every carrier (contracts: messages).

A message is an envelope ``{"type", "request_id"?, "canvas"?, "payload"}``. ``request_id`` is chosen by the client and comes back in
``server:result`` or ``server:error``. Payloads are the models below, one a type.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, Id, JsonObject, Uuid
from genstudio.schema.canvas import Canvas, Dropped, Patch
from genstudio.schema.nodes import NodeType, Problem
from genstudio.schema.project import ProjectSettings
from genstudio.schema.render import FilmPreset
from genstudio.schema.take import TakeRecord

__all__ = [
    "CLIENT_PAYLOADS",
    "MAX_MESSAGE_BYTES",
    "PROTOCOL",
    "SERVER_PAYLOADS",
    "CallPayload",
    "ErrorPayload",
    "FullSyncPayload",
    "HelloPayload",
    "Message",
    "NodeGenerationState",
    "NodeStatePayload",
    "NoticePayload",
    "PatchPayload",
    "PatchedPayload",
    "PresencePayload",
    "ProblemsPayload",
    "RenderPayload",
    "ResultPayload",
    "StartGenerationPayload",
    "SyncRequestPayload",
    "TakeView",
    "TaskFailedPayload",
    "TaskProgressPayload",
    "TaskResult",
    "TaskSuccessPayload",
    "TaskSummary",
    "UpdateNodeDataPayload",
    "WorkersPayload",
]

PROTOCOL: Final = 1
MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
"""A larger message from a client is refused; media never travels in messages but in pieces of 64 KB."""

NodeGenerationState = Literal["idle", "queued", "generating", "success", "failed", "cancelled"]


class Message(Frozen):
    """The envelope."""

    type: str = Field(max_length=64)
    request_id: str | None = Field(None, max_length=64)
    canvas: str | None = Field(None, max_length=512)
    payload: dict[str, Any] = Field(default_factory=dict)


class HelloPayload(Frozen):
    """First message in both directions. ``workspace`` lets a client see that a server serves its own workspace."""

    protocol: int = PROTOCOL
    version: str = ""
    workspace: str = ""
    client: str = ""
    """Id of the view; its own patches carry it in ``author`` as ``<name>#<client>``."""


class UpdateNodeDataPayload(Frozen):
    """Set some keys of a node's data; a short form of a patch."""

    node_id: Id
    data: JsonObject


class PatchPayload(Frozen):
    """A general edit."""

    patch: Patch


class StartGenerationPayload(Frozen):
    """Generate ``takes`` takes of a shot."""

    node_id: Id
    takes: int = Field(1, ge=1, le=32)
    quality: Literal["low", "standard", "high"] | None = None


class RenderPayload(Frozen):
    """Render the film of an assembler node."""

    node_id: Id
    preset: FilmPreset = "h264"


class SyncRequestPayload(Frozen):
    """Ask for the whole state."""


class CallPayload(Frozen):
    """Call a public method of the session by name."""

    method: str = Field(max_length=64)
    params: JsonObject = Field(default_factory=dict)


class PresencePayload(Frozen):
    """Who is where; never stored."""

    client: str = ""
    name: str = ""
    colour: str = ""
    cursor: tuple[float, float] | None = None
    selection: tuple[Id, ...] = ()
    gone: bool = False


class ResultPayload(Frozen):
    """Answer to the request of the envelope's ``request_id``."""

    result: Any = None


class ErrorPayload(Frozen):
    """A request failed: what happened and what to do."""

    code: str
    message: str
    fix: str = ""


class NodeStatePayload(Frozen):
    """State of a node's newest task."""

    node_id: Id
    state: NodeGenerationState
    task_id: str | None = None


class TakeView(Frozen):
    """A take as a front end needs it; URLs are relative to the studio's base (``media/<uuid>/<path>``)."""

    record: TakeRecord
    output_url: str
    thumbnail_url: str


class TaskProgressPayload(Frozen):
    """At most ten a second a task; ``progress`` 0-100. Training has an ``asset`` and no node, and says its ``state`` here."""

    task_id: str
    node_id: Id | None = None
    progress: float
    step: str = ""
    eta_s: float | None = None
    preview: str | None = None
    asset: Uuid | None = None
    state: NodeGenerationState = "generating"


class TaskResult(Frozen):
    """What a task made. ``take`` is None for a film."""

    output_url: str
    take: TakeView | None = None


class TaskSuccessPayload(Frozen):
    """A task has one more result; ``remaining`` jobs of the task still run."""

    task_id: str
    node_id: Id | None
    result: TaskResult
    remaining: int = 0
    asset: Uuid | None = None


class TaskFailedPayload(Frozen):
    """A task failed or was cancelled (code ``cancelled``)."""

    task_id: str
    node_id: Id | None
    error: str
    code: str
    fix: str = ""
    asset: Uuid | None = None


class NoticePayload(Frozen):
    """Something to tell people, in a sentence."""

    level: Literal["info", "warning", "error"]
    message: str
    node_id: Id | None = None


class PatchedPayload(Frozen):
    """A patch that was accepted, from whoever; the canvas after it has ``version`` and ``layout_version``."""

    sequence: int
    version: int
    layout_version: int
    patch: Patch
    author: str = ""
    dropped: tuple[Dropped, ...] = ()


class ProblemsPayload(Frozen):
    """What is wrong with the canvas now: it comes after the patches that changed that."""

    problems: tuple[Problem, ...] = ()


class TaskSummary(Frozen):
    """A task that is not over, or a node's newest one."""

    task_id: str
    node_id: Id
    state: NodeGenerationState
    progress: float = 0
    step: str = ""
    eta_s: float | None = None
    error: str = ""
    fix: str = ""
    result_url: str = ""


class FullSyncPayload(Frozen):
    """The whole state of a canvas: what a client needs to draw it from nothing."""

    project: str
    title: str
    canvas: str
    graph: Canvas
    sequence: int
    read_only: str = ""
    """Why the canvas cannot be edited; empty if it can."""
    settings: ProjectSettings
    tasks: tuple[TaskSummary, ...] = ()
    takes: dict[str, tuple[TakeView, ...]] = Field(default_factory=dict)
    """Takes by node id, oldest first."""
    active_takes: dict[str, str] = Field(default_factory=dict)
    """Take id by node id: the one chosen, or the one that stands for it (contracts: active take)."""
    node_types: tuple[NodeType, ...] = ()
    tasks_available: tuple[JsonObject, ...] = ()
    """What a pipeline node may reference: {"reference", "title", "kind", "description"}."""
    assets: tuple[JsonObject, ...] = ()
    """Assets of the project: {"uuid", "kind", "name", "preview_url"}."""
    problems: tuple[Problem, ...] = ()
    workers: tuple[JsonObject, ...] = ()
    media_base: str = ""
    """URL path that media URLs are relative to, ending in a slash, on the server carrier."""


class WorkersPayload(Frozen):
    """The workers that there are, as in the full state: one has come or gone."""

    workers: tuple[JsonObject, ...] = ()


CLIENT_PAYLOADS: Final[dict[str, type[Frozen]]] = {
    "client:hello": HelloPayload,
    "client:update_node_data": UpdateNodeDataPayload,
    "client:patch": PatchPayload,
    "client:start_generation": StartGenerationPayload,
    "client:render_final_sequence": RenderPayload,
    "client:sync_request": SyncRequestPayload,
    "client:call": CallPayload,
    "client:presence": PresencePayload,
}
SERVER_PAYLOADS: Final[dict[str, type[Frozen]]] = {
    "server:hello": HelloPayload,
    "server:result": ResultPayload,
    "server:error": ErrorPayload,
    "server:node_state_updated": NodeStatePayload,
    "server:task_progress": TaskProgressPayload,
    "server:task_success": TaskSuccessPayload,
    "server:task_failed": TaskFailedPayload,
    "server:notice": NoticePayload,
    "server:patch": PatchedPayload,
    "server:problems": ProblemsPayload,
    "server:full_sync": FullSyncPayload,
    "server:presence": PresencePayload,
    "server:workers": WorkersPayload,
}
