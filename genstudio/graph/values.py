"""JSON values and pointers that come from outside: taken in only when they are plain, compared as JSON compares.

Nothing a client sends is trusted here: depth, number range and text are limited to what a file, a browser and Git can carry.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, Literal, TypeAlias, cast

from pydantic import BaseModel

from genstudio.schema.errors import BadInputError

__all__ = ["ID", "Json", "Pointer", "Section", "is_id", "parse_pointer", "plain", "pointer", "same"]

Json: TypeAlias = Any
"""A JSON value: null, boolean, number, text, list or object."""
Section = Literal["nodes", "edges", "layout"]
Pointer = tuple[Section, str, tuple[str, ...]]
"""Section, id of the entry, and the keys below it (none: the entry itself)."""

ID: Final = re.compile(r"[a-z0-9_]{1,64}")
_FORBIDDEN: Final = frozenset({"__proto__", "constructor", "prototype"})
_MAX_DEPTH: Final = 64
_MAX_INTEGER: Final = 2**63
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def is_id(text: str) -> bool:
    """Say whether a text may be the id of an entry: ``[a-z0-9_]{1,64}``, and no name that JavaScript objects are born with."""
    return ID.fullmatch(text) is not None and text not in _FORBIDDEN


def pointer(*keys: str) -> str:
    """Return the JSON pointer (RFC 6901) of keys: ``pointer("nodes", "a", "x/y")`` is ``/nodes/a/x~1y``."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)


def parse_pointer(path: str) -> Pointer:
    """Split a JSON pointer that may be written.

    Raises:
        BadInputError: It is no pointer, leads outside nodes, edges and layout, or names something that cannot be an entry.
    """
    if not path.startswith("/") or _BAD_ESCAPE.search(path) or _SURROGATE.search(path):
        raise _bad_path(path, "is no JSON pointer")
    section, *keys = (key.replace("~1", "/").replace("~0", "~") for key in path[1:].split("/"))
    if section not in ("nodes", "edges", "layout"):
        raise _bad_path(path, "is not a part of the canvas that can be edited")
    if not keys:
        raise _bad_path(path, "names no entry")
    if not is_id(keys[0]):
        raise _bad_path(path, "holds an id that is not made of 1 to 64 of a-z, 0-9 and _")
    if len(keys) > _MAX_DEPTH or not _FORBIDDEN.isdisjoint(keys):
        raise _bad_path(path, "holds a name that cannot be stored")
    return cast("Section", section), keys[0], tuple(keys[1:])


def _bad_path(path: str, why: str) -> BadInputError:
    return BadInputError(f"The path {path!r:.120} {why}.", fix="Use /nodes/<id>, /edges/<id> or /layout/<id>, with keys below.")


def plain(value: Json, depth: int = 0) -> Json:
    """Return a copy of a JSON value that shares nothing with it; models are written out.

    Raises:
        BadInputError: It is not JSON, is nested deeper than 64, or holds a number, text or key that files cannot carry.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, int | float):
        return _plain_number(value)
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    if depth >= _MAX_DEPTH:
        raise BadInputError(f"The value is nested deeper than {_MAX_DEPTH} levels.", fix="Keep it flatter.")
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_plain_key(key): plain(item, depth + 1) for key, item in value.items()}
    raise BadInputError(f"A value of type {type(value).__name__} cannot be stored.", fix="Use text, numbers, lists and objects.")


def _plain_text(text: str) -> str:
    if _SURROGATE.search(text):
        raise BadInputError("The text holds half a character (a lone surrogate).", fix="Type or paste it again.")
    return str.__str__(text)


def _plain_key(key: Json) -> str:
    if not isinstance(key, str) or key == "__proto__":
        raise BadInputError(f"{key!r:.40} cannot be the name of a property.", fix="Use another name.")
    return _plain_text(key)


def _plain_number(number: float) -> float:
    if isinstance(number, float) and not math.isfinite(number):
        raise BadInputError("A number must be finite.", fix="Use an ordinary number.")
    if isinstance(number, int) and abs(number) > _MAX_INTEGER:
        raise BadInputError("An integer is larger than 64 bits.", fix="Use a smaller number.")
    return number


def same(left: Json, right: Json) -> bool:
    """Say whether two JSON values are equal as RFC 6902 means it: 1 is 1.0, but true is not 1. Never recurses."""
    pairs = [(left, right)]
    while pairs:
        a, b = pairs.pop()
        if a is b:
            continue
        if isinstance(a, dict) and isinstance(b, dict):
            if a.keys() != b.keys():
                return False
            pairs.extend((item, b[key]) for key, item in a.items())
        elif isinstance(a, list | tuple) and isinstance(b, list | tuple):
            if len(a) != len(b):
                return False
            pairs.extend(zip(a, b, strict=True))
        elif _kind(a) is not _kind(b) or a != b:
            return False
    return True


def _kind(value: Json) -> type:
    """What JSON makes of a value: booleans are no numbers, objects and lists equal nothing but their like."""
    return next((kind for kind in (bool, dict, list, tuple) if isinstance(value, kind)), object)
