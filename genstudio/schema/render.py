"""How a film is rendered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from genstudio.schema.base import Frozen

__all__ = ["FilmPreset", "FilmShare", "RenderMode", "RenderOptions"]

RenderMode = Literal["smart", "moviepy"]
FilmPreset = Literal["h264", "h265", "prores", "images"]


class RenderOptions(Frozen):
    """What is asked of a render beside its cut list.

    ``mode`` says whether frames may be copied (``smart``) or are drawn every one (``moviepy``), ``preset`` what comes out: H.264 or H.265
    in MP4, ProRes in QuickTime, or a folder of pictures with their sound. ``edl`` names the edit list that the cut was read from,
    project-relative where it lies in the project; it is empty for the cut of a canvas.
    """

    mode: RenderMode = "smart"
    preset: FilmPreset = "h264"
    edl: str = ""


class FilmShare(Frozen):
    """Share ``number`` of ``of``, counted from 1, of the work that comes before a film is put together."""

    number: int = Field(ge=1)
    of: int = Field(ge=1)
