"""What a person does in the studio, in the words of the studio."""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from genstudio.project.project import ProjectFolder

__all__ = ["KNOWS_THE_WAY", "StudioPage"]

KNOWS_THE_WAY = "try { localStorage.setItem('genstudio-first-steps', 'away') } catch {}"
"""Somebody who has put the guide of the first steps away; it has tests of its own."""

DROP = """([selector, x, y, name, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  const on = document.querySelector(selector);
  const at = { bubbles: true, cancelable: true, clientX: x, clientY: y, dataTransfer: data };
  on.dispatchEvent(new DragEvent('dragenter', at));
  if (on.dispatchEvent(new DragEvent('dragover', at))) throw new Error('No file is taken there.');
  on.dispatchEvent(new DragEvent('drop', at));
}"""
"""Drops a file at a point of the page, as the browser does when one is dragged in."""


class StudioPage:
    """The studio in a page, wherever it is embedded."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def hook(self, name: str) -> Locator:
        """Return the element of a test hook."""
        return self.page.get_by_test_id(name)

    def create_project(self, title: str) -> None:
        """Make a project and wait for its canvas."""
        expect(self.hook("new-project")).to_be_enabled()
        self.hook("new-project").click()
        self.hook("new-project-title").fill(title)
        self.hook("create-project").click()
        expect(self.hook("canvas")).to_be_visible()

    def go_home(self) -> None:
        """Leave what is open for the projects, as a link to them does: nothing of it stays."""
        self.page.evaluate("location.hash = ''")
        expect(self.hook("home")).to_be_visible()

    def open_project(self, project: ProjectFolder) -> None:
        """Open a project as a link to it does, by way of the projects."""
        self.go_home()
        self.page.evaluate("uuid => { location.hash = `project=${uuid}` }", project.uuid)
        expect(self.hook("project-title")).to_have_text(project.manifest.title)
        expect(self.hook("canvas")).to_be_visible()

    def add(self, kind: str) -> str:
        """Add a node from the palette and return its id."""
        nodes = self.page.locator('[data-testid^="node-"]')
        before = set(nodes.evaluate_all("all => all.map(node => node.dataset.testid)"))
        self.hook(f"palette-item-{kind}").first.click()
        expect(nodes).to_have_count(len(before) + 1)
        after = set(nodes.evaluate_all("all => all.map(node => node.dataset.testid)"))
        (added,) = after - before
        return str(added).removeprefix("node-")

    def fit(self) -> None:
        """Bring all nodes into view, as F does."""
        self.page.locator(".svelte-flow__pane").click(position={"x": 8, "y": 8})
        self.page.keyboard.press("f")
        for node in self.page.locator('[data-testid^="node-"]').all():
            expect(node).to_be_in_viewport(ratio=0.99)

    def socket(self, node: str, name: str) -> Locator:
        """Return a socket of a node."""
        return self.page.locator(f'[data-nodeid="{node}"][data-handleid="{name}"]')

    def drag_wire(self, source: str, output: str, target: str, name: str) -> None:
        """Drag a wire by hand from an output to an input."""
        self._hold_wire(source, output, target, name)
        expect(self.socket(target, name)).to_have_class(re.compile("connectingto"))
        self.page.mouse.up()

    def refused_wire(self, source: str, output: str, target: str, name: str) -> str:
        """Drag a wire to where it does not fit, let go, and return the reason that was shown."""
        self._hold_wire(source, output, target, name)
        expect(self.page.locator(".gs-hint")).to_be_visible()
        reason = self.page.locator(".gs-hint").inner_text()
        self.page.mouse.up()
        return reason

    def _hold_wire(self, source: str, output: str, target: str, name: str) -> None:
        self.fit()
        start = self.middle(self.socket(source, output))
        end = self.middle(self.socket(target, name))
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=5)
        self.page.mouse.move(*end, steps=5)

    def play_past(self, hook: str, seconds: float) -> None:
        """Play a film of the page, without its sound, until it is past a time."""
        player = self.hook(hook)
        expect(player).to_be_visible()
        player.evaluate("video => { video.muted = true; return video.play() }")
        passed = "([hook, seconds]) => document.querySelector(`[data-testid=${hook}]`).currentTime > seconds"
        self.page.wait_for_function(passed, arg=[hook, seconds])

    def middle(self, element: Locator) -> tuple[float, float]:
        """Return the middle of an element on the screen, once it stands still over a few frames."""
        before = None
        while True:
            box = element.bounding_box()
            if box is not None and box == before:
                return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            before = box
            self.page.evaluate("async () => { for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame) }")

    def stands_still(self) -> None:
        """Wait until the view has not moved for some frames: a canvas is fitted once it is drawn."""
        self.page.evaluate(
            """async () => {
              const place = () => getComputedStyle(document.querySelector('.svelte-flow__viewport')).transform;
              for (let before = '', same = 0; same < 10; before = place()) {
                await new Promise(requestAnimationFrame);
                same = place() === before ? same + 1 : 0;
              }
            }"""
        )

    def drop(self, file: Path, at: tuple[float, float] = (500, 300), on: str = "canvas", name: str = "") -> None:
        """Drop a file at a point of the page, under its own name or another."""
        text = base64.b64encode(file.read_bytes()).decode()
        self.page.evaluate(DROP, [f'[data-testid="{on}"]', *at, name or file.name, text])

    def write_prompt(self, shot: str, text: str) -> None:
        """Select the shot and type its prompt."""
        self.hook(f"node-{shot}").click(position={"x": 60, "y": 14})
        prompt = self.page.locator(f'textarea[data-testid="prompt-{shot}"]').first
        prompt.fill(text)

    def generate(self, shot: str, take: str) -> float:
        """Press Generate and return the seconds until the thumbnail shows the take."""
        start = time.monotonic()
        self.hook(f"generate-{shot}").click()
        expect(self.hook(f"progress-{shot}")).to_be_visible()
        expect(self.hook(f"state-{shot}")).to_have_attribute("data-state", "generating")
        expect(self.hook(f"state-{shot}")).to_contain_text("%")
        self.shows(shot, take)
        return time.monotonic() - start

    def shows(self, shot: str, take: str) -> None:
        """Wait until the thumbnail of a shot shows a take, drawn."""
        picture = self.hook(f"thumbnail-{shot}")
        expect(picture).to_have_attribute("alt", re.compile(re.escape(take)))
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("picture => picture.naturalWidth") > 0
