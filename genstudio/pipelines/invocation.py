"""How a pipeline is started as a process, and how its image is built: argument lists only, nothing is run here."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Final

from genstudio.pipelines.catalogue import builtin_dir, sdk_dir
from genstudio.pipelines.folders import folder_digest
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genstudio.pipelines.catalogue import Pipeline

__all__ = [
    "DIGEST_LABEL",
    "image_build_command",
    "image_digest",
    "image_mismatch",
    "own_command",
    "process_command",
    "process_environment",
]

DIGEST_LABEL: Final = "genstudio.digest"
"""The label of an image that says which code is in it: :func:`image_digest` at the time of the build."""
_APP: Final = "/app/"


def process_command(pipeline: Pipeline) -> list[str]:
    """Return the manifest's command for the studio's own Python, ``/app/…`` read as the pipeline's folder.

    Raises:
        BadInputError: The pipeline may run only in a container.
    """
    if not pipeline.runs_as_process:
        raise BadInputError(f"{pipeline.id} runs only in a container.", fix="Install a container engine on the worker.")
    return own_command(pipeline, sys.executable)


def own_command(pipeline: Pipeline, python: str) -> list[str]:
    """Return the manifest's command for a Python of this machine, ``/app/…`` read as the pipeline's folder."""
    command = [str(pipeline.folder / part.removeprefix(_APP)) if part.startswith(_APP) else part for part in pipeline.manifest.run.command]
    return [python if command[0] in ("python", "python3") else command[0], *command[1:]]


def process_environment() -> dict[str, str]:
    """Return what a pipeline process needs in its environment beside the job: the SDK on the path, no stray files beside code."""
    return {"PYTHONPATH": str(sdk_dir()), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def image_digest(pipeline: Pipeline) -> str:
    """Return what stands for the code in a pipeline's image: its folder, and the SDK that built-in images are made with."""
    parts = [pipeline.digest, folder_digest(sdk_dir())] if pipeline.builtin else [pipeline.digest]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def image_mismatch(pipeline: Pipeline, label: str) -> str:
    """Return why an image must not stand for a pipeline, in one sentence; empty if it may.

    An image without a label is of unknown age: nobody but the author answers for that of a pipeline of a workspace, but a built-in
    one was built by an older studio.

    Args:
        pipeline: The pipeline as it is now.
        label: The value of :data:`DIGEST_LABEL`, empty if the image has none.
    """
    if label == image_digest(pipeline) or not (label or pipeline.builtin):
        return ""
    return f"The container image {pipeline.manifest.run.image} was built from other code than {pipeline.id} has now."


def image_build_command(pipeline: Pipeline, *, base: str = "", build_args: Mapping[str, str] | None = None) -> list[str]:
    """Return the ``docker build`` command of a pipeline's image; ``base`` replaces the Dockerfile's base image.

    The image is labelled with the code in it. The context of a built-in one is the folder of all built-in pipelines, for images take the
    SDK from there; that of a workspace's own is its folder.
    """
    arguments = ({"BASE": base} if base else {}) | dict(build_args or {})
    flags = [part for name, value in sorted(arguments.items()) for part in ("--build-arg", f"{name}={value}")]
    dockerfile = str(pipeline.folder / "Dockerfile")
    flags += ["--label", f"{DIGEST_LABEL}={image_digest(pipeline)}"]
    return [
        "docker",
        "build",
        "--network",
        "host",
        "-t",
        pipeline.manifest.run.image,
        "-f",
        dockerfile,
        *flags,
        str(builtin_dir() if pipeline.builtin else pipeline.folder),
    ]
