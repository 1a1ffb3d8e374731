"""Jobs that are steps: made from a plan, started when those before them are done, and not at all where an equal step's result is there.

All jobs of a click are in the store from the beginning. A job that needs others waits for them; when they have succeeded, what they made
is written into its spec, so that from then on it is a job like any other: placed, fenced, retried and cancelled as those are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine.film_shares import share_name
from genstudio.graph.plan import shot_key
from genstudio.graph.supply import Form, Material, enlarged, entry_identity, finished_take, made_by, made_of, serves, step_key
from genstudio.project.control_maps import control_map
from genstudio.project.project import ProjectFolder
from genstudio.schema.canvas import Node
from genstudio.schema.errors import GenStudioError
from genstudio.schema.job import (
    ENDED,
    Cancelled,
    Failed,
    FileRef,
    GenerateJob,
    JobSpec,
    JobState,
    JobView,
    RenderJob,
    StepInput,
    StepPlace,
    Succeeded,
    TrainJob,
)
from genstudio.schema.take import TakeCanvas

if TYPE_CHECKING:
    from genstudio.engine.store import JobStore
    from genstudio.graph.step import Need, Step
    from genstudio.schema.base import JsonObject, Quality
    from genstudio.schema.project import ProjectSettings

__all__ = ["Made", "StepGate", "Where", "bound", "filled", "linked", "placed", "result_of", "stand", "step_job", "step_name", "told"]

_ONE: Final = "1f"


# -- from a plan to jobs -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Where:
    """What all jobs of a click have in common."""

    project: str
    root: str
    settings: ProjectSettings
    quality: Quality
    canvas: TakeCanvas


def step_job(step: Step, where: Where, seed: int) -> GenerateJob:
    """Return the job of a step; its needs are named by the ids of their steps until :func:`linked` gives them those of jobs."""
    form, (width, height) = step.form, where.settings.size
    return GenerateJob(
        project=where.project,
        project_root=where.root,
        node=step.node,
        name=step.name,
        reference=step.reference,
        quality=where.quality,
        policy=where.settings.when_unavailable,
        prompt=step.prompt,
        composed_prompt=step.prompt,
        seed=seed,
        width=form.width or width,
        height=form.height or height,
        fps=form.fps or where.settings.fps,
        duration=f"{form.frames}f" if form.frames else _ONE,
        inputs=step.inputs,
        files=step.files,
        params=step.params,
        canvas=where.canvas.model_copy(update={"node": step.node, "name": step.name}),
        renders=step.renders,
        shot_version=step.version,
        intent_key=step.key,
        makes=form.kind if form.kind != "audio" and step.renders else None,
        needs=bound(step.needs),
        step=StepPlace(title=step.title),
        shared=step.shared,
    )


def bound(needs: Sequence[Need]) -> tuple[StepInput, ...]:
    """Return what a job needs, by the ids of steps."""
    return tuple(StepInput(job=need.step, key=made_by(need.step), role=need.role) for need in needs)


def step_name(spec: JobSpec) -> str:
    """Return what the needs of other jobs call the job of a step: the id of the step in its plan."""
    if isinstance(spec, RenderJob) and spec.share is not None:
        return share_name(spec.share.number)
    return f"{spec.renders or 'map'}:{spec.intent_key}" if isinstance(spec, GenerateJob) else ""


def placed(jobs: Sequence[GenerateJob], last: Sequence[GenerateJob]) -> list[GenerateJob]:
    """Return the jobs of the steps before the last ones, and these, each told its place: the last ones are alternatives of one step."""
    if not jobs:
        return list(last)
    total = len(jobs) + 1
    numbered = [job.model_copy(update={"step": _place(job, number, total)}) for number, job in enumerate(jobs, start=1)]
    return numbered + [job.model_copy(update={"step": _place(job, total, total)}) for job in last]


def _place(job: GenerateJob, number: int, total: int) -> StepPlace:
    return StepPlace(number=number, of=total, title=job.step.title if job.step else job.name)


def linked(jobs: Sequence[tuple[str, str, JobSpec]]) -> list[tuple[str, JobSpec]]:
    """Return jobs whose needs name jobs.

    Args:
        jobs: Id of the new job, what the needs of the others call it now (the id of a step, or of the job that it replaces), and spec.
    """
    names = {old: new for new, old, _ in jobs}
    return [(new, _renamed(spec, names)) for new, _, spec in jobs]


def _renamed(spec: JobSpec, names: Mapping[str, str]) -> JobSpec:
    if isinstance(spec, TrainJob) or not spec.needs:
        return spec
    needs = tuple(need.model_copy(update={"job": names.get(need.job, need.job)}) for need in spec.needs)
    return spec.model_copy(update={"needs": needs})


# -- what becomes of a waiting step ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made: project-relative path and hash, the take if it is one, its form, and its content key if it was a step."""

    path: str
    sha256: str
    take: str = ""
    form: Form | None = None
    key: str = ""

    @classmethod
    def of(cls, material: Material, key: str) -> Made:
        """Return a file that a job made."""
        return cls(material.path, material.sha256, material.take, material.form, key)


