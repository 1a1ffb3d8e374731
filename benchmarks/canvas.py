"""The canvas under the hand: frame intervals while it is panned and zoomed by real mouse events, opening, adding, editing together.

Frames are counted inside the window, from the first event to the last, beside a page that draws nothing, in the same browser. Without a
graphics card the browser draws in software.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.browser import chromium
from benchmarks.canvases import make_project
from benchmarks.figures import Figure, percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from running_studio import Studio

SIZES: Final = (245, 500, 1000, 3000)
_SMALL: Final = 10
_ADDS: Final = 21
_WAIT_MS: Final = 120_000
_MOVES: Final = 90
"""Mouse events of one gesture, one a frame."""

_RECORDER: Final = """
window.bench = {arrived: 0, settled: 0, frames: [], bytes: 0, clicked: 0, changed: 0, shown: 0};
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({data}) => {
      const type = String(data).slice(0, 64);
      if (type.includes('server:full_sync')) bench.arrived = performance.now();
      if (type.includes('server:patch')) bench.bytes = String(data).length;
    });
  }
  send(data) { if (String(data).includes('client:patch')) bench.sent = String(data).length; super.send(data); }
};
let quick = 0, before = 0, drawing = false, painting = false;
const after = new MessageChannel();
after.port1.onmessage = () => (drawing = false);
bench.change = () => {
  bench.changed = performance.now();
  painting = drawing;
};
const tick = (now) => {
  bench.frames.push(now);
  drawing = true;
  after.port2.postMessage(null);
  if (bench.changed && !bench.shown) {
    if (painting) bench.shown = performance.now();
    painting = true;
  }
  if (!bench.settled && bench.arrived && document.querySelector('.svelte-flow__pane')) {
    quick = now - before < 25 ? quick + 1 : 0;
    if (quick === 1) bench.since = performance.now();
    if (quick === 4) bench.settled = bench.since;
  }
  before = now;
  requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
"""
"""Notes when the data came, when the page was quick again after it, and each frame.

A change is shown when the frame that paints it is done and the next one begins: one made between two frames is painted by the next of them,
one made while a frame is being drawn (``drawing``) by that one.
"""

_CALM: Final = """
async () => {
  let before = await new Promise(requestAnimationFrame);
  for (let quick = 0; quick < 8; ) {
    const now = await new Promise(requestAnimationFrame);
    quick = now - before < 25 ? quick + 1 : 0;
    before = now;
  }
}
"""
"""Waits until the page has nothing else to do: what is measured is one edit, not the end of the one before it."""

_AWAIT_ELEMENT: Final = """
() => {
  const before = new Set([...document.querySelectorAll('.svelte-flow__node')].map((node) => node.dataset.id));
  Object.assign(bench, {changed: 0, shown: 0});
  addEventListener('click', (event) => (bench.clicked = event.timeStamp), {capture: true, once: true});
  const watch = new MutationObserver(() => {
    const fresh = [...document.querySelectorAll('.svelte-flow__node')].find((node) => !before.has(node.dataset.id));
    if (fresh?.style.visibility !== 'visible') return;
    watch.disconnect();
    bench.change();
  });
  watch.observe(document.querySelector('.svelte-flow__nodes'), {subtree: true, childList: true, attributeFilter: ['style']});
}
"""
"""Notes when a new node is a visible element; ``shown`` is when the frame with it is done and the next one begins."""

_BARE: Final = """
<button data-testid="palette-item-shot">Add</button><div class="svelte-flow__nodes"></div>
<script>
  document.querySelector('button').onclick = () => {
    const node = document.createElement('div');
    Object.assign(node, {className: 'svelte-flow__node', textContent: 'A shot', style: 'visibility: visible'});
    node.dataset.id = crypto.getRandomValues(new Uint32Array(1))[0];
    document.querySelector('.svelte-flow__nodes').append(node);
  };
</script>
"""
"""A page in which a click adds an element and nothing else."""

_AWAIT_NODE: Final = """
() => {
  Object.assign(bench, {changed: 0, shown: 0});
  const watch = new MutationObserver(() => { watch.disconnect(); bench.change(); });
  watch.observe(document.querySelector('[data-testid="canvas"]'), {attributeFilter: ['data-nodes']});
}
"""
"""Notes when a page has another number of nodes than before."""


def run(*, quick: bool) -> list[Figure]:
    """Return milliseconds: frames of a pan and of a zoom (p50, p95, p99), opening, adding a node, an edit seen in another page."""
    sizes = (245, 1000) if quick else SIZES
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"GENSTUDIO_WORKSPACE": f"{folder}/Studio", "XDG_STATE_HOME": f"{folder}/state"}
        with _studio_and_browser(Path(folder)) as (studio, browser):
            blank = _blank(browser)
            figures = [_smallest(browser, studio)]
            floor = figures[0].value
            for size in sizes:
                figures += _at_size(browser, studio, size, blank, floor)
            figures += _together(browser, studio, 40 if quick else 60)
    return figures


@contextmanager
def _studio_and_browser(folder: Path) -> Iterator[tuple[Studio, Browser]]:
    with chromium() as browser:
        from running_studio import running_studio

        with running_studio(folder) as studio:
            yield studio, browser


def _smallest(browser: Browser, studio: Studio) -> Figure:
    """Add nodes to a small film, and bare elements to a page that has nothing else: what the browser itself takes for a click."""
    small = _open(browser, studio, _SMALL)
    ours = _add(small)
    small.context.close()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(_RECORDER)
    page.goto("about:blank")
    page.set_content(_BARE)
    bare = _add(page)
    page.close()
    return Figure("canvas", f"add a node to {_SMALL}", ours, "ms", "a bare element, an empty page", bare, _ADDS)


def _at_size(browser: Browser, studio: Studio, size: int, blank: list[float], floor: float) -> list[Figure]:
    page = _open(browser, studio, size)
    opened = page.evaluate("bench.settled - bench.arrived")
    figures = [Figure("canvas", f"open {size} nodes, once their data is there", opened, "ms", "a frame", 1000 / 60)]
    for name, frames in (("pan", _pan(page)), ("zoom", _zoom(page))):
        for share in (50, 95, 99):
            at = share / 100
            value, peer = percentile(frames, at), percentile(blank, at)
            figures.append(Figure("canvas", f"{name} {size} nodes, frame p{share}", value, "ms", "a blank page", peer, len(frames)))
    page.context.close()
    page = _open(browser, studio, size)  # just opened and looked at whole, as the small film is
    figures.append(Figure("canvas", f"add a node to {size}", _add(page), "ms", f"to {_SMALL}", floor, _ADDS))
    page.context.close()
    return figures


def _open(browser: Browser, studio: Studio, size: int) -> Page:
    """Open a film of a size and wait until the page answers quickly."""
    uuid = make_project(studio.workspace, f"Film of {size} {os.urandom(2).hex()}", size)
    page = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark").new_page()
    page.add_init_script(_RECORDER)
    page.goto(f"{studio.page('genstudio/app')}#project={uuid}", timeout=_WAIT_MS)
    page.wait_for_function("bench.settled > 0", timeout=_WAIT_MS)
    return page


def _blank(browser: Browser) -> list[float]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(_RECORDER)
    page.goto("about:blank")
    frames = _pan(page)
    page.close()
    return frames


def _gesture(page: Page, move: Any, start: tuple[float, float] = (760, 470)) -> list[float]:  # noqa: ANN401 - a function of a number
    """Return the intervals of the frames while ``move`` is called once a frame with 0, 1, 2 and so on."""
    page.mouse.move(*start)
    page.evaluate("bench.frames.length = 0")
    for at in range(_MOVES):
        move(at)
    times = page.evaluate("bench.frames")
    return [after - before for before, after in pairwise(times)]


def _pan(page: Page) -> list[float]:
    """Drag the empty canvas there and back, as far as the window allows, at the zoom it opened with and at full size."""
    frames = _drag(page)
    if page.url != "about:blank":
        for _ in range(12):
            page.mouse.wheel(0, -240)
        frames += _drag(page)
    return frames


def _drag(page: Page) -> list[float]:
    x, y = _empty(page)
    page.mouse.move(x, y)
    page.mouse.down()
    frames = _gesture(page, lambda at: page.mouse.move(x + _swing(at) * 5, y + _swing(at) * 3), (x, y))
    page.mouse.up()
    return frames


def _swing(at: int) -> int:
    """0 up to 30, down to -30 and back to 0."""
    turn = at % 120
    return turn if turn <= 30 else 60 - turn if turn <= 90 else turn - 120


def _empty(page: Page) -> tuple[float, float]:
    """Return a point where a drag moves the canvas."""
    place = page.evaluate(
        """() => {
          for (let x = 500; x < 1100; x += 7) for (let y = 200; y < 700; y += 7)
            if (document.elementFromPoint(x, y)?.classList.contains('svelte-flow__pane')) return [x, y];
          return [760, 470];
        }"""
    )
    return float(place[0]), float(place[1])


def _zoom(page: Page) -> list[float]:
    """Turn the wheel out and in again over the middle."""
    return _gesture(page, lambda at: page.mouse.wheel(0, 60 if at < _MOVES / 2 else -60))


def _add(page: Page) -> float:
    """Return the median milliseconds from a click in the palette until the frame with the new node, as a real element, is done."""
    item = page.locator('[data-testid="palette-item-shot"]')
    times = []
    for _ in range(_ADDS):
        item.hover()
        page.evaluate(_CALM)
        page.evaluate(_AWAIT_ELEMENT)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_function("bench.shown > 0", timeout=_WAIT_MS)
        times.append(page.evaluate("bench.shown - bench.clicked"))
        page.keyboard.press("Escape")
    return statistics.median(times)


def _together(browser: Browser, studio: Studio, edits: int) -> list[Figure]:
    """Edit in one page and look in another: from the click until the frame with the change is done there."""
    uuid = make_project(studio.workspace, "Together", 245)
    pages = []
    for _ in range(2):
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(_RECORDER)
        page.goto(f"{studio.page('genstudio/app')}#project={uuid}", timeout=_WAIT_MS)
        page.wait_for_function("bench.settled > 0", timeout=_WAIT_MS)
        pages.append(page)
    here, there = pages
    delays = []
    here.locator('[data-testid="palette-item-note"]').first.hover()
    for _ in range(edits):
        for page in pages:
            page.evaluate(_CALM)
        there.evaluate(_AWAIT_NODE)
        here.evaluate("addEventListener('click', (event) => (bench.clicked = event.timeStamp), {capture: true, once: true})")
        here.mouse.down()
        here.mouse.up()
        there.wait_for_function("bench.shown > 0", timeout=_WAIT_MS)
        delays.append(there.evaluate("performance.timeOrigin + bench.shown") - here.evaluate("performance.timeOrigin + bench.clicked"))
    down, up = there.evaluate("bench.bytes"), here.evaluate("bench.sent")
    for page in pages:
        page.context.close()
    found = [
        Figure("canvas", f"edit seen in another page, p{at}", percentile(delays, at / 100), "ms", "a frame", 1000 / 60, edits)
        for at in (50, 95)
    ]
    return [*found, Figure("canvas", "message of an edit", down / 1000, "KB", "as it was sent", up / 1000)]
