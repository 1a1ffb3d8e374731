"""Which take stands for a node (contracts: canvas)."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from genstudio.graph.values import Json
from genstudio.schema.canvas import Node
from genstudio.schema.errors import BadInputError
from genstudio.schema.take import TakeRecord

__all__ = ["active_take", "is_rejected"]


def active_take(node: Node, takes: Sequence[TakeRecord]) -> TakeRecord | None:
    """Return the take that stands for a node.

    It is the one a person set (``active_take``), else the newest that is not rejected
    (``review.<take>.approval`` = ``rejected``), a real one before a draft.
    """
    chosen = node.data.get("active_take")
    for take in takes:
        if take.id == chosen:
            return take
    review = node.data.get("review")
    left = [take for take in takes if not is_rejected(review, take.id)]
    return max(left, key=lambda take: (not take.draft, _number(take)), default=None)


def is_rejected(review: Json, take: str) -> bool:
    """Tell whether a person has rejected a take, by the ``review`` of its node."""
    entry = review.get(take) if isinstance(review, dict) else None
    return isinstance(entry, dict) and entry.get("approval") == "rejected"


def _number(take: TakeRecord) -> tuple[int, int]:
    try:
        return take.name.version, take.name.take
    except (BadInputError, ValidationError):
        return 0, 0
