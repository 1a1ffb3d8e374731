"""Canvases as documents of a real JupyterLab, with no kernel anywhere."""

from __future__ import annotations

import json
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from engine_lab import until
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from running_studio import Studio
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CANVASES = "02_Source_Creative/Canvases"


def api(studio: Studio, path: str, body: Any = None, method: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{studio.url}{path}", data=data, method=method)  # noqa: S310 - loopback
    request.add_header("Authorization", f"token {studio.token}")
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def open_lab(page: Page, studio: Studio, path: str = "") -> list[str]:
    """Open JupyterLab with nothing but a file, if one is named, and return what its console will say of errors.

    What an earlier page had open would be there again, and be taken for what is opened here.
    """
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" and "genstudio" in message.text else None)
    alone = f"lab/workspaces/{uuid.uuid4().hex}"
    page.goto(studio.page(f"{alone}/tree/{path}" if path else alone))
    return errors


def test_a_canvas_opens_as_a_document_is_edited_and_is_never_saved_by_lab(page: Page, film: StudioPage, studio: Studio) -> None:
    if not (studio.workspace / "Projects" / "In_Lab").exists():  # a second try finds the first one's
        api(studio, "genstudio/api/v1/projects", {"name": "In Lab"})
    canvas = studio.workspace / "Projects" / "In_Lab" / CANVASES / "main_canvas.json"
    errors = open_lab(page, studio, f"Projects/In_Lab/{CANVASES}/main_canvas.json")
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
    assert api(studio, "api/kernels") == []
    assert errors == []


def test_any_file_of_the_folder_of_canvases_is_one_and_the_launcher_has_the_studio(page: Page, film: StudioPage, studio: Studio) -> None:
    folder = studio.workspace / "Projects" / "In_Lab" / CANVASES
    (folder / "teaser.json").write_bytes((folder / "main_canvas.json").read_bytes())
    open_lab(page, studio, f"Projects/In_Lab/{CANVASES}/teaser.json")
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


def test_the_canvas_has_the_theme_of_lab(page: Page, film: StudioPage, studio: Studio) -> None:
    themes = "lab/api/settings/@jupyterlab/apputils-extension:themes"
    api(studio, themes, {"raw": '{"theme": "JupyterLab Dark"}'}, "PUT")
    open_lab(page, studio, f"Projects/In_Lab/{CANVASES}/main_canvas.json")
    expect(film.hook("canvas")).to_be_visible()
    expect(page.locator(".gs-root").first).to_have_attribute("data-theme", "dark")


def test_the_settings_editor_has_the_studios_settings_and_they_are_obeyed_at_once(page: Page, film: StudioPage, studio: Studio) -> None:
    ours = "lab/api/settings/genstudio:plugin"
    api(studio, ours, {"raw": '{"newProjectQuality": "high", "newProjectPolicy": "queue"}'}, "PUT")
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
    until(lambda: '"light"' in api(studio, ours)["raw"], what="the settings are kept")
    api(studio, ours, {"raw": "{}"}, "PUT")
