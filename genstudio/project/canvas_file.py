"""A canvas on disk: the one way to read and to change it.

An edit is: take the lock → settle what happened meanwhile → ``graph.edit.apply`` → write the next state aside, durably → append the
journal line, durably → rename the next state into place. Killed before the journal line, nothing happened; killed after it, whoever
comes next finishes the rename. A file that the journal does not explain was changed outside: the difference is journalled as external.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING, Final

from genstudio.graph import edit
from genstudio.project import canvas_form, canvas_repair, paths
from genstudio.project.atomic import disk_errors, fsync_folder, locked, remove_quietly, write_atomic, write_temporary
from genstudio.project.auto_saves import AutoSaves
from genstudio.project.canvas_repair import Copy
from genstudio.project.documents import DamagedError, read_bytes
from genstudio.project.hashing import blob_id
from genstudio.project.journal import Journal
from genstudio.project.replay import replay
from genstudio.project.shot_folders import used_elsewhere
from genstudio.schema.base import utc_now
from genstudio.schema.canvas import Accepted, Canvas, JournalEntry, Operation, Patch
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError, ReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["CanvasFile", "CanvasState"]

_CHECKPOINT_EVERY: Final = 64
_KEPT_ENTRIES: Final = 2000
"""How many edits the journal keeps at least: what undo can reach, and how far another process may fall behind."""
_AT_REST_S: Final = 1.0
"""How long a file that cannot be read must be left alone, in seconds, before it counts as damaged: editors and Git write in pieces."""
_LOOK_S: Final = 0.01
MAX_CANVAS_BYTES: Final = 64 << 20
EXTERNAL_LABEL: Final = "Changed outside the studio"


@dataclass(frozen=True)
class CanvasState:
    """A canvas as it stands.

    ``sequence`` counts its accepted patches; ``read_only`` says why it must not be edited (or is empty); ``blob`` is the Git blob id
    of its bytes; ``notice`` tells people of a repair; ``moving`` says that somebody else is writing the file at this moment, and that
    this is the canvas as it was before.
    """

    canvas: Canvas
    sequence: int
    read_only: str
    blob: str
    notice: str = ""
    moving: bool = False


class CanvasFile:
    """One canvas of a project. Safe for threads and processes; nothing is kept open between calls.

    Args:
        root: The project.
        path: Project-relative, below ``02_Source_Creative/Canvases``.
        committed: Gives the bytes of a project-relative path in the last commit, None where there are none.
        tell: Told once of each repair that this object makes, in sentences for people; no lock is held then.

    Attributes:
        notices: What ``tell`` was told so far, oldest first.

    Raises:
        BadInputError: The path is no path of a canvas.
    """

    def __init__(
        self,
        root: Path,
        path: str = paths.MAIN_CANVAS,
        *,
        committed: Callable[[str], bytes | None] = lambda _: None,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.root = root
        self.path = path
        self.notices: tuple[str, ...] = ()
        self._committed, self._tell, self._told = committed, tell, 0
        self._file = paths.get_canvas_path(root, path)
        self._pending = paths.get_pending_path(root, path)
        self._lock = paths.get_lock_path(root, path)
        self._checkpoint = paths.get_checkpoint_path(root, path)
        self._journal = Journal(paths.get_journal_path(root, path))
        self._auto_saves = AutoSaves(root, path)
        self._writer = canvas_form.Writer()
        self._known: tuple[tuple[int, ...], CanvasState] | None = None
        self._threads = RLock()

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def stamp(self) -> tuple[int, ...]:
        """Return a cheap token that changes whenever the canvas or its journal does, whoever changed it."""
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return (0, 0, 0, *self._journal.stamp())
        return (status.st_ino, status.st_size, status.st_mtime_ns, *self._journal.stamp())

    def read(self) -> CanvasState:
        """Return the canvas; what was changed outside the studio is journalled first, what a killed writer began is finished.

        While an editor or Git is writing the file it is not touched, and the canvas is told as it was before.

        Raises:
            NotFoundError: There is no such canvas.
            BadInputError: The file is damaged and nothing is left to repair it from, or it holds an unfinished merge.
        """
        with self._threads:
            stamp = self.stamp()
            if self._known is not None and self._known[0] == stamp:
                return self._known[1]
            state = self._read_settled()
            if state is None:
                state = self._before_the_writer()
                if state is not None:
                    return state
                with locked(self._lock):
                    stamp, state = self._settle()
            if stamp == self.stamp():
                self._known = (stamp, state)
        self._tell_repairs()
        return state

    def prepare(self) -> None:
        """Put the text of the canvas together now; edits renew what they touch of it. Else the first of them would wait for all of it."""
        with suppress(GenStudioError):  # what cannot be read or written is told to whoever does
            state = self.read()
            with self._threads:
                if not state.read_only:
                    self._form(state.canvas)

    def entries(self, after: int) -> list[JournalEntry]:
        """Return the journal entries with a greater sequence number, in order."""
        return self._journal.entries(after)

    @property
    def auto_saves(self) -> AutoSaves:
        """The automatic copies of this canvas."""
        return self._auto_saves

    def _read_settled(self) -> CanvasState | None:
        """Return the canvas if the journal explains the file as it is; else None."""
        try:
            data = read_bytes(self._file, "canvas")
            last = self._journal.last()
            blob = blob_id(data)
            if last is not None and last.blob != blob:
                return None
            canvas, read_only = canvas_form.parse(data, self.path)
        except (DamagedError, NotFoundError):
            return None
        return CanvasState(canvas, last.sequence if last else 0, read_only, blob)

    def _before_the_writer(self) -> CanvasState | None:
        """Return the canvas as it was, if somebody else is writing the file now; wait for them where nobody knows how it was."""
        if not self._being_written():
            return None
        last = self._journal.last()
        canvas = self._accepted(last) if last is not None else None
        if canvas is not None and last is not None:
            return CanvasState(canvas, last.sequence, "", last.blob, moving=True)
        self._await_writer()
        return None

    def _await_writer(self) -> None:
        while self._being_written():
            time.sleep(_LOOK_S)

    def _being_written(self) -> bool:
        """Whether the file cannot be read and was touched a moment ago. A file of ours that waits to be renamed in is none of theirs."""
        if self._pending.exists():
            return False
        try:
            canvas_form.parse(read_bytes(self._file, "canvas"), self.path)
        except DamagedError:
            changed = self._file
        except NotFoundError:
            changed = self._file.parent
        except BadInputError:  # an unfinished merge: it says so itself
            return False
        else:
            return False
        try:
            age = time.time() - changed.stat().st_mtime
        except FileNotFoundError:
            return False
        return -_AT_REST_S < age < _AT_REST_S

    # -- writing -------------------------------------------------------------------------------------------------------------------

    def apply(self, patch: Patch) -> Accepted:
        """Apply a patch by the rule of the graph room and make it durable before returning.

        A patch whose ``id`` was accepted before is not applied twice: the first answer comes again.

        Raises:
            ReadOnlyError: The canvas was written by a newer studio.
            ConflictError: The patch is a guarded undo, and somebody changed the values since.
            BadInputError: The patch holds what a canvas cannot, or the canvas would become too large.
            GenStudioError: The disk is full; nothing was changed.
        """
        with self._threads, locked(self._lock):
            if self._known is None or self._known[0] != self.stamp():
                self._await_writer()
            _, state = self._settle()
            accepted = self._apply(patch, state)
        self._tell_repairs()
        return accepted

    def _apply(self, patch: Patch, state: CanvasState) -> Accepted:
        """Apply a patch to the canvas as it stands. The lock is held."""
        if state.read_only:
            raise ReadOnlyError(state.read_only)
        earlier = self._journal.find(patch.id) if patch.id else None
        if earlier is not None:
            return Accepted(entry=earlier, version=earlier.version, layout_version=earlier.layout_version)
        taken = used_elsewhere(self.root, self.path) if _gives_folder(patch) else ()
        applied = edit.apply(state.canvas, patch, taken=taken)
        entry = None
        if applied.changed or applied.moved:
            entry = self._accept(state, applied.canvas, applied.patch, applied.inverse, external=False)
        versions = (applied.canvas.version, applied.canvas.layout_version)
        return Accepted(entry=entry, version=versions[0], layout_version=versions[1], dropped=tuple(applied.dropped))

    def absorb(self) -> JournalEntry | None:
        """Journal a change made outside the studio, if there is one, and return its entry."""
        before = self._journal.last()
        state = self.read()
        after = self._journal.last()
        if after is None or state.sequence == (before.sequence if before else 0) or not after.external:
            return None
        return after

    def _accept(self, state: CanvasState, canvas: Canvas, patch: Patch, inverse: tuple[Operation, ...], *, external: bool) -> JournalEntry:
        """Make a new state durable: aside, journal, rename. The lock is held."""
        data = self._form(canvas)
        if self._journal.last() is None:
            state = self._begin_journal(state)
        entry = JournalEntry(
            sequence=state.sequence + 1,
            version=canvas.version,
            layout_version=canvas.layout_version,
            patch=patch,
            inverse=inverse,
            time=utc_now(),
            external=external,
            blob=blob_id(data),
        )
        self._pending.parent.mkdir(parents=True, exist_ok=True)
        write_temporary(self._pending, data)
        try:
            self._journal.append(entry)
        except BaseException:
            if self._journal.last() != entry:
                remove_quietly(self._pending)
            raise
        self._finish_pending()
        self._keep_copies(canvas, data, entry)
        self._known = (self.stamp(), CanvasState(canvas, entry.sequence, "", entry.blob))
        return entry

    def _begin_journal(self, state: CanvasState) -> CanvasState:
        """Begin a journal. A lost one left a checkpoint: where edits came after it, numbers go on far behind it: a gap."""
        kept = canvas_form.read_checkpoint(self._checkpoint)
        if kept is None:
            kept = (state.canvas, 0)
            canvas_form.write_checkpoint(self._checkpoint, *kept)
        elif _versions(kept[0]) != _versions(state.canvas):
            kept = (state.canvas, kept[1] + 2 * _CHECKPOINT_EVERY)
            canvas_form.write_checkpoint(self._checkpoint, *kept)
        return replace(state, sequence=kept[1])

    def _form(self, canvas: Canvas) -> bytes:
        data = self._writer.dump(canvas)
        if len(data) > MAX_CANVAS_BYTES:
            message = f"The canvas would become {len(data) >> 20} MiB large; {MAX_CANVAS_BYTES >> 20} MiB is the most."
            raise BadInputError(message, fix="Keep long texts in files of 02_Source_Creative and refer to them.")
        return data

    def _finish_pending(self) -> None:
        with disk_errors(self._file):
            self._pending.replace(self._file)
            fsync_folder(self._file.parent)

    def _keep_copies(self, canvas: Canvas, data: bytes, entry: JournalEntry) -> None:
        """Auto-save and checkpoint. The edit is durable already: a full disk here must not make it look refused."""
        with suppress(GenStudioError):
            self._auto_saves.keep(data, entry.version)
            if entry.external or entry.sequence % _CHECKPOINT_EVERY == 0:
                canvas_form.write_checkpoint(self._checkpoint, canvas, entry.sequence)
                self._journal.compact(_KEPT_ENTRIES)

    # -- settling ------------------------------------------------------------------------------------------------------------------

    def _settle(self) -> tuple[tuple[int, ...], CanvasState]:
        """Bring file and journal to agree and return the canvas with the stamp of that moment. The lock is held."""
        last = self._journal.last()
        if self._pending.exists():
            if last is not None and blob_id(read_bytes(self._pending, "canvas")) == last.blob:
                self._finish_pending()
            else:
                remove_quietly(self._pending)
        stamp = self.stamp()
        if self._known is not None and self._known[0] == stamp:
            return stamp, self._known[1]
        state = self._settled_state(last)
        stamp = self.stamp()
        self._known = (stamp, state)
        return stamp, state

    def _settled_state(self, last: JournalEntry | None) -> CanvasState:
        try:
            data = read_bytes(self._file, "canvas")
        except NotFoundError:
            if last is None:
                raise
            return self._repair(b"", last)
        try:
            canvas, read_only = canvas_form.parse(data, self.path)
        except DamagedError as error:
            return self._repair(data, last, error)
        blob = blob_id(data)
        if last is None or read_only or last.blob == blob:
            return CanvasState(canvas, last.sequence if last else 0, read_only, blob)
        return self._absorb_change(canvas, blob, last)

    def _absorb_change(self, canvas: Canvas, blob: str, last: JournalEntry) -> CanvasState:
        """Journal what was changed outside: the difference goes through the rule of edits, the version becomes the greater one + 1."""
        base = self._accepted(last)
        if base is None:
            return self._start_anew(canvas, last)
        versions = {"version": max(base.version, canvas.version), "layout_version": max(base.layout_version, canvas.layout_version)}
        patch = Patch(base=base.version, operations=tuple(edit.diff(base, canvas)), label=EXTERNAL_LABEL)
        applied = edit.apply(base, patch)
        parts = {"nodes": applied.canvas.nodes, "edges": applied.canvas.edges, "layout": applied.canvas.layout}
        if not (applied.changed or applied.moved):
            return CanvasState(canvas.model_copy(update=versions | parts), last.sequence, "", blob)
        versions["version"] += int(applied.changed)
        versions["layout_version"] += int(applied.moved)
        changed = canvas.model_copy(update=versions | parts)
        before = CanvasState(base, last.sequence, "", last.blob)
        entry = self._accept(before, changed, applied.patch, applied.inverse, external=True)
        return CanvasState(changed, entry.sequence, "", entry.blob)

    def _accepted(self, last: JournalEntry) -> Canvas | None:
        """Return the canvas as it was after the last journal entry."""
        if self._known is not None and self._known[1].sequence == last.sequence:
            return self._known[1].canvas
        return replay(canvas_form.read_checkpoint(self._checkpoint), self._journal)

    def _start_anew(self, canvas: Canvas, last: JournalEntry) -> CanvasState:
        """Accept the file as it is though nobody knows what it was before.

        One sequence number is left out: whoever follows the journal sees the gap and asks for the whole state.
        """
        versions = {"version": max(last.version, canvas.version) + 1, "layout_version": max(last.layout_version, canvas.layout_version) + 1}
        changed = canvas.model_copy(update=versions)
        patch = Patch(base=last.version, operations=(), label=EXTERNAL_LABEL)
        before = CanvasState(canvas, last.sequence + 1, "", last.blob)
        entry = self._accept(before, changed, patch, (), external=True)
        return CanvasState(changed, entry.sequence, "", entry.blob)

    def _repair(self, data: bytes, last: JournalEntry | None, error: DamagedError | None = None) -> CanvasState:
        """Bring a damaged or missing file back from the journal, else from the newest whole copy; the damaged bytes are kept.

        The journal comes first whatever the others hold: it alone has every edit that was ever acknowledged.
        """
        canvas = self._accepted(last) if last is not None else None
        found = self._newest_copy() if canvas is None else Copy(canvas, "its journal")
        if found is None:
            raise self._beyond_repair(error)
        kept = self._keep(data)
        data = self._form(found.canvas)
        write_atomic(self._file, data)
        if last is None:
            state = CanvasState(found.canvas, 0, "", blob_id(data))
        elif canvas is None:
            state = self._start_anew(found.canvas, last)
        else:
            state = CanvasState(canvas, last.sequence, "", blob_id(data))
        why, version = error.message if error is not None else "", None if canvas is not None else found.canvas.version
        notice = canvas_repair.said(self.path, found.source, why=why, version=version, kept=kept)
        self.notices += (notice,)
        return replace(state, notice=notice)

    def _newest_copy(self) -> Copy | None:
        """Return the newest whole state among what the journal began with, the automatic copies and the last commit."""
        checkpoint, saved = canvas_form.read_checkpoint(self._checkpoint), self._auto_saves.newest()
        return canvas_repair.newest(
            (
                Copy(checkpoint[0], "the checkpoint of its journal") if checkpoint is not None else None,
                Copy(saved[0], f"the automatic copy {saved[1].name}") if saved is not None else None,
                canvas_repair.committed_copy(self._committed(self.path), self.path),
            )
        )

    def _keep(self, data: bytes) -> str:
        """Keep damaged bytes and return the project-relative name under which; an empty one if there are none."""
        return paths.relative(self.root, self._auto_saves.keep_damaged(data)) if data else ""

    def _beyond_repair(self, error: DamagedError | None) -> BadInputError:
        why = error.message if error is not None else f"{self.path} is missing."
        fix = "No automatic copy can be read, nor the last commit. The studio offers the versions that can be when it opens the canvas; "
        return DamagedError(why, fix=f'{fix}without it: git restore --source=VERSION -- "{self.path}"')

    def _tell_repairs(self) -> None:
        """Tell of the repairs that nobody was told of yet."""
        with self._threads:
            untold, self._told = self.notices[self._told :], len(self.notices)
        for notice in untold:
            self._tell(notice)


def _versions(canvas: Canvas) -> tuple[int, int]:
    return canvas.version, canvas.layout_version


def _gives_folder(patch: Patch) -> bool:
    """Say whether a shot may be given a folder: a new one, or one that gives up the folder it shares."""
    return any(
        operation.path.startswith("/nodes/") and (operation.path.count("/") == 2 or operation.path.endswith("/data/renders"))
        for operation in patch.operations
        if operation.op in ("add", "replace")
    )
