"""A headless Chromium before a running studio, as the browser tests have it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import LeftOutError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

__all__ = ["WAIT_MS", "chromium", "new_page", "picture_of"]

WAIT_MS: Final = 60_000
_ROOT: Final = Path(__file__).resolve().parents[1]
_FLAGS: Final = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a Chromium; the helpers of the browser tests can be imported from then on.

    Raises:
        LeftOutError: There is no Chromium, or no built front end.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise LeftOutError("there is no Chromium")
    if not (_ROOT / "genstudio/widget/static/studio.js").is_file():
        raise LeftOutError("the front end is not built")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT_MS)
    sys.path.insert(0, str(_ROOT / "tests" / "support"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS.split())
        yield browser
        browser.close()


@contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """Yield a page of 1440 by 900 with an empty cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAIT_MS)
    try:
        yield context.new_page()
    finally:
        context.close()


def picture_of(page: Page) -> Path:
    """Leave a picture of what a page shows, and return where."""
    path = Path(tempfile.gettempdir()) / "genstudio-bench-page.png"
    page.screenshot(path=path)
    return path
