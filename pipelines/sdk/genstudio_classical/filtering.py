"""ffmpeg as a filter: a still to PNG, a video to H.264 with as many frames at the same rate, and its sound."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO, Final

import av
import imageio_ffmpeg
import numpy as np
from genstudio_pipeline import BadInput, PipelineError, last_words, progress

from genstudio_classical.source import Source

__all__ = ["BT709", "EVEN", "encoded", "filtered", "write_video"]

EVEN: Final = "pad=ceil(iw/2)*2:ceil(ih/2)*2"
"""The filter that gives a video even sides, which 4:2:0 needs."""
BT709: Final = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
"""The filter that tags a video for what it is: BT.709, limited range."""
_GOP: Final = 12
"""Frames from key frame to key frame, as in the animatic: films can be cut at their borders without encoding again."""
_THREADS: Final = "4"
"""Fixed, for the encoder's output depends on it: the same source gives the same bytes on every machine."""
_CARRIED: Final = frozenset({"aac", "mp3", "ac3", "eac3", "alac"})
"""Sound that MP4 carries as it is; other sound is made AAC."""


def filtered(source: Source, filters: Iterable[str], target: Path, *, step: str, sound: bool = True) -> Path:
    """Run a source through ffmpeg filters and return the result: ``target`` as PNG or MP4, as the source is a still or a video.

    Args:
        source: What to read.
        filters: Filters in their order, in ffmpeg's notation.
        target: Where to write; its suffix is set.
        step: What people see while it runs.
        sound: Whether a video keeps its sound.

    Raises:
        PipelineError: ffmpeg failed, or it made another number of frames.
    """
    read = ["-protocol_whitelist", "file", "-i", f"file:{source.path}"]
    if source.still:
        made = target.with_suffix(".png")
        _run([*read, "-vf", ",".join(filters), "-frames:v", "1", "-map_metadata", "-1", str(made)], frames=1, step=step)
        return made
    made = target.with_suffix(".mp4")
    chain = [*filters, *(["scale=out_color_matrix=bt709:out_range=tv", BT709] if source.rgb else []), _paced(source.fps)]
    coder = _coder(source.fps, "yuv420p10le" if source.deep else "yuv420p")
    _run(
        [*read, "-map", "0:v:0", *_sound(source, wanted=sound), "-vf", ",".join(chain), *coder, str(made)], frames=source.frames, step=step
    )
    _check_count(made, source.frames)
    return made


def encoded(arguments: list[str], target: Path, *, fps: Fraction, frames: int, step: str) -> Path:
    """Run ffmpeg with inputs and filters, and write ``target`` as H.264 of so many frames at a rate.

    Raises:
        PipelineError: ffmpeg failed.
    """
    _run([*arguments, *_coder(fps, "yuv420p"), str(target)], frames=frames, step=step)
    _check_count(target, frames)
    return target


def write_video(frames: Iterable[np.ndarray], target: Path, *, size: tuple[int, int], fps: Fraction) -> Path:
    """Write RGB frames, arrays (height, width, 3) of bytes, as H.264 (BT.709) without sound.

    Raises:
        PipelineError: ffmpeg failed.
    """
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0"]
    chain = ["scale=out_color_matrix=bt709:out_range=tv", EVEN, BT709, _paced(fps)]
    command = _command([*raw, "-vf", ",".join(chain), *_coder(fps, "yuv420p"), str(target)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stderr is not None  # noqa: S101, PT018
        try:
            for frame in frames:
                process.stdin.write(np.ascontiguousarray(frame, dtype=np.uint8).tobytes())
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg ended early: its exit status tells
        except BaseException:
            process.kill()
            raise
        _check_end(process, process.stderr.read())
    return target


def _paced(fps: Fraction) -> str:
    """Frames at an even pace, none dropped and none repeated, whatever their time stamps were."""
    return f"setpts=N/({fps})/TB"


def _coder(fps: Fraction, pixels: str) -> list[str]:
    groups = ["-g", str(_GOP), "-keyint_min", str(_GOP), "-sc_threshold", "0", "-flags", "+cgop+bitexact"]
    coder = ["-c:v", "libx264", "-preset", "fast", "-crf", "14", "-threads", _THREADS, "-pix_fmt", pixels]
    scale = fps.numerator * 1000 if fps.numerator < 1000 else fps.numerator
    container = ["-video_track_timescale", str(scale), "-movflags", "+faststart", "-fflags", "+bitexact", "-map_metadata", "-1"]
    return [*coder, *groups, "-fps_mode", "cfr", "-r", str(fps), *container]


def _sound(source: Source, *, wanted: bool) -> list[str]:
    if not source.sound or not wanted:
        return ["-an"]
    return ["-map", "0:a:0", *(["-c:a", "copy"] if source.sound in _CARRIED else ["-c:a", "aac", "-b:a", "320k"])]


def _command(arguments: list[str]) -> list[str]:
    return [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]


def _run(arguments: list[str], *, frames: int, step: str) -> None:
    command = [*_command(arguments[:-1]), "-progress", "pipe:1", "-nostats", arguments[-1]]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018
        try:
            for done in _frames_done(process.stdout):
                progress(min(100.0, 100 * done / frames), step)
            words = process.stderr.read()
        except BaseException:
            process.kill()
            raise
        _check_end(process, words)


def _frames_done(stream: IO[bytes]) -> Iterator[int]:
    for line in stream:
        name, _, value = line.decode("ascii", "replace").strip().partition("=")
        if name == "frame" and value.isdigit():
            yield int(value)


def _check_end(process: subprocess.Popen[bytes], words: bytes) -> None:
    if status := process.wait():
        raise PipelineError(f"ffmpeg failed: {last_words(words) or status}")


def _check_count(made: Path, frames: int) -> None:
    with av.open(str(made)) as container:
        count = container.streams.video[0].frames
    if count != frames:
        raise BadInput(f"The video says that it has {frames} frames and gives {count}. It is damaged; generate or export it again.")
