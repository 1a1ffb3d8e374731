"""The documentation: its commands run, its links lead somewhere, its reference is the program's."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = [
    "tutorials/first-film.md",
    "how-to/batch.md",
    "how-to/doctor.md",
    "how-to/film.md",
    "how-to/history.md",
    "how-to/takes-and-assets.md",
    "how-to/templates.md",
    "how-to/workers.md",
]
SERVED = ["how-to/rest.md"]
"""Run with the tests of the server."""


def commands(page: str) -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE))


def test_every_page_with_commands_is_run() -> None:
    found = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if "```sh" in path.read_text("utf-8")}
    assert found == {*PAGES, *SERVED}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page: str, demo: tuple[Any, Any], tmp_path: Path) -> None:
    genstudio, _ = demo
    program = f'set -euo pipefail\ngenstudio() {{ {shlex.join(genstudio.program)} "$@"; }}\n{commands(page)}'
    done = subprocess.run(
        ["bash", "-c", program], env=genstudio.environment(), cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_reference_is_that_of_the_program() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "reference.py"))
    for name, make in script["PAGES"].items():
        assert (DOCS / "reference" / name).read_text("utf-8") == make(), f"{name} is old: run python scripts/reference.py"
