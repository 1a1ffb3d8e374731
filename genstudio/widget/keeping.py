"""Versions of what a cell did: Git works in the background, and the cell waits for it as long as nobody minds."""

from __future__ import annotations

import logging
from concurrent.futures import wait
from typing import TYPE_CHECKING, Final

from genstudio.session.keeping import keep_soon

if TYPE_CHECKING:
    from genstudio.project.happenings import Happened
    from genstudio.project.project import ProjectFolder

__all__ = ["kept"]

_PATIENCE_S: Final = 2.0
"""A commit takes a fraction of a second, unless another one of many gigabytes is under way."""
_LOG: Final = logging.getLogger(__name__)


def kept(project: ProjectFolder, happened: Happened) -> None:
    """Make a version of what happened, so that the next line of the cell finds it; why it cannot be made is logged as a warning."""
    wait([keep_soon(project, happened, _LOG.warning)], timeout=_PATIENCE_S)
