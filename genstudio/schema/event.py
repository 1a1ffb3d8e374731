"""Events that a pipeline sends while it runs: JSON lines (contracts: inside the container)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from genstudio.schema.base import JsonObject, Open

__all__ = [
    "EVENT",
    "DoneEvent",
    "ErrorCode",
    "ErrorEvent",
    "LogEvent",
    "PipelineEvent",
    "PreviewEvent",
    "ProgressEvent",
    "StartedEvent",
    "WarningEvent",
]

ErrorCode = Literal[
    "out_of_memory",
    "bad_input",
    "bad_media",
    "not_found",
    "missing_weights",
    "missing_tool",
    "disk_full",
    "no_permission",
    "cancelled",
    "timed_out",
    "internal",
]


class _Event(Open):
    v: Literal[1] = 1
    seq: int = Field(ge=0)


class StartedEvent(_Event):
    """The pipeline read its request."""

    type: Literal["started"] = "started"


class ProgressEvent(_Event):
    """``progress`` 0-100; ``step`` a few words; ``eta_s`` seconds left."""

    type: Literal["progress"] = "progress"
    progress: float = Field(ge=0, le=100)
    step: str = Field("", max_length=200)
    eta_s: float | None = None


class PreviewEvent(_Event):
    """A small picture of the work so far, a file name in the output folder (at most 64 KB)."""

    type: Literal["preview"] = "preview"
    file: str


class LogEvent(_Event):
    """A line for the log."""

    type: Literal["log"] = "log"
    message: str


class WarningEvent(_Event):
    """Something people should know."""

    type: Literal["warning"] = "warning"
    message: str


class ErrorEvent(_Event):
    """The run failed. ``fix`` says what to do about it, empty for what is usual for the code."""

    type: Literal["error"] = "error"
    code: ErrorCode
    message: str
    fix: str = ""


class DoneEvent(_Event):
    """The run is over; ``outputs`` maps output sockets to file names in the output folder."""

    type: Literal["done"] = "done"
    outputs: dict[str, str]
    metadata: JsonObject = Field(default_factory=dict)


PipelineEvent = Annotated[
    StartedEvent | ProgressEvent | PreviewEvent | LogEvent | WarningEvent | ErrorEvent | DoneEvent, Field(discriminator="type")
]
EVENT: Final[TypeAdapter[PipelineEvent]] = TypeAdapter(PipelineEvent)
