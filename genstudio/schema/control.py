"""Control maps in the cache of a project: edges, motion and the like, made of a video to guide a shot."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, JsonObject, Quality, Sha256

__all__ = ["CONTROL_MAP_SCHEMA", "ControlMap"]

CONTROL_MAP_SCHEMA: Final = "genstudio.control_map/1"


class ControlMap(Frozen):
    """The record beside a control map; the map counts when its record is there. It can be made again at any time.

    ``key`` is the content key of the step that made it; ``path`` is relative to the project. Sizes in pixels, ``fps`` frames a second as
    exact text, None for a still. ``quality`` is what was asked for, ``inputs`` what it was made of.
    """

    schema_: Literal["genstudio.control_map/1"] = Field(CONTROL_MAP_SCHEMA, alias="schema")
    key: Sha256
    path: str
    sha256: Sha256
    kind: Literal["image", "video"]
    width: int
    height: int
    fps: str | None = None
    frames: int
    quality: Quality
    inputs: JsonObject = Field(default_factory=dict)
    pipeline: str = ""
    job: str = ""
    created: str = ""
