"""Writers of a project killed at every write, rename and fsync: how many points, and what was lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, LeftOutError

_ROOT: Final = Path(__file__).resolve().parents[1]
_TESTS: Final = "tests/integration/project/test_project_kill.py"
_KILLED: Final = re.compile(r"^_+ (test_\w+) _+$|(\d+) points killed", re.MULTILINE)


def run(*, quick: bool) -> list[Figure]:  # noqa: ARG001 - every point is one round
    """Return the losses beside the points killed, for each writer. The tests that hold them to zero do the killing."""
    command = [sys.executable, "-m", "pytest", _TESTS, "-q", "-rP", "--log-level=INFO", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    figures, name = [], ""
    for test, points in _KILLED.findall(done.stdout):
        if test:
            name = test.removeprefix("test_").replace("_", " ")
        else:
            figures.append(Figure("kills", f"lost: {name}", 0, "points", "points killed", int(points)))
    if done.returncode or not figures:
        raise LeftOutError(f"something was lost, or the tests could not run: {done.stdout[-400:]}")
    return figures
