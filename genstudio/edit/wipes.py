"""The shapes of wipes, by SMPTE 258M wipe code."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["wipe_mask"]


def wipe_mask(code: int, width: int, height: int, share: float) -> NDArray[np.float64]:
    """Return where the incoming picture is seen, 0 or 1 (height x width), when ``share`` (0 to 1) of the wipe is over."""
    return (_reach(code, width, height) < share).astype(np.float64)


@lru_cache(maxsize=4)
def _reach(code: int, width: int, height: int) -> NDArray[np.float64]:
    """Return for each pixel the share of the wipe at which it is reached."""
    across = ((np.arange(width) + 0.5) / width)[None, :]
    down = ((np.arange(height) + 0.5) / height)[:, None]
    from_middle = np.abs(2 * across - 1), np.abs(2 * down - 1)
    far = np.hypot(from_middle[0] * width, from_middle[1] * height) / np.hypot(width, height)
    shapes: dict[int, NDArray[np.float64]] = {
        1: across,
        2: down,
        21: from_middle[0],
        22: from_middle[1],
        41: (across + down) / 2,
        101: np.maximum(*from_middle),
        119: far,
    }
    return np.broadcast_to(shapes[code], (height, width))
