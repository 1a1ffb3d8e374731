"""How a film is rendered."""

from __future__ import annotations

from typing import Literal

from genstudio.schema.base import Frozen

__all__ = ["RenderMode", "RenderOptions"]

RenderMode = Literal["smart", "moviepy"]


class RenderOptions(Frozen):
    """What is asked of a render beside its cut list.

    ``mode`` says whether frames may be copied (``smart``) or are drawn every one (``moviepy``). ``edl`` names the edit list that the cut
    was read from, project-relative where it lies in the project; it is empty for the cut of a canvas.
    """

    mode: RenderMode = "smart"
    edl: str = ""
