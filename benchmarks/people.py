"""What people in two processes cost: how soon a pointer is seen, what becomes of edits meanwhile, and what somebody alone costs."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, percentile
from benchmarks.latency import open_session, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from genstudio.schema.message import Message
    from genstudio.session.canvas_session import CanvasSession

_MOVE_S: Final = 0.05
"""Between two moves that a page tells of."""
_PAUSE_S: Final = (0.005, 0.04)
"""Between two edits, as when somebody drags or types fast."""
_BLOCKS: Final = ("rest", "move")


def run(*, quick: bool) -> list[Figure]:
    """Return milliseconds of edits and pointers, and the processor time of a view before which somebody sits alone."""
    rounds, edits, alone_s = (2, 20, 3.0) if quick else (6, 60, 15.0)
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        _idle(Path(name), 1.0, shown=True)  # what is read and made once
        nobody, alone = (_idle(Path(name), alone_s, shown=shown) for shown in (False, True))
        seen = _together(Path(name), rounds, edits)
    rest, moving, pointers = (seen[kind] for kind in ("rest", "move", "pointer"))
    figures = [
        Figure("people", "somebody alone, processor time a minute", alone, "ms", "a view without anybody", nobody),
    ]
    for share in (50, 95):
        edits_rest, edits_move, moves = (percentile(values, share / 100) for values in (rest, moving, pointers))
        figures += [
            Figure("people", f"edit seen elsewhere while both move, p{share}", edits_move, "ms", "nobody moves", edits_rest, len(rest)),
            Figure("people", f"pointer seen elsewhere, p{share}", moves, "ms", "an edit", edits_rest, len(pointers)),
        ]
    return figures


def _idle(folder: Path, seconds: float, *, shown: bool) -> float:
    """Return the milliseconds of processor time that a minute takes in which nobody does anything but move."""
    session = open_session(folder, lambda _message: None)
    if shown:
        _show(session, 0)
    began = time.process_time()
    time.sleep(seconds)
    used = time.process_time() - began
    session.close()
    return used * 60_000 / seconds


def _show(session: CanvasSession, at: int) -> None:
    from genstudio.schema.message import Message

    session.handle(Message(type="client:presence", payload={"colour": "red", "cursor": [at, 0], "selection": ["shot_1"]}))


@contextmanager
def _moving(session: CanvasSession, times: dict[int, int]) -> Iterator[None]:
    """Move the pointer all the time; ``times`` gets when each move was made, in nanoseconds."""
    over = threading.Event()

    def move() -> None:
        while not over.wait(_MOVE_S):
            at = len(times)
            times[at] = time.monotonic_ns()
            _show(session, at)

    thread = threading.Thread(target=move)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _together(folder: Path, rounds: int, edits: int) -> dict[str, list[float]]:
    """Edit here while people move here and in another process, and while nobody does, in turns."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_watch, args=(folder, there))
    process.start()
    session = open_session(folder, lambda _message: None)
    times: dict[int, int] = {}
    try:
        here.recv()
        for kind in _BLOCKS * rounds:
            here.send(kind)
            here.recv()
            if kind == "move":
                with _moving(session, times):
                    _edit(session, kind, edits)
            else:
                _edit(session, kind, edits)
        here.send("end")
        if not here.poll(60):
            raise TimeoutError("the other process says nothing")
        seen, cursors = here.recv()
    finally:
        session.close()
        process.join(10)
        process.kill()
    return {**seen, "pointer": [(at - times[cursor]) / 1e6 for cursor, at in cursors.items() if cursor in times]}


def _edit(session: CanvasSession, kind: str, count: int) -> None:
    from genstudio.schema.canvas import Operation, Patch

    version = session.file.read().canvas.version
    for number in range(count):
        change = Operation(op="add", path="/nodes/shot_1/data/prompt", value=f"a fox crosses the river {number} {random.random()}")  # noqa: S311
        session.apply(Patch(base=version, operations=(change,), label=f"{kind} {time.monotonic_ns()}"))
        time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 - a pause


def _watch(folder: Path, pipe: Connection) -> None:
    """Note when edits and pointers arrive, and move the own pointer while told to."""
    seen: dict[str, list[float]] = {kind: [] for kind in _BLOCKS}
    cursors: dict[int, int] = {}

    def send(message: Message) -> None:
        now = time.monotonic_ns()
        if message.type == "server:presence" and message.payload["cursor"]:
            cursors.setdefault(round(message.payload["cursor"][0]), now)
        if message.type == "server:patch":
            kind, _, began = message.payload["patch"]["label"].partition(" ")
            if kind in seen:
                seen[kind].append((now - int(began)) / 1e6)

    session = open_session(folder, send)
    _show(session, 0)
    pipe.send("ready")
    kind = pipe.recv()
    while kind != "end":
        pipe.send(kind)
        if kind == "move":
            with _moving(session, {}):
                kind = pipe.recv()
        else:
            kind = pipe.recv()
    time.sleep(0.5)  # what is still on its way
    pipe.send((seen, cursors))
    session.close()
