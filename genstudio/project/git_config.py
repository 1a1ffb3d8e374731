"""What a Git configuration would run: a received project may name programs there, and Git starts them without asking."""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LFS_SETTINGS", "NO_LFS_SETTINGS", "dangerous_settings", "driver_settings"]

LFS_SETTINGS: Final = {
    "filter.lfs.clean": "git-lfs clean -- %f",
    "filter.lfs.smudge": "git-lfs smudge -- %f",
    "filter.lfs.process": "git-lfs filter-process",
    "filter.lfs.required": "true",
}
NO_LFS_SETTINGS: Final = {"filter.lfs.clean": "", "filter.lfs.smudge": "", "filter.lfs.process": "", "filter.lfs.required": "false"}
"""For looking at a project on a machine without Git LFS. Nothing may be added or checked out with them."""
_LFS_VALUES: Final = frozenset(
    {
        "git-lfs clean -- %f",
        "git-lfs smudge -- %f",
        "git-lfs smudge --skip -- %f",
        "git-lfs filter-process",
        "git-lfs filter-process --skip",
    }
)
_EXECUTES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"core\.(hookspath|sshcommand|editor|pager|askpass|gitproxy|alternaterefscommand|worktree)",
        r"credential(\..*)?\.helper",
        r"diff\.external|diff\..*\.(command|textconv)",
        r"(diff|merge)tool\..*\.(cmd|path)",
        r"merge\..*\.driver",
        r"gpg(\..*)?\.(program|defaultkeycommand)",
        r"include\.path|includeif\..*\.path",
        r"sequence\.editor|interactive\.difffilter|pager\..*|browser\..*|man\..*|web\.browser|trailer\..*\.(command|cmd)",
        r"remote\..*\.(uploadpack|receivepack|vcs)|uploadpack\.packobjectshook",
        r"protocol\..*allow|protocol\.allow",
        r"lfs\.(.*\.)?standalonetransferagent|lfs\.customtransfer\..*|lfs\.extension\..*\.(clean|smudge)|lfs\.storage",
        r"extensions\.worktreeconfig|submodule\..*\.update|http\.(.*\.)?(cookiefile|savecookies)",
        r"gc\.recentobjectshook|hook\..*\.command|tar\..*\.command",
    )
)
_SERVER: Final = re.compile(r"(https?|ssh)://|[\w.+-]+@[\w.-]+:")
"""Media may be at a server. A folder of this machine may be at none that a received project names: it would be read and written there."""
_FALSE: Final = frozenset({"", "false", "no", "off", "0", "true", "yes", "on", "1"})


def driver_settings() -> dict[str, str]:
    """Return the settings by which Git compares and merges canvases with the studio of this very installation.

    They stand in ``.git/config`` alone, which never travels. ``-P`` keeps Python from importing what lies in the project's folder.
    """
    studio = f"{shlex.quote(sys.executable)} -P -m genstudio canvas"
    return {
        "diff.genstudio-canvas.textconv": f"{studio} show-text",
        "diff.genstudio-canvas.command": f"{studio} git-diff",
        "merge.genstudio-canvas.name": "canvases, property by property",
        "merge.genstudio-canvas.driver": f"{studio} merge %O %A %B %P",
        "merge.genstudio-manifest.name": "project.json, setting by setting",
        "merge.genstudio-manifest.driver": f"{studio} merge %O %A %B %P",
    }


_OURS: Final = frozenset(driver_settings())
"""Settings that every run of ours overrides, and that opening a project sets again: no value of theirs is ever used."""


def dangerous_settings(settings: Iterable[tuple[str, str]]) -> list[str]:
    """Return the keys among ``(key, value)`` pairs that would start a program which is not Git LFS, or lead out of the project."""
    return sorted({key for key, value in settings if _is_dangerous(key.lower(), value)})


def _is_dangerous(key: str, value: str) -> bool:
    if re.fullmatch(r"filter\..*\.(clean|smudge|process)", key):
        return value not in _LFS_VALUES or not key.startswith("filter.lfs.")
    if key in _OURS:
        return False
    if re.fullmatch(r"lfs\.(.*\.)?(pushurl|url)|remote\..*\.lfs(push)?url", key):
        return not _SERVER.match(value)
    if key == "core.fsmonitor":
        return value.lower() not in _FALSE
    if key.startswith("alias."):
        return value.startswith("!")
    return any(pattern.fullmatch(key) for pattern in _EXECUTES)
