"""The sound of a film, kept in the cache: a film with another title, wipe or preset of pictures sounds as it did.

The sound stands beside a record of what was mixed, written last: without that record there is no sound.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from genstudio.edit.audio import Sound, render_audio
from genstudio.edit.conform import content_key, source_path
from genstudio.edit.film_format import sound_options
from genstudio.project.atomic import disk_errors, write_atomic
from genstudio.project.hashing import file_sha256
from genstudio.project.paths import get_cache_dir, inside
from genstudio.schema.base import Frozen
from genstudio.schema.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.edit.film_format import FilmFormat
    from genstudio.schema.base import JsonObject
    from genstudio.schema.cut import CutEvent, CutList, Music

__all__ = ["soundtrack"]

_VERSION: Final = 1
"""Part of the key of every cached sound: raise it when the same cut is to sound otherwise."""


class _Mixed(Frozen):
    """What was mixed, and the hash of the file that holds it."""

    sha256: str
    heard: bool
    loudness: float | None
    notices: tuple[str, ...]


def soundtrack(root: Path, cut: CutList, form: FilmFormat, cancelled: Callable[[], bool]) -> tuple[Path, Sound]:
    """Return the file with the sound of a film, mixed unless the cache has it, and what it holds.

    Raises:
        NotFoundError: A take's media, or music, is missing.
        BadInputError: Music is no sound, or not what its record says.
        GenStudioError: Sound cannot be decoded or written, or the disk is full.
        RenderCancelledError: ``cancelled`` returned true.
    """
    coder = sound_options(form)
    target = get_cache_dir(root, "pieces") / f"{content_key(_content(root, cut, coder))}.sound{form.coding.suffix}"
    record = target.with_suffix(".json")
    known = _known(target, record)
    if known is None:
        known = _mixed(root, cut, coder, target, cancelled)
        write_atomic(record, known.model_dump_json().encode())
    return target, Sound(known.heard, known.loudness, known.notices)


def _known(target: Path, record: Path) -> _Mixed | None:
    try:
        found = _Mixed.model_validate_json(record.read_bytes())
        return found if file_sha256(target) == found.sha256 else None
    except (FileNotFoundError, ValidationError):
        return None


def _mixed(root: Path, cut: CutList, coder: list[str], target: Path, cancelled: Callable[[], bool]) -> _Mixed:
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as folder:
            made = Path(folder) / "sound"
            sound = render_audio(root, cut, made, coder, cancelled)
            digest = file_sha256(made)
            made.replace(target)
    return _Mixed(sha256=digest, heard=sound.heard, loudness=sound.loudness, notices=sound.notices)


def _content(root: Path, cut: CutList, coder: list[str]) -> JsonObject:
    """Return all that the sound depends on."""
    return {
        "version": _VERSION,
        "coder": list(coder),
        "fps": cut.fps,
        "loudness": cut.loudness,
        "events": [_heard(root, event) for event in cut.events],
        "music": [_played(root, music) for music in cut.music],
    }


def _heard(root: Path, event: CutEvent) -> JsonObject:
    if event.source.audio:
        source_path(root, event.source)  # a take that is gone is told, whatever the cache has
    return {
        "take": event.source.sha256 if event.source.audio else "",
        "source": [event.source_in, event.source_out],
        "record": [event.record_in, event.record_out],
        "transition": [event.transition.kind, event.transition.frames],
    }


def _played(root: Path, music: Music) -> JsonObject:
    """Return a music by the bytes that its file has now, for no record may vouch for it."""
    path = inside(root, music.media)
    if not path.is_file():
        raise NotFoundError(f"The music {music.media} is missing.", fix="Choose another file on the audio node, or run: git lfs pull")
    return {**music.model_dump(mode="json", exclude={"node", "media"}), "file": file_sha256(path)}
