"""A share of a film: its takes conformed and its pieces drawn into the cache, from which the render that follows takes them.

Whatever a share makes has a name that its content decides, and appears whole. So shares need not know of one another, may run twice or
not at all, and the film is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genstudio.edit.crew import Crew, Meter, Teller
from genstudio.edit.draw import Drawing
from genstudio.edit.film_format import format_of
from genstudio.edit.prepare import holds_of, prepare
from genstudio.edit.soundtrack import soundtrack
from genstudio.edit.timeline import check_cut, outgoing_of
from genstudio.graph.cut_shares import shares
from genstudio.project.atomic import disk_errors
from genstudio.project.paths import get_cache_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from genstudio.schema.cut import CutList
    from genstudio.schema.render import FilmShare, RenderOptions

__all__ = ["prepare_share"]

_CONFORMED: Final = 60.0


def prepare_share(
    project_root: Path,
    cut: CutList,
    options: RenderOptions,
    share: FilmShare,
    *,
    progress: Callable[[float, str], None] = lambda _percent, _step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Bring one share of a film into the cache; the last one mixes the sound as well.

    Args:
        project_root: Root of the project.
        cut: The whole film.
        options: As it will be rendered.
        share: Which share.
        progress: Told the percentage, 0 to 100, and what is being done; from several threads, one at a time.
        cancelled: Asked at every frame and about twice a second, from several threads.

    Raises:
        BadInputError: The cut list contradicts itself, or media is damaged.
        NotFoundError: Media is missing.
        RenderCancelledError: ``cancelled`` returned true.
        GenStudioError: Media cannot be decoded (``bad_media``), or the disk is full (``disk_full``).
    """
    check_cut(cut)
    form, crew, tell = format_of(cut, options.preset), Crew(cancelled), Teller(progress)
    own = shares([event.record_out - event.record_in for event in cut.events], share.of)[share.number - 1]
    first = own.start - 1 if outgoing_of(cut, own.start) is not None else own.start
    part = cut.model_copy(update={"events": cut.events[first : own.stop]})
    with disk_errors(get_cache_dir(project_root, "pieces")):
        shots = prepare(project_root, part, form, crew, tell, until=_CONFORMED, holds=holds_of(cut))
        drawing = Drawing(project_root, part, form, shots, crew)
        pieces = [piece for piece in drawing.pieces() if piece.kind == "compose" and piece.index >= own.start - first]
        meter = Meter(tell, _CONFORMED, 100.0, sum(piece.frames for piece in pieces))
        sound = [lambda: soundtrack(project_root, cut, form, crew.stopped)] if share.number == share.of else []
        crew.all([*sound, *drawing.smart(pieces, meter)])
    tell(100.0, "done")
