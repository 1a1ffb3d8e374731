"""How edits meet: the one rule by which patches, undo, merges and external changes become a canvas (contracts: canvas).

Different properties never conflict; of one property the later accepted change wins; a change to what was deleted is dropped and reported.
What is accepted is written down as *effective* operations, plain RFC 6902 in order, which give the same canvas to everybody who replays
them. Entries that a patch does not touch are shared between the canvas before and after, so a patch costs what it touches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from genstudio.graph.changes import describe, diff
from genstudio.graph.draft import Draft
from genstudio.graph.editor import Applied, Editor
from genstudio.graph.values import parse_pointer, plain
from genstudio.schema.canvas import Canvas, Operation, Patch

__all__ = ["Applied", "apply", "describe", "diff", "inverse_patch", "replay"]


def apply(canvas: Canvas, patch: Patch, *, taken: Collection[str] = ()) -> Applied:
    """Apply a patch by the rule.

    Args:
        canvas: The canvas as it is now, whatever the patch was based on.
        patch: What somebody wants changed. Objects missing on the way to a property are made. ``test`` with null also holds where
            there is nothing.
        taken: Shot folders ``<SCENE>/<SHOT>`` in use elsewhere (other canvases, folders on disk), not given to new nodes.

    Raises:
        BadInputError: An operation is malformed, or would make an entry invalid.
        ConflictError: A ``test`` does not hold, or the patch is a guard and not all of it applies any more; nothing was changed.
    """
    editor = Editor(canvas, taken, guard=patch.guard)
    later = editor.attempt(patch.operations)
    # An operation may lean on one that comes after it in its patch (a wire before its node): what failed is tried again.
    while later and len(left := editor.attempt(later)) < len(later):
        later = left
    editor.attempt(later, last=True)
    return editor.finish(patch)


def replay(canvas: Canvas, operations: Iterable[Operation], *, version: int, layout_version: int) -> Canvas:
    """Apply operations as they are, no rule in between: the effective ones of a journal, or those of :func:`diff`.

    Raises:
        BadInputError: They are not for this canvas.
    """
    draft = Draft(canvas)
    for operation in operations:
        place = parse_pointer(operation.path)
        if operation.op == "remove":
            draft.delete(place)
        elif operation.op != "test":
            draft.put(place, plain(operation.value))
    return draft.finish(version, layout_version)


def inverse_patch(inverse: tuple[Operation, ...], *, base: int, author: str = "", label: str = "", id: str = "") -> Patch:  # noqa: A002
    """Return the patch that undoes an accepted one, refused if somebody changed the same since."""
    return Patch(base=base, operations=inverse, author=author, label=label, id=id, guard=True)
