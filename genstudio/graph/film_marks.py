"""What is wrong with the clips of the films of a canvas, told at their nodes before anybody renders (contracts: sequence)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from genstudio.graph.clips import fitted
from genstudio.graph.cut import Clips
from genstudio.graph.finishing import Finishing
from genstudio.graph.sequence import film_order
from genstudio.schema.canvas import Canvas
from genstudio.schema.nodes import Problem
from genstudio.schema.take import TakeRecord

__all__ = ["FilmMarks"]

_TOLD: Final = frozenset({"missing_take", "mixed_rate", "short_transition", "wrong_event"})
"""Codes of problems that stand at a node. That something was not made yet is seen at the node itself; loops the check tells."""


class FilmMarks:
    """Finds what is wrong with the clips of films, and reads only those again that changed. One object serves one canvas over time."""

    def __init__(self) -> None:
        self._clips: dict[str, Clips] = {}

    def find(self, canvas: Canvas, takes: Mapping[str, Sequence[TakeRecord]], fps: str) -> tuple[Problem, ...]:
        """Return the problems, each once: a clip of a film that stands in another is a clip of both.

        These are takes whose media is missing or has another rate than ``fps``, events that cannot be used as they are written, and
        clips that are too short for their transition.
        """
        films = [name for name, node in sorted(canvas.nodes.items()) if node.type == "vse_assembler"]
        self._clips = {name: self._clips.get(name) or Clips() for name in films}
        finishing, found = Finishing(canvas, takes), list[Problem]()
        for name, clips in self._clips.items():
            fitted(clips.of(finishing, film_order(canvas, name), fps, found), found)
        return tuple({(problem.node, problem.message): problem for problem in found if problem.code in _TOLD}.values())
