"""One attempt at a job, as a worker makes it: stage, run, publish. Knows neither Dask nor Docker."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from genstudio.engine.execution import CancelledAttempt, JobLog, Limits, LostRunError, Transcript, failure, follow, scratch_errors, seconds
from genstudio.engine.fence import Fence
from genstudio.engine.outcome import Made, Outcome
from genstudio.engine.parcels import Parcels
from genstudio.engine.placement import need_of
from genstudio.engine.previews import read_preview
from genstudio.engine.recorded_image import image_of, is_elsewhere, told_of_image
from genstudio.engine.runners.base import Launch, Run, Runner
from genstudio.engine.runners.process import ProcessRun, ProcessRunner, clean_environment
from genstudio.engine.staging import output_file, stage
from genstudio.engine.state import StateFolder
from genstudio.engine.steps import told
from genstudio.engine.take import Making, publish_result
from genstudio.engine.training import Trained, publish_trained
from genstudio.engine.warm import Seat, WarmPool, warm_key
from genstudio.pipelines.catalogue import Catalogue, Pipeline
from genstudio.pipelines.weights import missing
from genstudio.project.hashing import file_sha256
from genstudio.schema.errors import GenStudioError, MissingToolError
from genstudio.schema.event import DoneEvent, ProgressEvent
from genstudio.schema.job import (
    Assignment,
    Cancelled,
    Failed,
    GenerateJob,
    JobState,
    RenderJob,
    Resident,
    Route,
    Running,
    Succeeded,
    TrainJob,
)
from genstudio.schema.pipeline import PipelineManifest
from genstudio.schema.take import TakeTiming

__all__ = ["Attempt", "WorkerPlace"]

_RENDER_TIMEOUT_S: Final = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """Where attempts are made.

    The worker's name, its folders, its runners in order of preference, its card, its limits, and the pipelines that stay loaded.
    """

    name: str
    state: StateFolder
    workspace: Path
    runners: Sequence[Runner]
    processes: ProcessRunner
    models: tuple[Path, ...] = ()
    gpu: str = ""
    memory_gib: float = 0
    reserve: int = 256 << 20
    labels: Mapping[str, str] = field(default_factory=dict)
    warm: WarmPool | None = None
    parcels: Parcels | None = None
    """Where inputs and results lie if the worker does not see the studio's disk."""

    @property
    def scratch(self) -> Path:
        """Working folders of this worker's attempts."""
        return self.state.scratch / self.name


