"""Tables of shots: CSV or JSON in, one checked row a shot out. Pure: text in, values out; every fault is named by its place.

A CSV file has a heading line; commas, semicolons or tabs divide its cells, and an empty cell says nothing. A JSON file holds a list of
objects, or an object with such a list under ``shots``. Both know the same columns; ``params.steps`` sets a pipeline parameter, in JSON
also ``{"params": {"steps": 30}}``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from genstudio.schema.base import Frozen, JsonObject, Name
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.rates import duration_frames

__all__ = ["COLUMNS", "MAX_TAKES", "BadTableError", "ShotRow", "TableProblem", "read_rows", "read_table"]

MAX_TAKES: Final = 100
_PARAMS: Final = "params."
_DIVIDERS: Final = (",", ";", "\t")
_MOST_ROWS: Final = 5000


@dataclass(frozen=True, slots=True)
class TableProblem:
    """A fault of a table: where (``"line 3"``, ``"shots[2]"``), in which column (empty for the whole row), and what, one sentence."""

    place: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}{f', column {self.column}' if self.column else ''}: {self.message}"


class BadTableError(BadInputError):
    """A table with faults; nothing of it was used.

    Args:
        name: What the table is called.
        problems: Its faults, in their order in the table.
    """

    def __init__(self, name: str, problems: Sequence[TableProblem]) -> None:
        self.problems = tuple(problems)
        count = f"{len(problems)} fault{'' if len(problems) == 1 else 's'}"
        super().__init__(
            f"{name} cannot be used; it has {count}. {'; '.join(str(problem) for problem in problems[:3])}",
            fix="Correct them; nothing was changed.",
        )


def _duration(value: object) -> object:
    return f"{value:g}s" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _checked_duration(text: str) -> str:
    try:
        duration_frames(text, Fraction(24))
    except GenStudioError as error:
        raise ValueError(str(error)) from error
    return text


class ShotRow(Frozen):
    """One row: a shot by its name, and what it is to be. What a row does not say stays as it is on the canvas.

    ``folder`` is the shot's ``<SCENE>/<SHOT>``, for new shots; ``pipeline`` a task or a pinned pipeline; ``takes`` how many takes of
    exactly this shot there are to be; ``params`` the parameters of the pipeline, from a CSV file as text.
    """

    name: Name
    folder: str | None = Field(None, pattern=r"^[A-Z0-9_]{1,32}/[A-Z0-9_]{1,32}$")
    prompt: str | None = Field(None, max_length=20_000)
    negative_prompt: str | None = Field(None, max_length=20_000)
    duration: Annotated[str, BeforeValidator(_duration), AfterValidator(_checked_duration)] | None = None
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    quality: Literal["low", "standard", "high"] | None = None
    pipeline: str | None = Field(None, min_length=1, max_length=128)
    takes: int | None = Field(None, ge=1, le=MAX_TAKES)
    params: JsonObject = Field(default_factory=dict)
    place: str = Field("", exclude=True)

    @property
    def data(self) -> JsonObject:
        """The shot's own data as the row gives it, without its parameters."""
        own = ("prompt", "negative_prompt", "duration", "seed", "quality")
        return {key: getattr(self, key) for key in own if key in self.model_fields_set}


COLUMNS: Final = tuple(name for name in ShotRow.model_fields if name not in ("place", "params"))
"""The columns that a table may have, besides ``params.<name>``."""


def read_table(text: str, name: str = "The table") -> tuple[ShotRow, ...]:
    """Return the rows of a table, told to be JSON by its first character.

    Raises:
        BadTableError: It has faults; all of them are named.
    """
    raw = _json_rows(text, name) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text, name)
    return read_rows(raw, name)


