"""The container image that a take was made in, asked for again: the code in it is what made the take, whatever its tag names by now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from genstudio.schema.job import GenerateJob

if TYPE_CHECKING:
    from genstudio.engine.runners.base import Runner
    from genstudio.schema.job import RenderJob, TrainJob

__all__ = ["image_of", "is_elsewhere", "told_of_image", "valid_image"]

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}\Z", re.ASCII)
"""An image ID as Docker gives it: the hash of the image's configuration (OCI image specification, "ImageID")."""
_SHOWN: Final = len("sha256:") + 12


def valid_image(image: str) -> str:
    """Return an image ID of a record, empty if it is none; a record may come from outside, and must not name an image by its tag."""
    return image if _DIGEST.match(image) else ""


def image_of(spec: GenerateJob | RenderJob | TrainJob) -> str:
    """Return the ID of the image that a job asks for, empty if it takes the pipeline's own."""
    return valid_image(spec.image) if isinstance(spec, GenerateJob) else ""


def is_elsewhere(image: str, runner: Runner) -> bool:
    """Tell whether a job asks for an image that a runner does not have."""
    return bool(image) and not runner.has_image(image)


def told_of_image(image: str) -> str:
    """Return what people are told where an image is gone."""
    return f"The container image of the first take ({image[:_SHOWN]}) is not on this worker; it is made again by the pipeline as it is now."
