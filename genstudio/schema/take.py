"""Takes: names and records (contracts: takes)."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field

from genstudio.schema.base import Frozen, JsonObject, Open, Quality, Sha256
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import RateText

__all__ = ["RENDERS_DIR", "TAKE_SCHEMA", "TakeCanvas", "TakeName", "TakePipeline", "TakeQuality", "TakeRecord", "TakeTiming"]

TAKE_SCHEMA: Final = "genstudio.take/1"
RENDERS_DIR: Final = "03_Renders"
"""The folder of a project that holds its takes."""
_NAME: Final = re.compile(r"^([A-Z0-9][A-Z0-9\-]{0,31})_v(\d{2})_take(\d{2,})\Z", re.ASCII)


class TakeName(Frozen):
    """Name of a take: ``renders`` (``SCENE_01/SHOT_010``), shot version and take number, as in ``SHOT-010_v01_take01``."""

    renders: str = Field(pattern=r"^[A-Z0-9_]{1,32}/[A-Z0-9_]{1,32}$")
    version: int = Field(1, ge=1, le=99)
    take: int = Field(ge=1, le=9999)

    @property
    def scene(self) -> str:
        """Folder of the scene."""
        return self.renders.partition("/")[0]

    @property
    def shot(self) -> str:
        """Folder of the shot."""
        return self.renders.partition("/")[2]

    @property
    def id(self) -> str:
        """The take id, also the stem of its files."""
        return f"{self.shot.replace('_', '-')}_v{self.version:02}_take{self.take:02}"

    @staticmethod
    def parse(stem: str) -> tuple[str, int, int]:
        """Return shot id (``SHOT-010``), version and take number of a file stem.

        Raises:
            BadInputError: The stem is no take name.
        """
        match = _NAME.match(stem)
        if match is None:
            raise BadInputError(f"{stem!r:.80} is not the name of a take.", fix="Take names look like SHOT-010_v01_take01.")
        return match[1], int(match[2]), int(match[3])


class TakePipeline(Open):
    """What made the take."""

    id: str
    version: str
    image: str = ""
    runner: str = ""
    weights: tuple[JsonObject, ...] = ()


class TakeQuality(Open):
    """What was asked for, what was used, and the notice if they differ."""

    requested: Quality
    used: Quality
    label: str = ""
    notice: str = ""


class TakeCanvas(Open):
    """The canvas the take came from; ``blob`` is the Git blob id of its bytes and ``name`` the name of the node at that time."""

    path: str
    version: int
    node: str
    blob: str = ""
    name: str = ""


class TakeTiming(Open):
    """Seconds. ``warm`` says that the pipeline was loaded already, for another job."""

    queued_s: float = 0
    load_s: float = 0
    run_s: float = 0
    warm: bool = False


class TakeRecord(Open):
    """The record beside a take's media; a take exists when its record does and matches size and hash of the media.

    ``inputs`` and ``params`` are what the pipeline was given; ``asked`` are the shot's own settings from which that was put together.
    """

    schema_: Literal["genstudio.take/1"] = Field(TAKE_SCHEMA, alias="schema")
    id: str
    renders: str
    media: str
    kind: Literal["image", "video", "audio"]
    sha256: Sha256
    bytes: int = Field(ge=1)
    width: int = 0
    height: int = 0
    fps: RateText | None = None
    frames: int = 0
    audio: bool = False
    draft: bool = False
    reel: str = Field("", pattern=r"^([A-Z0-9]{1,8})?$")
    start_timecode: str = "01:00:00:00"
    task: str = ""
    job: str = ""
    created: str = ""
    intent_key: str = ""
    parents: tuple[str, ...] = ()
    pipeline: TakePipeline
    quality: TakeQuality
    inputs: JsonObject = Field(default_factory=dict)
    params: JsonObject = Field(default_factory=dict)
    asked: JsonObject = Field(default_factory=dict)
    canvas: TakeCanvas
    timing: TakeTiming = TakeTiming()
    peak_vram_gib: float | None = None
    worker: str = ""

    @property
    def path(self) -> str:
        """Path of the media, relative to the project."""
        return f"{RENDERS_DIR}/{self.renders}/{self.media}"

    @property
    def name(self) -> TakeName:
        """The parsed name."""
        _, version, take = TakeName.parse(self.id)
        return TakeName(renders=self.renders, version=version, take=take)
