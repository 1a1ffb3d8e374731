"""Workspace and project manifests, and assets (contracts: project.json, asset.json)."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, JsonObject, Name, Open, Sha256, Uuid
from genstudio.schema.rates import RateText

__all__ = [
    "ASSET_SCHEMA",
    "PROJECT_SCHEMA",
    "WORKSPACE_SCHEMA",
    "Asset",
    "ProjectManifest",
    "ProjectSettings",
    "ProjectSummary",
    "Training",
    "WorkspaceManifest",
]

PROJECT_SCHEMA: Final = "genstudio.project/1"
WORKSPACE_SCHEMA: Final = "genstudio.workspace/1"
ASSET_SCHEMA: Final = "genstudio.asset/1"


class ProjectSettings(Open):
    """Project-wide defaults. The frame size is ``height`` and the aspect ratio, rounded to even."""

    aspect_ratio: str = Field("16:9", pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$")
    quality: Literal["low", "standard", "high"] = "standard"
    fps: RateText = "24"
    height: int = Field(720, ge=64, le=8192)
    when_unavailable: Literal["queue", "fallback"] = "fallback"
    auto_commit: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, both even."""
        across, down = (int(part) for part in self.aspect_ratio.split(":"))
        return max(2, round(self.height * across / down / 2) * 2), self.height // 2 * 2


class ProjectManifest(Open):
    """``project.json``; ``version`` is the optimistic lock of this file."""

    schema_: Literal["genstudio.project/1"] = Field(PROJECT_SCHEMA, alias="schema")
    uuid: Uuid
    title: Name
    description: str = ""
    version: int = Field(1, ge=1)
    created: str = ""
    modified: str = ""
    canvas_path: str = "02_Source_Creative/Canvases/main_canvas.json"
    project_settings: ProjectSettings = Field(default_factory=ProjectSettings)


class WorkspaceManifest(Open):
    """``workspace.json``; ``project_settings`` are those that new projects begin with."""

    schema_: Literal["genstudio.workspace/1"] = Field(WORKSPACE_SCHEMA, alias="schema")
    uuid: Uuid
    title: Name = "Generative Studio Workspace"
    project_settings: ProjectSettings = Field(default_factory=ProjectSettings)


class ProjectSummary(Frozen):
    """A project as a card shows it. ``poster`` is a project-relative media path or empty."""

    id: Uuid
    name: str
    description: str = ""
    modified: str = ""
    shots: int = 0
    takes: int = 0
    poster: str = ""


class Training(Open):
    """How the model of an asset came to be, so that it can be made again. ``draft`` says that it stands in for a real one.

    ``images`` maps the project-relative path of each picture to its SHA-256; ``sha256`` and ``bytes`` are the model's.
    """

    job: str
    task: str
    created: str
    pipeline: str
    version: str
    digest: str = ""
    image: str = ""
    runner: str = ""
    quality: str = ""
    draft: bool = False
    notice: str = ""
    trigger_word: str = ""
    images: dict[str, str] = Field(default_factory=dict)
    seed: int = 0
    params: JsonObject = Field(default_factory=dict)
    metadata: JsonObject = Field(default_factory=dict)
    run_s: float = 0
    sha256: Sha256 = "0" * 64
    bytes: int = 0


class Asset(Open):
    """``asset.json`` of a character, a style or a location."""

    schema_: Literal["genstudio.asset/1"] = Field(ASSET_SCHEMA, alias="schema")
    uuid: Uuid
    kind: Literal["character", "style", "location"]
    name: Name
    trigger_word: str = ""
    description: str = ""
    model: str | None = None
    created: str = ""
    training: Training | None = None
