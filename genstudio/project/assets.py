"""Characters, styles and locations: a folder each, with a manifest, reference images and words."""

from __future__ import annotations

import os
import shutil
import uuid as uuids
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from genstudio.project import paths
from genstudio.project.atomic import disk_errors, locked, publish_without_replace, remove_quietly, write_atomic
from genstudio.project.documents import DamagedError, dump_json, encode, parse_model, read_bytes, validate
from genstudio.project.hashing import media_sha256
from genstudio.project.media import probe
from genstudio.schema.base import utc_now
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.schema.project import ASSET_SCHEMA, Asset

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from genstudio.graph.plan import PlanAsset
    from genstudio.schema.base import JsonObject

__all__ = ["AssetFolder", "add_reference", "asset_lock", "create_asset", "list_assets", "read_asset", "write_asset", "write_words"]

_MANIFEST: Final = "asset.json"
_REFERENCES: Final = "reference_images"
_WORDS: Final = {"character": "description.txt", "style": "keywords.txt", "location": "description.txt"}
_IMAGES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp"})
_LONGEST_WORDS: Final = 100_000


@dataclass(frozen=True)
class AssetFolder:
    """An asset on disk.

    ``folder`` and ``references`` are project-relative; ``keywords`` is the text of its words file; ``hashes`` maps each reference
    image (and the model, if there is one) to its SHA-256.
    """

    asset: Asset
    folder: str
    references: tuple[str, ...]
    keywords: str
    hashes: dict[str, str]

    @property
    def document(self) -> JsonObject:
        """Everything as plain JSON values: the manifest, the folder, the pictures, the words, the hashes."""
        known = self.asset.model_dump(mode="json", by_alias=True)
        return {**known, "folder": self.folder, "references": list(self.references), "keywords": self.keywords, "hashes": self.hashes}

    def planned(self) -> PlanAsset:
        """Return the asset as the planner reads it."""
        from genstudio.graph.plan import PlanAsset

        return PlanAsset(asset=self.asset, folder=self.folder, references=self.references, keywords=self.keywords, hashes=self.hashes)


def list_assets(root: Path) -> list[AssetFolder]:
    """Return all assets of a project that can be read, by kind and folder name."""
    found = []
    for kind in get_args(paths.AssetKind):
        folder = paths.get_assets_dir(root, kind)
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if (path / _MANIFEST).is_file() and not path.name.startswith("."):
                try:
                    found.append(read_asset(root, path))
                except (DamagedError, NotFoundError, BadInputError):
                    continue
    return found


def read_asset(root: Path, folder: Path) -> AssetFolder:
    """Return the asset in a folder.

    Raises:
        BadInputError: Its ``asset.json`` is wrong; each field is named. Or a file leads out of the project.
    """
    relative = paths.relative(root, folder)
    asset, _ = parse_model(Asset, read_bytes(folder / _MANIFEST, "asset"), ASSET_SCHEMA, f"{relative}/{_MANIFEST}")
    images = folder / _REFERENCES
    names = sorted(path.name for path in images.iterdir() if path.suffix.lower() in _IMAGES) if images.is_dir() else []
    references = tuple(f"{relative}/{_REFERENCES}/{name}" for name in names)
    used = [*references, f"{relative}/{asset.model}"] if asset.model else references
    files = [(name, paths.inside(root, name)) for name in used]
    hashes = {name: media_sha256(path) for name, path in files if path.is_file()}
    present = tuple(name for name in references if name in hashes)
    return AssetFolder(asset, relative, present, _words(folder, asset.kind), hashes)


def _words(folder: Path, kind: paths.AssetKind) -> str:
    path = folder / _WORDS[kind]
    if not path.is_file() or path.is_symlink():
        return ""
    return path.read_text(encoding="utf-8", errors="replace")[:_LONGEST_WORDS].strip()


def create_asset(root: Path, kind: paths.AssetKind, name: str, *, trigger_word: str = "", description: str = "") -> AssetFolder:
    """Make an asset folder with its manifest; it appears whole.

    Raises:
        ConflictError: There is one of that name.
        BadInputError: A field is wrong.
    """
    fields = {"schema": ASSET_SCHEMA, "uuid": str(uuids.uuid4()), "kind": kind, "name": name, "created": utc_now()}
    asset = validate(Asset, {**fields, "trigger_word": trigger_word, "description": description}, "The new asset")
    target = paths.get_asset_dir(root, kind, paths.project_folder_name(asset.name))
    beside = target.with_name(f".new-{asset.uuid}")
    with asset_lock(root), disk_errors(target):
        if os.path.lexists(target):
            raise ConflictError(f"There is already a {kind} {name!r:.120}.", fix="Choose another name.")
        try:
            (beside / _REFERENCES).mkdir(parents=True)
            write_atomic(beside / _MANIFEST, dump_json(asset.model_dump(mode="json", by_alias=True)))
            (beside / _WORDS[kind]).write_text(f"{description}\n" if description else "", encoding="utf-8")
            beside.rename(target)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    return read_asset(root, target)


def asset_lock(root: Path) -> AbstractContextManager[None]:
    """Return the lock that writers of assets hold."""
    return locked(paths.get_lock_path(root, "assets"))


def write_asset(folder: Path, asset: Asset) -> None:
    """Write the manifest of an asset. The caller holds the lock.

    Raises:
        BadInputError: A field is wrong; it is named.
    """
    fields = asset.model_dump(mode="json", by_alias=True)
    write_atomic(folder / _MANIFEST, dump_json(validate(Asset, fields, _MANIFEST).model_dump(mode="json", by_alias=True)))


def write_words(folder: Path, kind: paths.AssetKind, words: str) -> None:
    """Write the words file of an asset. The caller holds the lock."""
    write_atomic(folder / _WORDS[kind], encode(f"{words.strip()}\n" if words.strip() else ""))


def add_reference(root: Path, asset: AssetFolder, image: Path) -> AssetFolder:
    """Copy a picture into the reference images of an asset, never replacing one, and return the asset as it is now.

    Raises:
        BadInputError: The file is no picture.
    """
    if image.suffix.lower() not in _IMAGES or probe(image).kind != "image":
        raise BadInputError(f"{image.name!r} is no picture.", fix="Use PNG, JPEG, WebP or TIFF.")
    folder = paths.inside(root, asset.folder)
    target = folder / _REFERENCES / f"{paths.project_folder_name(image.stem)}{image.suffix.lower()}"
    staged = target.with_name(f".tmp-{uuids.uuid4().hex}")
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(image, staged)
            publish_without_replace(staged, target)
        except FileExistsError as error:
            raise ConflictError(f"There is already a reference image {target.name!r}.", fix="Rename the picture.") from error
        finally:
            remove_quietly(staged)
    return read_asset(root, folder)
