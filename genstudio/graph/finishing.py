"""Clips after their post-production: the restored or enlarged take that a film shows in the place of the shot's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from genstudio.graph.bypass import FINISHING, is_muted
from genstudio.graph.identity import label
from genstudio.graph.standing import active_take
from genstudio.schema.canvas import Canvas
from genstudio.schema.cut import CutList
from genstudio.schema.nodes import Problem
from genstudio.schema.take import TakeRecord

__all__ = ["Finishing", "as_shown"]


class Finishing:
    """The post-production of the shots of a canvas.

    A shot comes into a film as itself, by its sequence or its scene. Where its picture goes on into nodes that finish it, one after
    another, the film shows what the last of them made of the take that stands for the shot. A chain whose clip is wired into a film of
    its own, or that divides, leaves the shot as it is.

    Args:
        canvas: The canvas.
        takes: The takes there are, by node id.
    """

    def __init__(self, canvas: Canvas, takes: Mapping[str, Sequence[TakeRecord]]) -> None:
        self.canvas, self.takes = canvas, takes
        self._behind: dict[str, list[str]] = {}
        self._placed: set[str] = set()
        for _, edge in sorted(canvas.edges.items()):
            target = canvas.nodes.get(edge.target)
            if edge.source_handle == "output" and target is not None:
                if target.type in FINISHING and edge.target_handle == "input":
                    self._behind.setdefault(edge.source, []).append(edge.target)
                elif edge.target_handle == "sequence_in":
                    self._placed.add(edge.source)

    def chain(self, name: str) -> tuple[str, ...]:
        """Return the nodes that finish a shot for the film, in order; none if there is nothing to follow."""
        found: list[str] = []
        while len(behind := self._behind.get(found[-1] if found else name, [])) == 1 and behind[0] not in found:
            found.append(behind[0])
        return () if len(behind) > 1 or self._placed & set(found) else tuple(found)

    def clip(self, name: str, problems: list[Problem]) -> TakeRecord | None:
        """Return the take that a film shows in the place of a shot's own, None for its own; what is not finished is told."""
        finished = None
        for finisher, found in self.shown(name):
            if found is None:
                take = finished or self._own(name)
                told = (
                    f"{label(finisher, self.canvas.nodes[finisher])}, which was not made from {take.id if take else ''} yet; generate it."
                )
                message = f"{label(name, self.canvas.nodes[name])} is shown without {told}"
                problems.append(Problem(node=finisher, severity="warning", code="not_finished", message=message))
            finished = found or finished
        return finished

    def shown(self, name: str) -> tuple[tuple[str, TakeRecord | None], ...]:
        """Return the nodes that finish a shot with their takes of what comes into them, in order, up to the first that has none."""
        take = self._own(name)
        found: list[tuple[str, TakeRecord | None]] = []
        for finisher in (step for step in self.chain(name) if not is_muted(self.canvas.nodes[step])):
            if take is None:
                break
            made = [each for each in self.takes.get(finisher, ()) if _source(each) == take.sha256]
            take = active_take(self.canvas.nodes[finisher], made)
            found.append((finisher, take))
        return tuple(found)

    def _own(self, name: str) -> TakeRecord | None:
        node = self.canvas.nodes[name]
        return active_take(node, self.takes.get(name, ())) if node.type == "shot" else None


def as_shown(before: CutList, after: CutList) -> CutList:
    """Return a cut whose sources are of the nodes that another cut of the film shows with the same media.

    The take of a finished shot lies with the node that finished it; in the film it stands for the shot.
    """
    shown = {event.source.media: event.source.node for event in before.events}
    events = []
    for event in after.events:
        node = shown.get(event.source.media, event.source.node)
        events.append(event.model_copy(update={"source": event.source.model_copy(update={"node": node})}))
    return after.model_copy(update={"events": tuple(events)})


def _source(take: TakeRecord) -> str:
    """The hash of what a take was made of."""
    source = take.inputs.get("input")
    return str(source.get("sha256", "")) if isinstance(source, dict) else ""
