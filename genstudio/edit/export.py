"""Names of what leaves the edit room, and the edit lists in the project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from genstudio.edit.edl_write import write_edl_reels
from genstudio.edit.otio import has_fcp_xml, write_fcp_xml, write_otio
from genstudio.edit.otio_read import check_exchange
from genstudio.project.atomic import publish_without_replace, write_atomic
from genstudio.project.paths import get_edls_dir, get_exports_dir, project_folder_name
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.schema.cut import CutList

__all__ = ["export_edl", "export_lists", "publish_film", "publish_folder"]

_LONGEST_NUMBER: Final = 9


def export_edl(project_root: Path, cut: CutList) -> Path:
    """Write the CMX3600 list of a cut to ``04_Project_Files/EDLs/<title>.edl``, replacing an older one, and return its path.

    A film of more than 999 events becomes several lists: ``<title>_reel2.edl`` and so on beside the first.

    Raises:
        BadInputError: A CMX3600 list cannot say what the cut says.
        GenStudioError: The disk is full or the folder may not be written.
    """
    lists = write_edl_reels(cut)
    paths = [_write(project_root, cut, f"_reel{number}.edl" if number > 1 else ".edl", text) for number, text in enumerate(lists, start=1)]
    return paths[0]


def export_lists(project_root: Path, cut: CutList) -> tuple[Path, ...]:
    """Write EDL, ``.otio`` and FCP7 XML of a cut side by side, replacing older ones, each read again first; return their paths.

    Rates without SMPTE timecode have no FCP7 XML.

    Raises:
        BadInputError: A CMX3600 list cannot say what the cut says.
        MissingToolError: OpenTimelineIO or its adapter is not installed.
        GenStudioError: The disk is full, the folder may not be written, or a file does not say what the cut says.
    """
    edl = export_edl(project_root, cut)
    timelines = {".otio": write_otio(cut), **({".xml": write_fcp_xml(cut)} if has_fcp_xml(cut) else {})}
    for suffix, text in timelines.items():
        check_exchange(text, suffix, cut)
    return (edl, *(_write(project_root, cut, suffix, text) for suffix, text in timelines.items()))


def _write(root: Path, cut: CutList, suffix: str, text: str) -> Path:
    path = get_edls_dir(root) / f"{project_folder_name(cut.title)}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text.encode())
    return path


def publish_film(root: Path, finished: Path, title: str) -> Path:
    """Give a finished film the next free name ``<title>_v001`` in ``06_Exports``, with its own suffix, and return it.

    Nothing is ever replaced.
    """
    for stem in _free_names(root, title):
        target = get_exports_dir(root) / f"{stem}{finished.suffix}"
        try:
            publish_without_replace(finished, target)
        except FileExistsError:
            continue
        return target
    raise _no_name_left(title)


def publish_folder(root: Path, finished: Path, title: str) -> Path:
    """Move a finished folder to the next free name ``<title>_v001`` in ``06_Exports`` and return it; nothing is ever replaced."""
    for stem in _free_names(root, title):
        target = get_exports_dir(root) / stem
        try:
            target.mkdir()
        except FileExistsError:
            continue
        finished.rename(target)  # a rename over an empty folder is atomic
        return target
    raise _no_name_left(title)


def _free_names(root: Path, title: str) -> Iterator[str]:
    """Yield names with numbers above those that anything in the exports has, whatever its suffix."""
    folder = get_exports_dir(root)
    folder.mkdir(parents=True, exist_ok=True)
    name = project_folder_name(title)
    pattern = re.compile(rf"{re.escape(name)}_v(\d{{3,{_LONGEST_NUMBER}}})(?:\.|\Z)", re.IGNORECASE)
    number = max((int(match[1]) for path in folder.iterdir() if (match := pattern.match(path.name))), default=0)
    for free in range(number + 1, 10**_LONGEST_NUMBER):
        yield f"{name}_v{free:03}"


def _no_name_left(title: str) -> GenStudioError:
    return GenStudioError(f"There is no number left for {title!r:.80}.", fix="Move old films out of 06_Exports.")
