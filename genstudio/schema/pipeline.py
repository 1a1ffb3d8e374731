"""Pipeline manifests (``pipelines/<id>/pipeline.toml``) and tasks (``pipelines/tasks.toml``)."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, JsonObject, Name, Quality
from genstudio.schema.nodes import InputSocket, OutputSocket, Param
from genstudio.schema.rates import RateText

__all__ = [
    "PIPELINE_SCHEMA",
    "FrameLengths",
    "Licence",
    "PipelineManifest",
    "PipelineRun",
    "TaskDeclaration",
    "Tier",
    "VideoFormat",
    "Weights",
]

PIPELINE_SCHEMA: Final = "genstudio.pipeline/1"


class Licence(Frozen):
    """SPDX names of the licences of code and weights."""

    code: str
    weights: str = ""
    commercial: bool = True


class FrameLengths(Frozen):
    """Clip lengths a model can make: ``step``·n + ``offset`` frames."""

    step: int = Field(1, ge=1)
    offset: int = Field(0, ge=0)


class VideoFormat(Frozen):
    """The rate a video model makes, in frames a second; None follows the project."""

    fps: RateText | None = None
    frames: FrameLengths = FrameLengths()


class Tier(Frozen):
    """One way to run a pipeline. Memory in GiB: ``vram_gib`` is the smallest card as sold, ``peak_vram_gib`` the peak in use."""

    quality: Quality
    vram_gib: float = Field(0, ge=0)
    peak_vram_gib: float = Field(0, ge=0)
    measured_on: str = ""
    strategy: str = ""
    params: JsonObject = Field(default_factory=dict)
    label: str = ""


class PipelineRun(Frozen):
    """How the pipeline is started. ``environment = "studio"`` runs in the studio's own Python (built-ins only)."""

    image: str
    command: tuple[str, ...] = ("python", "/app/run.py")
    environment: str = "requirements.txt"
    warm: bool = False
    timeout: str = "30m"


class Weights(Frozen):
    """A set of weight files. ``folder`` is its place below a models folder (``AI_Models``)."""

    repo: str = ""
    revision: str = ""
    folder: str = ""
    files: tuple[str, ...] = ()
    bytes: int = 0
    sha256: dict[str, str] = Field(default_factory=dict)
    licence: str = ""
    gated: bool = False
    kind: Literal["fixed", "choice"] = "fixed"


class PipelineManifest(Frozen):
    """``pipeline.toml``: all the studio knows of a pipeline. Adding a folder with one adds the pipeline."""

    schema_: Literal["genstudio.pipeline/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.\-]{0,63}$")
    aliases: tuple[str, ...] = ()
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: Name
    description: str = ""
    task: str | None = None
    licence: Licence
    safety: tuple[str, ...] = ()
    kind: Literal["image", "video", "audio", "control", "model"] = "video"
    video: VideoFormat = VideoFormat()
    inputs: tuple[InputSocket, ...] = ()
    params: tuple[Param, ...] = ()
    tiers: tuple[Tier, ...] = Field(min_length=1)
    run: PipelineRun
    weights: tuple[Weights, ...] = ()


class TaskDeclaration(Frozen):
    """What a task (``generate-video``) promises whatever pipeline serves it: sockets, parameters and the kind of its media.

    ``node`` is the type of the nodes that it serves, empty for shots, which choose their task themselves.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9\-]{0,63}$")
    title: Name
    description: str = ""
    kind: Literal["image", "video", "audio", "control", "model"]
    node: str = ""
    inputs: tuple[InputSocket, ...] = ()
    outputs: tuple[OutputSocket, ...] = ()
    params: tuple[Param, ...] = ()
