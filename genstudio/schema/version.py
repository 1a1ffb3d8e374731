"""The studio's version, for every floor."""

from typing import Final

__all__ = ["VERSION"]

VERSION: Final = "0.1.0"