def stand(needed: Sequence[tuple[str, JobState]]) -> str | JobState | None:
    """Return how a job stands whose step needs others: a sentence while it waits for them, its end if one did not succeed, else None.

    Args:
        needed: The titles of the steps that it needs, and how they stand.
    """
    for title, state in needed:
        if isinstance(state, Failed):
            return state.model_copy(update={"message": f"{title} failed: {state.message}"})
    for _, state in needed:
        if isinstance(state, Cancelled):
            return Cancelled(by=state.by)
    waiting = [title for title, state in needed if state.state not in ENDED]
    return f"Waiting for {' and '.join(dict.fromkeys(waiting))}." if waiting else None


def filled(spec: GenerateJob, made: Mapping[str, Made]) -> GenerateJob:
    """Return the job with what its needs made, by their content keys, among its inputs and files; it needs nothing any more."""
    files = [FileRef(path=made[need.key].path, sha256=made[need.key].sha256, role=need.role) for need in spec.needs]
    inputs = _filled(spec.inputs, made)
    known = {"inputs": inputs, "files": (*spec.files, *files), "needs": (), "intent_key": _key(spec, inputs)}
    source = next((made[need.key].form for need in spec.needs if need.role == "input"), None)
    return spec.model_copy(update=known | (_formed(spec, source) if source is not None and not spec.asked else {}))


def _key(spec: GenerateJob, inputs: JsonObject) -> str:
    """Return the intent key of a job by what it is made from; another than in its plan only if that was not known then."""
    if spec.asked:
        return shot_key(spec.reference, spec.asked.get("seed"), spec.duration, spec.params, inputs)
    identities = {role: entry_identity(entry) for role, entry in inputs.items() if isinstance(entry, dict)}
    return step_key(spec.reference, spec.prompt, spec.params, identities)


def _formed(spec: GenerateJob, source: Form) -> dict[str, Any]:
    """Return the form of what a step makes, now that its source is there."""
    form = enlarged(source, spec.reference, spec.params)
    known = {"width": form.width or spec.width, "height": form.height or spec.height, "fps": form.fps or spec.fps}
    return known | {"duration": f"{form.frames}f" if form.frames else spec.duration, "makes": form.kind if spec.makes else None}


def _filled(value: Any, made: Mapping[str, Made]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_filled(item, made) for item in value]
    if not isinstance(value, dict):
        return value
    found = made.get(value["made"]) if isinstance(value.get("made"), str) and "sha256" not in value else None
    entry = {key: _filled(item, made) for key, item in value.items() if found is None or key != "made"}
    if found is None:
        return entry
    named = {name: text for name, text in (("take", found.take), ("made", found.key)) if text}
    return entry | {"path": found.path, "sha256": found.sha256} | named


def told(spec: JobSpec, text: str) -> str:
    """Return what people are told of the work of a job: with the name of its step and its place, where there are several."""
    place = None if isinstance(spec, TrainJob) else spec.step
    if place is None or place.of < 2:
        return text
    return f"{place.title} ({place.number} of {place.of})" + (f": {text}" if text else "")


def result_of(spec: GenerateJob) -> Succeeded | None:
    """Return the result of an equal step if it is on disk, made of the same files in no lower quality.

    Raises:
        GenStudioError, OSError: The project cannot be read.
    """
    project = ProjectFolder(Path(spec.project_root))
    hashes = _hashes(spec.inputs)
    if not spec.renders:
        found = control_map(project.root, spec.intent_key)
        fits = found is not None and serves(found.quality, spec.quality) and made_of(found.inputs, hashes)
        return Succeeded(output=found.path) if found is not None and fits else None
    take = finished_take(project.takes.list(spec.renders), spec.intent_key, spec.quality, hashes, Node(type="shot"))
    return Succeeded(output=take.path, take=take.id) if take is not None else None


def _hashes(inputs: JsonObject) -> dict[str, str]:
    return {role: entry["sha256"] for role, entry in inputs.items() if isinstance(entry, dict) and "sha256" in entry}


def _shared_key(spec: GenerateJob | RenderJob) -> str:
    """Return what equal steps have in common, as `StepGate` reads it from the store."""
    return f"{spec.project}{spec.renders}:{spec.intent_key}" if isinstance(spec, GenerateJob) else ""


