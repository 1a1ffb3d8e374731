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

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from pathlib import Path

    from running_studio import Studio
    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def projects(studio: Studio) -> tuple[ProjectFolder, ProjectFolder]:
    """A project with three shots in a row that go into an assembler, and an empty one."""
    workspace = WorkspaceFolder.find(studio.workspace)
    return arranged(workspace, "Arranged"), workspace.create("Elsewhere")


def test_files_that_are_dropped_become_nodes_fill_nodes_or_say_why_not(
    desk: StudioPage, projects: tuple[ProjectFolder, ProjectFolder], tmp_path: Path
) -> None:
    desk.open_project(projects[1])
    files_become_nodes_fill_nodes_or_say_why_not(desk, projects[1], tmp_path)


def test_scenes_are_made_folded_entered_and_dissolved_without_losing_a_wire(
    desk: StudioPage, projects: tuple[ProjectFolder, ProjectFolder]
) -> None:
    desk.open_project(projects[0])
    scenes_are_made_folded_entered_and_dissolved(desk, projects[0])


def test_copies_go_by_the_clipboard_to_another_project(desk: StudioPage, projects: tuple[ProjectFolder, ProjectFolder]) -> None:
    desk.open_project(projects[0])
    copied_to_another_canvas(desk, *projects, desk.open_project)


def test_a_wire_that_is_dropped_in_space_offers_what_fits_and_wires_it(
    desk: StudioPage, projects: tuple[ProjectFolder, ProjectFolder]
) -> None:
    desk.open_project(projects[0])
    wire_dropped_in_space(desk, projects[0])
