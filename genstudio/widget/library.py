"""The shared library of a workspace, and media that came into a project, as a researcher sees them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from genstudio.project.media import thumbnail
from genstudio.schema.errors import GenStudioError
from genstudio.widget.html import figure, message, table
from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    from genstudio.project.asset_care import Ingested

__all__ = ["LibraryItem", "LibraryList", "SourceMedia"]

_WIDTH = 240


class LibraryItem(NamedTuple):
    """An item of the library: its folder (``Stock_Media``, ``AI_Models``, …) and its path in that folder."""

    folder: str
    name: str


if TYPE_CHECKING:
    Items = tuple[LibraryItem, ...]
else:
    Items = tuple


class LibraryList(Items):
    """The items of the library, by folder and name. Displays as a table; ``project.use(item)`` copies one into a project."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'item')}: {', '.join('/'.join(item) for item in self)}>" if self else "<the library is empty>"

    def _repr_html_(self) -> str:
        return table(["folder", "item"], [list(item) for item in self]) if self else message("The library is empty.")


@dataclass(frozen=True)
class SourceMedia:
    """Media in ``01_Assets/Source_Media`` of a project. Displays as its picture.

    ``known`` says that the project had the same content already; ``path`` is where that is then.
    """

    root: Path
    ingested: Ingested

    @property
    def path(self) -> Path:
        """The file in the project."""
        return self.root / self.ingested.path

    @property
    def kind(self) -> str:
        """``image``, ``video`` or ``audio``."""
        return self.ingested.info.kind

    @property
    def known(self) -> bool:
        """Whether it was there already."""
        return self.ingested.known

    def __repr__(self) -> str:
        return f"<{self.kind} {self.ingested.path}{' (known already)' if self.known else ''}>"

    def _repr_html_(self) -> str:
        if self.kind == "audio":
            return message(self.ingested.path)
        try:
            return figure(self.path, thumbnail(self.root, self.ingested.path), self.ingested.path, kind=self.kind, width=_WIDTH)
        except GenStudioError as error:
            return message(str(error), level="warning")
