"""Methods of a session that a client may call by name (``client:call``)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final, ParamSpec, TypeVar

from pydantic import validate_call
from pydantic_core import to_jsonable_python

from genstudio.schema.errors import NotFoundError

__all__ = ["call", "public", "public_methods"]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_MARK: Final = "__genstudio_public__"


def public(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let clients call a method of a session by its name; its type hints check what they send.

    A call from Python is checked in the same way and raises :class:`pydantic.ValidationError`.
    """
    checked = functools.wraps(method)(validate_call(method))
    setattr(checked, _MARK, True)
    return checked


def public_methods(kind: type) -> tuple[str, ...]:
    """Return the names of the methods of a class that clients may call, sorted."""
    return tuple(sorted(name for name in dir(kind) if getattr(getattr(kind, name), _MARK, False)))


def call(target: object, method: str, params: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the method returns, as JSON
    """Call a public method of ``target`` by name and return its result as plain JSON values.

    Raises:
        NotFoundError: There is no public method of that name.
        pydantic.ValidationError: The parameters do not fit the method's type hints.
    """
    names = public_methods(type(target))
    if method not in names:
        raise NotFoundError(f"There is no method {method!r:.70} here.", fix=f"Call one of: {', '.join(names)}.")
    return to_jsonable_python(getattr(type(target), method)(target, **params), by_alias=True)
