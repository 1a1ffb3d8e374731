"""A reactive notebook in a real JupyterLab: an edit on the canvas runs the cells that read it again, and only those."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from running_studio import Studio
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = {
    "make": "from genstudio import Workspace\ncanvas = Workspace().project('Reactive', create=True).canvas()",
    "edit": "shot = canvas.add_shot('One', prompt='before')",
    "show": "canvas",
    "view": "graph = canvas.view()",
    "reader": "prompts = sorted(graph.prompts().values())\nprint('reader:', *prompts)",
    "function": "def count(view): return len(view.nodes())\nprint('nodes:', count(graph))",
    "dependant": "print('dependant:', prompts[0].upper())",
    "unrelated": "print('unrelated:', 6 * 7)",
    "generates": "def generate(): return shot.generate(quality='low')",
    "reactive": "%flow mode reactive",
}
READERS = {"reader", "function", "dependant"}


def test_an_edit_on_the_canvas_runs_exactly_the_cells_that_read_it(page: Page, film: StudioPage, studio: Studio) -> None:
    studio.put_notebook("reactive.ipynb", list(CELLS.values()), kernel="ipyflow")
    page.goto(studio.page("lab/tree/reactive.ipynb?reset"))
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    for name in CELLS:
        run(page, name)
    expect(output(page, "reader")).to_have_text("reader: before")
    (shot,) = (key for key, node in studio.nodes("Reactive").items() if node["type"] == "shot")
    for prompt in ("a wolf in the snow", "an owl at night"):
        before = {name: run_number(page, name) for name in CELLS}
        film.write_prompt(shot, prompt)
        expect(output(page, "reader")).to_have_text(f"reader: {prompt}")
        expect(output(page, "dependant")).to_have_text(f"dependant: {prompt.upper()}")
        expect(cell(page, "function").locator(".jp-InputPrompt")).not_to_contain_text(f"[{before['function']}]")
        expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
        assert {name for name in CELLS if run_number(page, name) != before[name]} == READERS
    assert not list((studio.workspace / "Projects" / "Reactive" / "03_Renders").rglob("*.*"))


def cell(page: Page, name: str) -> Locator:
    """Return a cell of the open notebook."""
    return page.locator(".jp-Notebook .jp-CodeCell").nth(list(CELLS).index(name))


def run(page: Page, name: str) -> None:
    """Run a cell; once more if ipyflow, busy with marks for the cell before, took the key for itself."""
    number = cell(page, name).locator(".jp-InputPrompt")
    for patience in (5_000, 60_000):
        cell(page, name).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        with suppress(AssertionError):
            expect(number).to_have_text(re.compile(r"\[\d+\]"), timeout=patience)
            return
    raise AssertionError(f"The cell {name} did not run")


def output(page: Page, name: str) -> Locator:
    """Return what a cell printed."""
    return cell(page, name).locator(".jp-OutputArea-output pre")


def run_number(page: Page, name: str) -> int:
    """Return how many cells had run when this one ran last: the number in its brackets."""
    return int(cell(page, name).locator(".jp-InputPrompt").inner_text().strip("[]: \n"))
