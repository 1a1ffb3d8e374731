"""The process runner: built-in pipelines in the studio's own Python. It isolates nothing, and therefore takes nothing else.

Others have an environment, and perhaps a sandbox, of their own: :mod:`genstudio.engine.runners.private`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

from genstudio.engine.daemons import Daemon, kill_group
from genstudio.engine.runners.base import Capabilities, Exit, Launch, Lines, Listener, Run, Runner
from genstudio.engine.state import write_json
from genstudio.pipelines.invocation import process_command, process_environment
from genstudio.schema.errors import GenStudioError, MissingToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from genstudio.pipelines.catalogue import Pipeline

__all__ = ["ProcessRun", "ProcessRunner"]

_GATE: Final = 'read -r _ || exit 1; unset PWD; exec "$@"'
_GATE_CLOSING: Final = f"{_GATE} </dev/null"
"""A program begins once it is noted: if we die before, its standard input ends, and so does the shell that would have become it."""
_GRACE_S: Final = 1.0
"""How long a program may tidy up after SIGTERM."""
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "IMAGEIO_FFMPEG_EXE", "CUDA_VISIBLE_DEVICES")
"""What a pipeline gets of the environment: no token, no password, no home."""


class ProcessRun(Run):
    """A program in a session of its own; ``note`` is a file that names it while it runs; ``stays`` keeps its standard input open."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], listener: Listener, note: Path, *, stays: bool = False
    ) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _GATE if stays else _GATE_CLOSING, "sh", *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._daemon = Daemon.of(self._process.pid)
        self._note = note
        self._stays = stays
        self._killing, self._ended = threading.Event(), threading.Event()
        write_json(note, self._daemon.entry())
        self._open_gate()
        streams = ((self._process.stdout, listener.event), (self._process.stderr, listener.log))
        self._pumps = [threading.Thread(target=_pump, args=pair, daemon=True) for pair in streams]
        for thread in (*self._pumps, threading.Thread(target=self._watch, daemon=True)):
            thread.start()

    def send(self, line: bytes) -> None:
        """Write a line to standard input."""
        if not self._stays or self._process.stdin is None:
            raise OSError("It was not started to stay.")
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def wait(self, timeout: float) -> Exit | None:
        """Wait for the program itself; its children are killed then."""
        if not self._ended.wait(timeout):
            return None
        code = self._process.wait()
        self._kill_rest()
        for pump in self._pumps:
            pump.join(10)
        return Exit(code, out_of_memory=code == -signal.SIGKILL and not self._killing.is_set())

    def kill(self) -> None:
        """Ask the group to end, and kill it a second later."""
        if not self._killing.is_set():
            self._killing.set()
            self._signal(signal.SIGTERM)
            threading.Thread(target=self._kill_later, daemon=True).start()

    def close(self) -> None:
        """Kill what is left and close the pipes."""
        self._killing.set()
        self._kill_rest()
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        for pump in self._pumps:
            pump.join(10)
        self._note.unlink(missing_ok=True)

    def _open_gate(self) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):  # it was killed already
                os.write(self._process.stdin.fileno(), b"\n")
            if not self._stays:
                self._process.stdin.close()

    def _watch(self) -> None:
        self._process.wait()  # with a time limit it would look every twentieth of a second
        self._ended.set()

    def _kill_later(self) -> None:
        self._ended.wait(_GRACE_S)
        self._kill_rest()

    def _kill_rest(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


class ProcessRunner(Runner):
    """Runs built-ins marked ``environment = "studio"``. ``runs`` is the folder where running programs are noted."""

    capabilities = Capabilities("process", isolates_network=False, isolates_files=False, limits_memory=False, stays=True)

    def __init__(self, runs: Path) -> None:
        self._runs = runs

    def refuses(self, pipeline: Pipeline) -> str:
        """Say why a pipeline needs a container."""
        if pipeline.runs_as_process:
            return ""
        return f"{pipeline.id} does not run in the studio's own Python."

    def refusal(self, pipeline: Pipeline) -> GenStudioError:
        """Return the error of what it refuses."""
        return MissingToolError(self.refuses(pipeline), fix=f"Build it on the worker: genstudio pipelines build {pipeline.id} --process.")

    def command(self, launch: Launch) -> list[str]:
        """Return what to run."""
        return [*process_command(launch.pipeline), *self.arguments(launch)]

    def arguments(self, launch: Launch) -> list[str]:
        """Return what a pipeline is called with."""
        return ["--project_path", str(launch.folder / "project"), "--node_id", launch.node]

    def start(self, launch: Launch, listener: Listener) -> Run:
        """Start the pipeline's command with a clean environment, its temporary files in the job folder."""
        temporary = launch.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        own = {"GENSTUDIO_JOB": str(launch.folder), "GENSTUDIO_MODELS": os.pathsep.join(str(path) for path in launch.models)}
        places = {"HOME": str(temporary), "TMPDIR": str(temporary), "HF_HUB_OFFLINE": "1"}
        if launch.stays:
            own["GENSTUDIO_WARM"] = "1"
        environment = clean_environment() | process_environment() | own | places
        return ProcessRun(self.command(launch), temporary, environment, listener, self.note(launch.folder.name), stays=launch.stays)

    def open_outputs(self, folder: Path) -> None:
        """Make the folder; a program is ours and may write where we may."""
        folder.mkdir(exist_ok=True)

    def note(self, name: str) -> Path:
        """Return the file that names the program of an attempt while it runs."""
        self._runs.mkdir(parents=True, exist_ok=True)
        return self._runs / f"{name}.json"

    def sweep(self) -> int:
        """Kill the programs of an earlier worker of this name."""
        left = 0
        for note in self._runs.glob("*.json"):
            daemon = Daemon.read(note)
            if daemon is not None and daemon.alive():
                kill_group(daemon)
                daemon.wait(5)
                left += 1
            note.unlink(missing_ok=True)
        return left


def clean_environment() -> dict[str, str]:
    """Return the part of our environment that a program of ours may see."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def _pump(stream: IO[bytes], tell: Callable[[bytes], None]) -> None:
    lines = Lines(tell)
    with stream:
        while data := os.read(stream.fileno(), 65536):
            lines.feed(data)
    lines.end()
