"""How a pipeline is started as a process, and how its image is built: argument lists only, nothing is run here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from genstudio.pipelines.catalogue import builtin_dir, sdk_dir
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genstudio.pipelines.catalogue import Pipeline

__all__ = ["image_build_command", "process_command", "process_environment"]

_APP: Final = "/app/"


def process_command(pipeline: Pipeline) -> list[str]:
    """Return the manifest's command for the studio's own Python, ``/app/…`` read as the pipeline's folder.

    Raises:
        BadInputError: The pipeline may run only in a container.
    """
    if not pipeline.runs_as_process:
        raise BadInputError(f"{pipeline.id} runs only in a container.", fix="Install a container engine on the worker.")
    command = [str(pipeline.folder / part.removeprefix(_APP)) if part.startswith(_APP) else part for part in pipeline.manifest.run.command]
    return [sys.executable if command[0] == "python" else command[0], *command[1:]]


def process_environment() -> dict[str, str]:
    """Return what a pipeline process needs in its environment beside the job: the SDK on the path, no stray files beside code."""
    return {"PYTHONPATH": str(sdk_dir()), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def image_build_command(pipeline: Pipeline, *, base: str = "", build_args: Mapping[str, str] | None = None) -> list[str]:
    """Return the ``docker build`` command of a built-in pipeline's image; ``base`` replaces the Dockerfile's base image.

    The context is the folder of all built-in pipelines, for images take the SDK from there.
    """
    arguments = ({"BASE": base} if base else {}) | dict(build_args or {})
    flags = [part for name, value in sorted(arguments.items()) for part in ("--build-arg", f"{name}={value}")]
    dockerfile = str(pipeline.folder / "Dockerfile")
    return ["docker", "build", "--network", "host", "-t", pipeline.manifest.run.image, "-f", dockerfile, *flags, str(builtin_dir())]
