"""Build hook: makes the front end before the package is packed, so that ``pip install .`` needs no Node on the machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface[Any]):
    """Builds ``genstudio/widget/static`` from ``extension`` where the sources are (a wheel made from an sdist has them built)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's signature
        """Build if the sources changed, and name the built files as part of the package."""
        script = Path(self.root) / "scripts" / "frontend.py"
        if (Path(self.root) / "extension" / "package.json").exists():
            spec = importlib.util.spec_from_file_location("frontend", script)
            if spec is None or spec.loader is None:
                raise RuntimeError(f"{script} cannot be read.")
            frontend = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(frontend)
            frontend.build()
        build_data["artifacts"] += ["genstudio/widget/static/**/*"]
        if self.target_name == "sdist":
            build_data["artifacts"] += ["genstudio/server/labextensions/**/*"]
