"""The job folder of an attempt: a small project with just the inputs, the request, and a place for outputs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Final

from genstudio.engine.execution import failure
from genstudio.engine.parcels import Parcels
from genstudio.project import paths
from genstudio.project.atomic import disk_errors
from genstudio.schema.base import JsonObject
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.event import DoneEvent
from genstudio.schema.job import Assignment, FileRef, GenerateJob, Route, TrainJob

__all__ = ["documents_of", "output_file", "stage"]

_BLOCK: Final = 1 << 20


def stage(
    folder: Path,
    assignment: Assignment,
    spec: GenerateJob | TrainJob,
    route: Route,
    outputs: Path | None = None,
    parcels: Parcels | None = None,
) -> None:
    """Fill an empty job folder.

    Args:
        folder: The job folder.
        assignment: The attempt.
        spec: What it is to make.
        route: How.
        outputs: Where its results go, if not into the folder itself: then it holds a link to there.
        parcels: Where inputs were sent to, if this worker does not see the project's disk.

    Raises:
        NotFoundError: An input is gone.
        BadInputError: An input was changed since the job was asked for, or leaves the project.
        GenStudioError: The disk is full.
    """
    root, project = Path(spec.project_root), folder / "project"
    with disk_errors(folder / "request.json"):
        folder.mkdir(parents=True, exist_ok=True)
        (outputs or folder / "outputs").mkdir(parents=True)
        if outputs is not None:
            (folder / "outputs").symlink_to(os.path.relpath(outputs, folder))  # the same way in a container
        project.mkdir()
        documents = (
            assignment.documents
            if parcels
            else [FileRef(path=path.relative_to(root).as_posix(), sha256="") for path in documents_of(root, spec)]
        )
        for file in {file.path: file for file in [*documents, *spec.files]}.values():
            source = parcels.input(file.sha256) if parcels else paths.inside(root, file.path)
            _copy(source, file, paths.inside(project, file.path))
        (folder / "request.json").write_text(json.dumps(_request(assignment, spec, route), ensure_ascii=False), encoding="utf-8")
        for path in (folder, *folder.rglob("*")):  # a container's user is not ours
            path.chmod(0o755 if path.is_dir() else 0o644)


def output_file(done: DoneEvent, outputs: Path) -> Path:
    """Return the main output: the socket ``output``, or the only one. A pipeline is not trusted: it must be a plain file in there.

    Raises:
        GenStudioError: It is missing, no plain file, or elsewhere.
    """
    names = done.outputs
    name = names.get("output") or (next(iter(names.values())) if len(names) == 1 else "")
    try:
        path = paths.inside(outputs, name) if name else None
    except BadInputError:
        path = None
    if path is None or path.is_symlink() or not path.is_file():
        raise failure("internal", f"The pipeline says that it made {name!r:.80}, which is no file in its outputs.")
    return path


def documents_of(root: Path, spec: GenerateJob | TrainJob) -> list[Path]:
    """Return the files that every pipeline of a job may read: the project's manifest and, of a shot, its canvas."""
    canvas = (paths.inside(root, spec.canvas.path),) if isinstance(spec, GenerateJob) else ()
    found = (paths.get_manifest_path(root), *canvas)
    return [path for path in found if path.is_file()]


def _copy(source: Path, file: FileRef, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            while block := reader.read(_BLOCK):
                digest.update(block)
                writer.write(block)
    except FileNotFoundError as error:
        raise NotFoundError(
            f"The input {file.path!r:.200} is gone.", fix="Bring it back, or take it off the shot.", code="bad_input"
        ) from error
    shutil.copystat(source, target)
    if file.sha256 and digest.hexdigest() != file.sha256:
        raise BadInputError(f"The input {file.path!r:.200} was changed after Generate was pressed.", fix="Generate again.")


def _request(assignment: Assignment, spec: GenerateJob | TrainJob, route: Route) -> JsonObject:
    return {
        "request_id": f"{assignment.job}-{assignment.attempt}",
        "prompt": spec.prompt,
        "composed_prompt": spec.composed_prompt,
        "negative_prompt": spec.negative_prompt,
        "seed": spec.seed,
        "width": route.width,
        "height": route.height,
        "fps": route.fps,
        "frames": route.frames,
        "kind": route.kind,
        "name": spec.name,
        "inputs": spec.inputs,
        "files": [{"path": file.path, "role": file.role} for file in spec.files],
        "params": route.params,
        "tier": route.tier.model_dump(mode="json"),
        "output_dir": "outputs",
    }
