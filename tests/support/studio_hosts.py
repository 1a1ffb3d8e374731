"""The hosts of the studio - its own page, plain Voila, and JupyterLab - and how a canvas is opened in each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from running_studio import Studio

    from genstudio.project.project import ProjectFolder

__all__ = ["HOSTS", "Host", "HostName", "open_lab", "run_all"]

HostName = Literal["page", "voila", "document", "notebook"]
HOSTS: tuple[HostName, ...] = ("page", "voila", "document", "notebook")
"""Our page, over the WebSocket; plain Voila, over the comm; JupyterLab with the canvas as a document, and with it under a cell."""


@dataclass(frozen=True)
class Host:
    """A host of a studio; ``address`` is that of plain Voila."""

    name: HostName
    studio: Studio
    address: str = ""

    @property
    def in_lab(self) -> bool:
        """Whether JupyterLab is around the canvas."""
        return self.name in ("document", "notebook")

    def show(self, page: Page, project: ProjectFolder) -> None:
        """Open the main canvas of a project, whatever the page showed before."""
        page.goto("about:blank")
        if self.name == "document":
            open_lab(page, self.studio, f"Projects/{project.root.name}/{project.manifest.canvas_path}")
        elif self.name == "notebook":
            self.studio.put_notebook("canvas.ipynb", [f"from genstudio import Workspace\nWorkspace().project('{project.uuid}').canvas()"])
            run_all(page, self.studio, "canvas.ipynb")
        else:
            address = self.address or self.studio.page("genstudio/app")
            page.goto(f"{address}#project={project.uuid}")
        expect(page.get_by_test_id("canvas")).to_be_visible()
        if self.in_lab:  # the room of its side bar is the canvas's
            page.locator(".jp-SideBar.jp-mod-left .lm-mod-current").click()
            expect(page.locator("#jp-left-stack")).to_be_hidden()
            page.get_by_test_id("canvas").scroll_into_view_if_needed()


def open_lab(page: Page, studio: Studio, path: str = "") -> list[str]:
    """Open JupyterLab with nothing but a file, if one is named, and return what its console will say of errors.

    What an earlier page had open would be there again, and be taken for what is opened here.
    """
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" and "genstudio" in message.text else None)
    alone = f"lab/workspaces/{uuid.uuid4().hex}"
    page.goto(studio.page(f"{alone}/tree/{path}" if path else alone))
    return errors


def run_all(page: Page, studio: Studio, path: str, cells: int | None = None) -> None:
    """Open a notebook in JupyterLab and run all its cells, or the first so many."""
    page.goto(studio.page(f"lab/tree/{path}?reset"))
    code = page.locator(".jp-Notebook .jp-CodeCell")
    code.first.wait_for()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    code.first.locator(".cm-content").click()
    for _ in range(cells or code.count()):
        page.keyboard.press("Shift+Enter")
