"""Workers of another version: they are shown, and get no jobs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.schema.job import WorkerView
from genstudio.schema.version import VERSION

if TYPE_CHECKING:
    from genstudio.schema.base import JsonObject

__all__ = ["view_of"]


def view_of(answer: JsonObject) -> WorkerView:
    """Return what a worker says of itself. One of another version may say it in other words: what is known of them is kept.

    Args:
        answer: A ``WorkerView`` as JSON, of whichever version.
    """
    version = str(answer.get("version") or "")
    if version == VERSION:
        return WorkerView.model_validate(answer)
    known = {key: str(answer.get(key) or "") for key in ("address", "name", "host", "gpu")}
    problem = f"It runs genstudio {version or 'of an older version'}, the queue {VERSION}: it gets no jobs until both are the same."
    return WorkerView.model_validate({**known, "cpu": 0, "free_cpu": 0, "runners": (), "version": version, "problem": problem})
