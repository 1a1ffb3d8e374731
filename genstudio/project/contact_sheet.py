"""Contact sheets: takes as a grid of pictures with what tells them apart, as a PNG or as the pages of a PDF."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from genstudio.project.atomic import disk_errors, write_atomic
from genstudio.project.media import thumbnail
from genstudio.schema.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from genstudio.graph.review import Review
    from genstudio.schema.take import TakeRecord

__all__ = ["SheetCell", "SheetEntry", "contact_sheet", "write_sheet"]

_CELL: Final = 320
_GAP: Final = 16
_LINE: Final = 20
_LINES: Final = 3
_TITLE: Final = 44
_INK: Final = (28, 28, 32)
_PALE: Final = (110, 110, 118)
_PAPER: Final = (255, 255, 255)
_EMPTY: Final = (228, 228, 232)
_EDGES: Final = {"approved": (34, 140, 74), "rejected": (190, 50, 50)}
_ROWS_OF_A_PAGE: Final = 5
_MOST_IN_ONE_PICTURE: Final = 400


@dataclass(frozen=True)
class SheetEntry:
    """A take with what people think of it."""

    record: TakeRecord
    review: Review


@dataclass(frozen=True)
class SheetCell:
    """One cell of a sheet: how to get its picture (None: it is not here), three lines under it, and the colour of its edge if any."""

    picture: Callable[[], Image | None]
    lines: tuple[str, str, str]
    edge: tuple[int, int, int] | None = None


def contact_sheet(root: Path, entries: Sequence[SheetEntry], target: Path, *, title: str, aspect: float = 16 / 9, columns: int = 4) -> Path:
    """Write a contact sheet and return its path; the suffix of ``target`` says which kind, ``.png`` or ``.pdf``.

    Each picture bears the take's number, its seed, its rating as stars, and an edge in green if approved, in red if rejected.

    Args:
        root: The project.
        entries: The takes, in order.
        target: Where to write; what is there is replaced.
        title: Stands at the top of each page.
        aspect: Width over height of the film.
        columns: How many takes stand beside one another.

    Raises:
        BadInputError: There are no takes, too many for one picture, or the suffix is another.
    """
    if not entries:
        raise BadInputError("There are no takes to show.", fix="Generate some takes first.")
    return write_sheet([_take_cell(root, entry) for entry in entries], target, title=title, aspect=aspect, columns=columns)


def _take_cell(root: Path, entry: SheetEntry) -> SheetCell:
    edge = _EDGES[entry.review.approval] if entry.review.approval is not None else None
    return SheetCell(lambda: _picture(root, entry.record), _lines(entry), edge)


def write_sheet(cells: Sequence[SheetCell], target: Path, *, title: str, aspect: float, columns: int = 4) -> Path:
    """Write cells in order as a grid, a ``.png`` or the pages of a ``.pdf``, and return its path; what is there is replaced.

    Raises:
        BadInputError: There are too many cells for one picture, or the suffix is another.
    """
    if target.suffix.lower() not in (".png", ".pdf"):
        raise BadInputError(f"{target.name!r} is no contact sheet.", fix="Name a file that ends in .png or .pdf.")
    kind: Literal["PNG", "PDF"] = "PNG" if target.suffix.lower() == ".png" else "PDF"
    if kind == "PNG" and len(cells) > _MOST_IN_ONE_PICTURE:
        raise BadInputError(f"{len(cells)} pictures are too many for one picture.", fix="Write a PDF, or name a shot.")
    height = round(_CELL / aspect)
    rows = -(-len(cells) // columns) if kind == "PNG" else _ROWS_OF_A_PAGE
    step = columns * rows
    pages = [_page(cells[start : start + step], title, (columns, rows, height)) for start in range(0, len(cells), step)]
    buffer = io.BytesIO()
    pages[0].save(buffer, kind, **({"save_all": True, "append_images": pages[1:], "title": title} if kind == "PDF" else {}))
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, buffer.getvalue())
    return target


def _page(cells: Sequence[SheetCell], title: str, grid: tuple[int, int, int]) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    columns, rows, height = grid
    tall = height + _LINES * _LINE + _GAP
    size = (_GAP + columns * (_CELL + _GAP), _TITLE + _GAP + rows * tall)
    page = Pillow.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((_GAP, _GAP), _printable(title), fill=_INK, font=ImageFont.load_default(22))
    font = ImageFont.load_default(14)
    for index, cell in enumerate(cells):
        corner = (_GAP + index % columns * (_CELL + _GAP), _TITLE + _GAP + index // columns * tall)
        _cell(page, draw, corner, height, cell, font)
    return page


def _cell(page: Image, draw: ImageDraw, corner: tuple[int, int], height: int, cell: SheetCell, font: FreeTypeFont | ImageFont) -> None:
    left, top = corner
    picture = cell.picture()
    box = (left, top, left + _CELL - 1, top + height - 1)
    draw.rectangle(box, fill=_EMPTY)
    if picture is None:
        draw.text((left + 10, top + 10), "not on this machine", fill=_PALE, font=font)
    else:
        picture.thumbnail((_CELL, height))
        page.paste(picture, (left + (_CELL - picture.width) // 2, top + (height - picture.height) // 2))
    if cell.edge is not None:
        draw.rectangle(box, outline=cell.edge, width=5)
    for number, line in enumerate(cell.lines):
        draw.text((left, top + height + 3 + number * _LINE), _printable(line), fill=_INK if number == 0 else _PALE, font=font)


def _lines(entry: SheetEntry) -> tuple[str, str, str]:
    record, review = entry.record, entry.review
    seed = record.inputs.get("seed")
    stars = f"{'*' * review.rating} ({review.rating}/5)" if review.rating else "not rated"
    notes = f", {len(review.open_notes)} open notes" if review.open_notes else ""
    made = "animatic" if record.draft else record.quality.used
    return (
        record.id,
        f"{record.pipeline.id} {made}" + (f", seed {seed}" if seed is not None else ""),
        f"{review.approval or 'undecided'}, {stars}{notes}",
    )


def _picture(root: Path, record: TakeRecord) -> Image | None:
    from PIL import Image as Pillow

    try:
        path = thumbnail(root, record.path, _CELL)
    except (NotFoundError, BadInputError):
        return None
    with Pillow.open(path) as image:
        picture: Image = image.convert("RGB")
        return picture


def _printable(text: str) -> str:
    """What the built-in font can draw: Latin letters; others become a question mark rather than a box."""
    return text.encode("latin-1", "replace").decode("latin-1")
