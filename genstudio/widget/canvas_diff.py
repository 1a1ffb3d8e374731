"""What differs between two canvases, as a researcher sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from genstudio.graph.changes import describe, diff
from genstudio.widget.html import message, table

if TYPE_CHECKING:
    from genstudio.schema.base import JsonObject
    from genstudio.schema.canvas import Canvas, Operation

__all__ = ["CanvasDiff"]


@dataclass(frozen=True)
class CanvasDiff:
    """Two canvas documents side by side. Displays as a list of sentences; true if anything differs, be it a position."""

    old: Canvas
    new: Canvas

    @cached_property
    def changes(self) -> tuple[str, ...]:
        """What changed, in sentences; moves are not told."""
        return tuple(describe(self.old, self.new))

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations that turn the nodes, wires and positions of the old one into those of the new one."""
        return diff(self.old, self.new)

    @property
    def lines(self) -> tuple[str, ...]:
        """What there is to say to people: the changes, or that there are none."""
        return self.changes or (("Only positions differ.",) if self.operations else ("No difference.",))

    @property
    def document(self) -> JsonObject:
        """Everything as plain JSON values; ``from`` and ``to`` are the versions of the two."""
        operations = [operation.model_dump(mode="json", exclude_unset=True) for operation in self.operations]
        return {"from": self.old.version, "to": self.new.version, "changes": list(self.changes), "operations": operations}

    def __bool__(self) -> bool:
        return bool(self.operations)

    def __repr__(self) -> str:
        return f"<{'; '.join(self.lines)}>"

    def _repr_html_(self) -> str:
        heading = f"version {self.old.version} → version {self.new.version}"
        return table([heading], [[line] for line in self.changes]) if self.changes else message(self.lines[0])
