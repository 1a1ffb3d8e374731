"""Parameters of a run: the manifest's defaults, the tier's settings, and what the shot asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from genstudio.schema.base import JsonObject
    from genstudio.schema.nodes import Param
    from genstudio.schema.pipeline import Tier

__all__ = ["merge"]

_SIZE: Final = frozenset({"width", "height", "area", "multiple"})
"""Parameters of a tier that set the frame size; they travel in the route, not among the parameters."""


def merge(declared: Iterable[Param], tier: Tier, given: Mapping[str, Any]) -> JsonObject:
    """Return the parameters of a run: declared defaults, over them the tier's, over them those given and declared.

    Given parameters that the pipeline does not declare are left out: the shot may have been made for another pipeline.

    Raises:
        BadInputError: A given value has the wrong type, or lies outside its bounds or choices.
    """
    params = {param.name: param for param in declared}
    defaults = {name: param.default for name, param in params.items() if param.default is not None}
    tiered = {name: value for name, value in tier.params.items() if name not in _SIZE}
    chosen = {name: _checked(params[name], value) for name, value in given.items() if name in params and value is not None}
    return defaults | tiered | chosen


def _checked(param: Param, value: object) -> object:
    name = param.title or param.name
    if param.type in ("integer", "float") and isinstance(value, int | float) and not isinstance(value, bool):
        if param.type == "integer" and value != int(value):
            raise BadInputError(f"{name} is {value}, but must be a whole number.", fix="Correct it on the node.")
        value = int(value) if param.type == "integer" else float(value)
        _check_bounds(param, name, value)
    elif not isinstance(value, {"string": str, "boolean": bool}.get(param.type, ())):
        raise BadInputError(f"{name} is {value!r:.40}, which is no {param.type}.", fix="Correct it on the node.")
    if param.choices and value not in param.choices:
        listed = ", ".join(str(choice) for choice in param.choices)
        raise BadInputError(f"{name} is {value!r:.40}.", fix=f"Choose one of {listed}.")
    return value


def _check_bounds(param: Param, name: str, value: float) -> None:
    low = param.minimum is not None and value < param.minimum
    high = param.maximum is not None and value > param.maximum
    if low or high:
        bound = f"at least {param.minimum:g}" if low else f"at most {param.maximum:g}"
        raise BadInputError(f"{name} is {value:g}, but must be {bound}.", fix="Correct it on the node.")
