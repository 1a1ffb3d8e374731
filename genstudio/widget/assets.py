"""Characters, styles and locations as a researcher sees them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from genstudio.project import asset_care, assets, happenings
from genstudio.project.media import thumbnail
from genstudio.project.trigger import checked_trigger_word
from genstudio.schema.errors import GenStudioError, NotFoundError
from genstudio.widget.html import figure, figures, message, table
from genstudio.widget.keeping import kept
from genstudio.widget.runtime import counted, user_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.project.project import ProjectFolder

__all__ = ["Asset", "AssetList"]

_MOST_PICTURES: Final = 6
_PICTURE_WIDTH: Final = 160


class Asset:
    """A character, a style or a location. Displays as its pictures, its words and where it is used.

    ``canvas.add("asset", name=fox.name, asset=fox.uuid)`` puts it on a canvas; wired to a shot, its words enter the prompt.
    """

    def __init__(self, project: ProjectFolder, folder: assets.AssetFolder) -> None:
        self._project = project
        self.uuid = folder.asset.uuid

    @property
    def folder(self) -> assets.AssetFolder:
        """The asset as it is on disk now.

        Raises:
            NotFoundError: It was removed.
        """
        return asset_care.find_asset(self._project, self.uuid)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.folder.asset.name

    @property
    def kind(self) -> str:
        """``character``, ``style`` or ``location``."""
        return self.folder.asset.kind

    @property
    def trigger_word(self) -> str:
        """The word that stands for it in prompts."""
        return self.folder.asset.trigger_word

    @property
    def description(self) -> str:
        """What it looks like."""
        return self.folder.asset.description

    @property
    def keywords(self) -> str:
        """The text of ``keywords.txt`` of a style, of ``description.txt`` of the others."""
        return self.folder.keywords

    @property
    def references(self) -> tuple[Path, ...]:
        """Its reference images."""
        return tuple(self._project.root / path for path in self.folder.references)

    @property
    def used_by(self) -> tuple[str, ...]:
        """What it is wired into, as people call it."""
        uses = asset_care.where_used(self._project, self.uuid)
        return tuple(dict.fromkeys(name for use in uses for name in use.names))

    def describe(self, *, trigger_word: str | None = None, description: str | None = None, keywords: str | None = None) -> Asset:
        """Change its words; what is left out stays.

        Raises:
            BadInputError: The trigger word is none, or another asset's.
        """
        word = None if trigger_word is None else checked_trigger_word(self._project, trigger_word, self.uuid)
        told = {"trigger_word": word, "description": description, "keywords": keywords}
        kept(self._project, happenings.asset_changed(asset_care.describe_asset(self._project, self.folder, **told)))
        return self

    def add_reference(self, picture: Path | str) -> Asset:
        """Copy a picture into its reference images."""
        filled = assets.add_reference(self._project.root, self.folder, Path(picture))
        kept(self._project, happenings.picture_added(filled, Path(picture).name))
        return self

    def remove_reference(self, picture: Path | str) -> Asset:
        """Take a picture, by its file name or path, out of its reference images; the file is kept aside, as removed assets are.

        Raises:
            NotFoundError: It has no such picture; the message names those there are.
        """
        found = self.folder
        wanted = Path(picture)
        ways = ((path, (Path(path), Path(path.rpartition("/")[2]), self._project.root / path)) for path in found.references)
        path = next((path for path, names in ways if wanted in names), None)
        if path is None:
            there = ", ".join(reference.rpartition("/")[2] for reference in found.references) or "none"
            raise NotFoundError(f"{found.asset.name} has no picture {str(picture)!r:.200}.", fix=f"Its pictures: {there}.")
        left = asset_care.remove_reference(self._project, found, path)
        kept(self._project, happenings.picture_removed(left, path.rpartition("/")[2]))
        return self

    def rename(self, name: str) -> Asset:
        """Give it another name; what refers to it follows."""
        before = self.folder
        after = asset_care.rename_asset(self._project, before, name, user_name())
        uses = asset_care.where_used(self._project, self.uuid)
        kept(self._project, happenings.asset_renamed(before, after, (use.canvas for use in uses)))
        return self

    def delete(self, *, force: bool = False) -> None:
        """Remove it; one that is used only by force."""
        gone = self.folder
        asset_care.delete_asset(self._project, gone, force=force)
        kept(self._project, happenings.asset_deleted(gone))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asset) and (self._project.uuid, self.uuid) == (other._project.uuid, other.uuid)

    def __hash__(self) -> int:
        return hash((self._project.uuid, self.uuid))

    def __repr__(self) -> str:
        try:
            found = self.folder
        except GenStudioError as error:
            return f"<Asset {self.uuid}: {error.message}>"
        return f"<Asset {found.asset.kind} {found.asset.name!r}, {counted(len(found.references), 'picture')}>"

    def _repr_html_(self) -> str:
        try:
            found = self.folder
        except GenStudioError as error:
            return message(str(error), level="warning")
        told = {
            "trigger word": found.asset.trigger_word,
            "description": found.asset.description,
            "keywords": found.keywords if found.keywords != found.asset.description else "",
            "model": found.asset.model or "",
            "used by": ", ".join(self.used_by),
        }
        rows = [[name, value] for name, value in told.items() if value]
        more = len(found.references) - _MOST_PICTURES
        rows += [["pictures", f"and {more} more"]] if more > 0 else []
        pictures = figures([self._picture(path) for path in found.references[:_MOST_PICTURES]])
        return message(f"{found.asset.kind} · {found.asset.name}") + pictures + (table(["", ""], rows) if rows else "")

    def _picture(self, path: str) -> str:
        try:
            small = thumbnail(self._project.root, path)
        except GenStudioError as error:
            return message(str(error), level="warning")
        return figure(small, small, path.rpartition("/")[2], kind="image", width=_PICTURE_WIDTH)


class AssetList(Sequence[Asset]):
    """The assets of a project, by kind and name. ``project.assets["Fox"]`` is one by its name or uuid. Displays as a table."""

    def __init__(self, project: ProjectFolder, found: Iterable[Asset]) -> None:
        self._project = project
        self._assets = tuple(found)

    @overload
    def __getitem__(self, index: int) -> Asset: ...
    @overload
    def __getitem__(self, index: slice) -> AssetList: ...
    @overload
    def __getitem__(self, index: str) -> Asset: ...
    def __getitem__(self, index: int | slice | str) -> Asset | AssetList:
        """Return one by its place, name or uuid, or those of a slice."""
        if isinstance(index, str):
            return Asset(self._project, asset_care.find_asset(self._project, index))
        return AssetList(self._project, self._assets[index]) if isinstance(index, slice) else self._assets[index]

    def __len__(self) -> int:
        return len(self._assets)

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'asset')}: {', '.join(repr(asset.name) for asset in self)}>" if self else "<no assets yet>"

    def _repr_html_(self) -> str:
        if not self:
            return message("No assets yet. Make one with: project.create_asset('character', 'Fox')")
        rows = [
            [found.kind, found.name, found.trigger_word, str(len(found.references)), ", ".join(found.used_by), found.folder.folder]
            for found in self
        ]
        return table(["kind", "name", "trigger word", "pictures", "used by", "folder"], rows)
