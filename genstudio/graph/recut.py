"""What an editor changed in a film, and the edit of the canvas that takes it over (contracts: sequence)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

from genstudio.graph.finishing import as_shown
from genstudio.graph.identity import label
from genstudio.graph.reorder import reorder
from genstudio.graph.sequence import film_order
from genstudio.schema.base import Frozen, JsonObject
from genstudio.schema.canvas import Canvas, Operation
from genstudio.schema.cut import CutEvent, CutList, Transition

__all__ = ["Change", "Recut", "recut"]

ChangeKind = Literal["moved", "trimmed", "replaced", "removed", "speed", "transition", "added", "used_again", "gap"]
_FADES: Final = {"fade_in": "fades in", "fade_out": "fades out", "dissolve": "dissolves in", "wipe": "wipes in", "cut": "cuts in"}


class Change(Frozen):
    """One thing that differs, as a sentence; ``applied`` is false where a canvas has no way to say it."""

    kind: ChangeKind
    node: str
    message: str
    applied: bool = True


@dataclass(frozen=True, slots=True)
class Recut:
    """The differences of a film, and one edit of its canvas that makes the film so."""

    changes: tuple[Change, ...]
    operations: tuple[Operation, ...]


def recut(canvas: Canvas, assembler: str, before: CutList, after: CutList) -> Recut:
    """Compare two cuts of one film and return the differences with the operations that take them over.

    Events are the same if their node is: the canvas shows every clip once. What is not in the new cut at all (titles, sound) stays.

    Args:
        canvas: The canvas from which ``before`` was cut.
        assembler: Its assembler.
        before: The film as the canvas has it.
        after: The film as it came back; the ``node`` of each source is the node of this canvas whose take it is.
    """
    return _Comparison(canvas, assembler, before, as_shown(before, after)).result()


@dataclass
class _Comparison:
    canvas: Canvas
    assembler: str
    before: CutList
    after: CutList
    changes: list[Change] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.old = {event.source.node: event for event in self.before.events}
        self.new: dict[str, CutEvent] = {}
        for event in self.after.events:
            if event.source.node in self.new:
                text = f"is used again at frame {event.record_in}; a canvas shows a clip once, so only its first use is taken over"
                self._tell("used_again", event.source.node, text, applied=False)
            elif event.source.node not in self.old:
                self._tell("added", event.source.node, "is new in the film; connect it to the assembler to have it there", applied=False)
            else:
                self.new[event.source.node] = event

    def _tell(self, kind: ChangeKind, node: str, text: str, *, applied: bool = True) -> None:
        self.changes.append(Change(kind=kind, node=node, message=f"{label(node, self.canvas.nodes.get(node))} {text}.", applied=applied))

    def result(self) -> Recut:
        self._order()
        events: dict[str, JsonObject] = {}
        for node, event in self.new.items():
            changed = self._event(self.old[node], event)
            if changed:
                events[node] = changed
        self._gaps()
        self.operations += self._written(events)
        return Recut(tuple(self.changes), tuple(self.operations))

    def _order(self) -> None:
        """Tell which clips moved or went, and find the wires that say so."""
        removed = [node for node in self.old if node not in self.new]
        wanted = list(self.new)
        kept = [node for node in self.old if node in self.new]
        moved = _moved(kept, wanted)
        operations, refused = reorder(self.canvas, self.assembler, list(self.old), wanted)
        self.operations += operations
        for node in removed:
            self._tell("removed", node, "is not in the film any more", applied=node not in refused)
        for node in moved:
            index = wanted.index(node)
            place = (
                f"stands after {label(wanted[index - 1], self.canvas.nodes.get(wanted[index - 1]))} now" if index else "stands first now"
            )
            self._tell("moved", node, place, applied=not refused)

    def _event(self, old: CutEvent, new: CutEvent) -> JsonObject:
        """Return what changes of the event of a clip in the assembler."""
        node, changed = new.source.node, JsonObject()
        if new.source.take != old.source.take:
            self._tell("replaced", node, f"shows {new.source.take} instead of {old.source.take}")
            self.operations.append(Operation(op="add", path=f"/nodes/{node}/data/active_take", value=new.source.take))
        if (new.source_in, new.source_out) != (old.source_in, old.source_out):
            self._tell("trimmed", node, _trim(old, new))
            changed |= {"in": new.source_in, "out": new.source_out}
        speed = _speed(new)
        if speed != _speed(old):
            self._tell("speed", node, f"plays at {float(speed * 100):g} per cent")
            changed["speed"] = str(speed)
        if new.transition != old.transition:
            self._tell("transition", node, _transition(new.transition))
            changed["transition"] = _plain(new.transition)
        return changed

    def _gaps(self) -> None:
        end = 0
        for event in self.after.events:
            if event.record_in > end:
                self._tell(
                    "gap", event.source.node, f"has {event.record_in - end} black frames before it, which are left out", applied=False
                )
            end = event.record_out

    def _written(self, events: Mapping[str, JsonObject]) -> list[Operation]:
        """Return the operations that merge changed events into those of the assemblers that cut them; what people wrote there stays."""
        films = film_order(self.canvas, self.assembler).clips
        kept: dict[str, JsonObject] = {}
        for node, changed in events.items():
            given = self.canvas.nodes[films[node]].data.get("events")
            there = kept.setdefault(films[node], dict(given) if isinstance(given, dict) else {})
            event = there.get(node)
            there[node] = {**(event if isinstance(event, dict) else {}), **changed}
        return [Operation(op="add", path=f"/nodes/{film}/data/events", value=value) for film, value in kept.items()]


def _speed(event: CutEvent) -> Fraction:
    if event.source.kind == "image":
        return Fraction(1)
    return Fraction(event.source_out - event.source_in, event.record_out - event.record_in)


def _trim(old: CutEvent, new: CutEvent) -> str:
    first, last = new.source_in - old.source_in, new.source_out - old.source_out
    parts = []
    if first:
        parts.append(f"begins {abs(first)} frames {'later' if first > 0 else 'earlier'}")
    if last:
        parts.append(f"ends {abs(last)} frames {'later' if last > 0 else 'earlier'}")
    return " and ".join(parts) + f" ({new.source_in}-{new.source_out} instead of {old.source_in}-{old.source_out})"


def _transition(transition: Transition) -> str:
    return _FADES[transition.kind] + (f" over {transition.frames} frames" if transition.frames else "")


def _plain(transition: Transition) -> JsonObject:
    wipe = {"wipe": transition.wipe} if transition.kind == "wipe" else {}
    return {"kind": transition.kind, "frames": transition.frames, **wipe}


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the fewest clips whose moving turns one order into the other, in the new order (all but a longest common run)."""
    place = {node: index for index, node in enumerate(before)}
    ends: list[int] = []  # of the best rising run of each length, the place of its last clip
    runs: list[str] = []  # and that clip
    previous: dict[str, str | None] = {}
    for node in after:
        length = bisect_left(ends, place[node])
        previous[node] = runs[length - 1] if length else None
        ends[length : length + 1] = [place[node]]
        runs[length : length + 1] = [node]
    kept, last = set[str](), runs[-1] if runs else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return [node for node in after if node not in kept]