class Attempt:
    """An attempt. :meth:`run` makes it in the calling thread; :meth:`cancel` may come from any other.

    Args:
        assignment: What to do.
        place: Where.
        tell: Is told of the state ``running``, at most ten times a second.
        show: Is given pictures of the work so far.
    """

    def __init__(
        self, assignment: Assignment, place: WorkerPlace, tell: Callable[[Running], None], show: Callable[[bytes], None] = lambda _: None
    ) -> None:
        self._assignment = assignment
        self._place = place
        self._tell = tell
        self._show = show
        self._outputs: Path | None = None
        self._cancelled = threading.Event()
        self._run: Run | None = None
        self._saying, self._said = threading.Lock(), False
        self._by = ""
        self._made: Made | None = None
        self._folder = place.scratch / f"{assignment.job}-{assignment.attempt}"
        self._fence = Fence(place.state.fence(assignment.job))

    def cancel(self, by: str) -> None:
        """Ask for the end; the run is killed at once, by a thread of its own: a container engine may take its time to answer."""
        self._by = by
        self._cancelled.set()
        if self._run is not None:
            threading.Thread(target=self._run.kill, daemon=True).start()

    def run(self) -> Outcome:
        """Make the attempt. Never raises for what can go wrong with a job; leaves nothing behind but the take and the log.

        Raises:
            LostRunError: What ran it has gone away.
            SupersededAttemptError: The producer has given the attempt up. Nothing was published.
        """
        with JobLog(self._place.state.log(self._assignment.job)) as log:
            transcript = Transcript(log, self._progress, self._preview)
            try:
                state = self._make(transcript)
            except CancelledAttempt:
                state = Cancelled(by=self._by)
            except (GenStudioError, OSError) as error:
                known = error if isinstance(error, GenStudioError) else _from_os(error)
                log.write(f"failed ({known.code}): {known.message}".encode())
                state = Failed(code=known.code, message=known.message, fix=known.fix, log_tail=log.tail)
            finally:
                shutil.rmtree(self._folder, ignore_errors=True)
        assignment, warnings = self._assignment, tuple(transcript.warnings)
        return Outcome(job=assignment.job, attempt=assignment.attempt, state=state, warnings=warnings, made=self._made)

    def _make(self, transcript: Transcript) -> JobState:
        limits = Limits(_RENDER_TIMEOUT_S, self._place.scratch, self._place.reserve)
        limits.check_disk()
        self._fence.check(self._assignment.attempt)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        spec = self._assignment.spec
        if isinstance(spec, RenderJob):
            return self._render(spec, transcript, limits)
        return self._generate(spec, transcript, limits)

    def _generate(self, spec: GenerateJob | TrainJob, transcript: Transcript, limits: Limits) -> JobState:
        assignment, place = self._assignment, self._place
        route, name = assignment.route, assignment.take
        if route is None or (name is None and isinstance(spec, GenerateJob) and spec.renders):
            raise failure("internal", "The job came without a route.")
        pipeline = self._pipeline(route)
        self._check_weights(pipeline)
        wanted = image_of(spec)
        runner = self._runner(pipeline, wanted)
        gone = is_elsewhere(wanted, runner)
        if gone:
            transcript.warn(told_of_image(wanted))
        labels = {**place.labels, "project": spec.project}
        launch = Launch(
            folder=self._folder,
            pipeline=pipeline,
            node=spec.node,
            models=place.models,
            labels=labels,
            gpu=place.gpu,
            memory_gib=place.memory_gib,
            image="" if gone else wanted,
        )
        with self._seat(runner, launch, spec, route) as seat:
            elsewhere = seat.outputs if seat.outputs.parent != seat.folder else None
            with scratch_errors():
                stage(seat.folder, assignment, spec, route, elsewhere, place.parcels)
            self._stop_if_cancelled()
            self._outputs = seat.outputs
            queued, launched = self._queued(), time.monotonic()
            run = self._run = seat.start(transcript.listener, f"{assignment.job}-{assignment.attempt}")
            self._begun(told(spec, "starting in another container image" if gone else "starting"))
            own = Limits(seconds(pipeline.manifest.run.timeout), limits.folder, limits.reserve, seat.outputs)
            done = follow(run, transcript, own, self._cancelled)
            timing = _timing(queued, launched, transcript.started, done, warm=seat.warm)
            output, runs = output_file(done, seat.outputs), runner.capabilities.name
            if isinstance(spec, TrainJob):
                trained = Trained(assignment, route, pipeline, runs, run.image, timing, done.metadata)
                with self._fence.publishing(assignment.attempt):
                    return Succeeded(output=publish_trained(trained, output))
            making = Making(assignment, spec, route, pipeline, runs, run.image, timing, done.metadata)
            if place.parcels is not None:
                return self._keep(place.parcels, output, making)
            with self._fence.publishing(assignment.attempt):
                return publish_result(making, name, output)

    def _keep(self, parcels: Parcels, output: Path, making: Making) -> Running:
        """Keep a result for the producer, who publishes it."""
        kept = parcels.keep(self._assignment.job, self._assignment.attempt, output)
        self._made = Made(
            name=kept.name,
            sha256=file_sha256(kept),
            bytes=kept.stat().st_size,
            runner=making.runner,
            image=making.image,
            timing=making.timing,
            metadata=making.metadata,
        )
        return Running(worker=self._place.name, progress=100, step="bringing the result")

    def _pipeline(self, route: Route) -> Pipeline:
        """Return the pipeline of a route: from the catalogue, or as the producer sent it."""
        sent = self._assignment.pipeline
        if sent is None:
            return Catalogue.load(self._place.workspace).get(route.pipeline)
        manifest = PipelineManifest.model_validate(sent["manifest"])
        return Pipeline(manifest=manifest, folder=self._place.workspace / manifest.id, builtin=False, digest=str(sent["digest"]))

    @contextmanager
    def _seat(self, runner: Runner, launch: Launch, spec: GenerateJob | TrainJob, route: Route) -> Iterator[Seat]:
        """Have a place to run: one that stays for the next job if the pipeline can, else one for this job alone."""
        pipeline, pool = launch.pipeline, self._place.warm
        if pool is not None and pipeline.manifest.run.warm and runner.capabilities.stays and not launch.image:
            quality = route.tier.quality
            need = need_of(route.tier, ()).vram_gib
            resident = Resident(key=warm_key(pipeline, quality, spec.project), pipeline=pipeline.id, quality=quality, vram_gib=need)
            with pool.seat(resident, runner, launch) as seat:
                yield seat
            return
        labels = {**launch.labels, "task": self._assignment.task, "job": self._assignment.job}
        alone = replace(launch, labels=labels)
        yield Seat(self._folder, self._folder / "outputs", lambda listener, _: runner.start(alone, listener))

    def _queued(self) -> float:
        """Return the seconds from the click until now. Only these are told by the clock of the day, which somebody may set."""
        created = self._assignment.created
        return max(0.0, time.time() - created) if created else 0.0

    def _render(self, spec: RenderJob, transcript: Transcript, limits: Limits) -> JobState:
        (self._folder / "tmp").mkdir()
        (self._folder / "job.json").write_text(spec.model_dump_json(), encoding="utf-8")
        command = [sys.executable, "-m", "genstudio.engine.film", str(self._folder / "job.json")]
        command += [str(self._place.state.fence(self._assignment.job)), str(self._assignment.attempt)]
        environment = {
            **clean_environment(),
            "HOME": str(self._folder / "tmp"),
            "TMPDIR": str(self._folder / "tmp"),
            "PYTHONUNBUFFERED": "1",
        }
        run = self._run = ProcessRun(
            command, self._folder / "tmp", environment, transcript.listener, self._place.processes.note(self._folder.name)
        )
        self._begun("starting")
        done = follow(run, transcript, limits, self._cancelled)
        return Succeeded(output=done.outputs.get("final_video", ""))

    def _check_weights(self, pipeline: Pipeline) -> None:
        lacking = missing(pipeline.manifest, self._place.models)
        if lacking:
            more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            raise failure("missing_weights", f"Weights of {pipeline.id} are missing: {lacking[0]}{more}.")

    def _runner(self, pipeline: Pipeline, image: str) -> Runner:
        refusals = []
        for runner in self._place.runners:
            if image and runner.has_image(image):
                return runner
            refusal = runner.refuses(pipeline)
            if not refusal:
                return runner
            if not runner.ready():
                raise LostRunError(f"The {runner.capabilities.name} runner does not answer.")
            refusals.append(refusal)
        raise MissingToolError(
            " ".join(refusals) or f"This worker runs no pipelines such as {pipeline.id}.",
            fix=f"Install a container engine, and build the image of the pipeline: genstudio pipelines build {pipeline.id}.",
        )

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise CancelledAttempt

    def _begun(self, step: str) -> None:
        """Tell that the pipeline was started, unless it was quicker and has told how far it is."""
        with self._saying:
            if not self._said:
                self._tell(Running(worker=self._place.name, step=step))

    def _progress(self, event: ProgressEvent) -> None:
        step = told(self._assignment.spec, event.step)
        with self._saying:
            self._said = True
            self._tell(Running(worker=self._place.name, progress=event.progress, step=step, eta_s=event.eta_s))

    def _preview(self, name: str) -> None:
        data = read_preview(self._outputs, name) if self._outputs is not None else b""
        if data:
            self._show(data)


def _timing(queued: float, launched: float, started: float | None, done: DoneEvent, *, warm: bool) -> TakeTiming:
    """Return where the time went. What a pipeline says that it took to load its model (``load_s``) is no work."""
    ended, begun = time.monotonic(), started or launched
    loading = done.metadata.get("load_s")
    inside = min(float(loading), ended - begun) if isinstance(loading, int | float) and loading > 0 else 0.0
    return TakeTiming(
        queued_s=round(queued, 3), load_s=round(max(0.0, begun - launched) + inside, 3), run_s=round(ended - begun - inside, 3), warm=warm
    )


def _from_os(error: OSError) -> GenStudioError:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return failure("disk_full")
    return GenStudioError(f"The worker could not do it: {error}.", fix="Check the disk and its rights.", code="internal")
