"""What all shapes share: frozen models, schema tags, names and identifiers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

__all__ = ["Frozen", "Id", "JsonObject", "Name", "Open", "Quality", "RenderName", "Sha256", "Uuid", "utc_now"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
"""Key of a node, an edge or any other entry of a canvas; never reused."""

RenderName = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{1,32}$")]
"""Folder name of a scene or of a shot below ``03_Renders``."""

Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Quality = Literal["draft", "low", "standard", "high"]
"""Tier of a pipeline. People choose among ``low``, ``standard``, ``high``; ``draft`` is the tier of last resort."""

JsonObject = dict[str, Any]
"""A JSON object whose keys are not ours to fix (node data, parameters)."""


class Frozen(BaseModel):
    """A value: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False, defer_build=True)


class Open(BaseModel):
    """A value read from a file: immutable; unknown keys are kept and written back."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, allow_inf_nan=False, defer_build=True)


def utc_now() -> str:
    """Return the present time as RFC 3339 text in UTC with whole seconds, e.g. ``2026-11-20T12:00:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
