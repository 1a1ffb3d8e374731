"""Where symbolic links lead, told from their texts alone: whether a project that holds them stays a project of its own."""

from __future__ import annotations

from pathlib import PurePosixPath

__all__ = ["leads_out"]


def leads_out(name: str, target: str) -> bool:
    """Say whether a link leads, or may lead, out of the project or into its repository.

    A step up is counted only at the beginning, where each leaves a true folder; one later might climb out by way of another link.

    Args:
        name: Project-relative path of the link.
        target: What it leads to, as the link says.
    """
    parts = PurePosixPath(target).parts
    up = next((number for number, part in enumerate(parts) if part != ".."), len(parts))
    folder = PurePosixPath(name).parent.parts
    if target.startswith("/") or "\\" in target or ".." in parts[up:] or up > len(folder):
        return True
    place = (*folder[: len(folder) - up], *parts[up:])
    return not place or any(part.casefold().rstrip(". ") in (".git", "git~1") for part in place)
