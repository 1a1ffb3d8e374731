"""Every view of a project, once in each host: our page, plain Voila, and JupyterLab, as a document and under a cell of a notebook."""

from __future__ import annotations

import io
import json
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from accessible import faults
from engine_lab import until
from PIL import Image
from playwright.sync_api import expect
from studio_page import StudioPage
from take_steps import FIRST, SECOND, SHOT, dailies, select

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from running_studio import Studio
    from studio_hosts import Host

    from genstudio.project.project import ProjectFolder

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

PLACES = {"assets": '[data-testid="assets"]', "exports": '[data-testid="exports"]', "settings": '[data-testid="settings"]'}
"""What stands in the place of the canvas, and where it is drawn."""
KEYED = {
    "review": ("v", '[data-testid="review-take"]'),
    "compare": ("b", '[data-testid="compare-takes"]'),
    "takes": ("t", '[data-testid="takes-sheet"]'),
    "history": ("h", '[data-testid="history-panel"]'),
    "find": ("Control+f", '[data-testid="find"]'),
    "keys": ("?", 'dialog[aria-label="Keys"]'),
    "palette": ("Shift+A", ".gs-quick"),
}
"""What a key opens over the canvas, and where it is drawn; Escape closes all of it."""
MISPLACED = """box => {
  const room = box.closest('dialog') ? document.documentElement : box.closest('.gs-root');
  const wide = box.getBoundingClientRect().right > room.getBoundingClientRect().right + 1;
  return [...(wide ? ['runs out sideways'] : []), ...(box.scrollTop > 0 ? ['does not begin at its top'] : [])];
}"""
DRAWERS = {"queue": '[data-testid="queue-panel"]', "Notices": 'section[aria-label="What happened"]'}


@pytest.fixture
def project(studio: Studio) -> ProjectFolder:
    """A project with a shot that has two takes."""
    return dailies(WorkspaceFolder.find(studio.workspace))


class Looker:
    """Looks at one view after the other: nothing is broken, cut off at the side or unreadable; and keeps a picture of each."""

    def __init__(self, page: Page, host: Host, album: Path) -> None:
        self.page, self.host, self.album = page, host, album
        self.found: dict[str, list[str]] = {}

    def look(self, view: str, part: str) -> None:
        shown = self.page.locator(part)
        expect(shown).to_be_visible()
        assert shown.evaluate("box => !!box.innerText.trim() || !!box.querySelector('input')"), view
        assert self.page.locator("[data-broken], .gs-broken").count() == 0, view
        self.found[view] = faults(self.page, part)
        self.found[view] += shown.evaluate(MISPLACED)
        self.page.screenshot(path=self.album / f"{self.host.name}-{view}.png")


def test_every_view_opens_whole_and_leads_back_to_the_canvas(
    page: Page, film: StudioPage, host: Host, project: ProjectFolder, tmp_path: Path
) -> None:
    host.show(page, project)
    film.shows(SHOT, SECOND)
    film.stands_still()
    looker = Looker(page, host, tmp_path)
    for view, part in PLACES.items():
        film.hook(f"view-{view}").click()
        looker.look(view, part)
        film.hook("view-canvas").click()
        expect(page.locator(part)).to_have_count(0)
    select(film)
    expect(film.hook("inspect-take")).to_be_visible()
    looker.look("canvas", ".gs-workbench")
    for view, (key, part) in KEYED.items():
        page.keyboard.press(key)
        looker.look(view, part)
        page.keyboard.press("Escape")
        expect(page.locator(part)).to_have_count(0)
    for name, part in DRAWERS.items():
        button = page.locator(".gs-bottom").get_by_role("button", name=name)
        button.click()
        looker.look(name, part)
        button.click()
        expect(page.locator(part)).to_have_count(0)
    assert {view: faulty for view, faulty in looker.found.items() if faulty} == {}
    film.hook(f"take-{FIRST}").click()
    film.shows(SHOT, FIRST)


def test_settings_are_kept_and_an_asset_is_made_with_the_pictures_that_are_dropped_on_it(
    page: Page, film: StudioPage, host: Host, project: ProjectFolder, tmp_path: Path
) -> None:
    host.show(page, project)
    film.hook("view-settings").click()
    film.hook("setting-quality-high").check()
    film.hook("setting-policy-queue").check()
    film.hook("setting-aspect").select_option("239:100")
    film.hook("apply-settings").click()
    wanted = {"quality": "high", "when_unavailable": "queue", "aspect_ratio": "239:100"}

    def settings() -> dict[str, str]:
        return dict(json.loads((project.root / "project.json").read_text())["project_settings"])

    until(lambda: wanted.items() <= settings().items(), what="the settings in the project's file")

    film.hook("view-assets").click()
    for kind in ("style", "location"):
        film.hook(f"assets-kind-{kind}").click()
        film.hook("new-asset").click()
        film.hook("new-asset-name").fill(name := f"{kind} {token_hex(2)}")
        film.hook("create-asset").click()
        expect(film.hook("asset-name")).to_have_value(name)
        picture = page.locator(".gs-asset-pictures img")
        expect(picture).to_have_count(0)
        buffer = io.BytesIO()
        Image.linear_gradient("L").resize((320, 180)).save(buffer, "PNG")
        (tmp_path / f"{kind}.png").write_bytes(buffer.getvalue())
        film.drop(tmp_path / f"{kind}.png", on="asset-detail")
        expect(picture).to_have_count(1)
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("image => image.naturalWidth") > 0
        (kept,) = (each for each in project.assets() if each.asset.name == name)
        assert len(kept.references) == 1
