"""Canvases as documents of a real JupyterLab, with no kernel anywhere, and whatever else the extension brings to it.

All of it in one page of somebody who was never here: loading JupyterLab takes longer than any of it.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from engine_lab import until
from playwright.sync_api import expect
from studio_hosts import open_lab
from studio_page import StudioPage

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator
    from running_studio import Studio

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CANVASES = "Projects/In_Lab/02_Source_Creative/Canvases"
TAB = ".lm-DockPanel-tabBar .lm-TabBar-tab"
COMMANDS = """() => {
  const found = {};
  let category = '';
  for (const row of document.querySelectorAll('.jp-ModalCommandPalette .lm-CommandPalette-content > *')) {
    if (row.matches('.lm-CommandPalette-header')) category = row.textContent.toLowerCase();
    else (found[category] ??= []).push(row.dataset.command);
  }
  return found;
}"""
"""The commands that the open palette shows, by their categories."""

WAITS = {
    "nodes": {
        "waits": {"type": "shot", "data": {"prompt": "a fox in the snow"}},
        "pinned": {"type": "pipeline", "data": {"reference": "t2i-sd1.5", "params": {}}},
    },
    "edges": {"pin": {"source": "pinned", "sourceHandle": "pipeline", "target": "waits", "targetHandle": "pipeline", "order": "a0"}},
}
"""A shot of a pipeline for which no worker here has a card."""


class Lab(StudioPage):
    """JupyterLab with the file browser in the folder of canvases of a project."""

    errors: list[str]

    def open(self, name: str) -> None:
        """Open a canvas from the file browser."""
        self.file(name).dblclick()
        expect(self.hook("canvas")).to_be_visible()

    def file(self, name: str) -> Locator:
        return self.page.locator(".jp-DirListing-item").filter(has_text=name)

    def menu(self, menu: str, command: str) -> None:
        """Choose a command from a menu at the top: no key is pressed where the canvas could take it."""
        self.page.locator("#jp-MainMenu .lm-MenuBar-item").filter(has_text=re.compile(f"^{menu}$")).click()
        self.page.locator(f'.lm-Menu-item[data-command="{command}"]').first.click()

    def look_up(self, words: str) -> Locator:
        """Type into the command palette, and return what it shows."""
        self.menu("View", "apputils:activate-command-palette")
        palette = self.page.locator(".jp-ModalCommandPalette")
        palette.locator("input").fill(words)
        return palette.locator(".lm-CommandPalette-item")

    def run(self, words: str, label: str) -> None:
        """Run a command from the palette."""
        named = self.page.locator(".lm-CommandPalette-itemLabel", has_text=re.compile(f"{label}$"))
        self.look_up(words).filter(has=named).first.click()
        expect(self.page.locator(".jp-ModalCommandPalette")).to_be_hidden()

    def close_all(self) -> None:
        """Close whatever is open; a launcher takes its place."""
        tabs = self.page.locator(TAB)
        while tabs.count() > 1 or "Launcher" not in tabs.inner_text():
            tabs.last.locator(".lm-TabBar-tabCloseIcon").click()
        expect(self.page.locator(".jp-LauncherCard").first).to_be_visible()


@pytest.fixture(scope="module")
def project(studio: Studio) -> str:
    """The uuid of a project of this module's own."""
    return str(studio.ask("genstudio/api/v1/projects", {"name": "In Lab"})["id"])


@pytest.fixture(scope="module")
def canvases(studio: Studio, project: str) -> Path:
    """Its canvases, two of them by nothing but their folder, and a file there that is none."""
    assert project
    folder = studio.workspace / CANVASES
    for name in ("teaser.json", "trailer.json"):
        (folder / name).write_bytes((folder / "main_canvas.json").read_bytes())
    (folder / "read_me.txt").write_text("Of what the teaser is to be.\n")
    return folder


