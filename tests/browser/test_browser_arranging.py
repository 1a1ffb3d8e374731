"""Arranging a film by hand and by key: files dropped in, scenes made, folded and entered, copies carried to another project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from arranging_steps import (
    arranged,
    copied_to_another_canvas,
    files_become_nodes_fill_nodes_or_say_why_not,
    scenes_are_made_folded_entered_and_dissolved,
    wire_dropped_in_space,
)
from playwright.sync_api import expect

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from running_studio import Studio
    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def projects(studio: Studio) -> tuple[ProjectFolder, ProjectFolder]:
    """A project with three shots in a row that go into an assembler, and an empty one."""
    workspace = WorkspaceFolder.find(studio.workspace)
    return arranged(workspace, "Arranged"), workspace.create("Elsewhere")


def opened(film: StudioPage, studio: Studio, project: ProjectFolder) -> Page:
    """Open a project and return its page."""
    film.page.goto("about:blank")
    film.page.goto(studio.page("genstudio/app") + f"#project={project.uuid}")
    expect(film.hook("canvas")).to_be_visible()
    return film.page


def test_files_that_are_dropped_become_nodes_fill_nodes_or_say_why_not(
    film: StudioPage, studio: Studio, projects: tuple[ProjectFolder, ProjectFolder], tmp_path: Path
) -> None:
    opened(film, studio, projects[1])
    files_become_nodes_fill_nodes_or_say_why_not(film, projects[1], tmp_path)


def test_scenes_are_made_folded_entered_and_dissolved_without_losing_a_wire(
    film: StudioPage, studio: Studio, projects: tuple[ProjectFolder, ProjectFolder]
) -> None:
    opened(film, studio, projects[0])
    scenes_are_made_folded_entered_and_dissolved(film, projects[0])


def test_copies_go_by_the_clipboard_to_another_project(
    film: StudioPage, studio: Studio, projects: tuple[ProjectFolder, ProjectFolder]
) -> None:
    opened(film, studio, projects[0])
    copied_to_another_canvas(film, *projects, lambda project: opened(film, studio, project))


def test_a_wire_that_is_dropped_in_space_offers_what_fits_and_wires_it(
    film: StudioPage, studio: Studio, projects: tuple[ProjectFolder, ProjectFolder]
) -> None:
    opened(film, studio, projects[0])
    wire_dropped_in_space(film, projects[0])
