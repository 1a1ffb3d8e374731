"""The part of a view that concerns the film: its lists, what goes to an editor and what comes back."""

from __future__ import annotations

from typing import Final, Literal

from genstudio.edit.edl import parse_edl
from genstudio.edit.export import export_lists
from genstudio.edit.handoff import hand_off
from genstudio.edit.imported import compare_edit
from genstudio.edit.otio_read import parse_otio
from genstudio.edit.storyboard import storyboard
from genstudio.graph.cut import Cut, cut, sequence
from genstudio.graph.identity import label
from genstudio.graph.reorder import reorder
from genstudio.graph.stale import stale_in_film
from genstudio.project.paths import get_exports_dir, project_folder_name
from genstudio.schema.base import Id, JsonObject
from genstudio.schema.cut import CutList
from genstudio.schema.errors import BadInputError
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.library import library
from genstudio.session.marks import marks
from genstudio.session.sounds import list_sounds
from genstudio.session.sync import node_takes

__all__ = ["FilmSession"]

_LONGEST_TITLE: Final = 120


class FilmSession(EditingSession):
    """The calls of :class:`~genstudio.session.canvas_session.CanvasSession` on edit lists and hand-offs; see there for the arguments."""

    @public
    def edl(self, node_id: Id) -> JsonObject:
        """Write the edit list of an assembler, with ``.otio`` and FCP7 XML beside it; return its text, its path and ``notices``.

        The path is project-relative, as that of all calls here; ``notices`` are what :meth:`film` says is wrong, as sentences.
        """
        film, notices = self._film(node_id)
        path = export_lists(self.project.root, film)[0]
        return {"text": path.read_text("utf-8"), "path": path.relative_to(self.project.root).as_posix(), "notices": notices}

    @public
    def film(self, node_id: Id) -> JsonObject:
        """Return the cut list of an assembler (``cut``, null while there is nothing to show) and what is wrong with it (``problems``).

        That a take of it is out of date is among the problems.
        """
        made = self._cut(node_id)
        return {
            "cut": made.cut.model_dump(mode="json") if made.cut is not None else None,
            "problems": [problem.model_dump(mode="json") for problem in made.problems],
        }

    @public
    def order_film(self, node_id: Id, order: list[Id]) -> JsonObject:
        """Bring the clips of an assembler into another order, as one edit; ``order`` names each of them once.

        Clips are moved as the canvas can say it: by their wires to the assembler, along their chain, or within their scene.
        """
        canvas = self.file.read().canvas
        before = sequence(canvas, node_id)
        if len(order) != len(before) or set(order) != set(before):
            raise BadInputError("The film has other clips by now.", fix="Look at it again, then move the clip once more.")
        operations, refused = reorder(canvas, node_id, before, order)
        if refused:
            raise BadInputError(
                "The film keeps its order: a shot cannot leave its scene or its chain this way.",
                fix="Move it within its scene, move the scene as a whole, or wire the shot to the assembler itself.",
            )
        return self._answer(self.edit(operations, f"Order of {label(node_id, canvas.nodes.get(node_id))}"))

    @public
    def sounds(self) -> list[JsonObject]:
        """Return the sound files that people brought into the project: ``path``, ``name`` and ``bytes``, by path."""
        return list_sounds(self.project.root)

    @public
    def storyboard(self, node_id: Id) -> JsonObject:
        """Write the film of an assembler as a storyboard, a PDF in the exports; return its ``path`` and ``notices``."""
        cut, notices = self._film(node_id)
        target = get_exports_dir(self.project.root) / f"{project_folder_name(f'{cut.title} storyboard')}.pdf"
        return {"path": storyboard(self.project.root, cut, target).relative_to(self.project.root).as_posix(), "notices": notices}

    @public
    def hand_off(self, node_id: Id) -> JsonObject:
        """Write the folder for an editor to ``06_Exports``; return its project-relative path, its files and what to know."""
        film, notices = self._film(node_id)
        made = hand_off(self.project.root, film).model_dump(mode="json")
        return {**made, "notices": list(dict.fromkeys((*notices, *made["notices"])))}

    @public
    def import_edit(self, node_id: Id, text: str, kind: Literal["edl", "otio", "xml"] = "edl", *, apply: bool = False) -> JsonObject:
        """Compare a list that an editor changed with the film of an assembler; ``apply`` takes the changes over as one edit.

        ``text`` is the whole file. Returns ``changes`` (kind, node, message, applied) and ``problems`` (line, message).
        """
        fps = self.project.settings.fps
        edited = parse_edl(text, fps) if kind == "edl" else parse_otio(text, f".{kind}", fps)
        canvas = self.file.read().canvas
        found = compare_edit(canvas, node_id, node_takes(self.project, canvas), self.project.settings, edited)
        if apply and found.operations:
            self.edit(found.operations, f"Import {edited.title[:_LONGEST_TITLE] or 'an edit'}")
        return {
            "changes": [change.model_dump(mode="json") for change in found.changes],
            "problems": [{"line": problem.line, "message": problem.message} for problem in found.problems],
        }

    def _cut(self, node_id: str) -> Cut:
        """Return the cut list of an assembler with all that is wrong with it."""
        canvas = self.file.read().canvas
        made = cut(canvas, node_id, node_takes(self.project, canvas), self.project.settings, self.project.manifest.title)
        stale = marks(self.project, self.file.path).stale(self.project, canvas, library(self.workspace).now().tasks)
        return Cut(made.cut, (*made.problems, *stale_in_film(canvas, node_id, stale)))

    def _film(self, node_id: str) -> tuple[CutList, list[str]]:
        """Return the cut list of an assembler, and what is wrong with it as sentences."""
        made = self._cut(node_id)
        if made.cut is None:
            reason = made.problems[0].message if made.problems else "The sequence is empty."
            raise BadInputError(f"There is no edit list yet. {reason}", fix="Connect shots that have takes to the assembler.")
        return made.cut, list(dict.fromkeys(problem.message for problem in made.problems))
