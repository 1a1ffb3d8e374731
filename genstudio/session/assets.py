"""Calls of a view that concern the assets of its project."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from genstudio.project import paths
from genstudio.project.asset_care import delete_asset, describe_asset, find_asset, rename_asset, where_used
from genstudio.project.assets import AssetFolder, add_reference
from genstudio.schema.base import JsonObject
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.follower import FOLLOWER
from genstudio.session.media import media_url

__all__ = ["AssetsSession"]


class AssetsSession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that concerns assets; they are named by their uuid."""

    @public
    def create_asset(
        self, kind: Literal["character", "style", "location"], name: str, trigger_word: str = "", description: str = ""
    ) -> JsonObject:
        """Make a character, a style or a location and return it."""
        return self._told(self.project.create_asset(kind, name, trigger_word=trigger_word, description=description))

    @public
    def asset(self, uuid: str) -> JsonObject:
        """Return an asset with its words, its pictures and where it is used."""
        found = find_asset(self.project, uuid)
        return {**self._document(found), "uses": [asdict(use) for use in where_used(self.project, found.asset.uuid)]}

    @public
    def describe_asset(
        self, uuid: str, *, trigger_word: str | None = None, description: str | None = None, keywords: str | None = None
    ) -> JsonObject:
        """Change the words that an asset adds to prompts; what is left out stays."""
        found = find_asset(self.project, uuid)
        told = describe_asset(self.project, found, trigger_word=trigger_word, description=description, keywords=keywords)
        return self._told(told)

    @public
    def rename_asset(self, uuid: str, name: str) -> JsonObject:
        """Give an asset another name; what refers to it follows."""
        return self._told(rename_asset(self.project, find_asset(self.project, uuid), name, self.signature))

    @public
    def add_asset_reference(self, uuid: str, path: str) -> JsonObject:
        """Copy a picture of the project (an upload, a take) into the reference images of an asset."""
        picture = paths.inside(self.project.root, path)
        return self._told(add_reference(self.project.root, find_asset(self.project, uuid), picture))

    @public
    def delete_asset(self, uuid: str, *, force: bool = False) -> None:
        """Remove an asset; one that is used only by force."""
        delete_asset(self.project, find_asset(self.project, uuid), force=force)
        self._tell_all()

    def _told(self, asset: AssetFolder) -> JsonObject:
        self._tell_all()
        return self._document(asset)

    def _tell_all(self) -> None:
        for view in (self, *FOLLOWER.others(self)):
            view.refresh()

    def _document(self, found: AssetFolder) -> JsonObject:
        pictures = [media_url(self.project.uuid, path, width=320) for path in found.references]
        return {**found.asset.model_dump(mode="json", by_alias=True), "keywords": found.keywords, "pictures": pictures}
