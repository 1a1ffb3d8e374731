"""People whose pages hang on different processes: two plain Voila pages, each with a kernel of its own, and a page of the server."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psutil
import pytest
from arranging_steps import arranged, document
from engine_lab import until
from playwright.sync_api import expect
from running_studio import plain_voila
from studio_hosts import Host
from studio_page import StudioPage

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from running_studio import Studio

pytestmark = [pytest.mark.browser, pytest.mark.campaign, pytest.mark.once]

COLOURS = "all => all.map(one => getComputedStyle(one).getPropertyValue('--gs-p'))"


@pytest.fixture
def hosts(studio: Studio, place: Path) -> Iterator[tuple[Host, Host, Host]]:
    """Plain Voila twice, for two people, and the studio's own page."""
    with plain_voila(place) as address:
        voila = Host("voila", studio, address)
        yield voila, voila, Host("page", studio)


def kernels() -> set[int]:
    """Return the kernels of plain Voila, which is a child of this process."""
    voila = [process for process in psutil.Process().children() if "voila" in process.cmdline()]
    return {child.pid for process in voila for child in process.children(recursive=True) if "ipykernel_launcher" in child.cmdline()}


def test_pages_of_three_processes_show_one_another_with_pointers_and_choices_until_they_are_closed_or_killed(
    page: Page, studio: Studio, hosts: tuple[Host, Host, Host], tmp_path: Path
) -> None:
    project = arranged(WorkspaceFolder.find(studio.workspace), "Elsewhere")
    films = []
    for host in hosts:
        films.append(StudioPage(page if not films else page.context.new_page()))
        host.show(films[-1].page, project)
        films[-1].stands_still()
    ann, bob, cal = films
    for film in films:
        expect(film.hook("presence").get_by_role("button")).to_have_count(2)

    bob.hook("node-shot_1").locator("header").click()
    cal.hook("node-shot_2").locator("header").click()
    cal.page.mouse.move(*cal.middle(cal.hook("node-shot_0")), steps=3)
    expect(ann.hook("hand")).to_have_count(2)
    expect(ann.page.locator(".gs-theirs")).to_have_count(2)
    expect(bob.hook("hand")).to_have_count(1)
    seen = [film.page.locator(".gs-avatar").evaluate_all(COLOURS) for film in films]
    assert len({colour for two in seen for colour in two}) == 3
    assert all(len(set(two)) == 2 for two in seen)
    ann.page.screenshot(path=tmp_path / "dark.png")
    ann.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    ann.page.screenshot(path=tmp_path / "light.png")

    cal.page.close()
    expect(ann.hook("presence").get_by_role("button")).to_have_count(1)
    bob.page.goto("about:blank")  # its kernel lives on, and is told by the page alone
    expect(ann.hook("presence")).to_have_count(0)
    before = kernels()
    hosts[1].show(bob.page, project)
    expect(ann.hook("presence").get_by_role("button")).to_have_count(1)
    (kernel,) = kernels() - before
    os.kill(kernel, signal.SIGKILL)
    expect(ann.hook("presence")).to_have_count(0)
    ann.add("note")
    until(lambda: len(document(project)["nodes"]) == 5, what="the note of who is left")
