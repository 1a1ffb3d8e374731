"""Reel names: how an edit list names the media of a take in eight characters."""

from __future__ import annotations

import hashlib
import string
from typing import Final

from genstudio.schema.take import TakeName

__all__ = ["reel"]

_DIGITS: Final = string.digits + string.ascii_uppercase
_LENGTH: Final = 7


def reel(project_uuid: str, take: TakeName | str, salt: int = 0) -> str:
    """Return ``T`` and seven digits of base 36 from a hash of project and take, such as ``T0K3F9QZ``.

    Args:
        project_uuid: The project.
        take: The take. A name includes the scene; a plain take id (``SHOT-010_v01_take01``) does not, and two scenes may share it.
        salt: Counts up when another take of the project has that reel already.
    """
    key = f"{take.scene}/{take.id}" if isinstance(take, TakeName) else take
    digest = hashlib.sha256(f"{project_uuid}\0{key}\0{salt}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 36)
        letters.append(_DIGITS[digit])
    return "T" + "".join(letters)
