"""Optical flow, where the motion is known."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest
from PIL import Image

from genstudio.pipelines.catalogue import sdk_dir


@pytest.fixture(scope="module")
def flow():
    """The module of the SDK, without what a pipeline's program does to its output."""
    sys.path.insert(0, str(sdk_dir() / "genstudio_classical"))
    try:
        yield importlib.import_module("flow")
    finally:
        sys.path.pop(0)
        sys.modules.pop("flow", None)


def picture(seed: int = 5) -> Image.Image:
    values = np.random.default_rng(seed).random((40, 60)) * 255
    return Image.fromarray(values.astype(np.uint8)).resize((360, 240), Image.Resampling.BICUBIC)


def seen(image: Image.Image, left: float, top: float) -> np.ndarray:
    moved = image.transform((160, 96), Image.Transform.AFFINE, (1, 0, left, 0, 1, top), Image.Resampling.BICUBIC)
    return np.asarray(moved, np.float32) / 255


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 0), (-2.5, 1.25), (6, -4), (-7, 5)])
def test_a_picture_that_moves_as_a_whole_has_that_flow_everywhere(flow, x: float, y: float):
    image = picture()
    found = flow.optical_flow(seen(image, 80, 60), seen(image, 80 - x, 60 - y))[16:-16, 16:-16]
    assert np.median(np.abs(found[..., 0] - x)) < 0.25
    assert np.median(np.abs(found[..., 1] - y)) < 0.25


def test_nothing_is_said_to_move_where_there_is_nothing_to_see(flow):
    flat = np.full((33, 47), 0.5, np.float32)
    assert np.abs(flow.optical_flow(flat, flat + 0.1)).max() < 0.5


def test_opposite_directions_have_opposite_colours_and_rest_is_white(flow):
    still = flow.colour_wheel(np.zeros((4, 4, 2)))
    assert (still == 255).all()
    right, left = (flow.colour_wheel(np.full((4, 4, 2), [x, 0.0])) for x in (9.0, -9.0))
    assert tuple(right[0, 0]) == (255, 0, 0)
    assert tuple(left[0, 0]) == (0, 255, 255)
