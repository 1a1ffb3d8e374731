"""What happens to assets over time: where they are used, new names and words, removal, and media that comes into the project."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from genstudio.graph.identity import label
from genstudio.graph.named_files import named_places, names_file, renamed_files
from genstudio.graph.values import pointer
from genstudio.project import paths
from genstudio.project.assets import AssetFolder, asset_lock, read_asset, write_asset, write_words
from genstudio.project.atomic import disk_errors, fsync_folder, publish_without_replace, remove_quietly
from genstudio.project.hashing import file_sha256
from genstudio.project.media import MediaInfo, probe
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.canvas import Canvas

__all__ = [
    "Ingested",
    "Use",
    "all_uses",
    "delete_asset",
    "describe_asset",
    "file_users",
    "find_asset",
    "ingest",
    "remove_reference",
    "rename_asset",
    "set_aside",
    "where_used",
]

_MOST_NAMES: Final = 1000


@dataclass(frozen=True)
class Use:
    """An asset on a canvas: the asset's node, and the nodes it is wired into (ids) with what people call them.

    A node that names a file in the folder of the asset uses it as well: it is ``node``, and ``into`` holds itself.
    """

    canvas: str
    node: str
    into: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Ingested:
    """Media in ``01_Assets/Source_Media``; ``known`` says that the project had it already."""

    path: str
    sha256: str
    info: MediaInfo
    known: bool


def find_asset(project: ProjectFolder, name: str) -> AssetFolder:
    """Return the asset of a name or a uuid.

    Raises:
        NotFoundError: There is none.
        BadInputError: Several kinds have one of that name.
    """
    found = [asset for asset in project.assets() if name in (asset.asset.uuid, asset.asset.name)]
    if not found:
        raise NotFoundError(f"There is no asset {name!r:.80}.", fix="genstudio assets ls lists those there are.")
    if len(found) > 1:
        kinds = ", ".join(f"{asset.asset.kind} {asset.asset.uuid}" for asset in found)
        raise BadInputError(f"There are several assets {name!r:.80}.", fix=f"Name one by its uuid: {kinds}.")
    return found[0]


def where_used(project: ProjectFolder, uuid: str) -> tuple[Use, ...]:
    """Return where an asset stands, on all canvases that can be read, by canvas and node."""
    return all_uses(project).get(uuid, ())


def all_uses(project: ProjectFolder) -> dict[str, tuple[Use, ...]]:
    """Return where each asset (its uuid) stands or a file of it is named, on all canvases that can be read, by canvas and node."""
    found: dict[str, tuple[Use, ...]] = {}
    owners = {asset.folder: asset.asset.uuid for asset in project.assets()}
    for path, canvas in _canvases(project):
        for name, node in sorted(canvas.nodes.items()):
            uuid = node.data.get("asset")
            if isinstance(uuid, str) and uuid:
                found[uuid] = (*found.get(uuid, ()), _use(path, canvas, name))
            for owner in sorted({owners[place] for place in named_places(node.data) & owners.keys()} - {uuid}):
                found[owner] = (*found.get(owner, ()), Use(path, name, (name,), (label(name, node),)))
    return found


def file_users(project: ProjectFolder, path: str) -> tuple[str, ...]:
    """Return what people call the nodes that name a file (project-relative), on all canvases that can be read."""
    users = (label(name, node) for _, canvas in _canvases(project) for name, node in canvas.nodes.items() if names_file(node.data, path))
    return tuple(dict.fromkeys(users))


def _canvases(project: ProjectFolder) -> Iterator[tuple[str, Canvas]]:
    """Yield the canvases that can be read; of one that cannot people are told when it is opened."""
    for path in project.canvases():
        try:
            canvas = project.canvas(path).read().canvas
        except GenStudioError:
            continue
        yield path, canvas


def _use(path: str, canvas: Canvas, name: str) -> Use:
    into = tuple(sorted({edge.target for edge in canvas.edges.values() if edge.source == name}))
    return Use(path, name, into, tuple(label(target, canvas.nodes.get(target)) for target in into))


def rename_asset(project: ProjectFolder, asset: AssetFolder, name: str, author: str = "") -> AssetFolder:
    """Give an asset another name: its folder, its manifest, its nodes and the paths of its files on all canvases.

    References are by uuid and stay.

    Raises:
        ConflictError: There is one of that name.
        BadInputError: The name is empty.
    """
    old = paths.inside(project.root, asset.folder)
    new = paths.get_asset_dir(project.root, asset.asset.kind, paths.project_folder_name(name))
    with asset_lock(project.root), disk_errors(new):
        if new != old:
            if os.path.lexists(new):
                raise ConflictError(f"There is already a {asset.asset.kind} {name!r:.80}.", fix="Choose another name.")
            write_asset(old, asset.asset.model_copy(update={"name": name}))
            old.rename(new)
            fsync_folder(new.parent)
        else:
            write_asset(new, asset.asset.model_copy(update={"name": name}))
    renamed = read_asset(project.root, new)
    for path, canvas in _canvases(project):
        operations = tuple(_follow(canvas, asset, renamed))
        if operations:
            told = f"Rename {asset.asset.name} to {name}"[:200]
            project.canvas(path).apply(Patch(base=canvas.version, operations=operations, author=author, label=told, id=uuid4().hex))
    return renamed


def _follow(canvas: Canvas, old: AssetFolder, new: AssetFolder) -> Iterator[Operation]:
    """Yield the edits by which a canvas follows a rename: paths of files in the folder, and names of nodes.

    A node that people named otherwise keeps its own name.
    """
    for name, node in canvas.nodes.items():
        if node.data.get("asset") == old.asset.uuid and node.data.get("name") == old.asset.name:
            yield Operation(op="add", path=pointer("nodes", name, "data", "name"), value=new.asset.name)
        for keys, value in renamed_files(node.data, old.folder, new.folder):
            yield Operation(op="add", path=pointer("nodes", name, "data", *keys), value=value)


def describe_asset(
    project: ProjectFolder,
    asset: AssetFolder,
    *,
    trigger_word: str | None = None,
    description: str | None = None,
    keywords: str | None = None,
) -> AssetFolder:
    """Change the words of an asset, which enter the prompts of the shots that use it; what is left out stays."""
    told = {"trigger_word": trigger_word, "description": description}
    changes = {key: value for key, value in told.items() if value is not None}
    folder = paths.inside(project.root, asset.folder)
    with asset_lock(project.root):
        current = read_asset(project.root, folder)
        if changes:
            write_asset(folder, current.asset.model_copy(update=changes))
        words = keywords if keywords is not None else description if asset.asset.kind != "style" else None
        if words is not None:
            write_words(folder, asset.asset.kind, words)
    return read_asset(project.root, folder)


def remove_reference(project: ProjectFolder, asset: AssetFolder, path: str) -> AssetFolder:
    """Take a picture (its project-relative path) out of the reference images of an asset; it is kept aside, as removed assets are.

    Raises:
        NotFoundError: It is none of its reference images.
    """
    if path not in asset.references:
        raise NotFoundError(f"{asset.asset.name} has no picture {path!r:.200}.", fix="Reload the page to see its pictures.")
    picture = paths.inside(project.root, path)
    with asset_lock(project.root):
        set_aside(project.root, picture)
    return read_asset(project.root, paths.inside(project.root, asset.folder))


def delete_asset(project: ProjectFolder, asset: AssetFolder, *, force: bool = False) -> Path:
    """Remove an asset from the project and return where its folder was moved to (it is in the history as well).

    Raises:
        ConflictError: It is used and ``force`` is not set; the message says where.
    """
    used = [name for use in where_used(project, asset.asset.uuid) for name in (use.names or (use.node,))]
    if used and not force:
        shots = ", ".join(dict.fromkeys(used[:5]))
        raise ConflictError(f"{asset.asset.name} is used by {shots}.", fix="Take it off these first, or delete it by force.")
    folder = paths.inside(project.root, asset.folder)
    with asset_lock(project.root):
        return set_aside(project.root, folder)


def set_aside(root: Path, path: Path) -> Path:
    """Move a file or folder that was removed to where such things are kept in the project, and return where that is."""
    target = paths.get_orphans_dir(root) / f"{secrets.token_hex(4)}.{path.name}"
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    return target


def ingest(root: Path, media: Path) -> Ingested:
    """Copy media into ``01_Assets/Source_Media`` and return it with what it holds. Content that is there already is not copied again.

    Raises:
        NotFoundError, BadInputError: There is no such file, or it is no media.
    """
    info, folder = probe(media), paths.get_source_media_dir(root)
    digest, size = file_sha256(media), media.stat().st_size
    with asset_lock(root), disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for there in sorted(folder.rglob("*")):
            if there.is_file() and not there.is_symlink() and there.stat().st_size == size and file_sha256(there) == digest:
                return Ingested(paths.relative(root, there), digest, info, known=True)
        target = _copy_in(media, folder)
    return Ingested(paths.relative(root, target), digest, info, known=False)


def _copy_in(media: Path, folder: Path) -> Path:
    stem, suffix = paths.project_folder_name(media.stem), media.suffix.lower()
    staged = folder / f".tmp-{uuid4().hex}"
    try:
        shutil.copyfile(media, staged)
        for number in range(1, _MOST_NAMES):
            target = folder / f"{stem}{f'_{number}' if number > 1 else ''}{suffix}"
            try:
                publish_without_replace(staged, target)
            except FileExistsError:
                continue
            return target
    finally:
        remove_quietly(staged)
    raise ConflictError(f"There are a thousand files {media.name!r:.80}.", fix="Give it another name.")
