"""Media of projects over HTTP: ranges, validators, thumbnails; only media, only of the project, only for users of this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tornado import web

from genstudio.schema.errors import BadInputError
from genstudio.server.base import StudioHandler, for_users
from genstudio.session.exports import find_export
from genstudio.session.media import MediaFile, etag, find_media

if TYPE_CHECKING:
    from genstudio.server.studio import Studio

__all__ = ["MediaHandler"]


class MediaHandler(StudioHandler, web.StaticFileHandler):
    """``/genstudio/media/<project uuid>/<path>``; ``?w=320`` is a thumbnail, ``?proxy`` a small video, ``?download`` a file of the exports.

    Ranges and conditions are tornado's.
    """

    media: MediaFile

    def initialize(self, studio: Studio) -> None:  # type: ignore[override]  # arguments of this route
        """Take what the route was registered with; the root is the project's, known per request."""
        StudioHandler.initialize(self, studio)
        web.StaticFileHandler.initialize(self, path="/")

    @for_users("read")
    async def get(self, uuid: str, path: str) -> None:  # type: ignore[override]  # groups of this route
        """Send the file, or the range asked for."""
        await self._serve(uuid, path, include_body=True)

    @for_users("read")
    async def head(self, uuid: str, path: str) -> None:  # type: ignore[override]  # groups of this route
        """Send the headers only, and the secret that a page needs to write: it asks for a free name before it brings a file in."""
        self.xsrf_token  # noqa: B018 - reading it sets the cookie, which pages of Voila do not have
        await self._serve(uuid, path, include_body=False)

    async def _serve(self, uuid: str, path: str, *, include_body: bool) -> None:
        width = self.get_query_argument("w", None)
        if width is not None and not (width.isdecimal() and 0 < int(width[:6]) <= 4096):
            raise BadInputError("The width of a thumbnail is a number of pixels up to 4096.", fix="Ask for ?w=320.")
        pixels = int(width) if width else None
        small = self.get_query_argument("proxy", None) is not None
        if self.get_query_argument("download", None) is not None:
            self.media = await self.in_thread(lambda: find_export(self.studio.project(uuid).root, path))
            self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(self.media.path.name)}")
            await web.StaticFileHandler.get(self, "", include_body=include_body)
            return
        project = self.studio.known(uuid)
        if project is None:
            project = await self.in_thread(self.studio.project, uuid)
        if pixels is None and not small:
            self.media = find_media(project.root, path)  # a few looks at the disk, as tornado's own: a thread would cost more
        else:
            self.media = await self.in_thread(find_media, project.root, path, pixels, small=small)
        await web.StaticFileHandler.get(self, "", include_body=include_body)

    # -- what tornado's handler asks

    def parse_url_path(self, url_path: str) -> str:
        """Leave the path alone: it was resolved already."""
        return url_path

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:  # noqa: ARG003 - tornado's signature
        """Join nothing: see :meth:`validate_absolute_path`."""
        return path

    def validate_absolute_path(self, root: str, absolute_path: str) -> str:  # noqa: ARG002 - tornado's signature
        """Return the file that was found and checked."""
        return str(self.media.path)

    def get_content_type(self) -> str:
        """Return the type that the suffix stands for; contents are not sniffed."""
        return self.media.type

    def compute_etag(self) -> str:
        """Return the validator of the file."""
        return etag(self.media.path)

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002 - tornado's signature
        """Keep media in the browser's own cache only, checked by their validator."""
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("X-Content-Type-Options", "nosniff")

    @property
    def content_security_policy(self) -> Any:  # noqa: ANN401 - a string; the base class has no types
        """Let nothing in a media file run, even when it is opened as a page of its own."""
        return "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
