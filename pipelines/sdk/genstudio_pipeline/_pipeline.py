"""From a typed function to a program: read the request, run, send events, say how it ended; again for the next if warm."""

from __future__ import annotations

import argparse
import functools
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from genstudio_pipeline._channel import CHANNEL
from genstudio_pipeline._errors import BadInput, Cancelled, PipelineError, describe
from genstudio_pipeline._request import Request, read_request
from genstudio_pipeline._signature import arguments, check

__all__ = ["EXIT_CANCELLED", "Outputs", "Pipeline", "pipeline"]

EXIT_CANCELLED: Final = 128 + signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Outputs:
    """Results with something to record: ``files`` maps sockets to files, ``metadata`` is JSON (e.g. ``peak_vram_gib``)."""

    files: Mapping[str, Path]
    metadata: Mapping[str, Any] = field(default_factory=dict)


Result = Path | Mapping[str, Path] | Outputs


def pipeline(function: Callable[..., Result]) -> Pipeline:
    """Make a pipeline of a function ``(request: Request, *, parameters…) -> Path | Mapping[str, Path] | Outputs``.

    A single path is the socket ``output``. Parameters are int, float, str or bool, and come from the request by name.

    Raises:
        TypeError: The function has another form; the message says what is missing.
    """
    check(function)
    return Pipeline(function)


class Pipeline:
    """A pipeline function that can be called, and run as a program with :meth:`main`."""

    def __init__(self, function: Callable[..., Result]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, request: Request, **params: Any) -> Result:  # noqa: ANN401
        """Call the function itself."""
        return self._function(request, **params)

    def main(self) -> NoReturn:
        """Serve the job named on the command line and, if warm, those that follow on standard input; then exit."""
        options = _options()
        CHANNEL.claim()
        signal.signal(signal.SIGTERM, _cancel)
        root = Path(os.environ.get("GENSTUDIO_JOB") or "/job")
        try:
            sys.exit(self._serve(root, options.project_path))
        except Cancelled:  # between two jobs: nothing to tell
            sys.exit(EXIT_CANCELLED)

    def _serve(self, root: Path, project: Path) -> int:
        warm = os.environ.get("GENSTUDIO_WARM") == "1"
        status = 0
        if not warm or (root / "request.json").exists():
            status = self.run(root, project)
        if warm:
            for job in _next_jobs(root):
                status = self.run(job, job / "project")
        return status

    def run(self, job: Path, project: Path) -> int:
        """Do one job folder and send its events. Returns the exit status: 0 only after ``done``."""
        outputs = job / "outputs"
        try:
            outputs.mkdir(parents=True, exist_ok=True)
            request = read_request(job, project)
            request.output_dir.mkdir(parents=True, exist_ok=True)
        except (PipelineError, OSError) as error:
            return _fail(error)
        CHANNEL.open(request.output_dir)
        try:
            return self._run(request)
        except Cancelled:
            CHANNEL.emit("error", code="cancelled", message="The run was cancelled.")
            raise
        finally:
            CHANNEL.close()

    def _run(self, request: Request) -> int:
        try:
            CHANNEL.emit("started", request_id=request.id)
            result = self._function(request, **arguments(self._function, request.params))
            done = result if isinstance(result, Outputs) else Outputs(files={"output": result} if isinstance(result, Path) else result)
            files = {socket: _output(path, request.output_dir) for socket, path in done.files.items()}
            CHANNEL.emit("done", outputs=files, metadata=dict(done.metadata))
        except Exception as error:  # noqa: BLE001 - the last line of a pipeline: whatever happened is told as an event
            return _fail(error)
        return 0


def _fail(error: Exception) -> int:
    if not isinstance(error, PipelineError):
        traceback.print_exception(error, file=sys.stderr)
    code, message = describe(error)
    with suppress(OSError):  # on a full disk the reader alone has it
        CHANNEL.emit("error", code=code, message=message)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A pipeline of the studio.")
    parser.add_argument("--project_path", type=Path, required=True, help="the staged project, e.g. /job/project")
    parser.add_argument("--node_id", default="", help="the node of the canvas that the job is for")
    return parser.parse_args()


def _cancel(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the form of a signal handler
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not break the clean-up of the first
    raise Cancelled


def _next_jobs(root: Path) -> Iterator[Path]:
    """Yield the job folders named on standard input, one JSON line each, until it ends."""
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            job = (root / json.loads(line)["job"]).resolve()
        except (ValueError, KeyError, TypeError):
            _fail(BadInput(f"The line {line.strip()!r:.80} names no job."))
            continue
        if job.is_relative_to(root.resolve()):
            yield job
        else:
            _fail(BadInput(f"The job {job} is outside {root}."))


def _output(path: Path, folder: Path) -> str:
    """Return the name of a result in the output folder.

    Raises:
        PipelineError: It is not there, is empty, or lies elsewhere.
    """
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PipelineError(f"The pipeline wrote {path}, which is not in its output folder.")
    if not path.is_file() or not path.stat().st_size:
        raise PipelineError(f"The pipeline wrote no {path.name}.")
    return path.resolve().relative_to(folder.resolve()).as_posix()
