"""Settings of a project with some of them changed: checked by name and by value, told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio.project.documents import validate
from genstudio.schema.errors import BadInputError
from genstudio.schema.project import ProjectSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["changed_settings"]


def changed_settings(settings: ProjectSettings, changes: Mapping[str, Any]) -> ProjectSettings:
    """Return ``settings`` with ``changes``.

    Raises:
        BadInputError: A setting is unknown or its value wrong; the message names it.
    """
    unknown = sorted(changes.keys() - ProjectSettings.model_fields.keys())
    if unknown:
        known = ", ".join(ProjectSettings.model_fields)
        raise BadInputError(f"There is no setting {unknown[0]!r:.80}.", fix=f"The settings are {known}.")
    return validate(ProjectSettings, {**settings.model_dump(), **changes}, "project_settings")
