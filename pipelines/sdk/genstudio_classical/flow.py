"""Dense optical flow between two frames, and how it is drawn.

The method is that of Lucas and Kanade (1981), iterated and coarse to fine as in Bouguet (2000): in a window around every pixel, the
shift that explains best how brightness changes. It needs numpy alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np

__all__ = ["colour_wheel", "optical_flow"]

_WINDOW: Final = 9
_ROUNDS: Final = 4
_SMALLEST: Final = 24
_STEADY: Final = 1e-4
"""Added to the structure tensor: where a window has no texture, no motion is claimed."""
_FULL: Final = 0.02
"""Motion from frame to frame, as a part of the diagonal, that is drawn in full colour."""

Array = np.ndarray


def optical_flow(before: Array, after: Array) -> Array:
    """Return how far each pixel of ``before`` has moved in ``after``: an array (height, width, 2) of x and y in pixels.

    Args:
        before: Brightness, (height, width), 0 to 1.
        after: The same of the next frame.
    """
    levels = [(before, after)]
    while min(levels[-1][0].shape) >= 2 * _SMALLEST:
        levels.append((_halved(levels[-1][0]), _halved(levels[-1][1])))
    flow = np.zeros((*levels[-1][0].shape, 2), np.float32)
    for first, second in reversed(levels):
        flow = _refined(first, second, _resized(flow, first.shape))
    return flow


def colour_wheel(flow: Array) -> Array:
    """Draw a flow, (height, width, 2), as RGB bytes: the hue is the direction, the colour grows with the speed, rest is white."""
    speed = np.hypot(flow[..., 0], flow[..., 1])
    full = _FULL * float(np.hypot(*flow.shape[:2]))
    amount = np.minimum(1, speed / full)[..., None]
    turn = (np.arctan2(flow[..., 1], flow[..., 0]) / (2 * np.pi)) % 1
    pure = np.clip(np.abs((turn[..., None] * 6 + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    drawn: Array = np.rint(255 * (1 - amount * (1 - pure))).astype(np.uint8)
    return drawn


def _refined(first: Array, second: Array, flow: Array) -> Array:
    down, across = np.gradient(first)
    xx, yy, xy = _mean(across * across) + _STEADY, _mean(down * down) + _STEADY, _mean(across * down)
    determinant = xx * yy - xy * xy
    for _ in range(_ROUNDS):
        change = _moved(second, flow) - first
        xt, yt = _mean(across * change), _mean(down * change)
        step = np.stack([(xy * yt - yy * xt) / determinant, (xy * xt - xx * yt) / determinant], axis=-1)
        flow = flow + np.clip(step, -1, 1)
    return np.stack([_mean(flow[..., 0]), _mean(flow[..., 1])], axis=-1)


def _mean(values: Array) -> Array:
    """The mean over a square window around each pixel, from running sums; the edge pixels go on outside."""
    half = _WINDOW // 2
    padded = np.pad(values.astype(np.float64), ((half + 1, half), (half + 1, half)), mode="edge")
    sums = padded.cumsum(0).cumsum(1)
    size = _WINDOW
    windows = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    mean: Array = (windows / (size * size)).astype(np.float32)
    return mean


def _moved(image: Array, flow: Array) -> Array:
    """The image as seen from where each pixel has gone, bilinear."""
    height, width = image.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = np.clip(columns + flow[..., 0], 0, width - 1), np.clip(rows + flow[..., 1], 0, height - 1)
    left, top = np.minimum(x.astype(int), max(0, width - 2)), np.minimum(y.astype(int), max(0, height - 2))
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    dx, dy = x - left, y - top
    above = image[top, left] * (1 - dx) + image[top, right] * dx
    below = image[bottom, left] * (1 - dx) + image[bottom, right] * dx
    moved: Array = above * (1 - dy) + below * dy
    return moved


def _halved(image: Array) -> Array:
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    halved: Array = image[:height, :width].reshape(height // 2, 2, width // 2, 2).mean((1, 3))
    return halved


def _resized(flow: Array, shape: tuple[int, ...]) -> Array:
    """A coarser flow at a finer size; motion is counted in the finer pixels."""
    height, width = shape
    rows = np.minimum(np.arange(height) * flow.shape[0] // height, flow.shape[0] - 1)
    columns = np.minimum(np.arange(width) * flow.shape[1] // width, flow.shape[1] - 1)
    grown: Array = flow[rows][:, columns] * np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    return grown
