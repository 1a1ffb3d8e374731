"""What axe-core, the accessibility checker, finds wrong in a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["faults"]

AXE = Path(__file__).parents[2] / "extension" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (part) => {
  const { violations } = await axe.run(document.querySelector(part), { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => [id, ...node.target, [...node.any, ...node.all, ...node.none][0]?.message].join(': ')));
}"""


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def faults(page: Page, part: str = ".gs-root") -> list[str]:
    """Return what is seriously or critically wrong in the first element of a selector, a line each; nothing may be in motion."""
    page.wait_for_function("document.getAnimations().every(animation => animation.playState !== 'running')")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    return list(page.evaluate(RUN, part))