@dataclass(frozen=True, slots=True)
class _Known:
    """An open job that is a step: what it needs, and its key if it is shared."""

    needs: tuple[str, ...]
    key: str


class StepGate:
    """Lets jobs start whose steps before them are done. Reads each job once; all it knows it finds again in the store."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._known: dict[str, _Known] = {}
        self._seen = 0

    def sift(self, waiting: Sequence[JobView], flying: Collection[str]) -> tuple[list[JobView], list[tuple[JobView, str]]]:
        """Return the jobs that may start, and those that wait for a step, with the reason; what is decided already is ended.

        Args:
            waiting: Jobs that have not begun.
            flying: Ids of those that workers have.
        """
        self._learn()
        running = {self._known[job].key for job in flying if job in self._known} - {""}
        ready, held = [], []
        for job in waiting:
            known = self._known.get(job.id)
            reason = self._look(job, known, running) if known is not None else ""
            if reason:
                held.append((job, reason))
            elif reason is not None:
                ready.append(job)
                running |= {known.key} - {""} if known is not None else set()
        return ready, held

    def _learn(self) -> None:
        query = (
            "SELECT number, id, json_extract(spec, '$.needs') AS needs, json_extract(spec, '$.shared') AS shared,"
            " project || json_extract(spec, '$.renders') || ':' || json_extract(spec, '$.intent_key') AS key"
            " FROM jobs WHERE number > ? AND ended = 0 AND kind IN ('generate', 'render') ORDER BY number"
        )
        for row in self._store.rows(query, self._seen):
            self._seen = row["number"]
            if row["shared"] or (row["needs"] or "[]") != "[]":
                needs = tuple(need.job for need in self._spec(row["id"]).needs)
                self._known[row["id"]] = _Known(needs, row["key"] if row["shared"] else "")

    def _look(self, job: JobView, known: _Known, running: Collection[str]) -> str | None:
        """Return why a job waits, empty if it may start, None if it has ended."""
        found = stand([(self._title(need), self._store.job(need).state) for need in known.needs])
        if found is None and known.key in running:
            found = "Another task runs the same step; its result will be used."
        if found is None:
            try:
                found = self._prepare(job, known)
            except (GenStudioError, OSError) as error:
                fix = error.fix if isinstance(error, GenStudioError) else "Look whether the project's disk is there."
                found = Failed(code="bad_input", message=f"The step cannot start: {getattr(error, 'message', error)}", fix=fix)
        if isinstance(found, str):
            return found
        if found is not None:
            self._known.pop(job.id, None)
            self._store.move(job.id, found)
            return None
        return ""

    def _prepare(self, job: JobView, known: _Known) -> Succeeded | None:
        """Fill in what the steps before have made, once; return the result if an equal step has made it."""
        spec = self._spec(job.id)
        if spec.needs:
            spec = self._filled(spec)
            self._store.fill(job.id, spec)
            self._known[job.id] = _Known((), _shared_key(spec) if known.key else "")
        return result_of(spec) if isinstance(spec, GenerateJob) and spec.shared else None

    def _filled(self, spec: GenerateJob | RenderJob) -> GenerateJob | RenderJob:
        if isinstance(spec, RenderJob):
            return spec.model_copy(update={"needs": ()})  # what its shares made, it finds in the cache
        return filled(spec, {need.key: self._made(spec, need) for need in spec.needs})

    def _made(self, spec: GenerateJob, need: StepInput) -> Made:
        state = self._store.job(need.job).state
        output = PurePosixPath(state.output) if isinstance(state, Succeeded) else PurePosixPath()
        project = ProjectFolder(Path(spec.project_root))
        before = self._spec(need.job)
        key = before.intent_key if isinstance(before, GenerateJob) and not before.asked else ""
        if isinstance(state, Succeeded) and state.take:
            takes = project.takes.list("/".join(output.parts[1:3]))
            found = next((Made.of(Material.of_take(take), key) for take in takes if take.id == state.take), None)
        else:
            record = control_map(project.root, key)
            found = Made.of(Material.of_map(record), key) if record is not None else None
        if found is None:
            raise GenStudioError(f"{output.name} is gone.", fix="Generate again: it is made anew.")
        return found

    def _title(self, job: str) -> str:
        place = self._spec(job).step
        return place.title if place is not None else "The step before it"

    def _spec(self, job: str) -> GenerateJob | RenderJob:
        spec = self._store.spec(job)
        if isinstance(spec, TrainJob):
            raise TypeError(f"{job} is no step")
        return spec
