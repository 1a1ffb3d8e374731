"""What the README shows in Python does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from engine_end import end_engines
from small_films import make_small_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genstudio import Project

pytestmark = pytest.mark.slow
README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace of small films for this test alone, its engine ended afterwards."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GENSTUDIO_WORKSPACE", str(tmp_path / "Studio"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    yield make_small_workspace(tmp_path / "Studio")
    end_engines(tmp_path / "state")


def test_the_example_of_the_readme_makes_a_take_and_a_film(place: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102 - it is our own
    film: Project = names["film"]
    assert names["take"].path.is_file()
    (job,) = film.jobs(active=True)
    assert job.result(timeout=120).path.parent == place / "Projects" / "My_First_Film" / "06_Exports"
    film.close()
