"""What is worth a version of its own, as a commit tells it: the files it is about, a subject that says what happened, and a body.

Everything here is words; :func:`genstudio.project.auto_commit.keep` commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from genstudio.project import paths
from genstudio.schema.take import TakeName

if TYPE_CHECKING:
    from genstudio.project.assets import AssetFolder
    from genstudio.schema.project import ProjectSettings
    from genstudio.schema.take import TakeRecord

__all__ = [
    "Happened",
    "asset_changed",
    "asset_deleted",
    "asset_made",
    "asset_renamed",
    "film_rendered",
    "picture_added",
    "picture_removed",
    "settings_changed",
    "take_adopted",
    "take_files",
    "take_words",
    "takes_made",
]

_LONGEST_SUBJECT: Final = 200
_FROM_TO: Final = 3
"""From so many takes in a row on, only the first and the last are named."""


@dataclass(frozen=True)
class Happened:
    """``files`` are project-relative (folders count as what is in them, what is gone as removed); ``told`` is the commit's message."""

    files: tuple[str, ...]
    told: str


def _happened(files: Iterable[str], subject: str, *body: str) -> Happened:
    """Put a message together: a subject of one line, paragraphs that are not empty."""
    line = " ".join(subject.split())[:_LONGEST_SUBJECT]
    return Happened(tuple(dict.fromkeys(files)), "\n\n".join([line, *(text.strip() for text in body if text.strip())]) + "\n")


def takes_made(files: Iterable[str], takes: Sequence[tuple[str, str]], *, by: str, quality: str, prompt: str, pipeline: str) -> Happened:
    """``SHOT_010 take 3, generate-video low``, with the prompt and the pipeline in the body.

    Args:
        files: Canvas, media and records.
        takes: Folder ``<SCENE>/<SHOT>`` and id of each take, as :func:`take_words` has them.
        by: The task that was asked for, or the pinned pipeline.
        quality: The quality that was used.
        prompt: What was asked for.
        pipeline: What made them.
    """
    ids = ", ".join(take for _, take in takes)
    return _happened(files, f"{take_words(takes)}, {by} {quality}", prompt, f"{ids} made by {pipeline} in {quality} quality.")


def take_words(takes: Iterable[tuple[str, str]]) -> str:
    """Return ``SHOT_010 takes 1 and 2, SHOT_020 v02 take 1`` for folders and ids of takes."""
    shots: dict[str, list[int]] = {}
    for renders, take in takes:
        _, version, number = TakeName.parse(take)
        shots.setdefault(renders.rpartition("/")[2] + (f" v{version:02}" if version > 1 else ""), []).append(number)
    return ", ".join(f"{shot} {'takes' if len(numbers) > 1 else 'take'} {_numbers(sorted(numbers))}" for shot, numbers in shots.items())


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) >= _FROM_TO and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}" if others else last


def take_files(path: str) -> tuple[str, str]:
    """Return the project-relative paths of the media of a take and of its record."""
    return path, str(PurePosixPath(path).with_suffix(".json"))


def take_adopted(record: TakeRecord, canvas: str) -> Happened:
    """``SHOT_010 take 2 adopted from walk.mp4``."""
    origin = (record.model_extra or {}).get("adopted")
    name = origin.get("name") if isinstance(origin, Mapping) else None
    subject = f"{take_words([(record.renders, record.id)])} adopted{f' from {name}' if name else ''}"
    return _happened((canvas, *take_files(record.path)), subject)


def film_rendered(film: str, title: str, files: Iterable[str]) -> Happened:
    """``Film v003 of The Fox rendered``; ``film`` is the project-relative path of the film, which itself is in no version."""
    number = PurePosixPath(film).stem.rpartition("_")[2]
    return _happened(files, f"Film {number} of {title} rendered", f"The film is {film}.")


def settings_changed(before: ProjectSettings, after: ProjectSettings) -> Happened:
    """``Settings changed: quality standard → low, fps 24 → 25``."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    words = [f"{name.replace('_', ' ')} {_word(old.get(name))} → {_word(value)}" for name, value in new.items() if value != old.get(name)]
    return _happened((paths.MANIFEST,) if words else (), f"Settings changed: {', '.join(words)}")


def _word(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def asset_made(asset: AssetFolder) -> Happened:
    """``Asset Rusty (character) made``."""
    return _happened((asset.folder,), f"{_asset(asset)} made")


def asset_changed(asset: AssetFolder) -> Happened:
    """``Asset Rusty (character) changed``: its words are others."""
    return _happened((asset.folder,), f"{_asset(asset)} changed")


def picture_added(asset: AssetFolder, picture: str) -> Happened:
    """``Asset Rusty (character): picture fox.png added``."""
    return _happened((asset.folder,), f"{_asset(asset)}: picture {picture} added")


def picture_removed(asset: AssetFolder, picture: str) -> Happened:
    """``Asset Rusty (character): picture fox.png removed``."""
    return _happened((asset.folder,), f"{_asset(asset)}: picture {picture} removed")


def asset_renamed(before: AssetFolder, after: AssetFolder, canvases: Iterable[str]) -> Happened:
    """``Asset Rusty (character) renamed to Reynard``, with the canvases that followed."""
    return _happened((before.folder, after.folder, *canvases), f"{_asset(before)} renamed to {after.asset.name}")


def asset_deleted(asset: AssetFolder) -> Happened:
    """``Asset Rusty (character) deleted``."""
    return _happened((asset.folder,), f"{_asset(asset)} deleted")


def _asset(asset: AssetFolder) -> str:
    return f"Asset {asset.asset.name} ({asset.asset.kind})"
