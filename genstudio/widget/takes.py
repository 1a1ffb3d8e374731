"""Takes as a researcher sees them: playable in a cell, with their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from genstudio.project.compare import Comparison, Difference, compare_media, differences
from genstudio.project.contact_sheet import SheetEntry, contact_sheet
from genstudio.project.media import thumbnail
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.widget.html import figure, figures, message, table
from genstudio.widget.runtime import counted, runtime_of
from genstudio.widget.take_review import TakeReview, takes_author
from genstudio.widget.take_states import TakeState, take_states

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genstudio.session.reproduction import Reproduction
    from genstudio.widget.job import TakesJob

__all__ = ["Take", "TakeComparison", "TakeList"]


@dataclass(frozen=True)
class TakeComparison:
    """Two takes side by side in numbers: the likeness of their pictures, and the settings in which they differ.

    Displays as a table.
    """

    first: Take
    second: Take
    media: Comparison
    differences: tuple[Difference, ...]

    @property
    def text(self) -> str:
        """The likeness in a sentence."""
        found = self.media
        if found.identical:
            return f"{self.first.id} and {self.second.id} are equal in every picture and sample."
        psnr = "equal pictures" if found.psnr_db is None else f"PSNR {found.psnr_db:.1f} dB"
        return f"{self.first.id} and {self.second.id}: {psnr}, SSIM {found.ssim:.4f} over {counted(found.frames, 'frame')}."

    @property
    def document(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        takes = {"first": self.first.id, "second": self.second.id}
        return {**takes, **asdict(self.media), "differences": [asdict(each) for each in self.differences]}

    def __repr__(self) -> str:
        return f"<{self.text}>"

    def _repr_html_(self) -> str:
        rows = [[each.name, _shown(each.first), _shown(each.second)] for each in self.differences]
        pictures = figures([take._figure(320) for take in (self.first, self.second)])  # noqa: SLF001 - of the same module
        return pictures + message(self.text) + (table(["setting", self.first.id, self.second.id], rows) if rows else "")


def _shown(value: object) -> str:
    return "" if value is None else str(value)


class Take(TakeReview):
    """One immutable result of a shot.

    Displays as a playable thumbnail. ``record`` is the whole record; :attr:`provenance` says how to make the take again.

    Example:
        >>> from genstudio import Workspace
        >>> canvas = Workspace().project("My First Film", create=True).canvas()
        >>> shot = canvas.add_shot("Lake", prompt="a fox crosses a frozen lake", duration="1s")
        >>> take = shot.generate().result()[0]
        >>> take.path.is_file(), take.record.frames
        (True, 24)
        >>> take.record.inputs["prompt"]
        'a fox crosses a frozen lake'
        >>> take.rate(4).approve().use().review.rating
        4
        >>> shot.active_take == take
        True
        >>> canvas.project.ingest(take.path) == take  # a file of it, from wherever it comes, is known again
        True
    """

    @property
    def path(self) -> Path:
        """The media file.

        Raises:
            NotFoundError: It is not on this machine; the message says how to get it.
        """
        return Path(self._project.takes.media_path(self.record))

    @property
    def provenance(self) -> dict[str, Any]:
        """What made this take: pipeline, quality, inputs, parameters, the canvas it came from and the hash of its media."""
        fields = {
            "id",
            "created",
            "pipeline",
            "quality",
            "inputs",
            "params",
            "canvas",
            "sha256",
            "parents",
            "timing",
            "worker",
            "peak_vram_gib",
        }
        return self.record.model_dump(mode="json", include=fields)

    @property
    def length(self) -> str:
        """Length in words, e.g. ``"4.0 s"``; empty for a still."""
        if self.record.kind == "image" or not self.record.fps:
            return ""
        from genstudio.schema.rates import parse_rate

        return f"{float(self.record.frames / parse_rate(self.record.fps)):.1f} s"

    @property
    def stale(self) -> bool:
        """Whether it stands for its shot though the canvas asks for something else by now."""
        return self.state.stale

    def compare(self, other: Take) -> TakeComparison:
        """Return how alike two takes are, and the settings in which they differ. Takes a moment for long takes."""
        return TakeComparison(self, other, compare_media(self.path, other.path), differences(self.record, other.record))

    def reproduce(self) -> TakesJob:
        """Make it again just as its record says: same pipeline and version, inputs, seed and parameters. Returns at once.

        The take that stands for the shot now keeps standing for it. :meth:`reproduction` compares the two.
        """
        from genstudio.session.reproduction import make_again
        from genstudio.widget.job import TakesJob

        shared = runtime_of(self._project)
        return TakesJob(shared, self._project, make_again(self._project, shared.engine, self.record, takes_author()).id)

    def reproduction(self, job: TakesJob) -> Reproduction:
        """Return what came of :meth:`reproduce`: equal or not, and by how much; wait for it if need be.

        Raises:
            GenStudioError: It could not be made again.
        """
        from genstudio.session.reproduction import reproduction

        job.wait()
        return reproduction(self._project, self.record, job.view())

    def __repr__(self) -> str:
        return f"<Take {self._caption()}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Take) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, str]:
        return (self._project.uuid, self.record.renders, self.record.id)

    def _caption(self) -> str:
        size = f"{self.record.width}x{self.record.height}" if self.record.width else ""
        draft = "animatic" if self.record.draft else ""
        return " · ".join(part for part in (self.id, size, self.length, draft) if part)

    def _repr_html_(self) -> str:
        return self._figure()

    def _figure(self, width: int = 320) -> str:
        try:
            path = self.path
        except NotFoundError as error:
            return message(str(error), level="warning")
        poster = path
        if self.record.kind != "image":
            relative = path.relative_to(self._project.root).as_posix()
            poster = thumbnail(self._project.root, relative)
        return figure(path, poster, self._caption(), kind=self.record.kind, width=width)


class TakeList(Sequence[Take]):
    """The takes of a shot, oldest first. Displays as a row of playable thumbnails. ``takes["SHOT-010_v01_take01"]`` is one by its id."""

    def __init__(self, takes: Iterable[Take] = ()) -> None:
        self._takes = tuple(takes)

    @overload
    def __getitem__(self, index: int) -> Take: ...
    @overload
    def __getitem__(self, index: slice) -> TakeList: ...
    @overload
    def __getitem__(self, index: str) -> Take: ...
    def __getitem__(self, index: int | slice | str) -> Take | TakeList:
        """Return one take by its place or its id (``SCENE_01/SHOT-010_v01_take01`` among several scenes), or those of a slice."""
        if isinstance(index, str):
            return self._named(index)
        return TakeList(self._takes[index]) if isinstance(index, slice) else self._takes[index]

    def __len__(self) -> int:
        return len(self._takes)

    def _named(self, name: str) -> Take:
        scene, _, stem = name.rpartition("/")
        found = [take for take in self._takes if take.id == stem and take.record.renders.startswith(f"{scene}/" if scene else "")]
        if not found:
            raise NotFoundError(f"There is no take {name!r:.80}.", fix="genstudio takes ls lists those there are.")
        if len(found) > 1:
            names = ", ".join(f"{take.record.name.scene}/{take.id}" for take in found)
            raise BadInputError(f"There are several takes {stem}.", fix=f"Name one of {names}.")
        return found[0]

    @property
    def states(self) -> tuple[TakeState, ...]:
        """What people know of each take, in the same order: active, stale, rated, approved."""
        return take_states(self._takes[0]._project, [take.record for take in self]) if self else ()  # noqa: SLF001 - of the same module

    @property
    def stale(self) -> TakeList:
        """The takes that stand for their shots though the canvas asks for something else by now."""
        return TakeList(take for take, state in zip(self, self.states, strict=True) if state.stale)

    def contact_sheet(self, path: Path | str) -> Path:
        """Write the takes as a contact sheet, a ``.png`` or a ``.pdf``, and return its path."""
        if not self:
            raise BadInputError("There are no takes to show.", fix="Generate some takes first.")
        project = self._takes[0]._project  # noqa: SLF001 - of the same module
        width, height = project.settings.size
        entries = [SheetEntry(take.record, state.review) for take, state in zip(self, self.states, strict=True)]
        return contact_sheet(project.root, entries, Path(path), title=project.manifest.title, aspect=width / height)

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'take')}: {', '.join(take.id for take in self)}>" if self else "<no takes yet>"

    def _repr_html_(self) -> str:
        if not self:
            return message("No takes yet. Make one with: shot.generate()")
        return figures([take._figure(240) for take in self])  # noqa: SLF001 - of the same module
