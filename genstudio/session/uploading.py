"""Files that come in pieces over messages, for carriers without HTTP (plain Voila, VS Code)."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from genstudio.project.auto_commit import asset_of
from genstudio.project.happenings import picture_added, picture_removed
from genstudio.schema.base import JsonObject
from genstudio.schema.errors import BadInputError, ConflictError, NotFoundError
from genstudio.session.calls import public
from genstudio.session.editing import EditingSession
from genstudio.session.follower import FOLLOWER
from genstudio.session.upload import Upload, delete_file, refuse_taken, upload_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.assets import AssetFolder
    from genstudio.project.happenings import Happened

__all__ = ["UploadingSession"]

_MOST: Final = 4
"""How many files may be on their way at once in one view."""


class UploadingSession(EditingSession):
    """A view that takes files; see :class:`~genstudio.session.CanvasSession` for the arguments."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - those of the view
        super().__init__(*arguments, **named)
        self._uploads: dict[str, Upload] = {}

    @public
    def upload_begin(self, path: str, size: int) -> str:
        """Begin to take a file of ``size`` bytes that is to be at a path below ``01_Assets``; return what names it in the next calls."""
        if len(self._uploads) >= _MOST:
            raise ConflictError(f"{_MOST} files are on their way already.", fix="Wait until one of them is there.")
        refuse_taken(self.project, path)
        upload = Upload(self.project, path, size=size, limit=upload_limit())
        name = secrets.token_hex(8)
        self._uploads[name] = upload
        return name

    @public
    def upload_piece(self, upload: str, data: str) -> None:
        """Add the next piece, in base64."""
        taken = self._upload(upload)
        try:
            taken.write(base64.b64decode(data, validate=True))
        except (binascii.Error, BadInputError) as error:
            self._give_up(upload)
            if isinstance(error, BadInputError):
                raise
            raise BadInputError("The piece is no base64.", fix="Send the file again.") from error

    @public
    def upload_end(self, upload: str) -> JsonObject:
        """Look at what came and give it its name; return its ``path``, ``bytes`` and ``sha256``."""
        taken = self._upload(upload)
        try:
            made = taken.finish()
        finally:
            self._give_up(upload)
        self._keep_picture(made.path, picture_added)
        for view in FOLLOWER.views(self.project.uuid):
            view.refresh()
        return {"path": made.path, "bytes": made.bytes, "sha256": made.sha256}

    @public
    def upload_remove(self, path: str, *, force: bool = False) -> None:
        """Delete a media file below ``01_Assets``; one that nodes use only by force. It is kept aside in the project."""
        delete_file(self.project, path, force=force)
        self._keep_picture(path, picture_removed)
        for view in FOLLOWER.views(self.project.uuid):
            view.refresh()

    def close(self) -> None:
        """End the view, and what is on its way."""
        for upload in list(self._uploads):
            self._give_up(upload)
        super().close()

    def _keep_picture(self, path: str, happened: Callable[[AssetFolder, str], Happened]) -> None:
        """Make a version of an asset that got or lost a picture; other files are kept when something is made of them."""
        asset = asset_of(self.project, path)
        if asset is not None:
            self.keep(happened(asset, PurePosixPath(path).name))

    def _upload(self, name: str) -> Upload:
        if name not in self._uploads:
            raise NotFoundError("There is no such file on its way.", fix="Send it again.")
        return self._uploads[name]

    def _give_up(self, name: str) -> None:
        self._uploads.pop(name).close()
