"""What the REST interface takes and answers; the OpenAPI document is made from these."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from genstudio.schema.base import Frozen, Id, JsonObject, Name, Sha256, Uuid
from genstudio.schema.canvas import Canvas
from genstudio.schema.job import JobView
from genstudio.schema.message import NodeGenerationState

__all__ = [
    "Accepted",
    "Cancelling",
    "Credentials",
    "Fault",
    "NewGraph",
    "NewProject",
    "NewShot",
    "ProjectGraph",
    "ProjectRef",
    "QueueState",
    "Saved",
    "StaleFault",
    "TaskState",
    "Token",
    "UploadedFile",
]


class Credentials(Frozen):
    """Body of ``POST auth/token``: a name that edits are signed with, and the password (or token) of the server."""

    username: str = Field(min_length=1, max_length=64, pattern=r"^[^#\x00-\x1f\x7f]+$")
    password: str = Field(min_length=1, max_length=1024)


class Token(Frozen):
    """A key for ``Authorization: Bearer …``, good for ``expires_in`` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - RFC 6750's word
    expires_in: int


class Fault(Frozen):
    """What went wrong, in a sentence, what to do about it, and a stable word for machines."""

    code: str
    message: str
    fix: str = ""


class NewProject(Frozen):
    """Body of ``POST projects``."""

    name: Name
    description: str = Field("", max_length=10_000)


class ProjectRef(Frozen):
    """A project."""

    id: Uuid
    name: Name


class NewGraph(Frozen):
    """Body of ``PUT projects/{id}``: the whole canvas, and the version that it was made from."""

    graph: Canvas
    version: int = Field(ge=0)


class ProjectGraph(Frozen):
    """The main canvas of a project as a whole."""

    id: Uuid
    graph: Canvas
    version: int


class Saved(Frozen):
    """The canvas was replaced and is now of this version."""

    status: Literal["success"] = "success"
    version: int


class StaleFault(Fault, ProjectGraph):
    """The canvas is of another version than the caller thinks; the present one is here."""


class NewShot(Frozen):
    """Body of ``POST tasks/generate_shot``: a shot of the canvas (or a scene, for all it lacks), or the data of a new shot."""

    project_id: Uuid
    node_id: Id | None = None
    node_data: JsonObject | None = None
    takes: int = Field(1, ge=1, le=32)
    quality: Literal["low", "standard", "high"] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.node_id is None) == (self.node_data is None):
            raise ValueError("give either node_id or node_data")
        return self


class Accepted(Frozen):
    """The takes are in the queue."""

    task_id: str


class Cancelling(Frozen):
    """The task was told to stop."""

    task_id: str
    status: Literal["cancelling"] = "cancelling"


class TaskState(Frozen):
    """How far a task is; ``progress`` 0-100, ``output`` the project-relative path of its newest result."""

    task_id: str
    project_id: Uuid
    node_id: str
    state: NodeGenerationState
    progress: float
    step: str
    eta_s: float | None
    output: str
    notice: str
    jobs: tuple[JobView, ...]


class QueueState(Frozen):
    """How many jobs of the workspace run and wait, and how many workers there are."""

    running: int
    waiting: int
    workers: int


class UploadedFile(Frozen):
    """A file that was taken. Sizes in pixels, ``duration_s`` in seconds; ``url`` is relative to the studio's base."""

    path: str
    bytes: int
    sha256: Sha256
    kind: Literal["image", "video", "audio"]
    width: int
    height: int
    frames: int
    duration_s: float
    audio: bool
    url: str
