"""A visit: from the address to the node that a link names, for first and second visitors of a server, and the memory of a visitor."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.browser import WAIT_MS, chromium, new_page
from benchmarks.figures import Figure, LeftOutError
from benchmarks.pages import NODE, PRINTED, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page
    from running_studio import Studio

_TEXT: Final = ".jp-FileEditor >> text=a line of text"
_CANVAS: Final = "02_Source_Creative/Canvases/main_canvas.json"
_RENDERED_MS: Final = "() => performance.getEntriesByType('navigation')[0].responseEnd"
_MIB: Final = 1 << 20
_SETTLED_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Seconds until the page's text was there, for which its kernel has to have started, and until the node could be used."""

    text: float
    usable: float


def run(*, quick: bool) -> list[Figure]:
    """Return seconds of first and second visits of fresh servers, and MiB of what a visitor holds; the browser's cache is empty each time.

    The peer in Voila is a notebook that prints a line, whose kernel is started for each visitor; in JupyterLab it is a file of text.
    """
    rounds = [_round() for _ in range(1 if quick else 3)]
    figures = []
    for name, peer in _PAIRS.items():
        unit = "MiB" if name.startswith("memory") else "s"
        value, peer_value = (statistics.median(found[key] for found in rounds) for key in (name, peer))
        figures.append(Figure("visits", name, value, unit, peer, peer_value, len(rounds)))
    return figures


_PAIRS: Final = {
    "Voila, first visitor, page": "a printed line in Voila, page",
    "Voila, first visitor, canvas": "a printed line in Voila",
    "Voila, second visitor, page": "a printed line in Voila, page",
    "Voila, second visitor, canvas": "a printed line in Voila",
    "JupyterLab, canvas file, first": "a file of text in JupyterLab, first",
    "JupyterLab, canvas file, second": "a file of text in JupyterLab, second",
    "memory of a visitor's kernel": "memory of the kernel of a printed line",
}
"""What is measured, and the peer of the same round."""


def _round() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        from running_studio import running_studio

        sample(Path(folder))
        with running_studio(Path(folder)) as studio:
            return _voila(browser, studio) | _lab(browser, studio)


def _voila(browser: Browser, studio: Studio) -> dict[str, float]:
    (manifest,) = studio.workspace.glob("Projects/*/project.json")
    link = f"#project={json.loads(manifest.read_text())['uuid']}&node=shot_010"
    studio.put_notebook("empty.ipynb", ["print('an-empty-cell' + '-ran')"])
    (studio.workspace / "a.txt").write_text("a line of text\n")
    first, own = _visit(browser, studio.page("genstudio/app") + link, NODE, lambda: _resident(studio))
    _ready(studio)
    second, _ = _visit(browser, studio.page("genstudio/app") + link, NODE, lambda: 0.0)
    _ready(studio)
    bare, plain = _visit(browser, studio.page("voila/render/empty.ipynb"), PRINTED, lambda: _resident(studio))
    return {
        "Voila, first visitor, page": first.text,
        "Voila, first visitor, canvas": first.usable,
        "Voila, second visitor, page": second.text,
        "Voila, second visitor, canvas": second.usable,
        "a printed line in Voila, page": bare.text,
        "a printed line in Voila": bare.usable,
        "memory of a visitor's kernel": own,
        "memory of the kernel of a printed line": plain,
    }


def _lab(browser: Browser, studio: Studio) -> dict[str, float]:
    ways = {"canvas file": (f"Projects/Sample/{_CANVAS}", NODE), "a file of text": ("a.txt", _TEXT)}
    found = {}
    for name, (path, sign) in ways.items():
        for which in ("first", "second"):
            visit, _ = _visit(browser, studio.page(f"lab/tree/{path}?reset"), sign, lambda: 0.0)
            found[f"JupyterLab, {name}, {which}" if name == "canvas file" else f"{name} in JupyterLab, {which}"] = visit.usable
    return found


def _visit(browser: Browser, address: str, sign: str, look: Callable[[], float]) -> tuple[Visit, float]:
    """Open an address with an empty cache until a sign is drawn; return the seconds, and what ``look`` gives while the page is open."""
    with new_page(browser) as page:
        began = time.perf_counter()
        page.goto(address, wait_until="commit", timeout=WAIT_MS)
        page.locator(sign).first.wait_for(timeout=WAIT_MS)
        usable = time.perf_counter() - began
        return Visit(_text_seconds(page), usable), look()


def _text_seconds(page: Page) -> float:
    page.wait_for_function(f"({_RENDERED_MS})() > 0")
    return float(page.evaluate(_RENDERED_MS)) / 1000


def _kernels(studio: Studio) -> dict[str, dict[str, Any]]:
    return {kernel["id"]: kernel for kernel in studio.ask("api/kernels")}


def _ready(studio: Studio) -> None:
    """Wait until the next page was made ahead: a kernel that nobody is connected to has run the notebook and rests."""
    end = time.monotonic() + _SETTLED_S
    rests = 0
    while time.monotonic() < end and rests < 10:
        made = [kernel for kernel in _kernels(studio).values() if not kernel["connections"] and kernel["execution_state"] == "idle"]
        rests = rests + 1 if made else 0
        time.sleep(0.1)


def _resident(studio: Studio) -> float:
    """Return the MiB that are the own of the kernel that a page is connected to."""
    import psutil

    for _ in range(100):  # a page connects when it is drawn
        used = [name for name, kernel in _kernels(studio).items() if kernel["connections"]]
        lines = ((process, " ".join(process.info["cmdline"] or ())) for process in psutil.process_iter(["cmdline"]))
        own = [process.memory_full_info().uss / _MIB for process, line in lines if any(name in line for name in used)]
        if own:
            return statistics.mean(own)
        time.sleep(0.1)
    raise LeftOutError("no page connected to its kernel")
