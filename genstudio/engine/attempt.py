"""One attempt at a job, as a worker makes it: stage, run, publish. Knows neither Dask nor Docker."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from genstudio.engine.execution import CancelledAttempt, JobLog, Limits, Transcript, failure, follow, seconds
from genstudio.engine.fence import Fence
from genstudio.engine.outcome import Outcome
from genstudio.engine.runners.base import Launch, Runner
from genstudio.engine.runners.process import ProcessRun, ProcessRunner, clean_environment
from genstudio.engine.staging import output_file, stage
from genstudio.engine.state import StateFolder
from genstudio.engine.take import Making, publish_take
from genstudio.engine.training import Trained, publish_trained
from genstudio.pipelines.catalogue import Catalogue, Pipeline
from genstudio.pipelines.weights import missing
from genstudio.schema.errors import GenStudioError, MissingToolError
from genstudio.schema.event import ProgressEvent
from genstudio.schema.job import Assignment, Cancelled, Failed, GenerateJob, JobState, RenderJob, Running, Succeeded, TrainJob
from genstudio.schema.take import TakeTiming

__all__ = ["Attempt", "WorkerPlace"]

_RENDER_TIMEOUT_S: Final = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """Where attempts are made: the worker's name, its folders, its runners in order of preference, its card, its limits."""

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
    """

    def __init__(self, assignment: Assignment, place: WorkerPlace, tell: Callable[[Running], None]) -> None:
        self._assignment = assignment
        self._place = place
        self._tell = tell
        self._begun = time.time()
        self._cancelled = threading.Event()
        self._by = ""
        self._folder = place.scratch / f"{assignment.job}-{assignment.attempt}"
        self._fence = Fence(place.state.fence(assignment.job))

    def cancel(self, by: str) -> None:
        """Ask for the end; the run is killed at once."""
        self._by = by
        self._cancelled.set()

    def run(self) -> Outcome:
        """Make the attempt. Never raises for what can go wrong with a job; leaves nothing behind but the take and the log.

        Raises:
            SupersededAttemptError: The producer has given the attempt up. Nothing was published.
        """
        with JobLog(self._place.state.log(self._assignment.job)) as log:
            transcript = Transcript(log, self._progress)
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
        return Outcome(job=self._assignment.job, attempt=self._assignment.attempt, state=state, warnings=tuple(transcript.warnings))

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
        if route is None or (name is None and isinstance(spec, GenerateJob)):
            raise failure("internal", "The job came without a route.")
        pipeline = Catalogue.load(place.workspace).get(route.pipeline)
        self._check_weights(pipeline)
        runner = self._runner(pipeline)
        stage(self._folder, assignment, spec, route)
        self._stop_if_cancelled()
        labels = {**place.labels, "project": spec.project, "task": assignment.task, "job": assignment.job}
        launch = Launch(
            folder=self._folder,
            pipeline=pipeline,
            node=spec.node,
            models=place.models,
            labels=labels,
            gpu=place.gpu,
            memory_gib=place.memory_gib,
        )
        launched = time.time()
        run = runner.start(launch, transcript.listener)
        self._tell(Running(worker=place.name, step="starting"))
        limits = Limits(seconds(pipeline.manifest.run.timeout), limits.folder, limits.reserve)
        done = follow(run, transcript, limits, self._cancelled)
        ended, started = time.time(), transcript.started or launched
        timing = TakeTiming(
            queued_s=round(max(0.0, launched - assignment.created), 3) if assignment.created else 0,
            load_s=round(max(0.0, started - launched), 3),
            run_s=round(ended - started, 3),
        )
        if isinstance(spec, TrainJob) or name is None:
            trained = Trained(assignment, route, pipeline, runner.capabilities.name, run.image, timing, done.metadata)
            with self._fence.publishing(assignment.attempt):
                return Succeeded(output=publish_trained(trained, output_file(done, self._folder / "outputs")))
        making = Making(assignment, spec, route, name, pipeline, runner.capabilities.name, run.image, timing, done.metadata)
        with self._fence.publishing(assignment.attempt):
            media = publish_take(making, output_file(done, self._folder / "outputs"))
        return Succeeded(output=media, take=name.id)

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
        run = ProcessRun(command, self._folder / "tmp", environment, transcript.listener, self._place.processes.note(self._folder.name))
        self._tell(Running(worker=self._place.name, step="starting"))
        done = follow(run, transcript, limits, self._cancelled)
        return Succeeded(output=done.outputs["final_video"])

    def _check_weights(self, pipeline: Pipeline) -> None:
        lacking = missing(pipeline.manifest, self._place.models)
        if lacking:
            more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            raise failure("missing_weights", f"Weights of {pipeline.id} are missing: {lacking[0]}{more}.")

    def _runner(self, pipeline: Pipeline) -> Runner:
        refusals = []
        for runner in self._place.runners:
            refusal = runner.refuses(pipeline)
            if not refusal:
                return runner
            refusals.append(refusal)
        raise MissingToolError(
            " ".join(refusals) or f"This worker runs no pipelines such as {pipeline.id}.",
            fix="Install a container engine and build the image of the pipeline.",
        )

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise CancelledAttempt

    def _progress(self, event: ProgressEvent) -> None:
        self._tell(Running(worker=self._place.name, progress=event.progress, step=event.step, eta_s=event.eta_s))


def _from_os(error: OSError) -> GenStudioError:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return failure("disk_full")
    return GenStudioError(f"The worker could not do it: {error}.", fix="Check the disk and its rights.", code="internal")
