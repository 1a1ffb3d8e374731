"""Files of the project that the data of a node names, wherever in the data: whether it names one, and how it names them after a move."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from genstudio.graph.values import Json

__all__ = ["named_places", "names_file", "renamed_files"]

_LONGEST_PATH: Final = 4096
"""PATH_MAX of Linux, in bytes; a longer text is no path."""


def named_places(data: Json) -> frozenset[str]:
    """Return the project-relative paths that the texts of the data may be, each with all the folders it is in."""
    if isinstance(data, str):
        parts = _clean(data).split("/")
        return frozenset("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return frozenset[str]().union(*map(named_places, _items(data)))


def names_file(data: Json, place: str) -> bool:
    """Say whether a text in the data is the project-relative path of ``place``, or of a file inside it."""
    if isinstance(data, str):
        return _inside(data, place) is not None
    return any(names_file(item, place) for item in _items(data))


def renamed_files(data: Json, old: str, new: str, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield the keys of the values that name a file at or inside ``old``, with the value that names it at ``new``.

    A list is yielded as a whole: no path of an edit is a position in one (contracts: canvas).
    """
    if isinstance(data, dict):
        for key, value in data.items():
            yield from renamed_files(value, old, new, (*keys, key))
    elif names_file(data, old):
        yield keys, _renamed(data, old, new)


def _renamed(value: Json, old: str, new: str) -> Json:
    if isinstance(value, dict):
        return {key: _renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, old, new) for item in value]
    below = _inside(value, old) if isinstance(value, str) else None
    return value if below is None else new + below


def _items(data: Json) -> Iterator[Json]:
    if isinstance(data, dict):
        yield from data.values()
    elif isinstance(data, list):
        yield from data


def _inside(text: str, place: str) -> str | None:
    """Return what of a path comes after ``place``: nothing, or ``/`` and the rest; None if it is somewhere else."""
    path = _clean(text)
    return path[len(place) :] if path == place or path.startswith(f"{place}/") else None


def _clean(text: str) -> str:
    """Return a path in its one form; empty for a text that is no path of a file in a folder."""
    return posixpath.normpath(text) if "/" in text and len(text) <= _LONGEST_PATH else ""
