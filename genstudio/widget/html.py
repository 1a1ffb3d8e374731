"""Pieces of HTML for rich displays. Whatever comes from a project is text: it is escaped here and nowhere else."""

from __future__ import annotations

import base64
import mimetypes
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_EMBEDDED_BYTES", "data_uri", "figure", "figures", "message", "table"]

MAX_EMBEDDED_BYTES: Final = 3 * 1024 * 1024
"""Media up to this size is embedded, so that it plays in every host without a server; larger media shows its poster."""

_FIGURE: Final = "margin:0;display:inline-flex;flex-direction:column;gap:4px;max-width:100%"
_CAPTION: Final = "font:12px/1.4 var(--jp-ui-font-family,sans-serif);color:var(--jp-ui-font-color2,#666);overflow-wrap:anywhere"
_ROW: Final = "display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start"
_CELL: Final = "padding:2px 10px 2px 0;text-align:left;vertical-align:top"


def data_uri(path: Path) -> str:
    """Return the file as a ``data:`` URI."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def figure(media: Path, poster: Path, caption: str, *, kind: str, width: int = 320) -> str:
    """Return a picture or a playable video with a caption.

    Args:
        media: The file to show; embedded if it is at most :data:`MAX_EMBEDDED_BYTES` long, else its poster stands for it.
        poster: A small JPEG of it.
        caption: Plain text.
        kind: ``"video"`` or ``"image"``.
        width: Width on the page in CSS pixels.
    """
    style = f"width:{width}px;max-width:100%;border-radius:4px;background:#000"
    small = media.stat().st_size <= MAX_EMBEDDED_BYTES
    if kind == "video" and small:
        how = "controls loop muted playsinline"
        body = f'<video {how} style="{style}" poster="{data_uri(poster)}" src="{data_uri(media)}"></video>'
    else:
        shown = media if kind == "image" and small else poster
        body = f'<img style="{style}" alt="{escape(caption, quote=True)}" src="{data_uri(shown)}">'
    return f'<figure style="{_FIGURE}">{body}<figcaption style="{_CAPTION}">{escape(caption)}</figcaption></figure>'


def figures(items: list[str]) -> str:
    """Return figures side by side."""
    return f'<div style="{_ROW}">{"".join(items)}</div>'


def message(text: str, *, level: str = "info") -> str:
    """Return a sentence in the colour of its level (``info``, ``warning``, ``error``)."""
    colour = {"warning": "var(--jp-warn-color1,#b35900)", "error": "var(--jp-error-color1,#b00020)"}.get(level, "inherit")
    return f'<div style="{_CAPTION};color:{colour};padding:4px 0">{escape(text)}</div>'


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Return a plain table of text."""
    head = "".join(f'<th style="{_CELL}">{escape(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
