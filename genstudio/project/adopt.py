"""Media that no pipeline of this project made becomes a take: copied into the shot's folder with a record that says so."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from genstudio.project import paths
from genstudio.project.media import MediaInfo, embedded_record, probe
from genstudio.schema.base import JsonObject
from genstudio.schema.errors import BadInputError
from genstudio.schema.rates import rate_text
from genstudio.schema.take import TakeRecord

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder

__all__ = ["ADOPTED", "adopt"]

ADOPTED: Final = "adopted"
"""What stands for the pipeline of a take that came from elsewhere."""

_RESTORED: Final = ("pipeline", "quality", "inputs", "params", "asked", "intent_key", "draft", "canvas", "parents", "timing", "worker")
_UNKNOWN: Final = "0" * 64


def adopt(project: ProjectFolder, media: Path, renders: str, *, node: str, version: int = 1) -> TakeRecord:
    """Publish media as the next take of a shot and return its record. Asked again for the same content, the same take is returned.

    A record that the studio embedded in the media is taken over, so that a take which was sent around keeps its settings; it is text
    from outside and is believed only as far as it has the form of a record. Media that lies in the shot's own folder without a record
    is moved aside once its take is there.

    Args:
        project: The project.
        media: An image, a video or a sound; anywhere.
        renders: The shot's folder, ``<SCENE>/<SHOT>``.
        node: Id of the shot on the main canvas.
        version: Version of the shot.

    Raises:
        NotFoundError, BadInputError: The media is missing or unusable.
    """
    info = probe(media)
    job = f"adopt-{_content(media)[:40]}"
    name = project.takes.claim(renders, version, job)
    record = _record(project, media, info, {"id": name.id, "renders": renders, "job": job}, node)
    published = project.takes.publish(name, media, record)
    _set_aside(project, media, published)
    return published


def _content(media: Path) -> str:
    with media.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(project: ProjectFolder, media: Path, info: MediaInfo, known: JsonObject, node: str) -> TakeRecord:
    found = embedded_record(media) or {}
    told: JsonObject = {key: found[key] for key in _RESTORED if key in found}
    plain: JsonObject = {
        **known,
        "schema": "genstudio.take/1",
        "media": f"{known['id']}.bin",  # name, hash and size are filled in when it is published
        "sha256": _UNKNOWN,
        "bytes": 1,
        "kind": info.kind,
        "width": info.width,
        "height": info.height,
        "fps": rate_text(info.fps) if info.fps else None,
        "frames": info.frames,
        "audio": info.audio,
        "pipeline": {"id": ADOPTED, "version": ""},
        "quality": {"requested": "high", "used": "high"},
        "canvas": {"path": project.manifest.canvas_path, "version": 0, "node": node},
        "adopted": {"name": PurePosixPath(media.name).name},
    }
    return _valid({**plain, **told}) or _valid(plain) or _refuse(media)


def _valid(fields: dict[str, Any]) -> TakeRecord | None:
    try:
        return TakeRecord.model_validate(fields)
    except ValidationError:
        return None


def _refuse(media: Path) -> TakeRecord:
    raise BadInputError(f"{media.name!r} cannot become a take: its format is unusual.", fix="Convert it to MP4 or PNG.")


def _set_aside(project: ProjectFolder, media: Path, record: TakeRecord) -> None:
    folder = paths.get_shot_dir(project.root, record.renders).resolve()
    if media.resolve().parent == folder and media.name != record.media:
        orphans = paths.get_orphans_dir(project.root)
        orphans.mkdir(parents=True, exist_ok=True)
        media.rename(orphans / f"{os.urandom(4).hex()}.{media.name}")
