"""Pipelines that stay loaded, with real processes and the real SDK: reuse, leaving, crashes, lies."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from genstudio.engine.execution import CancelledAttempt, JobLog, Limits, Transcript, follow
from genstudio.engine.placement import Need, Pending, place, to_leave, unpromised
from genstudio.engine.runners.base import Launch, Run
from genstudio.engine.runners.process import ProcessRunner
from genstudio.engine.warm import WarmPool, warm_key
from genstudio.pipelines.catalogue import Catalogue, Pipeline
from genstudio.schema.errors import GenStudioError
from genstudio.schema.event import DoneEvent
from genstudio.schema.job import Resident, WorkerView

PROGRAM = """
import os, sys, time
from pathlib import Path
from genstudio_pipeline import Request, pipeline, log
time.sleep(float(os.environ.get("LOADING", 0)))

@pipeline
def act(request: Request) -> Path:
    word, _, rest = request.prompt.partition(" ")
    if word == "crash":
        os._exit(7)
    if word == "fail":
        raise RuntimeError("It was asked for.")
    if word == "sleep":
        log("sleeping")
        time.sleep(float(rest))
    if word == "twice":
        print("later", file=sys.stderr)
    target = request.output_dir / "out.txt"
    target.write_text(str(os.getpid()))
    return target