@pytest.fixture(scope="module")
def visit(chromium: Browser, studio: Studio, canvases: Path) -> Iterator[Lab]:
    """The page of JupyterLab."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark", reduced_motion="reduce")
    lab = Lab(context.new_page())
    lab.errors = open_lab(lab.page, studio, str(canvases.relative_to(studio.workspace)))
    yield lab
    context.close()


@pytest.fixture
def lab(visit: Lab, tmp_path: Path) -> Iterator[Lab]:
    """The page, with nothing open but the launcher; what it shows at the end is left as ``last.png``."""
    visit.page.keyboard.press("Escape")
    visit.close_all()
    yield visit
    visit.page.screenshot(path=tmp_path / "last.png")


def test_a_canvas_is_edited_here_and_elsewhere_and_never_saved_by_lab(lab: Lab, studio: Studio, project: str, canvases: Path) -> None:
    page = lab.page
    lab.open("main_canvas.json")
    shot = lab.add("shot")
    lab.write_prompt(shot, "a fox crosses a frozen river")
    until(lambda: studio.nodes("In Lab").get(shot, {}).get("data", {}).get("prompt") == "a fox crosses a frozen river", what="the prompt")
    found: Any = studio.ask(f"genstudio/api/v1/projects/{project}")
    found["graph"]["nodes"][shot]["data"]["prompt"] = "an owl at night"
    studio.ask(f"genstudio/api/v1/projects/{project}", {"graph": found["graph"], "version": found["version"]}, "PUT")
    expect(page.locator(f'textarea[data-testid="prompt-{shot}"]').first).to_have_value("an owl at night")

    saved: list[str] = []
    page.on("request", lambda asked: saved.append(asked.url) if "api/contents" in asked.url and asked.method != "GET" else None)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.locator(TAB).filter(has_text="main_canvas.json").click()
    page.keyboard.press("Control+s")
    for command in ("docmanager:save", "docmanager:save-all", "docmanager:reload"):
        lab.menu("File", command)
    lab.write_prompt(shot, "an owl at dawn")
    until(lambda: studio.nodes("In Lab")[shot]["data"]["prompt"] == "an owl at dawn", what="the prompt after all that")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert saved == []
    assert list(canvases.rglob("*-checkpoint.json")) == []
    assert studio.ask("api/sessions") == []
    config = json.loads(page.locator("#jupyter-config-data").text_content() or "")
    assert {"genstudio", "jupyterlab-ipyflow"} <= {extension["name"] for extension in config["federated_extensions"]}
    assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"], "which asks over the canvas's corner"
    assert lab.errors == []


def test_any_file_of_the_folder_has_the_studios_icon_opens_live_and_shows_a_first_visitor_the_way(lab: Lab, canvases: Path) -> None:
    page, guide = lab.page, lab.hook("first-steps")
    for name, icon in (("main_canvas.json", 1), ("teaser.json", 1), ("read_me.txt", 0)):
        expect(lab.file(name)).to_be_visible()
        expect(lab.file(name).locator('[data-icon="genstudio:film"]')).to_have_count(icon)
    lab.open("teaser.json")
    expect(page.locator(TAB).filter(has_text="teaser.json").locator('[data-icon="genstudio:film"]')).to_be_visible()
    current = guide.locator("[aria-current=step]")
    expect(current).to_contain_text("Write a shot")
    lab.write_prompt(lab.add("shot"), "a fox crosses a frozen river")
    expect(current).to_contain_text("Press Generate")
    lab.hook("first-steps-away").click()
    expect(guide).to_have_count(0)
    page.locator(".svelte-flow__pane").click(position={"x": 8, "y": 8})
    page.keyboard.press("?")
    lab.hook("ask-first-steps").click()
    expect(current).to_contain_text("Press Generate")

    # The launcher leads to the studio; meanwhile the canvas lives on behind it.
    page.keyboard.press("Escape")
    page.locator(TAB).filter(has_text="Launcher").click()
    page.locator(".jp-LauncherCard").filter(has_text="Film studio").click()
    expect(lab.hook("new-project")).to_be_visible()
    expect(lab.hook("canvas")).to_be_hidden()
    page.locator(TAB).filter(has_text="teaser.json").click()
    expect(lab.hook("canvas")).to_be_visible()
    expect(lab.hook("connection").filter(visible=True)).to_have_attribute("data-state", "open")
    lab.add("note")
    until(lambda: '"note"' in (canvases / "teaser.json").read_text(), what="the note")


def test_the_command_palette_has_each_command_of_the_studio_and_each_does_what_it_says(lab: Lab) -> None:
    page, queue = lab.page, lab.hook("lab-queue")
    lab.look_up("film studio")
    expect(page.locator('.lm-CommandPalette-item[data-command^="genstudio:"]')).to_have_count(3)
    assert set(page.evaluate(COMMANDS)["film studio"]) == {"genstudio:open", "genstudio:settings", "genstudio:toggle-status-bar"}
    page.keyboard.press("Escape")
    lab.run("film studio", "Film studio")
    expect(lab.hook("new-project")).to_be_visible()
    lab.run("film studio settings", "Film Studio Settings")
    expect(page.locator(".jp-SettingsForm").filter(has_text="Queue in the status bar")).to_be_visible()
    expect(queue).to_be_visible()
    for shown in (False, True):
        lab.run("queue in the status bar", "Show the Queue in the Status Bar")
        expect(queue).to_be_visible(visible=shown)


def test_the_settings_editor_has_the_studios_settings_and_they_are_obeyed_at_once(lab: Lab, studio: Studio) -> None:
    page, ours = lab.page, "lab/api/settings/genstudio:plugin"
    lab.run("film studio settings", "Film Studio Settings")
    form = page.locator(".jp-SettingsForm").filter(has_text="Queue in the status bar")
    for setting, choice in (("newProjectQuality", "High"), ("newProjectPolicy", "wait"), ("theme", "Always dark")):
        form.locator(f'select[id$="{setting}"]').select_option(label=choice)
    form.get_by_label("Queue in the status bar").uncheck()
    expect(lab.hook("lab-queue")).to_be_hidden()
    until(lambda: '"dark"' in studio.ask(ours)["raw"] and '"queue"' in studio.ask(ours)["raw"], what="the settings are kept")

    lab.run("film studio", "Film studio")
    expect(page.locator(".gs-root").first).to_have_attribute("data-kept-theme", "dark")
    title = f"Set_in_Lab_{uuid.uuid4().hex[:6]}"
    lab.create_project(title)
    manifest = json.loads((studio.workspace / "Projects" / title / "project.json").read_text())
    assert (manifest["project_settings"]["quality"], manifest["project_settings"]["when_unavailable"]) == ("high", "queue")
    page.locator(TAB).filter(has_text="Settings").click()
    form.get_by_role("button", name="Restore to Defaults").click()
    expect(lab.hook("lab-queue")).to_be_visible()
    expect(page.locator(".gs-root").first).not_to_have_attribute("data-kept-theme", "dark")


def test_an_open_canvas_goes_along_when_lab_changes_its_theme(lab: Lab, tmp_path: Path) -> None:
    page = lab.page
    lab.open("main_canvas.json")
    for theme in ("Dark", "Light"):
        lab.run(f"JupyterLab {theme}", f"JupyterLab {theme}")
        expect(page.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {theme}")
        expect(page.locator(".gs-root")).to_have_attribute("data-theme", theme.lower())
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)
        page.screenshot(path=tmp_path / f"{theme}.png")


def test_the_status_bar_says_what_waits_and_how_many_work(lab: Lab, studio: Studio, project: str) -> None:
    told, at = lab.hook("lab-queue"), f"genstudio/api/v1/projects/{project}"
    expect(told).to_contain_text("Studio: idle")
    found = studio.ask(at)
    for part, new in WAITS.items():
        found["graph"][part] |= new
    studio.ask(at, {"graph": found["graph"], "version": found["version"]}, "PUT")
    WorkspaceFolder.find(studio.workspace).project(project).update_settings(when_unavailable="queue")
    task = studio.ask("genstudio/api/v1/tasks/generate_shot", {"project_id": project, "node_id": "waits"})["task_id"]
    expect(told).to_have_text(re.compile(r"^Studio: 1 waiting · \d+ workers?$"))
    studio.ask(f"genstudio/api/v1/tasks/{task}", method="DELETE")
    expect(told).to_have_text(re.compile(r"^Studio: idle · \d+ workers?$"))
