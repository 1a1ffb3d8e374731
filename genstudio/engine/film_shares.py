"""A film as several jobs: shares of it that workers bring into the project's cache side by side, and the job that puts it together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from genstudio.graph.cut_shares import number_of_shares
from genstudio.schema.cut import CutList
from genstudio.schema.job import RenderJob, StepInput, StepPlace
from genstudio.schema.render import FilmShare

if TYPE_CHECKING:
    from genstudio.schema.job import WorkerView

__all__ = ["FILM_SHARE", "divided", "share_name"]

FILM_SHARE: Final = "film_share"
"""Stands for the node of a share of a film: what becomes of the assembler, the job tells that puts the film together."""


def share_name(number: int) -> str:
    """Return what the job that puts a film together calls a share of it until it is told the id of its job."""
    return f"film share {number}"


def divided(job: RenderJob, workers: Sequence[WorkerView]) -> list[RenderJob]:
    """Return the jobs of a film, its last one last: shares of it first if several of the workers can render and it is long enough.

    Only frames that may be copied or kept are worth sharing, so a film of which every frame is drawn anew stays one job.
    """
    able = [worker for worker in workers if worker.shared and worker.cpu and not worker.problem]
    cut = CutList.model_validate(job.cut)
    number = number_of_shares(cut.frames, len(cut.events), len(able))
    if number < 2 or job.options.mode != "smart":
        return [job]
    made = [job.model_copy(update={"node": FILM_SHARE, **_place(share, number)}) for share in range(1, number + 1)]
    needs = tuple(StepInput(job=share_name(share), key="", role="") for share in range(1, number + 1))
    place = StepPlace(number=number + 1, of=number + 1, title="Film")
    return [*made, job.model_copy(update={"needs": needs, "step": place})]


def _place(share: int, of: int) -> dict[str, FilmShare | StepPlace]:
    return {"share": FilmShare(number=share, of=of), "step": StepPlace(number=share, of=of + 1, title="Part of the film")}
