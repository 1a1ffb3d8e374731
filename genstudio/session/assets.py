"""Calls of a view that concern the assets of its project."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Final, Literal

from genstudio.engine.training import training_problem
from genstudio.project import happenings, paths
from genstudio.project.asset_care import (
    all_uses,
    delete_asset,
    describe_asset,
    find_asset,
    remove_reference,
    rename_asset,
    where_used,
)
from genstudio.project.assets import AssetFolder, add_reference
from genstudio.project.trigger import checked_trigger_word
from genstudio.schema.base import JsonObject
from genstudio.schema.job import Failed
from genstudio.session import progress
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.follower import FOLLOWER
from genstudio.session.media import MEDIA_TYPES, media_url

__all__ = ["AssetsSession"]

_SHELVES: Final = ("Stock_Media", "Branding", "LUTs_and_Presets", "AI_Models")
"""Folders of the library whose items are copied into projects."""


class AssetsSession(EditingSession):
    """The part of :class:`~genstudio.session.CanvasSession` that concerns assets; they are named by their uuid."""

    @public
    def assets(self) -> list[JsonObject]:
        """Return all assets with their words, pictures, uses and training, by kind and name; see :meth:`asset`."""
        everything, uses = self.project.assets(), all_uses(self.project)
        tasks = {spec.node: spec.id for spec in self.engine.store.tasks(self.project.uuid) if spec.kind == "train"}
        return [
            {
                **self._document(found),
                "uses": [asdict(use) for use in uses.get(found.asset.uuid, ())],
                "problem": training_problem(found, everything),
                "task": self._task(tasks.get(found.asset.uuid)),
            }
            for found in everything
        ]

    @public
    def create_asset(
        self, kind: Literal["character", "style", "location"], name: str, trigger_word: str = "", description: str = ""
    ) -> JsonObject:
        """Make a character, a style or a location and return it."""
        word = checked_trigger_word(self.project, trigger_word)
        made = self.project.create_asset(kind, name, trigger_word=word, description=description)
        self.keep(happenings.asset_made(made))
        return self._told(made)

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
        word = None if trigger_word is None else checked_trigger_word(self.project, trigger_word, found.asset.uuid)
        described = describe_asset(self.project, found, trigger_word=word, description=description, keywords=keywords)
        self.keep(happenings.asset_changed(described))
        return self._told(described)

    @public
    def rename_asset(self, uuid: str, name: str) -> JsonObject:
        """Give an asset another name; what refers to it follows."""
        found = find_asset(self.project, uuid)
        renamed = rename_asset(self.project, found, name, self.signature)
        self.keep(happenings.asset_renamed(found, renamed, (use.canvas for use in where_used(self.project, uuid))))
        return self._told(renamed)

    @public
    def add_asset_reference(self, uuid: str, path: str) -> JsonObject:
        """Copy a picture of the project (an upload, a take) into the reference images of an asset."""
        picture = paths.inside(self.project.root, path)
        filled = add_reference(self.project.root, find_asset(self.project, uuid), picture)
        self.keep(happenings.picture_added(filled, picture.name))
        return self._told(filled)

    @public
    def remove_asset_reference(self, uuid: str, path: str) -> JsonObject:
        """Take a picture (its path, as in ``references``) out of the reference images of an asset."""
        left = remove_reference(self.project, find_asset(self.project, uuid), path)
        self.keep(happenings.picture_removed(left, PurePosixPath(path).name))
        return self._told(left)

    @public
    def delete_asset(self, uuid: str, *, force: bool = False) -> None:
        """Remove an asset; one that is used only by force."""
        found = find_asset(self.project, uuid)
        delete_asset(self.project, found, force=force)
        self.keep(happenings.asset_deleted(found))
        self._tell_all()

    @public
    def train_asset(self, uuid: str, quality: Literal["low", "standard", "high"] | None = None) -> JsonObject:
        """Ask for the model of an asset, trained from its reference images; return ``{"task_id"}``. It has a trigger word and pictures."""
        task = self.engine.train(self.project, uuid, quality, author=self.signature)
        FOLLOWER.poke()
        return {"task_id": task.id}

    @public
    def library_items(self) -> list[JsonObject]:
        """Return what of the shared library can be copied into the project: ``{kind, name, picture}``."""
        return [
            {"kind": kind, "name": name, "picture": MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "").startswith("image/")}
            for kind in _SHELVES
            for name in self.workspace.library(kind)
        ]

    @public
    def use_library_item(self, kind: str, name: str, asset: str | None = None) -> JsonObject:
        """Copy an item of the library into the project, and into the pictures of an asset if one is named; return its ``path``."""
        path = self.workspace.use(self.project, kind, name)
        if asset is not None:
            self.add_asset_reference(asset, path)
        return {"path": path}

    def _told(self, asset: AssetFolder) -> JsonObject:
        self._tell_all()
        return self._document(asset)

    def _tell_all(self) -> None:
        for view in FOLLOWER.views(self.project.uuid):
            view.refresh()

    def _document(self, found: AssetFolder) -> JsonObject:
        pictures = [media_url(self.project.uuid, path, width=320) for path in found.references]
        known = found.asset.model_dump(mode="json", by_alias=True)
        return {**known, "folder": found.folder, "keywords": found.keywords, "references": list(found.references), "pictures": pictures}

    def _task(self, task_id: str | None) -> JsonObject | None:
        """Return the newest training of an asset as cards show it; None if there was none."""
        if task_id is None:
            return None
        task = self.engine.store.task(task_id)
        now, failed = progress.progress(task), next((job.state for job in task.jobs if isinstance(job.state, Failed)), None)
        told = {"task_id": task_id, "state": now.state, "progress": now.progress, "step": now.step, "notice": task.spec.notice}
        return {**told, "error": failed.message if failed else "", "fix": failed.fix if failed else ""}
