"""Fractional indexes: order as text, so that one entry moves without touching its neighbours.

A key is an integer part and, only where something was put in between, a fraction, both in base 62 with the digits in ASCII order.
The first letter of the integer part says its sign and length (``a`` one digit up to ``z`` 26; ``Z`` down to ``A`` the same below zero),
so keys compare as plain text: ``Zz`` < ``a0`` < ``a0V`` < ``a1`` < ``b00``. The scheme is that of the public-domain
``fractional-indexing`` of D. Greenspan; the front end's package of that name makes the same keys.
"""

from __future__ import annotations

from typing import Final

from genstudio.schema.errors import BadInputError

__all__ = ["after", "between"]

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_SMALLEST: Final = "A" + "0" * 26


def between(before: str | None, after: str | None) -> str:
    """Return a key that sorts after ``before`` and before ``after``; None means the end of the list on that side.

    Raises:
        BadInputError: A key is not a fractional index, or ``before`` does not sort before ``after``.
    """
    for key in (before, after):
        if key is not None and not _is_key(key):
            raise BadInputError(f"{key!r:.40} is no order key.", fix="Leave the order empty to put the entry last.")
    if before is not None and after is not None and before >= after:
        raise BadInputError(f"{before!r:.40} does not stand before {after!r:.40}.", fix="Name the neighbours in their order.")
    if before is None:
        return "a0" if after is None else _below(after)
    if after is None:
        return _above(before)
    low, high = _integer(before), _integer(after)
    if low == high:
        return low + _midpoint(before[len(low) :], after[len(high) :])
    step = _increment(low)
    if step is not None and step < after:
        return step
    return low + _midpoint(before[len(low) :], None)


def after(last: str | None) -> str:
    """Return a key for the end of a list whose greatest key is ``last``, which may be any text that people left there."""
    if last is None or last == "":
        return "a0"
    return _above(last) if _is_key(last) else last + "V"


def _above(key: str) -> str:
    integer = _integer(key)
    step = _increment(integer)
    return step if step is not None else integer + _midpoint(key[len(integer) :], None)


def _below(key: str) -> str:
    integer = _integer(key)
    if integer == _SMALLEST:
        return integer + _midpoint("", key[len(integer) :])
    if integer < key:
        return integer
    step = _decrement(integer)
    return _SMALLEST + _midpoint("", None) if step in (None, _SMALLEST) else str(step)


def _is_key(key: str) -> bool:
    if not key or any(digit not in _VALUES for digit in key) or not key[0].isalpha():
        return False
    length = _length(key[0])
    fraction = key[length:]
    return len(key) >= length and key != _SMALLEST and not fraction.endswith("0")


def _length(head: str) -> int:
    return ord(head) - ord("a") + 2 if head >= "a" else ord("Z") - ord(head) + 2


def _integer(key: str) -> str:
    return key[: _length(key[0])]


def _increment(integer: str) -> str | None:
    """The next integer part; None after the greatest."""
    head, digits = integer[0], integer[1:]
    trimmed = digits.rstrip("z")
    if trimmed:
        return head + trimmed[:-1] + _DIGITS[_VALUES[trimmed[-1]] + 1] + "0" * (len(digits) - len(trimmed))
    if head == "z":
        return None
    head = "a" if head == "Z" else chr(ord(head) + 1)
    return head + "0" * (_length(head) - 1)


def _decrement(integer: str) -> str | None:
    """The integer part before; None before the smallest."""
    head, digits = integer[0], integer[1:]
    trimmed = digits.rstrip("0")
    if trimmed:
        return head + trimmed[:-1] + _DIGITS[_VALUES[trimmed[-1]] - 1] + "z" * (len(digits) - len(trimmed))
    if head == "A":
        return None
    head = "Z" if head == "a" else chr(ord(head) - 1)
    return head + "z" * (_length(head) - 1)


def _midpoint(low: str, high: str | None) -> str:
    """A fraction between two fractions without trailing zeros; ``high`` None is one."""
    prefix = ""
    while True:
        first = _VALUES[low[0]] if low else 0
        last = _VALUES[high[0]] if high else len(_DIGITS)
        if last - first > 1:
            return prefix + _DIGITS[(first + last + 1) // 2]
        if last > first and high is not None and len(high) > 1:
            return prefix + high[0]
        if last > first:
            high = None
        prefix += _DIGITS[first]
        low, high = low[1:], high[1:] if high is not None else None
