"""How the work on a film is divided among machines: pure, from the lengths of its events."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEAST", "number_of_shares", "shares"]

LEAST: Final = 240
"""Frames of a share: bringing fewer to the format of a film takes no longer than starting one more process for them."""


def number_of_shares(frames: int, events: int, workers: int) -> int:
    """Return into how many shares a film of so many frames and events is divided for so many workers; 1 for a film that stays whole."""
    return max(1, min(workers, events, frames // LEAST))


def shares(lengths: Sequence[int], number: int) -> list[range]:
    """Return the events of each share, by index: one after the other, about equally many frames in each, and at least one event.

    Args:
        lengths: How many frames each event lasts.
        number: Of shares, at least 1 and at most as many as there are events.
    """
    total, ends = sum(lengths), list(accumulate(lengths))
    borders = [0]
    for share in range(1, number):
        wanted = total * share / number
        nearest = min(range(len(ends)), key=lambda index: abs(ends[index] - wanted)) + 1
        borders.append(min(max(nearest, borders[-1] + 1), len(lengths) - (number - share)))
    return [range(first, last) for first, last in zip(borders, [*borders[1:], len(lengths)], strict=True)]
