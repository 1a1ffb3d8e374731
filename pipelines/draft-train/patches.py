"""What the draft trainer learns: the directions in which small patches of the pictures differ most, found by subspace iteration.

A model of rank *r* is two matrices, as in a LoRA: *down* (r by 192) takes a patch of 8 by 8 pixels in three colours to r numbers, *up*
(192 by r) takes them back. It is trained so that *up·down* gives the patches of the pictures again as well as r numbers can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["PATCH", "Floats", "loss", "palette", "patches_of", "save", "step"]

Floats = NDArray[np.float32]

PATCH: Final = 8
"""Pixels along a side of a patch."""
_PER_PICTURE: Final = 512
_COLOURS: Final = 6


def patches_of(path: Path, side: int, random: np.random.Generator) -> Floats:
    """Return patches of a picture, drawn at random, as rows of 192 numbers from -1 to 1.

    The picture is made at most ``side`` pixels wide and high; a smaller one stays as it is.
    """
    with Image.open(path) as image:
        small = image.convert("RGB")
        small.thumbnail((side, side))
    pixels = np.asarray(small, dtype=np.float32) / 127.5 - 1
    height, width = pixels.shape[:2]
    if min(height, width) < PATCH:
        raise ValueError(f"it is smaller than {PATCH} by {PATCH} pixels")
    down, across = random.integers(0, height - PATCH + 1, _PER_PICTURE), random.integers(0, width - PATCH + 1, _PER_PICTURE)
    return np.stack([pixels[y : y + PATCH, x : x + PATCH].reshape(-1) for y, x in zip(down, across, strict=True)])


def step(patches: Sequence[Floats], mean: Floats, basis: Floats) -> Floats:
    """Return the basis (192 by r, orthonormal) after one look at all patches."""
    moved = np.zeros_like(basis)
    for rows in patches:
        moved += (rows - mean).T @ ((rows - mean) @ basis)
    made, _ = np.linalg.qr(moved)
    return made.astype(np.float32)


def loss(patches: Sequence[Floats], mean: Floats, basis: Floats) -> float:
    """Return the mean squared difference between the patches and what the model makes of them."""
    left = [(rows - mean) - ((rows - mean) @ basis) @ basis.T for rows in patches]
    return float(np.mean([np.mean(rows**2) for rows in left]))


def palette(paths: Sequence[Path]) -> Floats:
    """Return the colours that stand for all pictures, the most frequent first: rows of red, green and blue from 0 to 1."""
    strip = Image.new("RGB", (64 * len(paths), 64))
    for at, path in enumerate(paths):
        with Image.open(path) as image:
            strip.paste(image.convert("RGB").resize((64, 64)), (64 * at, 0))
    reduced = strip.quantize(_COLOURS)
    found = sorted(reduced.getcolors() or [], reverse=True)
    table = np.asarray(reduced.getpalette()[: 3 * _COLOURS], dtype=np.float32).reshape(-1, 3) / 255
    return table[[index for _, index in found]]


def save(path: Path, tensors: Mapping[str, Floats], metadata: Mapping[str, str]) -> None:
    """Write tensors of 32-bit floats as a ``.safetensors`` file (https://github.com/huggingface/safetensors, "Format")."""
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    at = 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers begin at a multiple of eight
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor, dtype="<f4").tobytes())
