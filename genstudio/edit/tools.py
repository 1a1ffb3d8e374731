"""Run ffmpeg so that it can be cancelled, and say in plain words why it failed."""

from __future__ import annotations

import re
import subprocess
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from genstudio.project.media import ffmpeg_path
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["FORMATS", "SAFE_INPUT", "RenderCancelledError", "check_cancelled", "ffmpeg", "run_ffmpeg", "start_ffmpeg"]

FORMATS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mxf,gif,apng,wav,mp3,flac,ogg,aac,aiff,"
    "image2,png_pipe,jpeg_pipe,webp_pipe,tiff_pipe,bmp_pipe,exr_pipe"
)
"""Containers that are media and no play list, which would name other files and addresses."""

SAFE_INPUT: Final = ("-protocol_whitelist", "file", "-format_whitelist", FORMATS)
"""Options before an input that a model made."""

_LONGEST: Final = 400
_WHERE: Final = re.compile(r"^\[[^\]]*\] ")
_FULL: Final = ("No space left on device", "Disk quota exceeded", "File too large")
_END_S: Final = 5.0


class RenderCancelledError(GenStudioError):
    """The render was stopped on purpose; nothing of it is left but what may serve the next one from the cache."""

    code = "cancelled"


def check_cancelled(cancelled: Callable[[], bool]) -> None:
    """Stop here if asked to.

    Raises:
        RenderCancelledError: Somebody cancelled the render.
    """
    if cancelled():
        raise RenderCancelledError("The render was cancelled.")


def ffmpeg(*arguments: str) -> list[str]:
    """Return the command line of ffmpeg: quiet, without questions, overwriting only what it is told to."""
    return [ffmpeg_path(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y", *arguments]


@contextmanager
def start_ffmpeg(what: str, command: Sequence[str], *, stdin: int | None, stdout: int | None) -> Iterator[subprocess.Popen[bytes]]:
    """Run ffmpeg for the length of the block; it is ended with the block, however that ends.

    Args:
        what: What it does, for the message of an error (``"The take X could not be read"``).
        command: From :func:`ffmpeg`.
        stdin: ``subprocess.PIPE`` to write to it.
        stdout: ``subprocess.PIPE`` to read from it.

    Raises:
        GenStudioError: It ended with an error; code ``disk_full`` if for lack of space.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=stdin or subprocess.DEVNULL, stdout=stdout or subprocess.DEVNULL, stderr=errors)
        try:
            yield process
            if process.stdin:
                process.stdin.close()
            process.wait()
        except BrokenPipeError as error:
            process.wait()
            raise _failure(what, errors) from error
        finally:
            _end(process)
        if process.returncode:
            raise _failure(what, errors)


def run_ffmpeg(what: str, command: Sequence[str], *, cancelled: Callable[[], bool], frames: Callable[[int], None] | None = None) -> None:
    """Run ffmpeg to its end, looking about twice a second whether it was cancelled and how many frames it wrote.

    Raises:
        RenderCancelledError: ``cancelled`` returned true.
        GenStudioError: As :func:`start_ffmpeg`.
    """
    following = [*command[:1], "-progress", "pipe:1", "-stats_period", "0.2", *command[1:]]
    with start_ffmpeg(what, following, stdin=None, stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            check_cancelled(cancelled)
            name, _, value = line.partition(b"=")
            if frames and name == b"frame" and value.strip().isdigit():
                frames(int(value))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process if it still runs, and close its pipes."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was still buffered for a process that is gone


def _failure(what: str, errors: IO[bytes]) -> GenStudioError:
    errors.seek(0)
    text = errors.read().decode("utf-8", "replace").strip()
    if any(sign in text for sign in _FULL):
        fix = "Free some space (05_Cache of any project may be deleted) and render again; nothing was changed."
        return GenStudioError("The disk is full: the film could not be written.", fix=fix, code="disk_full")
    reasons = dict.fromkeys(_WHERE.sub("", line).strip().rstrip(".") for line in text.splitlines() if line.strip())
    reason = "; ".join(reasons)[:_LONGEST] or "ffmpeg ended without a reason"
    return GenStudioError(f"{what}: {reason}.", fix="Make the take again, or use another one.", code="bad_media")
