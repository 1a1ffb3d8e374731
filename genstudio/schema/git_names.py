"""Names that Git takes for branches."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_branch_name"]

_LONGEST: Final = 1000
_NEVER: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.$|/$|^/|^-|(^|/)\.|\.lock(/|$)")


def is_branch_name(name: str) -> bool:
    """Say whether Git takes this for the name of a branch: the rules of ``git check-ref-format --branch``."""
    return 0 < len(name) <= _LONGEST and name not in ("@", "HEAD") and not _NEVER.search(name)
