"""What planning reads of a project beside its canvas: assets, texts and takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from genstudio.graph.plan import PlanAsset, PlanContext
from genstudio.graph.supply import Form, Material
from genstudio.project import paths
from genstudio.project.control_maps import control_maps
from genstudio.project.hashing import file_sha256
from genstudio.project.media import probe
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.rates import rate_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas
    from genstudio.schema.pipeline import TaskDeclaration
    from genstudio.schema.take import TakeRecord

__all__ = ["ContextReader", "plan_context", "read_media", "read_texts", "takes_by_node"]

_TEXT_BYTES: Final = 1 << 20
_MEDIA_NODES: Final = ("audio", "motion_source")
"""Types of nodes whose ``file`` is media."""


def plan_context(project: ProjectFolder, canvas: Canvas, tasks: Mapping[str, TaskDeclaration]) -> PlanContext:
    """Return what :func:`genstudio.graph.plan.plan_shot` needs to know of a project for the shots of a canvas."""
    return PlanContext(
        settings=project.settings,
        tasks=tasks,
        assets=_assets(project),
        texts=read_texts(project.root, canvas),
        takes=takes_by_node(project, canvas),
        files=read_media(project.root, canvas),
        maps=control_maps(project.root),
    )


def takes_by_node(project: ProjectFolder, canvas: Canvas) -> dict[str, tuple[TakeRecord, ...]]:
    """Return the takes of each node that has a folder for them."""
    return _by_node(canvas, project.takes.list)


def read_texts(root: Path, canvas: Canvas) -> dict[str, str]:
    """Return the text of each text node that names a file, by the file's project-relative path.

    Files of ``02_Source_Creative`` only (scripts and prompts), and up to 1 MiB; of others the plan says that they are not there.
    """
    return {name: path.read_text("utf-8", "replace") for name, path in _text_files(root, canvas) if path.stat().st_size <= _TEXT_BYTES}


def read_media(root: Path, canvas: Canvas) -> dict[str, Material]:
    """Return the media files that sources of the canvas name, by project-relative path; what is no media is left out."""
    found = {}
    for name, path in _named_files(root, canvas, _MEDIA_NODES):
        status = path.stat()
        material = _material(path, name, status.st_ino, status.st_size, status.st_mtime_ns)
        if material is not None:
            found[name] = material
    return found


@lru_cache(maxsize=1024)
def _material(path: Path, name: str, *_unchanged: int) -> Material | None:
    try:
        info = probe(path)
    except GenStudioError:
        return None
    form = Form(info.kind, info.width, info.height, rate_text(info.fps) if info.fps else "", info.frames)
    return Material(name, file_sha256(path), form)


@dataclass(frozen=True)
class _Inputs:
    stamp: tuple[object, ...]
    assets: Mapping[str, PlanAsset]
    texts: Mapping[str, str]


class ContextReader:
    """Reads the context again and again, as after every edit: unchanged files cost a ``stat`` each. Not safe for threads."""

    def __init__(self) -> None:
        self._known = _Inputs((), {}, {})

    def read(self, project: ProjectFolder, canvas: Canvas, tasks: Mapping[str, TaskDeclaration]) -> PlanContext:
        """Return the context; see :func:`plan_context`."""
        stamp = _inputs_stamp(project.root, canvas)
        if stamp != self._known.stamp:
            self._known = _Inputs(stamp, _assets(project) if _uses_assets(canvas) else {}, read_texts(project.root, canvas))
        takes = _by_node(canvas, project.takes.settled)
        return PlanContext(
            settings=project.settings,
            tasks=tasks,
            assets=self._known.assets,
            texts=self._known.texts,
            takes=takes,
            files=read_media(project.root, canvas),
            maps=control_maps(project.root) if any(node.type == "motion_source" for node in canvas.nodes.values()) else {},
        )


def _by_node(canvas: Canvas, takes: Callable[[str], tuple[TakeRecord, ...]]) -> dict[str, tuple[TakeRecord, ...]]:
    found: dict[str, tuple[TakeRecord, ...]] = {}
    for name, node in canvas.nodes.items():
        folder = node.data.get("renders")
        try:
            if isinstance(folder, str) and folder:
                found[name] = takes(folder)
        except BadInputError:
            continue  # no folder of a shot; the check of the canvas says so
    return found


def _assets(project: ProjectFolder) -> dict[str, PlanAsset]:
    return {asset.asset.uuid: asset.planned() for asset in project.assets()}


def _uses_assets(canvas: Canvas) -> bool:
    return any(node.type == "asset" for node in canvas.nodes.values())


def _inputs_stamp(root: Path, canvas: Canvas) -> tuple[object, ...]:
    """Return a token that changes when a text file or an asset which a canvas may use does."""
    texts = [path for _, path in _text_files(root, canvas)]
    return tuple((str(path), *_changed_at(path)) for path in (*texts, *(_asset_files(root) if _uses_assets(canvas) else ())))


def _changed_at(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat(follow_symlinks=False)
    except FileNotFoundError:  # removed this very moment
        return (0, 0, 0)
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _text_files(root: Path, canvas: Canvas) -> Iterator[tuple[str, Path]]:
    found = _named_files(root, canvas, ("text",))
    return ((name, path) for name, path in found if name.startswith(f"{paths.SOURCE_CREATIVE}/"))


def _named_files(root: Path, canvas: Canvas, types: Collection[str]) -> Iterator[tuple[str, Path]]:
    """The files that nodes of some types name (``file``), each once; names that lead out of the project are left out."""
    names = {node.data.get("file") for node in canvas.nodes.values() if node.type in types and isinstance(node.data.get("file"), str)}
    for name in sorted(str(name) for name in names if name):
        try:
            path = paths.inside(root, name)
        except BadInputError:
            continue
        if path.is_file():
            yield name, path


def _asset_files(root: Path) -> Iterator[Path]:
    for kind in paths.ASSET_KINDS:
        folder = paths.get_assets_dir(root, kind)
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            yield path
            yield from (found for pattern in ("*", "reference_images/*") for found in sorted(path.glob(pattern)))
