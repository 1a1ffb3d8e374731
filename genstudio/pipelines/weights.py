"""Which weight files of a pipeline are missing, and which pipelines have theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from genstudio.pipelines.catalogue import Pipeline
    from genstudio.schema.pipeline import PipelineManifest, Weights

__all__ = ["installed", "missing"]


def missing(manifest: PipelineManifest, dirs: Sequence[Path]) -> list[str]:
    """Return the files of a pipeline's weights that none of the models folders has, as ``folder/file``.

    A set counts as there only if one models folder holds all of it; the files reported are those that the fullest folder lacks.
    Weights that people choose (``kind = "choice"``) are never missing here: the choice is checked when it is made.
    """
    return [name for weights in manifest.weights if weights.kind == "fixed" for name in _missing_of(weights, dirs)]


def _missing_of(weights: Weights, dirs: Sequence[Path]) -> list[str]:
    names = [f"{weights.folder}/{file}" for file in weights.files] or [weights.folder]
    lacking = [[name for name in names if not (root / name).exists()] for root in dirs]
    return min(lacking, key=len, default=names)


def installed(pipelines: Iterable[Pipeline], models: Sequence[Path]) -> tuple[str, ...]:
    """Return the ids of those pipelines that need weights and have them below the folders ``models``."""
    return tuple(item.id for item in pipelines if item.manifest.weights and not missing(item.manifest, models))
