"""Training: from an asset to the job that trains its model, and from what the pipeline made back to the asset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genstudio.graph.trigger_word import trigger_problem
from genstudio.project.asset_care import find_asset
from genstudio.project.asset_model import publish_model
from genstudio.project.project import ProjectFolder
from genstudio.schema.base import utc_now
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.job import Assignment, FileRef, Succeeded, TrainJob
from genstudio.schema.project import Training

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genstudio.pipelines.catalogue import Pipeline
    from genstudio.project.assets import AssetFolder
    from genstudio.schema.base import JsonObject, Quality
    from genstudio.schema.job import Route
    from genstudio.schema.take import TakeTiming

__all__ = ["LEAST_PICTURES", "Trained", "publish_trained", "train_job", "trained_by", "training_problem"]

LEAST_PICTURES: Final = 3
"""With fewer, a model learns the picture and not what is in it."""


def training_problem(asset: AssetFolder, others: Sequence[AssetFolder]) -> str:
    """Return why an asset cannot be trained as it is, in a sentence; empty if it can. ``others`` are the assets of its project."""
    name, word = asset.asset.name, asset.asset.trigger_word
    if not word:
        return f"{name} has no trigger word yet: the model learns what that word stands for."
    words = {other.asset.trigger_word: other.asset.name for other in others if other.asset.uuid != asset.asset.uuid}
    problem = trigger_problem(word, words)
    if problem:
        return problem
    have = len(asset.references)
    if have < LEAST_PICTURES:
        return f"{name} has {have or 'no'} reference picture{'' if have == 1 else 's'}; training needs {LEAST_PICTURES} or more."
    return ""


def train_job(project: ProjectFolder, asset: str, quality: Quality | None, seed: int) -> TrainJob:
    """Return the job that trains the model of an asset (name or uuid).

    Raises:
        NotFoundError: There is no such asset.
        BadInputError: It cannot be trained as it is; the message says why.
    """
    found = find_asset(project, asset)
    problem = training_problem(found, project.assets())
    if problem:
        raise BadInputError(problem, fix="Correct it in the Asset Manager.")
    about, settings = found.asset, project.settings
    words = found.keywords if about.kind == "style" and found.keywords else about.description or found.keywords
    return TrainJob(
        project=project.uuid,
        project_root=str(project.root),
        node=about.uuid,
        name=about.name,
        quality=quality or settings.quality,
        policy=settings.when_unavailable,
        prompt=about.trigger_word,
        composed_prompt=", ".join(filter(None, (about.trigger_word, words))),
        seed=seed,
        inputs={"kind": about.kind, "trigger_word": about.trigger_word},
        files=tuple(FileRef(path=path, sha256=found.hashes[path], role=about.kind) for path in found.references),
    )


@dataclass(frozen=True, slots=True)
class Trained:
    """How a model came to be."""

    assignment: Assignment
    route: Route
    pipeline: Pipeline
    runner: str
    image: str
    timing: TakeTiming
    metadata: JsonObject


def publish_trained(made: Trained, output: Path) -> str:
    """Take a model over into its asset; return its project-relative path.

    Raises:
        GenStudioError: The output is no model, or the asset is gone.
    """
    spec, route, manifest = made.assignment.spec, made.route, made.pipeline.manifest
    if not isinstance(spec, TrainJob):
        raise GenStudioError("The job makes no model.", fix="Correct the pipeline.", code="internal")
    training = Training(
        job=made.assignment.job,
        task=made.assignment.task,
        created=utc_now(),
        pipeline=manifest.id,
        version=manifest.version,
        digest=made.pipeline.digest,
        image=made.image,
        runner=made.runner,
        quality=route.quality.used,
        draft=route.quality.used == "draft",
        notice=route.quality.notice,
        trigger_word=spec.prompt,
        images={file.path: file.sha256 for file in spec.files},
        seed=spec.seed,
        params=route.params,
        metadata=made.metadata,
        run_s=made.timing.run_s,
    )
    return _model_path(publish_model(ProjectFolder(Path(spec.project_root)), spec.node, output, training))


def trained_by(spec: TrainJob, job: str) -> Succeeded | None:
    """Return how a training job has ended if its model is on disk. A project that cannot be read has none."""
    try:
        project = ProjectFolder(Path(spec.project_root))
        found = find_asset(project, spec.node) if project.uuid == spec.project else None
    except (GenStudioError, OSError):
        return None
    if found is None or found.asset.training is None or found.asset.training.job != job:
        return None
    return Succeeded(output=_model_path(found))


def _model_path(asset: AssetFolder) -> str:
    return f"{asset.folder}/{asset.asset.model}"
