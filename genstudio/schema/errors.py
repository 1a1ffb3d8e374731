"""The errors that a user can meet.

Every error says what happened (``message``) and what to do (``fix``); ``code`` is for machines and is stable.
"""

from __future__ import annotations

__all__ = [
    "BadInputError",
    "CanvasWarning",
    "ChangedError",
    "ConflictError",
    "GenStudioError",
    "MissingToolError",
    "NotFoundError",
    "ReadOnlyError",
]


class GenStudioError(Exception):
    """Root of all errors of the studio.

    Args:
        message: What happened and why, one sentence.
        fix: What to do about it, one sentence; empty where nothing can be done.
        code: A stable word for machines; each subclass has its own default.
    """

    code: str = "error"

    def __init__(self, message: str, *, fix: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class BadInputError(GenStudioError):
    """Something a person or a file gave is not usable as it is."""

    code = "bad_input"


class NotFoundError(GenStudioError):
    """A project, canvas, node, take, pipeline or job of that name does not exist."""

    code = "not_found"


class ConflictError(GenStudioError):
    """Somebody else changed or holds the thing meanwhile."""

    code = "conflict"


class ChangedError(GenStudioError):
    """The thing is not, or no longer, in the state that the caller named as its condition."""

    code = "changed"


class ReadOnlyError(GenStudioError):
    """The document may be read but not written, e.g. since a newer studio wrote it."""

    code = "read_only"


class MissingToolError(GenStudioError):
    """A program that the studio needs (Git, Git LFS, a container engine, ffmpeg) is not there."""

    code = "missing_tool"


class CanvasWarning(UserWarning):
    """A canvas is not what it was: it was damaged, and has been restored from something that is said."""