def read_rows(raw: Sequence[tuple[str, Mapping[str, Any]]], name: str = "The table") -> tuple[ShotRow, ...]:
    """Return checked rows from pairs of place and values.

    Raises:
        BadTableError: There are none, or they have faults; all of them are named.
    """
    problems: list[TableProblem] = []
    rows: list[ShotRow] = []
    if not raw:
        raise BadTableError(name, [TableProblem("line 1", "", "There is no shot in it.")])
    if len(raw) > _MOST_ROWS:
        raise BadTableError(name, [TableProblem(raw[_MOST_ROWS][0], "", f"More than {_MOST_ROWS} shots are too many for one table.")])
    for place, values in raw:
        if "place" in values:
            problems.append(_unknown(place, "place"))
            continue
        try:
            rows.append(ShotRow.model_validate({**_nested(values), "place": place}))
        except ValidationError as error:
            problems += _faults(place, error)
    problems += _repeated(rows)
    if problems:
        raise BadTableError(name, problems)
    return tuple(rows)


# -- forms -------------------------------------------------------------------------------------------------------------------------


def _csv_rows(text: str, name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the filled cells of each line under their headings; a row's place is the line that it begins on."""
    text = text.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DIVIDERS, key=heading.count), strict=True)
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        _check_columns(columns, name)
        rows: list[tuple[str, Mapping[str, Any]]] = []
        line = reader.line_num + 1
        for cells in reader:
            place, line = f"line {line}", reader.line_num + 1
            if len(cells) > len(columns):
                told = f"It has {len(cells)} cells for {len(columns)} columns; put a text with commas in double quotes."
                raise BadTableError(name, [TableProblem(place, "", told)])
            values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
            if values:
                rows.append((place, values))
    except csv.Error as error:
        raise BadTableError(name, [TableProblem(f"line {reader.line_num}", "", f"It is not CSV: {error}.")]) from error
    return rows


def _check_columns(columns: Sequence[str], name: str) -> None:
    if "name" not in columns:
        told = f"There is no column name; the first line must name the columns: {', '.join(COLUMNS)}."
        raise BadTableError(name, [TableProblem("line 1", "name", told)])
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise BadTableError(name, [TableProblem("line 1", twice, "There are two columns of that name.")])


def _json_rows(text: str, name: str) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadTableError(name, [TableProblem(f"line {error.lineno}", str(error.colno), f"It is not JSON: {error.msg}.")]) from error
    entries = document.get("shots") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise BadTableError(name, [TableProblem("line 1", "", "A list of shots is wanted, or an object with one under shots.")])
    wrong = [TableProblem(f"shots[{at}]", "", "It is no object.") for at, entry in enumerate(entries) if not isinstance(entry, dict)]
    if wrong:
        raise BadTableError(name, wrong)
    return [(f"shots[{at}]", entry) for at, entry in enumerate(entries)]


def _nested(values: Mapping[str, Any]) -> JsonObject:
    """Return the values with ``params.<name>`` gathered under ``params``."""
    flat = {key: value for key, value in values.items() if not key.startswith(_PARAMS)}
    gathered = {key.removeprefix(_PARAMS): value for key, value in values.items() if key.startswith(_PARAMS)}
    if gathered and isinstance(flat.get("params", {}), dict):
        flat["params"] = {**flat.get("params", {}), **gathered}
    return flat


# -- faults ------------------------------------------------------------------------------------------------------------------------


def _faults(place: str, error: ValidationError) -> Iterator[TableProblem]:
    for fault in error.errors(include_url=False, include_context=False):
        column = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            yield _unknown(place, column)
        elif fault["type"] == "missing":
            yield TableProblem(place, column, "It is empty; every shot needs a name.")
        else:
            what = fault["msg"].removeprefix("Value error, ")
            yield TableProblem(place, column, f"{str(fault['input'])[:40]!r}: {what[:1].lower()}{what[1:].rstrip('.')}.")


def _unknown(place: str, column: str) -> TableProblem:
    known = f"{', '.join(COLUMNS)}, and {_PARAMS}<parameter>"
    return TableProblem(place, column, f"There is no such column; those there are: {known}.")


def _repeated(rows: Sequence[ShotRow]) -> Iterator[TableProblem]:
    seen: dict[str, str] = {}
    for row in rows:
        key = row.folder or row.name
        if key in seen:
            yield TableProblem(row.place, "name", f"{key!r:.80} stands on {seen[key]} already.")
        seen.setdefault(key, row.place)
