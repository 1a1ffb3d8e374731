"""``/genstudio/api/v1/projects/<uuid>/files/<path>``: files that people bring into ``01_Assets``, streamed to disk."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tornado import web
from tornado.http1connection import HTTP1Connection

from genstudio.project.auto_commit import asset_of
from genstudio.project.happenings import picture_added, picture_removed
from genstudio.server.base import ApiHandler, for_users
from genstudio.server.shapes import UploadedFile
from genstudio.session.base import TELLABLE
from genstudio.session.follower import FOLLOWER
from genstudio.session.keeping import keep_soon
from genstudio.session.media import media_url
from genstudio.session.upload import Upload, Uploaded, delete_file, upload_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.assets import AssetFolder
    from genstudio.project.happenings import Happened
    from genstudio.project.project import ProjectFolder

__all__ = ["FileHandler"]

_LOG: Final = logging.getLogger(__name__)
_SLACK: Final = 1 << 20


@web.stream_request_body
class FileHandler(ApiHandler):
    """The body of a request never lies in memory as a whole; what is too much is refused before it is sent, where that is announced."""

    _upload: Upload | None = None

    async def prepare(self) -> None:  # type: ignore[override]  # the base class has no precise type
        """Refuse strangers, wrong places and too large files before the body comes."""
        await super().prepare()
        if self.request.method == "PUT":
            await self._open(*self.path_args)

    @for_users("write")
    async def _open(self, uuid: str, path: str) -> None:
        limit = upload_limit()
        announced = self.request.headers.get("Content-Length", "")
        size = int(announced) if announced.isdecimal() else None
        self._upload = await self.in_thread(lambda: Upload(self.studio.project(uuid), path, size=size, limit=limit))
        connection = self.request.connection
        if isinstance(connection, HTTP1Connection):
            connection.set_max_body_size(limit + _SLACK)  # Jupyter's own is half a GiB

    async def data_received(self, chunk: bytes) -> None:
        """Write what came; the next piece is read when this one is on its way to the disk."""
        if self._upload is None or self._finished:
            return
        try:
            await self.in_thread(self._upload.write, chunk)
        except TELLABLE as error:
            self._give_up()
            self.send_error(400, exc_info=(type(error), error, error.__traceback__))

    @for_users("write")
    async def put(self, uuid: str, path: str) -> None:  # noqa: ARG002 - opened by prepare
        """Look at what came and give it its name; answer what it is. ``If-Match`` with its ETag replaces a file."""
        if self._upload is None or self._finished:
            return
        made = await self.in_thread(self._upload.finish, self.request.headers.get("If-Match"))
        await self.in_thread(lambda: _tell(self.studio.project(uuid), made.path, picture_added))
        self.set_header("ETag", made.etag)
        self.answer(_described(uuid, made), status=201)

    @for_users("write")
    async def delete(self, uuid: str, path: str) -> None:
        """Delete a file; with ``If-Match`` only if it is that one. One that nodes use is deleted with ``?force=true`` only."""
        known, force = self.request.headers.get("If-Match"), self.get_query_argument("force", "") == "true"
        await self.in_thread(lambda: delete_file(self.studio.project(uuid), path, known, force=force))
        await self.in_thread(lambda: _tell(self.studio.project(uuid), path, picture_removed))
        self.set_status(204)
        self.finish()

    def on_finish(self) -> None:
        """Leave nothing of an upload that was refused."""
        self._give_up()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Leave nothing of an upload that was broken off."""
        self._give_up()
        super().on_connection_close()

    def _give_up(self) -> None:
        if self._upload is not None:
            self.studio.pool.submit(self._upload.close)  # behind a write that is under way
            self._upload = None


def _tell(project: ProjectFolder, path: str, happened: Callable[[AssetFolder, str], Happened]) -> None:
    """Make a version of an asset that got or lost a picture and show it to the views of the project; other files are none of theirs."""
    if "/Generative_Assets/" not in path:
        return
    asset = asset_of(project, path)
    if asset is not None:
        keep_soon(project, happened(asset, PurePosixPath(path).name), _LOG.warning)
    for view in FOLLOWER.views(project.uuid):
        view.refresh()


def _described(uuid: str, made: Uploaded) -> UploadedFile:
    info = made.info
    return UploadedFile(
        path=made.path,
        bytes=made.bytes,
        sha256=made.sha256,
        kind=info.kind,
        width=info.width,
        height=info.height,
        frames=info.frames,
        duration_s=info.duration_s,
        audio=info.audio,
        url=media_url(uuid, made.path),
    )
