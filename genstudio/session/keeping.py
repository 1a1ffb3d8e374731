"""Automatic commits in the background, one after another, so that nobody waits for Git. A process does not end before they are done."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from genstudio.project.auto_commit import keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.happenings import Happened
    from genstudio.project.project import ProjectFolder

__all__ = ["keep_soon"]

_POOL: Final = ThreadPoolExecutor(1, thread_name_prefix="genstudio-keep")
"""One thread, so that versions come in the order of what happened; the interpreter waits for it at its end."""


def keep_soon(project: ProjectFolder, happened: Happened, tell: Callable[[str], None]) -> Future[None]:
    """Commit what happened in the background; ``tell`` is called there with the reason if that is not possible."""

    def run() -> None:
        notice = keep(project, happened)
        if notice:
            tell(notice)

    return _POOL.submit(run)
