"""What would happen, shown before it does: going back to a version, making room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genstudio.widget.html import message, table
from genstudio.widget.runtime import counted

if TYPE_CHECKING:
    from genstudio.project.history import Restoring
    from genstudio.project.prune import PrunePlan

__all__ = ["GoingBack", "Pruning"]

_MOST_ROWS = 50


@dataclass(frozen=True)
class GoingBack:
    """What ``history.restore`` would do. Displays as a table: what changes on each canvas, which files and settings come back."""

    plan: Restoring

    @property
    def changes(self) -> dict[str, tuple[str, ...]]:
        """What each canvas would change, in sentences, by its path."""
        return {path: changes for path, changes in self.plan.changes.items() if changes}

    @property
    def text(self) -> str:
        """Everything in a sentence."""
        plan = self.plan
        told = [
            *(f"{path}: {counted(len(changes), 'change')}" for path, changes in self.changes.items()),
            *([counted(len(plan.files), "file")] if plan.files else []),
            *([counted(len(plan.settings), "setting")] if plan.settings else []),
        ]
        stays = f" {counted(plan.takes_since, 'take')} made since would stay." if plan.takes_since else ""
        obstacle = f" It cannot be done now: {plan.obstacle}" if plan.obstacle else ""
        return f"Going back to {plan.version.subject} would change {'; '.join(told) or 'nothing'}.{stays}{obstacle}"

    def __repr__(self) -> str:
        return f"<{self.text}>"

    def _repr_html_(self) -> str:
        rows = [[path, line] for path, changes in self.changes.items() for line in changes]
        rows += [["settings", line] for line in self.plan.settings] + [["file", name] for name in self.plan.files]
        return message(self.text, level="warning" if self.plan.obstacle else "info") + _table(["where", "what"], rows)


@dataclass(frozen=True)
class Pruning:
    """What ``project.prune`` removed or, in a dry run, would remove. Displays as a table."""

    plan: PrunePlan
    dry_run: bool

    @property
    def bytes(self) -> int:
        """How much room it makes."""
        return self.plan.bytes

    @property
    def text(self) -> str:
        """Everything in a sentence."""
        verb = "would make" if self.dry_run else "made"
        return " ".join(
            (f"Removing {counted(len(self.plan.files), 'file')} {verb} {self.plan.bytes / 1e6:.1f} MB of room.", *self.plan.kept)
        )

    def __repr__(self) -> str:
        return f"<{self.text}>"

    def _repr_html_(self) -> str:
        rows = [[file.path, f"{file.bytes / 1e6:.2f} MB", file.reason] for file in self.plan.files]
        return message(self.text) + _table(["file", "size", "why"], rows)


def _table(columns: list[str], rows: list[list[str]]) -> str:
    more = [["…", f"{len(rows) - _MOST_ROWS} more", *[""] * (len(columns) - 2)]] if len(rows) > _MOST_ROWS else []
    return table(columns, [*rows[:_MOST_ROWS], *more]) if rows else ""
