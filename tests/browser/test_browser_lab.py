"""Canvases as documents of a real JupyterLab, with no kernel anywhere."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest
from engine_lab import until
from playwright.sync_api import expect
from studio_hosts import open_lab

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from running_studio import Studio
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def canvases(studio: Studio) -> str:
    """The folder of canvases of a project of this module's own, in the workspace."""
    studio.ask("genstudio/api/v1/projects", {"name": "In Lab"})
    return "Projects/In_Lab/02_Source_Creative/Canvases"


def test_a_canvas_opens_as_a_document_is_edited_and_is_never_saved_by_lab(
    page: Page, film: StudioPage, studio: Studio, canvases: str
) -> None:
    canvas = studio.workspace / canvases / "main_canvas.json"
    errors = open_lab(page, studio, f"{canvases}/main_canvas.json")
    expect(film.hook("canvas")).to_be_visible()
    shot = film.add("shot")
    film.write_prompt(shot, "a fox crosses a frozen river")
    page.keyboard.press("Escape")
    until(lambda: studio.nodes("In Lab").get(shot, {}).get("data", {}).get("prompt") == "a fox crosses a frozen river", what="the prompt")
    before = canvas.stat().st_mtime_ns, canvas.read_bytes()
    page.keyboard.press("Control+s")
    expect(page.locator('[data-testid="lab-queue"]')).to_contain_text("Studio: idle")
    assert page.locator(".jp-Dialog").count() == 0
    assert (canvas.stat().st_mtime_ns, canvas.read_bytes()) == before
    assert page.locator(".jp-Notebook").count() == 0
    assert studio.ask("api/sessions") == []
    assert errors == []


def test_any_file_of_the_folder_of_canvases_is_one_and_the_launcher_has_the_studio(
    page: Page, film: StudioPage, studio: Studio, canvases: str
) -> None:
    folder = studio.workspace / canvases
    (folder / "teaser.json").write_bytes((folder / "main_canvas.json").read_bytes())
    open_lab(page, studio, f"{canvases}/teaser.json")
    expect(film.hook("canvas")).to_be_visible()
    page.keyboard.press("Control+Shift+l")
    page.locator(".jp-LauncherCard").filter(has_text="Film studio").click()
    expect(film.hook("new-project")).to_be_visible()

    expect(film.hook("canvas")).to_be_hidden()
    page.locator(".lm-TabBar-tab").filter(has_text="teaser.json").click()
    expect(film.hook("canvas")).to_be_visible()
    expect(film.hook("connection").filter(visible=True)).to_have_attribute("data-state", "open")
    film.add("note")
    until(lambda: '"note"' in (folder / "teaser.json").read_text(), what="the note")


def test_the_canvas_has_the_theme_of_lab(page: Page, film: StudioPage, studio: Studio, canvases: str) -> None:
    themes = "lab/api/settings/@jupyterlab/apputils-extension:themes"
    studio.ask(themes, {"raw": '{"theme": "JupyterLab Dark"}'}, "PUT")
    open_lab(page, studio, f"{canvases}/main_canvas.json")
    expect(film.hook("canvas")).to_be_visible()
    expect(page.locator(".gs-root").first).to_have_attribute("data-theme", "dark")


def test_the_settings_editor_has_the_studios_settings_and_they_are_obeyed_at_once(page: Page, film: StudioPage, studio: Studio) -> None:
    ours = "lab/api/settings/genstudio:plugin"
    studio.ask(ours, {"raw": '{"newProjectQuality": "high", "newProjectPolicy": "queue"}'}, "PUT")
    open_lab(page, studio)
    expect(page.locator('[data-testid="lab-queue"]')).to_be_visible()
    page.locator(".jp-LauncherCard").filter(has_text="Film studio").click()
    title = f"Set_in_Lab_{uuid.uuid4().hex[:6]}"
    film.create_project(title)
    manifest = json.loads((studio.workspace / "Projects" / title / "project.json").read_text())
    assert (manifest["project_settings"]["quality"], manifest["project_settings"]["when_unavailable"]) == ("high", "queue")

    page.keyboard.press("Control+,")
    page.locator(".jp-PluginList-entry").filter(has_text="Film studio").click()
    form = page.locator(".jp-SettingsForm").filter(has_text="Queue in the status bar")
    form.get_by_label("Queue in the status bar").uncheck()
    expect(page.locator('[data-testid="lab-queue"]')).to_be_hidden()
    form.locator("select").first.select_option(label="Always light")
    expect(page.locator(".gs-root").first).to_have_attribute("data-theme", "light")
    expect(page.locator(".gs-root").first).to_have_attribute("data-kept-theme", "light")
    until(lambda: '"light"' in studio.ask(ours)["raw"], what="the settings are kept")
    studio.ask(ours, {"raw": "{}"}, "PUT")
