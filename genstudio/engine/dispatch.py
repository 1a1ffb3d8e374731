"""What the producer does with the jobs of the store: routes them, places them, sends them, and takes in how they ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine import remote
from genstudio.engine.away import Away
from genstudio.engine.courier import with_documents
from genstudio.engine.outcome import Outcome
from genstudio.engine.placement import Need, Pending, busy_reason, need_of, place, to_leave, total, unpromised
from genstudio.engine.previews import keep_preview
from genstudio.engine.queue import EVERYTHING, Queue
from genstudio.engine.routes import Routes
from genstudio.engine.settle import settle, settle_lost, settle_unheard, settle_written
from genstudio.engine.state import StateFolder
from genstudio.engine.steps import StepGate
from genstudio.engine.warm import warm_key
from genstudio.engine.worker_table import WorkerTable, as_seen
from genstudio.pipelines.catalogue import Catalogue
from genstudio.project.project import ProjectFolder
from genstudio.schema.errors import ConflictError, GenStudioError
from genstudio.schema.job import (
    JOB_STATE,
    Assignment,
    Cancelled,
    Failed,
    GenerateJob,
    JobSpec,
    JobView,
    Queued,
    RenderJob,
    Route,
    Staging,
    Wait,
    Waiting,
    WorkerView,
)
from genstudio.schema.take import TakeName

if TYPE_CHECKING:
    from genstudio.engine.link import Link
    from genstudio.engine.store import JobStore

__all__ = ["Dispatcher"]

_CHECK_S: Final = 5.0
"""How often the scheduler is asked whether it still has what it was given."""
_MEASURE_S: Final = 5.0
"""How often workers are measured while jobs run and none waits, for people to see."""
_REST: Final = 10
"""Where nothing has happened, what waits is looked at again after so many times as long as the last look took: with ten thousand jobs
in the queue one look takes most of a second."""
_RENDER_NEED: Final = Need(cpu=1, runners=frozenset({"container", "process"}), shared=True)


@dataclass(frozen=True, slots=True)
class _Flight:
    """An attempt that a worker has. ``address`` is empty if the worker has lost its place and still publishes."""

    attempt: int
    address: str
    need: Need


class Dispatcher:
    """Moves jobs. One for as long as a producer lives; :meth:`attach` gives it each new connection to a scheduler.

    ``expected`` is the number of workers that are there when nothing is wrong; ``wake`` asks for a step soon.
    """

    def __init__(self, store: JobStore, state: StateFolder, workspace: Path, expected: int, wake: Callable[[], None]) -> None:
        self._store = store
        self._queue = Queue(store)
        self._state = state
        self._workspace = workspace
        self._expected = expected
        self._flights: dict[str, _Flight] = {}
        self._workers: list[WorkerView] = []
        self._useless: list[WorkerView] = []
        self._looked = 0.0
        self._stale = False
        self._due = 0.0
        self._link: Link | None = None
        self._ended: list[tuple[str, int, str | None]] = []
        self._table = WorkerTable(state.worker_table)
        self._checked = 0.0
        self._suspects: set[tuple[str, int]] = set()
        self._routes = Routes(store)
        self._away = Away(state, workspace, self._arrived)
        self._wake = wake
        self._steps = StepGate(store)

    # -- connection ----------------------------------------------------------------------------------------------------

    async def attach(self, link: Link) -> None:
        """Take a new connection and find again what runs: follow it, read how the rest ended, and try again what was lost."""
        self._link = link
        self._away.clear()
        self._flights.clear()
        self._ended.clear()
        places = await link.places()
        ended = await self._away.ended_before(link)
        for job in self._store.jobs(active=True):
            if job.state.state not in ("staging", "running"):
                continue
            number, _, found, _ = self._store.attempt(job.id)
            address = places.get(remote.key_of(job.id, number))
            if address is not None:
                self._flights[job.id] = _Flight(number, address, _need(found))
                link.adopt(job.id, number)
            elif (job.id, number) in ended:
                address, word = ended[job.id, number]
                self._flights[job.id] = _Flight(number, address, _need(found))
                self.ended(job.id, number, word)
            elif not settle_lost(self._store, self._state, job.id, number):
                self._flights[job.id] = _Flight(number, "", _need(found))
                self.ended(job.id, number, None)

    def detach(self) -> None:
        """Forget the connection. The store says what was sent."""
        self._link = None
        self._away.clear()
        self._workers, self._useless = [], []

    async def look(self) -> None:
        """Ask the workers what they are and what is free."""
        if self._link is not None:
            views = await self._link.workers()
            self._looked = time.monotonic()
            self._workers = [view for view in views if not view.problem]
            self._useless = [view for view in views if view.problem]

    @property
    def worker_count(self) -> int:
        """How many workers answered."""
        return len(self._workers)

    def requeue(self) -> None:
        """Queue again what workers have now: the cluster is being stopped, which is no fault of the jobs.

        What publishes at this moment stays; ask again once the workers are gone.
        """
        for job, flight in list(self._flights.items()):
            if settle_unheard(self._store, self._state, job, flight.attempt, Queued()):
                del self._flights[job]

    def give_up(self, state: Failed) -> None:
        """End all jobs with one state, save those whose take is on disk or is being published."""
        for job in self._store.jobs(active=True):
            settle_unheard(self._store, self._state, job.id, self._store.attempt(job.id)[0], state)

    # -- what the link tells -------------------------------------------------------------------------------------------

    def heard(self, message: dict[str, Any]) -> None:
        """Take note of what an attempt tells. An old attempt, or one that has ended, is not listened to."""
        job = message["job"]
        flight = self._flights.get(job)
        if flight is None or flight.attempt != message["attempt"]:
            return
        if "preview" in message:
            keep_preview(self._state, job, message["preview"])
            self._store.move(job, self._store.job(job).state)  # whoever follows the job looks for it now
        else:
            self._store.move(job, JOB_STATE.validate_python(message["state"]))

    def _arrived(self, job: str, number: int, outcome: str | None) -> None:
        self.ended(job, number, outcome)
        self._wake()

    def ended(self, job: str, number: int, outcome: str | None) -> None:
        """Note that an attempt has ended; the next :meth:`step` settles it."""
        self._ended.append((job, number, outcome))

    # -- one step ------------------------------------------------------------------------------------------------------

    async def step(self, *, woken: bool = True) -> None:
        """Settle what has ended, cancel what is to be cancelled, start what can start.

        Args:
            woken: Whether something has happened: somebody changed the queue, an attempt ended, a worker came or went.
        """
        flights = len(self._flights)
        await self._settle()
        await self._cancel()
        due = woken or len(self._flights) != flights or time.monotonic() >= self._due
        if due and await self._decide():
            self._stale = True
        elif (self._flights or self._stale) and time.monotonic() - self._looked > _MEASURE_S:
            self._stale = bool(self._flights)
            await self.look()
        self._listen()
        self._tell_workers()

    async def _decide(self) -> bool:
        """Start what can start. Return whether anything waits that a worker could have."""
        spent = time.process_time()
        waiting = self._waiting()
        if waiting and (any(worker.card_gib for worker in self._workers) or time.monotonic() - self._looked > _MEASURE_S):
            # Free memory of a card changes by itself, container engines come and go, and a worker that did not answer in time may do now.
            await self.look()
        found = bool(waiting and self._workers)
        if found and await self._make_room(self._start(waiting)):
            await self.look()
            self._start(self._waiting())
        self._due = time.monotonic() + _REST * (time.process_time() - spent)
        return found

    async def _settle(self) -> None:
        for job, flight in list(self._flights.items()):  # the file comes before Dask's word, and when that is lost
            if settle_written(self._store, self._state, job, flight.attempt):
                del self._flights[job]
        ended, self._ended = self._ended, []
        ended += await self._missing()
        for job, number, text in ended:
            current = self._flights.get(job)
            if current is None or current.attempt != number:
                continue
            if text is not None:
                outcome = Outcome.model_validate_json(text)
                fetched = self._away.collected(job)
                if self._link is not None and not fetched and (outcome.made or self._is_away(current.address)):
                    self._away.collect(self._link, self._assignment(job, number), outcome, current.address)
                    continue
                settle(self._store, self._state, outcome)
            elif self._away.busy(job):
                continue
            elif self._link is not None and remote.key_of(job, number) in await self._link.places():
                self._link.adopt(job, number)  # the connection had gone, not the job
                continue
            elif settle_lost(self._store, self._state, job, number):
                await self.look()  # the next attempt must not go to a worker that has just died
            else:
                self.ended(job, number, None)  # it publishes at this moment: the next step looks again
                continue
            del self._flights[job]

    def _listen(self) -> None:
        """Bring what jobs print that run on workers which do not see the studio's disk."""
        self._away.hush(self._flights)
        if self._link is not None:
            for job, flight in self._flights.items():
                if self._is_away(flight.address):
                    self._away.listen(self._link, job, flight.address)

    def _is_away(self, address: str) -> bool:
        return any(worker.address == address and not worker.shared for worker in self._workers)

    def _assignment(self, job: str, number: int) -> Assignment:
        """Return an attempt as it was sent."""
        view, (_, worker, found, take) = self._store.job(job), self._store.attempt(job)
        return Assignment(
            job=job,
            task=view.task,
            created=view.created,
            attempt=number,
            worker=worker,
            spec=self._store.spec(job),
            route=found,
            take=take,
        )

    async def _missing(self) -> list[tuple[str, int, str | None]]:
        """Return the attempts that the scheduler has not known for a while, though it never said how they ended."""
        now = time.monotonic()
        if self._link is None or not self._flights or now - self._checked < _CHECK_S:
            return []
        self._checked = now
        places = await self._link.places()
        flights = {(job, flight.attempt) for job, flight in self._flights.items()}
        unknown = {(job, number) for job, number in flights if remote.key_of(job, number) not in places and not self._away.busy(job)}
        # Of one attempt, not of one job: the next attempt, sent this moment, must not inherit the suspicion of the one that was lost.
        twice, self._suspects = unknown & self._suspects, unknown
        return [(job, number, None) for job, number in twice]

    async def _cancel(self) -> None:
        for job, by in self._store.cancel_requests().items():
            flight = self._flights.get(job)
            if flight is None:
                self._store.move(job, Cancelled(by=by))
            elif self._link is not None and flight.address:
                await self._link.cancel(flight.address, job, by)

    def _waiting(self) -> list[JobView]:
        """Return what may start. What people have paused is told so, and what waits for a step before it."""
        paused = self._queue.paused()
        found, kept = [], []
        for job in self._store.jobs(active=True):
            if job.id in self._flights or job.state.state not in ("queued", "waiting"):
                continue
            if EVERYTHING in paused or job.project in paused:
                kept.append((job, "The queue is paused." if EVERYTHING in paused else "The queue of this project is paused."))
            else:
                found.append(job)
        ready, held = self._steps.sift(found, self._flights)
        self._wait(kept + held)
        return ready

    async def _make_room(self, pending: Sequence[Pending]) -> bool:
        """End warm pipelines that stand in the way of jobs. Return whether there were any."""
        leaving = to_leave(pending, self._free()) if self._link is not None else {}
        for address, keys in leaving.items():
            if self._link is not None:
                await self._link.leave(address, keys)
        return bool(leaving)

    def _start(self, waiting: Sequence[JobView]) -> list[Pending]:
        """Start what can start; return what found no place."""
        catalogue = Catalogue.load(self._workspace)
        ranks = {rank.id: rank for rank in self._queue.waiting()}
        plans: dict[str, tuple[JobView, JobSpec, Route | None]] = {}
        pending: list[Pending] = []
        waits: list[tuple[JobView, str]] = []
        needs: dict[tuple[int, str], Need] = {}  # thousands of jobs share a route
        for job, spec, found in self._routes.find(waiting, catalogue, self._workers):
            if isinstance(found, GenStudioError):
                self._fail(job.id, found)
            elif isinstance(found, Wait):
                waits += self._cannot_start(job, spec, found)
            else:
                rank, alike = ranks[job.id], (id(found), spec.project)
                if alike not in needs:
                    needs[alike] = _need(found, catalogue, spec.project)
                plans[job.id] = (job, spec, found)
                pending.append(Pending(job.id, rank.position, needs[alike], rank.priority))
        for placement in place(pending, self._free(), self._promised()):
            job, spec, found = plans.pop(placement.job)
            self._send(job, spec, found, needs[id(found), spec.project], placement.worker)
        self._wait(waits + [(job, busy_reason(needs[id(found), spec.project])) for job, spec, found in plans.values()])
        return [item for item in pending if item.job in plans]

    def _cannot_start(self, job: JobView, spec: JobSpec, found: Wait) -> list[tuple[JobView, str]]:
        """Wait for a worker that does not exist only where people chose to; otherwise say that there is none."""
        if not isinstance(spec, RenderJob) and spec.policy == "fallback" and len(self._workers) >= self._expected:
            message = found.reason.replace("Waiting for a worker", "There is no worker", 1)
            fix = 'Choose another pipeline or quality, or set the project to "queue" and start such a worker.'
            self._store.move(job.id, Failed(code="no_worker", message=message, fix=fix))
            return []
        return [(job, found.reason)]

    def _wait(self, waits: Sequence[tuple[JobView, str]]) -> None:
        """Say of jobs what they wait for, where that is news: in one write, for there may be thousands."""
        told = {job.id: job.state.reason for job, _ in waits if isinstance(job.state, Waiting)}
        news = [(job.id, Waiting(reason=reason)) for job, reason in waits if told.get(job.id) != reason]
        if news:
            with self._store.writing():
                for job, state in news:
                    self._store.move(job, state)

    def _fail(self, job: str, error: GenStudioError) -> None:
        self._store.move(job, Failed(code=error.code, message=error.message, fix=error.fix))

    def _send(self, job: JobView, spec: JobSpec, found: Route | None, need: Need, address: str) -> None:
        worker = next(view for view in self._workers if view.address == address)
        try:
            take = _claim(job.id, spec)
        except (GenStudioError, OSError) as error:
            self._fail(job.id, error if isinstance(error, GenStudioError) else ConflictError(f"The project cannot be written: {error}."))
            return
        number = self._store.dispatch(job.id, Staging(worker=worker.name), worker=worker.name, route=found, take=take)
        if found is not None and found.quality.notice:
            self._store.add_notice(job.task, found.quality.notice)
        assignment = self._assignment(job.id, number)
        self._flights[job.id] = _Flight(number, address, need)
        if self._link is None:
            return
        if worker.shared:
            self._link.submit(assignment, address, _resources(need))
        else:
            self._away.send(self._link, with_documents(assignment, Catalogue.load(self._workspace)), address, _resources(need))

    # -- what is free --------------------------------------------------------------------------------------------------

    def _promised(self) -> dict[str, Need]:
        return total((flight.address, flight.need) for flight in self._flights.values())

    def _free(self) -> list[WorkerView]:
        return unpromised(self._workers, self._promised())

    def _tell_workers(self) -> None:
        jobs = [(flight.address, job) for job, flight in self._flights.items()]
        self._table.write([*as_seen(self._free(), self._promised(), jobs), *self._useless])


def _need(found: Route | None, catalogue: Catalogue | None = None, project: str = "") -> Need:
    if found is None:
        return _RENDER_NEED
    pipeline = catalogue.pipelines.get(found.pipeline) if catalogue else None
    runners = pipeline.runners if pipeline else frozenset({"container", "process"})
    key = warm_key(pipeline, found.tier.quality, project) if pipeline else ""
    # A model is put into its asset by the worker itself.
    return replace(need_of(found.tier, runners, key), shared=found.kind == "model")


def _resources(need: Need) -> dict[str, float]:
    return {"VRAM": need.vram_gib} if need.vram_gib else {"CPU": float(need.cpu)}


def _claim(job: str, spec: JobSpec) -> TakeName | None:
    if isinstance(spec, RenderJob) or (isinstance(spec, GenerateJob) and not spec.renders):
        return None
    project = ProjectFolder(Path(spec.project_root))
    if project.uuid != spec.project:
        raise ConflictError(f"Another project stands at {spec.project_root} now.", fix="Open the project again and generate.")
    if not isinstance(spec, GenerateJob):
        return None
    return project.takes.claim(spec.renders, spec.shot_version, job)
