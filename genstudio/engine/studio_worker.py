# mypy: allow-untyped-calls
# (Dask is typed in part only.)
"""What makes a Dask worker ours: the attempts that it makes, and how it tells what it has."""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from distributed import Worker, WorkerPlugin

from genstudio.engine import devices
from genstudio.engine.attempt import Attempt, WorkerPlace
from genstudio.engine.daemons import Daemon
from genstudio.engine.fence import SupersededAttemptError
from genstudio.engine.parcels import Parcels
from genstudio.engine.remote import PLUGIN
from genstudio.engine.runners.container import ContainerRunner
from genstudio.engine.runners.environments import Environments
from genstudio.engine.runners.private import PrivateRunner
from genstudio.engine.runners.process import ProcessRunner
from genstudio.engine.state import StateFolder, write_json
from genstudio.engine.warm import WarmPool
from genstudio.pipelines.catalogue import Catalogue
from genstudio.pipelines.weights import installed
from genstudio.schema.job import Assignment, Succeeded, WorkerView
from genstudio.schema.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.engine.devices import Card
    from genstudio.engine.joining import Home
    from genstudio.engine.runners.base import Runner

__all__ = ["GPU_JOBS", "StudioWorker", "set_up"]

GPU_JOBS: Final = 4
"""How many jobs a card may run at once, if its memory is enough for them."""


@dataclass
class StudioWorker(WorkerPlugin):
    """What makes a Dask worker ours: its place, its card, and the attempts that run on it."""

    place: WorkerPlace
    view: WorkerView
    name: str = PLUGIN
    attempts: dict[str, Attempt] = field(default_factory=dict)
    ending: threading.Event = field(default_factory=threading.Event)
    seek: Callable[[], Runner | None] | None = None
    """Looks for a container engine where none answered when the worker began: it may begin later, or have been away just then."""
    _seeking: threading.Lock = field(default_factory=threading.Lock)

    def setup(self, worker: Worker) -> None:
        """Note the address."""
        self.view = self.view.model_copy(update={"address": worker.address})

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - the form of a plugin
        """Kill what still runs: the scheduler is gone, or the worker is told to end."""
        self.ending.set()
        for running in list(self.attempts.values()):
            running.cancel("worker")

    def attempt(self, payload: str, tell: Callable[[dict[str, Any]], None]) -> str:
        """Make an attempt in this thread; see :func:`genstudio.engine.remote.attempt`.

        Raises:
            LostRunError: What ran it has gone away; it has no outcome.
            SupersededAttemptError: The attempt has lost its place, or ends because the worker does. It has no outcome.
        """
        assignment = Assignment.model_validate_json(payload)
        key = {"job": assignment.job, "attempt": assignment.attempt}
        running = Attempt(
            assignment,
            self.place,
            lambda state: tell({**key, "state": state.model_dump()}),
            lambda picture: tell({**key, "preview": picture}),
        )
        self.attempts[assignment.job] = running
        try:
            outcome = running.run()
            if self.ending.is_set() and not isinstance(outcome.state, Succeeded):
                raise SupersededAttemptError("The attempt did not end by itself: the worker is ending.")  # to be seen as lost
            if self.place.parcels is not None:
                self.place.parcels.keep_outcome(outcome)
            else:
                write_json(self.place.state.outcome(outcome.job, outcome.attempt), outcome.model_dump(mode="json"))
            return outcome.model_dump_json()
        finally:
            del self.attempts[assignment.job]

    def cancel(self, job: str, by: str) -> bool:
        """Kill a job. Returns whether it was there."""
        running = self.attempts.get(job)
        if running is not None:
            running.cancel(by)
        return running is not None

    def leave(self, keys: list[str]) -> int:
        """End pipelines that stay loaded, to make room. Returns how many there were."""
        return self.place.warm.leave(keys) if self.place.warm else 0

    def finish(self, patience: float) -> None:
        """Wait until the killed attempts are gone, and end what stays loaded."""
        end = time.monotonic() + patience
        while self.attempts and time.monotonic() < end:
            time.sleep(0.01)
        if self.place.warm is not None:
            self.place.warm.close()

    def describe(self) -> WorkerView:
        """Return the worker as it is now; what runs on it is not taken off its CPU slots."""
        self._seek()
        place = self.place
        pipelines = Catalogue.load(place.workspace).pipelines.values()
        have = installed(pipelines, place.models)
        total, free = devices.main_memory_gib()
        memory = {"memory_gib": total, "free_memory_gib": free, "free_vram_gib": self._free_vram()}
        warm = place.warm.idle() if place.warm else ()
        runners = tuple(name for runner in place.runners if runner.ready() for name in runner.offers(pipelines))
        return self.view.model_copy(update={"weights": have, "warm": warm, "runners": runners, **memory})

    def _seek(self) -> None:
        """Take the container engine that has begun by now, and end what an earlier worker of this name left running in it."""
        if self.seek is None or not self._seeking.acquire(blocking=False):
            return
        try:
            found = self.seek()
            if found is not None:
                found.sweep()
                self.place, self.seek = replace(self.place, runners=[found, *self.place.runners]), None
        finally:
            self._seeking.release()

    def _free_vram(self) -> float:
        """What is free on the card, measured; of a simulated one all of it: the producer takes off what it has promised."""
        return devices.free_vram_gib(self.place.gpu) if self.place.gpu else self.view.vram_gib


