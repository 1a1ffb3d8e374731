"""Folder names made from what people call things."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["project_folder_name"]

_UNSAFE_IN_NAME: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_RESERVED: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_NAME: Final = 80


def project_folder_name(title: str) -> str:
    """Return a folder name for a title that every common filesystem takes: no separators, controls or reserved names."""
    text = unicodedata.normalize("NFC", _UNSAFE_IN_NAME.sub(" ", title))
    visible = "".join(
        character for character in text if unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn") or character == "\u200d"
    )
    name = re.sub(r"[\s_]+", "_", re.sub(r"\.{2,}", " ", visible)).strip(". _-\u200d")
    while len(name.encode()) > _LONGEST_NAME:
        name = name[:-1].rstrip(". _-\u200d")
    if not name:
        return "Project"
    return f"Project_{name}" if _RESERVED.match(name) else name