act.main()
"""


@dataclass
class Bench:
    """A pool, and jobs that say what to do in their prompt."""

    folder: Path
    pipeline: Pipeline
    pool: WarmPool
    cancelled: threading.Event = field(default_factory=threading.Event)
    number: int = 0
    was_warm: bool = False
    last: Run | None = None

    def __post_init__(self) -> None:
        self.runner = ProcessRunner(self.folder / "runs")

    def do(self, prompt: str = "", key: str = "a", **requests: object) -> str:
        """Do a job; return what its output says: the number of the process."""
        with self.seated(prompt, key, **requests) as text:
            return text

    @contextmanager
    def seated(self, prompt: str = "", key: str = "a", vram: float = 0, on_log: Callable[[], None] | None = None) -> Iterator[str]:
        self.number += 1
        name = f"job-{self.number}"
        launch = Launch(folder=self.folder / name, pipeline=self.pipeline)
        resident = Resident(key=key, pipeline="actor", quality="low", vram_gib=vram)
        with JobLog(self.folder / f"{name}.log") as log, self.pool.seat(resident, self.runner, launch) as seat:
            self.was_warm = seat.warm
            seat.outputs.mkdir()
            (seat.folder / "project").mkdir(parents=True)
            (seat.folder / "outputs").symlink_to(f"../outputs/{name}")
            request = {"request_id": name, "prompt": prompt, "width": 16, "height": 16, "kind": "image"}
            (seat.folder / "request.json").write_text(json.dumps(request))
            transcript = Transcript(log, lambda _: None)
            listener = transcript.listener
            if on_log is not None:
                listener = replace(
                    listener, event=lambda line: (transcript.listener.event(line), on_log() if b"sleeping" in line else None)[0]
                )
            self.last = seat.start(listener, name)
            done = follow(self.last, transcript, Limits(30, self.folder, 0), self.cancelled)
            assert isinstance(done, DoneEvent)
            yield (seat.outputs / done.outputs["output"]).read_text()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    program = tmp_path / "run.py"
    program.write_text(PROGRAM)
    known = Catalogue.load().get("draft-image")
    run = known.manifest.run.model_copy(update={"command": (sys.executable, str(program)), "warm": True})
    pipeline = replace(known, manifest=known.manifest.model_copy(update={"run": run}))
    pools: list[WarmPool] = []

    def bench(idle_s: float = 60, most: int = 4) -> Bench:
        pools.append(WarmPool(tmp_path / "warm", idle_s, most))
        return Bench(tmp_path, pipeline, pools[-1])

    yield bench
    for pool in pools:
        pool.close()
        assert pool.idle() == ()
    assert not list(tmp_path.glob("warm/*"))


def test_the_same_process_takes_the_next_job_of_its_key_and_no_other(make: Callable[..., Bench]) -> None:
    bench = make()
    first = bench.do()
    assert not bench.was_warm
    assert bench.do() == first
    assert bench.was_warm
    assert bench.do(key="b") != first
    assert {resident.key for resident in bench.pool.idle()} == {"a", "b"}
    assert not list((bench.folder / "warm").glob("*/job-*"))


def test_a_cancel_that_comes_when_its_job_is_over_leaves_the_next_one_alone(make: Callable[..., Bench]) -> None:
    bench = make()
    first = bench.do()
    assert bench.last is not None
    bench.last.kill()
    assert bench.do() == first


def test_two_jobs_at_once_have_a_process_each(make: Callable[..., Bench]) -> None:
    bench = make()
    with bench.seated() as one, bench.seated() as other:
        assert one != other
    assert len(bench.pool.idle()) == 2


@pytest.mark.parametrize(("prompt", "says"), [("crash", "status 7"), ("fail", "It was asked for.")])
def test_a_job_that_fails_takes_its_process_with_it_and_nothing_else(make: Callable[..., Bench], prompt: str, says: str) -> None:
    bench = make()
    first, other = bench.do(), bench.do(key="b")
    with pytest.raises(GenStudioError, match=says):
        bench.do(prompt)
    assert bench.do() != first
    assert bench.do(key="b") == other


def test_a_process_that_dies_while_it_waits_is_replaced(make: Callable[..., Bench]) -> None:
    import os
    import signal

    bench = make()
    first = bench.do()
    os.kill(int(first), signal.SIGKILL)
    end = time.monotonic() + 10
    while bench.pool.idle() and time.monotonic() < end:
        time.sleep(0.01)
    assert bench.pool.idle() == ()
    assert bench.do() != first


def test_cancel_ends_the_process_of_the_job(make: Callable[..., Bench]) -> None:
    bench = make()
    first = bench.do()
    with pytest.raises(CancelledAttempt):
        bench.do("sleep 600", on_log=bench.cancelled.set)
    bench.cancelled.clear()
    assert bench.pool.idle() == ()
    assert bench.do() != first


def test_what_has_waited_long_enough_leaves(make: Callable[..., Bench]) -> None:
    bench = make(idle_s=0.2)
    bench.do()
    end = time.monotonic() + 10
    while bench.pool.idle() and time.monotonic() < end:
        time.sleep(0.01)
    assert bench.pool.idle() == ()


def test_no_more_wait_than_may_and_those_that_are_named_leave(make: Callable[..., Bench]) -> None:
    bench = make(most=2)
    for key in "abc":
        bench.do(key=key)
    assert [resident.key for resident in bench.pool.idle()] == ["b", "c"]
    assert bench.pool.leave(["b", "b", "x"]) == 1
    assert [resident.key for resident in bench.pool.idle()] == ["c"]


def test_a_key_names_code_tier_and_project() -> None:
    pipeline = Catalogue.load().get("draft-image")
    keys = {warm_key(pipeline, "low", "p"), warm_key(pipeline, "high", "p"), warm_key(pipeline, "low", "q")}
    keys.add(warm_key(replace(pipeline, digest="0" * 64), "low", "p"))
    assert len(keys) == 4


def _card(vram: float, *warm: Resident, address: str = "w") -> WorkerView:
    return WorkerView(address=address, card_gib=vram, vram_gib=vram, free_vram_gib=vram, cpu=0, free_cpu=0, warm=warm)


def _warm(key: str, vram: float) -> Resident:
    return Resident(key=key, pipeline=key, quality="low", vram_gib=vram)


def test_what_is_warm_holds_its_memory_and_hands_it_to_its_next_job() -> None:
    (worker,) = unpromised([_card(24, _warm("wan", 16))], {})
    assert worker.free_vram_gib == 8
    assert place([Pending("other", 1, Need(vram_gib=12))], [worker]) == []
    jobs = [Pending(name, number, Need(vram_gib=16, pipeline="wan")) for number, name in enumerate(("first", "second"))]
    assert [placement.job for placement in place(jobs, [worker])] == ["first"]


def test_as_few_as_help_leave_and_only_where_it_helps() -> None:
    jobs = [Pending("a", 1, Need(vram_gib=20, card_gib=24))]
    (full,) = unpromised([_card(24, _warm("old", 8), _warm("new", 8))], {})
    assert to_leave(jobs, [full]) == {"w": ("old", "new")}
    (roomy,) = unpromised([_card(32, _warm("old", 8), _warm("new", 8))], {})
    assert to_leave(jobs, [roomy]) == {"w": ("old",)}
    busy = unpromised([_card(24, _warm("old", 4))], {"w": Need(vram_gib=16)})
    assert to_leave(jobs, busy) == {}
    assert to_leave([Pending("a", 1, Need(vram_gib=4))], [_card(24)]) == {}
