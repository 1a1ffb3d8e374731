"""From opening the address to the canvas with its nodes, in JupyterLab and in Voila, beside the same host with an empty notebook."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.browser import WAIT_MS, chromium, new_page, picture_of
from benchmarks.figures import Figure, LeftOutError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from running_studio import Studio

NODE: Final = '[data-testid="node-shot_010"]'
_CARD: Final = '[data-testid="project-card"]'
_IDLE: Final = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
_CELL: Final = ".jp-Notebook .jp-CodeCell .cm-content"
PRINTED: Final = "text=an-empty-cell-ran"
_TRIES: Final = 4

Steps = Callable[["Page"], object]


def run(*, quick: bool) -> list[Figure]:
    """Return seconds until the first shot of the sample film is drawn; the browser's cache is empty each time.

    In JupyterLab and in Voila a notebook of one cell is opened and run, its kernel started with it: with a canvas, and with a printed line.
    """
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        from running_studio import running_studio

        sample(Path(folder))
        with running_studio(Path(folder)) as studio:
            studio.put_notebook("canvas.ipynb", ["from genstudio import Workspace\nWorkspace().project('Sample').canvas()"])
            studio.put_notebook("empty.ipynb", ["print('an-empty-cell' + '-ran')"])
            figures = [_figure(browser, name, ours, bare, 1 if quick else 5) for name, ours, bare in _ways(studio)]
    return figures


def _ways(studio: Studio) -> list[tuple[str, tuple[str, Steps], tuple[str, Steps]]]:
    """Return a name, our address with the steps to the canvas, and the same of the host with an empty notebook."""
    lab, voila = (lambda name: studio.page(f"lab/tree/{name}.ipynb?reset")), (lambda name: studio.page(f"voila/render/{name}.ipynb"))
    empty = (voila("empty"), _drawn(PRINTED))
    return [
        ("JupyterLab, a notebook with a canvas", (lab("canvas"), _run_cell(NODE)), (lab("empty"), _run_cell(PRINTED))),
        ("Voila, a notebook with a canvas", (voila("canvas"), _drawn(NODE)), empty),
        ("Voila, the studio's page, by its project card", (studio.page("genstudio/app"), _by_card), empty),
    ]


def _figure(browser: Browser, name: str, ours: tuple[str, Steps], bare: tuple[str, Steps], repeats: int) -> Figure:
    _opened(browser, *bare)  # the server's own caches are warm
    pairs = [(_opened(browser, *ours), _opened(browser, *bare)) for _ in range(repeats)]
    value, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Figure("pages", name, value, "s", "a printed line there", peer, repeats)


def _drawn(sign: str) -> Steps:
    return lambda page: page.locator(sign).first.wait_for(timeout=WAIT_MS)


def _run_cell(sign: str) -> Steps:
    def steps(page: Page) -> None:
        page.locator(_IDLE).wait_for(timeout=WAIT_MS)
        page.locator(_CELL).first.click()
        page.keyboard.press("Shift+Enter")
        page.locator(sign).first.wait_for(timeout=WAIT_MS)

    return steps


def _by_card(page: Page) -> None:
    page.locator(_CARD).first.click(timeout=WAIT_MS)
    page.locator(NODE).first.wait_for(timeout=WAIT_MS)


def sample(folder: Path) -> None:
    """Make a project of the sample film."""
    os.environ |= {"GENSTUDIO_WORKSPACE": str(folder / "Studio"), "XDG_STATE_HOME": str(folder / "state")}
    from genstudio.graph.edit import diff
    from genstudio.graph.sample import sample_film
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import Patch

    file = WorkspaceFolder.find(folder / "Studio").create("Sample").canvas()
    before = file.read().canvas
    file.apply(Patch(base=before.version, operations=diff(before, sample_film()), author="bench"))


def _opened(browser: Browser, address: str, steps: Steps) -> float:
    """Return the seconds from asking for an address, with an empty cache, to the end of the steps.

    On a busy machine JupyterLab may lose a cell that was started while its kernel connected; such an opening is done again.
    """
    from playwright.sync_api import Error

    for _ in range(_TRIES):
        with new_page(browser) as page:
            try:
                began = time.perf_counter()
                page.goto(address, wait_until="commit", timeout=WAIT_MS)
                steps(page)
                return time.perf_counter() - began
            except Error as error:
                reason = f"see {picture_of(page)} ({str(error).splitlines()[0]})"
    raise LeftOutError(f"{address.partition('?')[0]} did not come up; {reason}")
