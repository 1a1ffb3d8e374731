"""What a cell does is a version by the time of the next line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine_lab import until
from PIL import Image

from genstudio.widget import Project

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.project.project import ProjectFolder


def test_a_cell_that_sets_adopts_or_names_something_makes_a_version_of_it(project: ProjectFolder, tmp_path: Path) -> None:
    film = Project(project)
    Image.new("RGB", (64, 36), "red").save(tmp_path / "fox.png")

    def kept(subject: str) -> None:
        until(lambda: project.history.log(1)[0].subject == subject, what=subject)  # a machine may be slower than a cell is patient

    film.configure(quality="low")
    kept("Settings changed: quality standard → low")
    fox = film.create_asset("character", "Rusty")
    kept("Asset Rusty (character) made")
    fox.add_reference(tmp_path / "fox.png")
    kept("Asset Rusty (character): picture fox.png added")
    fox.describe(trigger_word="rsty")
    kept("Asset Rusty (character) changed")
    fox.rename("Reynard")
    kept("Asset Rusty (character) renamed to Reynard")
    film.canvas().add_shot("A fox").adopt(tmp_path / "fox.png")
    kept("SHOT_010 take 1 adopted from fox.png")
    fox.delete()
    kept("Asset Reynard (character) deleted")
    assert project.repository.changed() == []