def _containers(place_name: str, state: StateFolder, *, gpu: bool) -> Runner | None:
    """The container engine, if one answers and ``GENSTUDIO_RUNNERS`` does not leave it out."""
    if "container" not in devices.wished_runners():
        return None
    boot = Daemon.of(os.getpid())
    labels = {"workspace": state.root.name, "worker": place_name, "boot": f"{boot.pid}@{boot.started}"}
    return ContainerRunner.probe(labels, gpu=gpu)


def _processes(place_name: str, state: StateFolder, processes: ProcessRunner) -> list[Runner]:
    """The runners that need no container engine, unless ``GENSTUDIO_RUNNERS`` leaves them out."""
    if "process" not in devices.wished_runners():
        return []
    return [PrivateRunner(state.workers / f"{place_name}.runs", Environments(state.environments)), processes]


def set_up(home: Home, name: str, simulated: Card | None = None) -> StudioWorker:
    """Return the plugin of a worker of this machine, once what an earlier worker of that name left behind is gone.

    Args:
        home: Where it lives.
        name: ``cpu``, the UUID of a card, or any name for a worker with a simulated one.
        simulated: A card that is not there.
    """
    state = home.state
    processes = ProcessRunner(state.workers / f"{name}.runs")
    processes.sweep()
    card = simulated or next((card for card in devices.cards() if card.uuid == name), None)
    seek = partial(_containers, name, state, gpu=card is not None and card is not simulated)
    containers = seek()
    runners = [*([containers] if containers else []), *_processes(name, state, processes)]  # the one that isolates most comes first
    for runner in runners:
        runner.sweep()
    shutil.rmtree(state.scratch / name, ignore_errors=True)  # of attempts that died with an earlier worker
    (state.scratch / name).mkdir(mode=0o700)
    slots = 0 if card else devices.cpu_slots()
    parcels = Parcels(state.root / "parcels") if home.address else None
    if parcels is not None:
        parcels.prepare()
    place = WorkerPlace(
        name=name,
        state=state,
        workspace=home.root,
        runners=runners,
        processes=processes,
        models=home.models,
        gpu=card.uuid if card and card is not simulated else "",
        memory_gib=devices.memory_limit_gib(GPU_JOBS if card else slots),
        reserve=_reserve(),
        parcels=parcels,
        warm=WarmPool(state.scratch / name, _warm_idle_s(), GPU_JOBS if card else slots),
    )
    view = WorkerView(
        address="",
        name=f"{name}@{devices.host()}" if home.address and name in devices.worker_names() else name,
        host=devices.host(),
        gpu=card.name if card else "",
        version=VERSION,
        shared=not home.address,
        card_gib=card.sold_gib if card else 0,
        vram_gib=card.total_gib if card else 0,
        cpu=slots,
        free_cpu=slots,
        runners=tuple(name for runner in runners for name in runner.offers(())),
    )
    return StudioWorker(place, view, seek=None if containers else seek)


def _warm_idle_s() -> float:
    """How many seconds a pipeline stays loaded without a job: five minutes, or as ``GENSTUDIO_WARM_IDLE`` says."""
    wished = os.environ.get("GENSTUDIO_WARM_IDLE", "")
    return float(wished) if wished.replace(".", "", 1).isdigit() else 300.0


def _reserve() -> int:
    """How many bytes stay free on the scratch disk: 256 MiB, or as ``GENSTUDIO_SCRATCH_RESERVE_MIB`` says."""
    wished = os.environ.get("GENSTUDIO_SCRATCH_RESERVE_MIB", "")
    return (int(wished) if wished.isdigit() else 256) << 20
