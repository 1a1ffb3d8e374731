"""A take made again: the job that its record describes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine.recorded_image import valid_image
from genstudio.pipelines.formats import frame_size
from genstudio.schema.errors import BadInputError
from genstudio.schema.job import FileRef, GenerateJob

if TYPE_CHECKING:
    from genstudio.pipelines.catalogue import Catalogue
    from genstudio.project.project import ProjectFolder
    from genstudio.schema.take import TakeRecord

__all__ = ["job_again"]

_MODEL: Final = "model"


def job_again(project: ProjectFolder, catalogue: Catalogue, record: TakeRecord) -> GenerateJob:
    """Return the job that makes a take again: the same pipeline in the same version, the same seed, inputs, parameters and format.

    The container image that made it is asked for too; where it is gone, the worker says so and takes the pipeline's own.

    Raises:
        NotFoundError: The pipeline is not here in that version.
        BadInputError: The record does not say how the take was made.
    """
    inputs = dict(record.inputs)
    seed = inputs.pop("seed", None)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise BadInputError(f"The record of {record.id} names no seed.", fix="Only takes that the studio generated can be made again.")
    reference = f"{record.pipeline.id}@{record.pipeline.version}"
    pipeline = catalogue.get(reference)
    size = (record.width, record.height)
    settings = project.settings
    if any(frame_size(tier, *settings.size) == size for tier in pipeline.manifest.tiers):
        size = settings.size
    prompt, composed, negative = (_text(inputs, name) for name in ("prompt", "composed_prompt", "negative_prompt"))
    return GenerateJob(
        project=project.uuid,
        project_root=str(project.root),
        node=record.canvas.node,
        name=record.canvas.name or record.name.shot,
        reference=reference,
        quality=record.quality.used,
        policy="queue",
        prompt=prompt,
        composed_prompt=composed or prompt,
        negative_prompt=negative,
        seed=seed,
        width=size[0],
        height=size[1],
        fps=record.fps or settings.fps,
        duration=f"{max(1, record.frames)}f",
        inputs=inputs,
        files=tuple(_files(inputs)),
        params=record.params,
        canvas=record.canvas,
        renders=record.renders,
        shot_version=record.name.version,
        intent_key=record.intent_key,
        makes=record.kind if record.kind != "audio" and pipeline.manifest.kind in ("image", "video") else None,
        asked=record.asked,
        image=valid_image(record.pipeline.image),
    )


def _text(inputs: dict[str, Any], name: str) -> str:
    value = inputs.get(name)
    return value if isinstance(value, str) else ""


def _files(inputs: dict[str, Any]) -> Iterator[FileRef]:
    for socket, value in inputs.items():
        yield from _of(value, socket)


def _of(value: Any, role: str) -> Iterator[FileRef]:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        for item in value:
            yield from _of(item, role)
    elif isinstance(value, dict):
        path, sha256 = value.get("path"), value.get("sha256")
        if isinstance(path, str) and isinstance(sha256, str):
            yield FileRef(path=path, sha256=sha256, role=role)
        for key, item in value.items():
            yield from _of(item, f"{role}_model" if key == _MODEL else role)
