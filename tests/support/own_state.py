"""Keeps what tests do away from the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

__all__ = ["keep_own_state"]


def keep_own_state(patch: pytest.MonkeyPatch, place: Path) -> None:
    """Have the machine state of workspaces, and the identity that Git takes from its settings, lie in a place of the test's own."""
    patch.setenv("XDG_STATE_HOME", str(place / "state"))
    patch.setenv("GIT_CONFIG_GLOBAL", str(place / "gitconfig"))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
