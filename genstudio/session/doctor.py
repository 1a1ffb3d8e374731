"""What is there, and what more would bring: one line a thing, with the command that brings it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genstudio.project.media import ffmpeg_path
from genstudio.project.tools import install_command
from genstudio.schema.errors import MissingToolError

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.project.workspace import WorkspaceFolder

__all__ = ["Finding", "examine", "examine_tools"]

_LOW_DISK_GIB: Final = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``fix`` is a command or a sentence, empty where all is well."""

    name: str
    ok: bool
    message: str
    fix: str = ""


def examine(workspace: WorkspaceFolder, engine: Engine) -> list[Finding]:
    """Look at everything the studio can use, in well under a second; changes nothing and starts nothing."""
    return [
        *examine_tools(),
        _disk(workspace),
        *_workers(engine),
    ]


def examine_tools() -> list[Finding]:
    """Look at the programs that the studio runs; needs no workspace."""
    return [_program("git", "the history of projects"), _program("git-lfs", "media in that history"), _ffmpeg()]


def _program(name: str, purpose: str) -> Finding:
    if shutil.which(name) is None:
        return Finding(name, ok=False, message=f"{name} is not installed. It brings {purpose}.", fix=install_command(name))
    return Finding(name, ok=True, message=f"{name} is there.")


def _ffmpeg() -> Finding:
    try:
        return Finding("ffmpeg", ok=True, message=f"Films are encoded by {ffmpeg_path()}.")
    except MissingToolError as error:
        return Finding("ffmpeg", ok=False, message=error.message, fix=error.fix)


def _disk(workspace: WorkspaceFolder) -> Finding:
    free = shutil.disk_usage(workspace.root).free / 2**30
    fix = "" if free >= _LOW_DISK_GIB else "Make room, or delete 05_Cache of finished projects."
    return Finding("disk", ok=not fix, message=f"{free:.1f} GiB are free on the disk of the workspace.", fix=fix)


def _workers(engine: Engine) -> list[Finding]:
    workers = engine.workers()
    if not workers:
        return [Finding("workers", ok=True, message="No worker runs; they start with the first job.")]
    cards = ", ".join(f"{worker.gpu} ({worker.card_gib:.0f} GiB)" for worker in workers if worker.card_gib)
    gpu = Finding("gpu", ok=bool(cards), message=cards or "No GPU: shots are made as animatics.", fix="" if cards else "Add a GPU worker.")
    if any("container" in worker.runners for worker in workers):
        return [gpu, Finding("containers", ok=True, message="Pipelines run in containers.")]
    message = "No worker has a container engine: only built-in pipelines run, and those that were built to run as processes."
    fix = "Install Docker on the worker's machine, or see: genstudio pipelines build --help."
    return [gpu, Finding("containers", ok=False, message=message, fix=fix)]
