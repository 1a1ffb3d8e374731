"""Templates of ``Library/Pipeline_Templates``: pipelines with their settings, ready to be put on a canvas."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, JsonObject, Name

__all__ = ["TEMPLATE_SCHEMA", "Preset"]

TEMPLATE_SCHEMA: Final = "genstudio.template/1"


class Preset(Frozen):
    """``<name>.toml``: a pipeline node with its settings. ``reference`` is a task, or a pipeline pinned as ``id@version``."""

    schema_: Literal["genstudio.template/1"] = Field(alias="schema")
    title: Name
    description: str = Field("", max_length=2000)
    reference: str = Field(min_length=1, max_length=128)
    params: JsonObject = Field(default_factory=dict)
