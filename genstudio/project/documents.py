"""JSON documents as files: one form for writing, and errors that name the field, its value and the fix."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import stat
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from genstudio.schema.errors import BadInputError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.base import JsonObject

__all__ = [
    "DamagedError",
    "dump_json",
    "encode",
    "json_text",
    "load_json",
    "newer_reason",
    "parse_model",
    "read_bytes",
    "read_plain",
    "validate",
]

Model = TypeVar("Model", bound=BaseModel)
_SCHEMA: Final = re.compile(r"(genstudio\.[a-z]+)/([1-9]\d{0,8})")
_MOST_PROBLEMS: Final = 5
_LONGEST_VALUE: Final = 60


class DamagedError(BadInputError):
    """The file is no usable document of its kind: cut off, wrongly edited by hand, or something else altogether."""

    code = "damaged"


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the text of a JSON value, one value a line, text unescaped.

    Raises:
        BadInputError: It holds a number that JSON cannot carry (infinity).
    """
    try:
        return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise BadInputError(f"A value cannot be written: {error}.", fix="Use finite numbers.") from error


def encode(text: str) -> bytes:
    """Return the text in UTF-8.

    Raises:
        BadInputError: It holds half a character (a lone surrogate, as of an emoji cut in two).
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        bad = repr(text[max(0, error.start - 20) : error.end])
        raise BadInputError(f"The text {bad} holds half a character.", fix="Type that character again.") from error


def dump_json(document: JsonObject) -> bytes:
    """Return the file form of a document, with a newline at the end.

    Raises:
        BadInputError: It holds text or numbers that JSON cannot carry.
    """
    return encode(json_text(document) + "\n")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text:.20} is too large")
    return value


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON value")


def load_json(data: bytes, name: str) -> JsonObject:
    """Return the JSON object in ``data``; ``name`` is what messages call the file.

    Raises:
        DamagedError: It is not UTF-8, not JSON, or no object.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{name} is damaged: {error}.", fix="Restore it from the history or a backup.") from error
    if not isinstance(document, dict):
        raise DamagedError(f"{name} is damaged: it holds no JSON object.", fix="Restore it from the history or a backup.")
    return document


class _NotPlainError(OSError):
    """There is something of that name which is no plain file."""


def read_plain(path: Path) -> bytes:
    """Return the bytes of a plain file; a pipe, socket, device or folder of its name is refused at once, where reading might never end.

    Raises:
        OSError: It is no plain file, is not there, or cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise _NotPlainError(errno.ENXIO, "it is no plain file", str(path)) from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _NotPlainError(errno.EINVAL, "it is no plain file", str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def read_bytes(path: Path, what: str) -> bytes:
    """Return the bytes of a plain file.

    Raises:
        NotFoundError: There is none.
        BadInputError: It cannot be read; with code ``no_plain_file`` if it is a pipe, socket, device or folder.
    """
    try:
        return read_plain(path)
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no {what} at {str(path)!r}.", fix="Check the path.") from error
    except _NotPlainError as error:
        message = f"At {str(path)!r} there is a pipe, socket, device or folder in the place of the {what}."
        raise BadInputError(message, fix="Move it away and restore the file from the history.", code="no_plain_file") from error
    except OSError as error:
        message = f"The {what} at {str(path)!r} cannot be read: {error.strerror}."
        raise BadInputError(message, fix="Check the owner and the rights of that file.") from error


def newer_reason(document: JsonObject, schema: str, name: str) -> str:
    """Return why the document may only be read: it was written by a newer studio. Empty if it is of ours.

    Raises:
        DamagedError: It is of another kind, or of no number there ever was.
    """
    found = document.get("schema")
    match = _SCHEMA.fullmatch(found) if isinstance(found, str) else None
    kind, number = schema.rsplit("/", 1)
    if match is None or match[1] != kind:
        message = f'{name}: schema is {_shown(found)}; expected "{schema}".'
        raise DamagedError(message, fix=f'Set "schema" to "{schema}", or restore the file from the history.')
    if int(match[2]) > int(number):
        return f"{name} was written by a newer studio ({found}); it can be read but not changed. Update the studio to edit it."
    return ""


def parse_model(model: type[Model], data: bytes, schema: str, name: str) -> tuple[Model, str]:
    """Return the document in ``data`` and why it may only be read (empty if it may be written).

    Raises:
        BadInputError: Fields are missing or wrong; the message names each with its value, and the fix.
    """
    document = load_json(data, name)
    reason = newer_reason(document, schema, name)
    return validate(model, {**document, "schema": schema}, name), reason


def validate(model: type[Model], document: JsonObject, name: str) -> Model:
    """Return the document as its model.

    Raises:
        DamagedError: As in :func:`parse_model`.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [_problem(dict(problem)) for problem in problems[:_MOST_PROBLEMS]]
        if len(problems) > _MOST_PROBLEMS:
            lines.append(f"and {len(problems) - _MOST_PROBLEMS} more")
        fields = ", ".join(dict.fromkeys(_field(problem["loc"]) for problem in problems[:_MOST_PROBLEMS]))
        raise DamagedError(f"{name}: {'; '.join(lines)}.", fix=f"Correct {fields} in {name}.") from error


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the document"


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _problem(problem: dict[str, Any]) -> str:
    """Return one sentence part: field, value, what would be right."""
    field, kind, context = _field(problem["loc"]), problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return f"{field} is missing"
    expected = {
        "literal_error": f"expected {context.get('expected', '')}",
        "string_pattern_mismatch": f"expected text of the form {context.get('pattern', '')}",
    }.get(kind, str(problem["msg"]).removeprefix("Value error, ").rstrip("."))
    return f"{field} is {_shown(problem.get('input'))}; {expected}"
