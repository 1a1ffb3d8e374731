"""Frames to H.264: planes go to ffmpeg as they are, and the file is tagged for what it is (BT.709, limited range)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import imageio_ffmpeg
from genstudio_pipeline import last_words

from genstudio_animatic.compose import Planes

__all__ = ["GOP", "encode"]

GOP: Final = 12
"""Frames from key frame to key frame; groups are closed, so that films can be cut at their borders without encoding again."""

_LIMITED: Final = [round(16 + 219 * value / 255) for value in range(256)]


def encode(frames: Iterable[Planes], target: Path, *, size: tuple[int, int], fps: Fraction) -> None:
    """Write frames (luma full range, chroma half size) as H.264 yuv420p. The same frames give the same bytes.

    Raises:
        RuntimeError: ffmpeg failed; its last words are in the message.
    """
    command = _command(target, size, fps)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stderr is not None  # noqa: S101, PT018
        try:
            for luma, cb, cr in frames:
                process.stdin.write(luma.point(_LIMITED).tobytes())
                process.stdin.write(cb.tobytes())
                process.stdin.write(cr.tobytes())
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg ended early: its exit status tells
        except BaseException:
            process.kill()
            raise
        words = process.stderr.read()
        if status := process.wait():
            raise RuntimeError(f"ffmpeg failed: {last_words(words) or status}")


def _command(target: Path, size: tuple[int, int], fps: Fraction) -> list[str]:
    source = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0"]
    tags = ["-vf", "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"]
    groups = ["-g", str(GOP), "-keyint_min", str(GOP), "-sc_threshold", "0", "-flags", "+cgop+bitexact"]
    coder = ["-c:v", "libx264", "-preset", "superfast", "-tune", "animation", "-crf", "22", "-threads", "1", "-pix_fmt", "yuv420p"]
    container = ["-video_track_timescale", str(fps.numerator * 1000 if fps.numerator < 1000 else fps.numerator), "-movflags", "+faststart"]
    exact = ["-fflags", "+bitexact", "-map_metadata", "-1", "-an"]
    return [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-hide_banner",
        "-loglevel",
        "error",
        "-y",
        *source,
        *coder,
        *groups,
        *tags,
        *container,
        *exact,
        str(target),
    ]
