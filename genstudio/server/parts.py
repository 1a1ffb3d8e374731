"""The front end in parts, for the widgets of this server's pages: named by their contents, so that a browser fetches each but once."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tornado import web

from genstudio.server.base import StudioHandler, for_users

if TYPE_CHECKING:
    from genstudio.server.studio import Studio

__all__ = ["PARTS", "PartsHandler"]

PARTS: Final = Path(__file__).parents[1] / "widget" / "static" / "parts"
"""Where the build puts them."""


class PartsHandler(StudioHandler, web.StaticFileHandler):
    """``/genstudio/static/<part>``: a script or a stylesheet of the built front end, compressed where the browser takes it so."""

    def initialize(self, studio: Studio) -> None:  # type: ignore[override]  # arguments of this route
        """Take what the route was registered with."""
        StudioHandler.initialize(self, studio)
        web.StaticFileHandler.initialize(self, path=str(PARTS))

    @for_users("read")
    async def get(self, path: str) -> None:  # type: ignore[override]  # groups of this route
        """Send the part."""
        await web.StaticFileHandler.get(self, self._as_sent(path))

    @for_users("read")
    async def head(self, path: str) -> None:  # the groups of this route
        """Send the headers only."""
        await web.StaticFileHandler.get(self, self._as_sent(path), include_body=False)

    def _as_sent(self, path: str) -> str:
        """Return the name of the file to send: the part as it was compressed when it was built, if the browser takes that."""
        self._type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        self.set_header("Vary", "Accept-Encoding")
        accepted = {coding.partition(";")[0].strip() for coding in self.request.headers.get("Accept-Encoding", "").split(",")}
        if "gzip" not in accepted or not (PARTS / f"{path}.gz").is_file():
            return path
        self.set_header("Content-Encoding", "gzip")
        return f"{path}.gz"

    # -- what tornado's handler asks

    def get_content_type(self) -> str:
        """Return the type of the part, compressed or not."""
        return self._type

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002 - tornado's signature
        """Let the browser keep the part for good: other contents have another name."""
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.set_header("X-Content-Type-Options", "nosniff")
