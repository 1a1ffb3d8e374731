"""The one typed function of an author: what it may look like, and how a request's parameters become its arguments."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

from genstudio_pipeline._errors import BadInput
from genstudio_pipeline._request import Request

__all__ = ["arguments", "check"]

_SIMPLE: Final = (int, float, str, bool)


def check(function: Callable[..., Any]) -> None:
    """Refuse a function that is no pipeline.

    Raises:
        TypeError: It lacks annotations, its first parameter is no Request, or a further one is not keyword-only and simple.
    """
    name, hints = function.__name__, typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or hints.get(parameters[0].name) is not Request:
        raise TypeError(f"{name}() needs a first parameter annotated with Request")
    if "return" not in hints:
        raise TypeError(f"{name}() needs a return annotation: Path, a mapping of sockets to paths, or Outputs")
    for parameter in parameters[1:]:
        if parameter.kind is not parameter.KEYWORD_ONLY:
            raise TypeError(f"{name}(): write * before {parameter.name}; parameters are given by name")
        if _plain(hints.get(parameter.name)) not in _SIMPLE:
            raise TypeError(f"{name}(): {parameter.name} must be annotated int, float, str or bool, alone or with None")


def arguments(function: Callable[..., Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of a pipeline function from a request's parameters; unknown ones are left out.

    Raises:
        BadInput: A parameter is missing or has the wrong type.
    """
    hints = typing.get_type_hints(function)
    chosen: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.name in params and params[parameter.name] is not None:
            chosen[parameter.name] = _converted(parameter.name, _plain(hints[parameter.name]), params[parameter.name])
        elif parameter.default is parameter.empty:
            raise BadInput(f"The parameter {parameter.name} is missing.")
    return chosen


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - annotations are any object
    """Return the type of ``T`` and of ``T | None``."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else None
    return annotation


def _converted(name: str, kind: type, value: object) -> object:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise BadInput(f"The parameter {name} must be {kind.__name__}, not {value!r:.80}.")
