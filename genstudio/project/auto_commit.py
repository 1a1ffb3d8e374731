"""Commits that the studio makes by itself, where the settings of the project ask for them. What fails is told, not raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from genstudio.project.assets import AssetFolder
    from genstudio.project.happenings import Happened
    from genstudio.project.project import ProjectFolder

__all__ = ["asset_of", "keep"]


def keep(project: ProjectFolder, happened: Happened) -> str:
    """Commit what happened, and nothing that the user staged; return why it was not committed (else empty).

    Nothing is committed, and nothing said, where ``auto_commit`` of the project is off.
    """
    try:
        if not happened.files or not project.settings.auto_commit:
            return ""
        return project.repository.commit(happened.files, happened.told).notice
    except (GenStudioError, OSError) as error:
        return f"{happened.told.partition(chr(10))[0]}: this was not committed. {error}"


def asset_of(project: ProjectFolder, path: str) -> AssetFolder | None:
    """Return the asset that a file (project-relative) is a picture of; None if it is none's."""
    return next((asset for asset in project.assets() if path.startswith(f"{asset.folder}/")), None)
