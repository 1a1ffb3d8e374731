"""Build hook: makes the front end's one script and one stylesheet before the wheel is packed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface[Any]):
    """Pass."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Nothing yet."""
