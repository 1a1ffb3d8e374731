"""The trained model of an asset: looked at before it is taken, kept beside its pictures, never replaced."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from genstudio.project import paths
from genstudio.project.asset_care import find_asset
from genstudio.project.assets import AssetFolder, asset_lock, read_asset, write_asset
from genstudio.project.atomic import disk_errors, publish_without_replace, remove_quietly
from genstudio.project.hashing import file_sha256
from genstudio.schema.errors import BadInputError, ConflictError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.project import ProjectFolder
    from genstudio.schema.project import Training

__all__ = ["check_safetensors", "publish_model"]

_HEADER_BYTES: Final = 100_000_000
"""The longest header that the format allows."""
_BITS: Final[Mapping[str, int]] = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
}  # fmt: skip
_MOST_MODELS: Final = 1000


def check_safetensors(path: Path) -> tuple[str, ...]:
    """Return the names of the tensors in a ``.safetensors`` file, having made sure that it is whole. Nothing in it is run.

    Its form (https://github.com/huggingface/safetensors, "Format"): the length of the header in 8 bytes, little-endian; the header, a
    JSON object of ``name: {dtype, shape, data_offsets}`` and ``__metadata__``; the numbers, without holes.

    Raises:
        BadInputError: It is not; the message says what is wrong.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(_HEADER_BYTES, size - 8):
            raise _wrong("its header is cut off")
        raw = file.read(length)
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _wrong("its header cannot be read") from error
    if not isinstance(header, dict):
        raise _wrong("its header is no table")
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
    spans = sorted(_span(name, entry) for name, entry in tensors.items())
    ends = [0, *(end for _, end in spans)]
    if not spans or [start for start, _ in spans] != ends[:-1] or ends[-1] != size - 8 - length:
        raise _wrong("its tensors do not fill it")
    return tuple(tensors)


def _span(name: str, entry: Any) -> tuple[int, int]:  # noqa: ANN401 - JSON
    """Return where the numbers of a tensor begin and end, if that is what its type and shape need."""
    try:
        start, end = entry["data_offsets"]
        bits = _BITS[entry["dtype"]]
        for length in entry["shape"]:
            if type(length) is not int or length < 0:
                raise _wrong(f"the shape of {name!r:.80} is none")
            bits *= length
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(f"{name!r:.80} is no tensor") from error
    if type(start) is not int or type(end) is not int or end - start != bits // 8 or start < 0:
        raise _wrong(f"{name!r:.80} has another size than it says")
    return start, end


def _wrong(what: str) -> BadInputError:
    return BadInputError(f"The model is no safetensors file: {what}.", fix="Read the log of the job.")


def publish_model(project: ProjectFolder, uuid: str, model: Path, training: Training) -> AssetFolder:
    """Take a trained model over into the folder of its asset, and write into ``asset.json`` how it was made.

    The first is ``model.safetensors``, the next ``model_02.safetensors`` and so on: takes that were made with one name it by its hash, so
    that none is ever replaced. A job that has published before publishes nothing more.

    Raises:
        NotFoundError: The asset is gone.
        BadInputError: The file is no model.
    """
    check_safetensors(model)
    sha256, size = file_sha256(model), model.stat().st_size
    with asset_lock(project.root):
        found = find_asset(project, uuid)
        if found.asset.training is not None and found.asset.training.job == training.job:
            return found
        folder = paths.inside(project.root, found.folder)
        name = _place(model, folder)
        told = training.model_copy(update={"sha256": sha256, "bytes": size})
        write_asset(folder, found.asset.model_copy(update={"model": name, "training": told}))
    return read_asset(project.root, folder)


def _place(model: Path, folder: Path) -> str:
    """Copy a model beside its place and give it the first free name; returns the name."""
    staged = folder / f".tmp-{uuid4().hex}"
    with disk_errors(staged):
        try:
            shutil.copyfile(model, staged)
            staged.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
            for number in range(1, _MOST_MODELS):
                target = folder / f"model{f'_{number:02}' if number > 1 else ''}.safetensors"
                if os.path.lexists(target):
                    continue
                publish_without_replace(staged, target)
                return target.name
        finally:
            remove_quietly(staged)
    raise ConflictError("There are a thousand models of this asset.", fix="Delete those that no take was made with.")
