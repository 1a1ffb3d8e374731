"""The parser of the command line: options may stand anywhere, also between what a command is given by place."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CommandParser"]


class CommandParser(argparse.ArgumentParser):
    """Reads a command as it is written in its usage.

    ``argparse`` gives up an argument that may be left out as soon as an option follows the one before it, so that the project of
    ``assets add fox.png --to Fox Film`` counts as not named, and ``Film`` as too much. What is too much goes to the arguments that were
    left out, in their order.
    """

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:  # type: ignore[override] # noqa: ANN401 - as argparse has it
        """Parse the arguments; return what was read, and what nothing took."""
        read, rest = super().parse_known_args(args, namespace)
        for action in self._get_positional_actions():
            if action.nargs == argparse.OPTIONAL and getattr(read, action.dest, None) is action.default and _is_value(rest):
                try:
                    setattr(read, action.dest, self._get_values(action, [rest.pop(0)]))
                except argparse.ArgumentError as error:
                    self.error(str(error))
        return read, rest


def _is_value(rest: list[str]) -> bool:
    return bool(rest) and not rest[0].startswith("-")
