"""The program that renders a film: ``python -m genstudio.engine.film JOB FENCE ATTEMPT``, a process of its own so that it ends exactly.

It speaks as pipelines do: events as JSON lines on a duplicate of standard output, everything printed goes to the log.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from genstudio.engine.fence import Fence
from genstudio.schema.cut import CutList
from genstudio.schema.errors import GenStudioError
from genstudio.schema.event import ErrorCode
from genstudio.schema.job import RenderJob

if TYPE_CHECKING:
    from genstudio.edit.film_report import FilmReport

__all__ = ["main"]

_CODES: Final = get_args(ErrorCode)
_EVERY_S: Final = 0.1


class _Events:
    """The event channel."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
        os.dup2(2, 1)
        self._seq = 0
        self._told = 0.0

    def send(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - JSON values
        self._file.write(json.dumps({"v": 1, "seq": self._seq, "type": kind, **fields}) + "\n")
        self._seq += 1

    def progress(self, percent: float, step: str) -> None:
        if time.monotonic() - self._told >= _EVERY_S:
            self._told = time.monotonic()
            self.send("progress", progress=min(100.0, max(0.0, percent)), step=step[:200])


def main(path: Path, fence: Fence, attempt: int) -> int:
    """Render the job in a file. Returns the exit status: 0 only after ``done``.

    The attempt cannot be given up while this process lives, so that no film appears of one that was.
    """
    events, cancelled = _Events(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: cancelled.set())
    events.send("started")
    try:
        job = RenderJob.model_validate_json(path.read_bytes())
        report = _render(job, events, cancelled, fence, attempt)
    except GenStudioError as error:
        code = error.code if error.code in _CODES else "internal"
        events.send("error", code=code, message=error.message, fix=error.fix)
        return 1
    for notice in report.notices if report is not None else ():
        events.send("warning", message=notice)
    made = {} if report is None else {"final_video": report.path}
    events.send("done", outputs=made, metadata=report.model_dump(mode="json") if report is not None else {})
    return 0


def _render(job: RenderJob, events: _Events, cancelled: threading.Event, fence: Fence, attempt: int) -> FilmReport | None:
    """Render a film and return its report; of a share of a film there is none, and nothing that appears but the cache."""
    from genstudio.edit.render import render_film
    from genstudio.edit.share import prepare_share

    root, cut = Path(job.project_root), CutList.model_validate(job.cut)
    if job.share is not None:
        prepare_share(root, cut, job.options, job.share, progress=events.progress, cancelled=cancelled.is_set)
        return None
    with fence.publishing(attempt):
        return render_film(root, cut, job.options, progress=events.progress, cancelled=cancelled.is_set)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Fence(Path(sys.argv[2])), int(sys.argv[3])))
