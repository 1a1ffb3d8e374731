"""From the output of a pipeline to a published take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from genstudio.engine.execution import scratch_errors
from genstudio.pipelines.catalogue import Pipeline
from genstudio.project import media, paths
from genstudio.project.control_maps import publish_control_map
from genstudio.project.project import ProjectFolder
from genstudio.schema.base import JsonObject, utc_now
from genstudio.schema.control import ControlMap
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import Assignment, GenerateJob, Route, Succeeded
from genstudio.schema.rates import parse_rate, rate_text, timecode_from_frames
from genstudio.schema.take import TakeName, TakePipeline, TakeRecord, TakeTiming

__all__ = ["Making", "publish_result"]

_UNKNOWN: Final = "0" * 64
_KINDS: Final = {"control": ("image", "video")}


@dataclass(frozen=True, slots=True)
class Making:
    """How the output came to be."""

    assignment: Assignment
    spec: GenerateJob
    route: Route
    pipeline: Pipeline
    runner: str
    image: str
    timing: TakeTiming
    metadata: JsonObject


def publish_result(making: Making, name: TakeName | None, output: Path) -> Succeeded:
    """Check, tag and publish an output: as a take if it was promised a name, else as a control map in the cache.

    Raises:
        GenStudioError: The output is not of the kind that was promised, or cannot be published.
    """
    if name is None:
        return Succeeded(output=_publish_map(making, output))
    media = _publish_take(making, name, output)
    return Succeeded(output=media, take=PurePosixPath(media).stem)  # a pull may have brought another take under the promised number


def _publish_take(making: Making, name: TakeName, output: Path) -> str:
    """Publish an output as a take; return the project-relative path of its media."""
    project = ProjectFolder(Path(making.spec.project_root))
    record = _record(making, name, _checked(making, output), project.takes.reel(name))
    tagged = output.with_name(f"tagged{output.suffix.lower()}")
    with scratch_errors():
        media.tag(output, tagged, record.start_timecode, record.reel, _embedded(record))
    published = project.takes.publish(name, tagged, record)
    return paths.relative(project.root, project.takes.media_path(published))


def _publish_map(making: Making, output: Path) -> str:
    """Put an output into the cache as a control map."""
    spec, info = making.spec, _checked(making, output)
    record = ControlMap(
        key=spec.intent_key,
        path=output.name,
        sha256=_UNKNOWN,
        kind="image" if info.kind == "image" else "video",
        width=info.width,
        height=info.height,
        fps=rate_text(info.fps) if info.fps else None,
        frames=info.frames,
        quality=spec.quality,
        inputs=spec.inputs,
        pipeline=f"{making.pipeline.id}@{making.pipeline.manifest.version}",
        job=making.assignment.job,
        created=utc_now(),
    )
    return publish_control_map(ProjectFolder(Path(spec.project_root)).root, output, record).path


def _checked(making: Making, output: Path) -> media.MediaInfo:
    """Return what an output is, which must be of the kind that was promised."""
    try:
        info = media.probe(output)
    except GenStudioError as error:
        raise GenStudioError(
            f"What the pipeline made cannot be played: {error.message}", fix="Read the log of the job.", code="internal"
        ) from error
    if info.kind not in _KINDS.get(making.route.kind, (making.route.kind,)):
        raise GenStudioError(
            f"The pipeline promised {making.route.kind} and made {info.kind}.", fix="Correct the pipeline.", code="internal"
        )
    return info


def _record(making: Making, name: TakeName, info: media.MediaInfo, reel: str) -> TakeRecord:
    spec, route = making.spec, making.route
    rate = info.fps or parse_rate(spec.fps)
    peak = making.metadata.get("peak_vram_gib")
    return TakeRecord(
        id=name.id,
        renders=spec.renders,
        media=f"{name.id}.bin",  # name, hash and size are filled in when it is published
        kind=info.kind,
        sha256=_UNKNOWN,
        bytes=1,
        width=info.width,
        height=info.height,
        fps=rate_text(info.fps) if info.fps else None,
        frames=info.frames,
        audio=info.audio,
        draft=route.quality.used == "draft",
        reel=reel,
        start_timecode=timecode_from_frames(round(_start_seconds(name) * rate), rate),
        task=making.assignment.task,
        job=making.assignment.job,
        created=utc_now(),
        intent_key=spec.intent_key,
        parents=tuple(dict.fromkeys(_takes_in(spec.inputs))),
        pipeline=_pipeline(making),
        quality=route.quality,
        inputs={**spec.inputs, "seed": spec.seed},
        params=route.params,
        asked=spec.asked,
        canvas=spec.canvas,
        timing=making.timing,
        peak_vram_gib=float(peak) if isinstance(peak, int | float) else None,
        worker=making.assignment.worker,
    )


def _takes_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """The ids of the takes that inputs name."""
    if isinstance(value, dict):
        if isinstance(value.get("take"), str) and value["take"]:
            yield value["take"]
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from _takes_in(item)


def _pipeline(making: Making) -> TakePipeline:
    manifest = making.pipeline.manifest
    weights = tuple({"repo": item.repo, "revision": item.revision} for item in manifest.weights if item.repo)
    return TakePipeline(
        id=manifest.id,
        version=manifest.version,
        image=making.image,
        runner=making.runner,
        weights=weights,
        digest=making.pipeline.digest,
    )


def _start_seconds(name: TakeName) -> int:
    """One hour, and as many seconds as the number of the shot, so that the takes of a scene begin apart: SHOT_010 at 01:00:10:00."""
    digits = "".join(character for character in name.shot.rpartition("_")[2] if character.isdigit())
    return 3600 + int(digits[-4:] or 0)


def _embedded(record: TakeRecord) -> str:
    entry = record.model_dump(mode="json", by_alias=True, exclude={"media", "sha256", "bytes"})
    return json.dumps(entry, ensure_ascii=False)
