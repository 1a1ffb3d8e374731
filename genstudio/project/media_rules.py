"""Which files are media: those that the rules of the project template give to Git LFS, wherever they are."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from genstudio.project import paths

__all__ = ["is_media"]

_RULE: Final = re.compile(r"^\*(\.\w+) filter=lfs ", re.MULTILINE)


def is_media(name: str) -> bool:
    """Say whether a file is media, a model or a file of another program by its suffix: such a file is never committed as it is."""
    return PurePosixPath(name).suffix.lower() in _suffixes()


@lru_cache(maxsize=1)
def _suffixes() -> frozenset[str]:
    template = paths.templates_dir() / "project" / ".gitattributes"
    return frozenset(_RULE.findall(template.read_text(encoding="utf-8")))
