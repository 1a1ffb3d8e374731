"""Takes as a researcher sees them: playable in a cell, with their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from genstudio.project.media import thumbnail
from genstudio.schema.errors import NotFoundError
from genstudio.widget.html import figure, figures, message
from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.take import TakeRecord

__all__ = ["Take", "TakeList"]


class Take:
    """One immutable result of a shot.

    Displays as a playable thumbnail. ``record`` is the whole record; :attr:`provenance` says how to make the take again.
    """

    def __init__(self, project: ProjectFolder, record: TakeRecord) -> None:
        self._project = project
        self.record = record

    @property
    def id(self) -> str:
        """The take id, e.g. ``SHOT-010_v01_take01``."""
        return self.record.id

    @property
    def path(self) -> Path:
        """The media file.

        Raises:
            NotFoundError: It is not on this machine; the message says how to get it.
        """
        return Path(self._project.takes.media_path(self.record))

    @property
    def provenance(self) -> dict[str, Any]:
        """What made this take: pipeline, quality, inputs, parameters, the canvas it came from and the hash of its media."""
        fields = {
            "id",
            "created",
            "pipeline",
            "quality",
            "inputs",
            "params",
            "canvas",
            "sha256",
            "parents",
            "timing",
            "worker",
            "peak_vram_gib",
        }
        return self.record.model_dump(mode="json", include=fields)

    @property
    def length(self) -> str:
        """Length in words, e.g. ``"4.0 s"``; empty for a still."""
        if self.record.kind == "image" or not self.record.fps:
            return ""
        from genstudio.schema.rates import parse_rate

        return f"{float(self.record.frames / parse_rate(self.record.fps)):.1f} s"

    def __repr__(self) -> str:
        return f"<Take {self._caption()}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Take) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, str]:
        return (self._project.uuid, self.record.renders, self.record.id)

    def _caption(self) -> str:
        size = f"{self.record.width}x{self.record.height}" if self.record.width else ""
        draft = "animatic" if self.record.draft else ""
        return " · ".join(part for part in (self.id, size, self.length, draft) if part)

    def _repr_html_(self) -> str:
        return self._figure()

    def _figure(self, width: int = 320) -> str:
        try:
            path = self.path
        except NotFoundError as error:
            return message(str(error), level="warning")
        poster = path
        if self.record.kind != "image":
            relative = path.relative_to(self._project.root).as_posix()
            poster = thumbnail(self._project.root, relative)
        return figure(path, poster, self._caption(), kind=self.record.kind, width=width)


class TakeList(Sequence[Take]):
    """The takes of a shot, oldest first. Displays as a row of playable thumbnails."""

    def __init__(self, takes: Iterable[Take] = ()) -> None:
        self._takes = tuple(takes)

    @overload
    def __getitem__(self, index: int) -> Take: ...
    @overload
    def __getitem__(self, index: slice) -> TakeList: ...
    def __getitem__(self, index: int | slice) -> Take | TakeList:
        """Return one take, or a list of those of a slice."""
        return TakeList(self._takes[index]) if isinstance(index, slice) else self._takes[index]

    def __len__(self) -> int:
        return len(self._takes)

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'take')}: {', '.join(take.id for take in self)}>" if self else "<no takes yet>"

    def _repr_html_(self) -> str:
        if not self:
            return message("No takes yet. Make one with: shot.generate()")
        return figures([take._figure(240) for take in self])  # noqa: SLF001 - of the same module
