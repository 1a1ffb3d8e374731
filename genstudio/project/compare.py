"""Two pieces of media side by side, in numbers: equal to the last bit or not, PSNR, SSIM, and the settings in which takes differ."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from genstudio.project.media import ffmpeg_path, probe
from genstudio.schema.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.schema.take import TakeRecord

__all__ = ["Comparison", "Difference", "compare_media", "differences"]

_TIMEOUT_S: Final = 600.0
_PSNR: Final = re.compile(r"PSNR .*?average:(inf|[\d.]+)")
_SSIM: Final = re.compile(r"SSIM .*?All:([\d.]+)")
_COMPARED: Final = ("pipeline", "quality", "inputs", "params", "kind", "width", "height", "fps", "frames", "audio")


@dataclass(frozen=True)
class Comparison:
    """How alike two pieces of media are.

    ``identical`` means that every decoded picture and sample is equal. ``psnr_db`` (None where nothing differs) and ``ssim`` (0 to 1)
    are means over the ``frames`` compared, those of the shorter one; the second is scaled to the size of the first.
    """

    identical: bool
    psnr_db: float | None
    ssim: float
    frames: int
    same_format: bool


@dataclass(frozen=True)
class Difference:
    """A setting in which two takes differ; None where one of them lacks it."""

    name: str
    first: Any
    second: Any


def compare_media(first: Path, second: Path) -> Comparison:
    """Compare the pictures (and the sound, for equality) of two files.

    Raises:
        NotFoundError, BadInputError: A file is missing, cannot be read, or has no picture.
    """
    one, two = probe(first), probe(second)
    for path, info in ((first, one), (second, two)):
        if info.kind == "audio":
            raise BadInputError(f"{path.name!r} has no picture to compare.", fix="Compare images or videos.")
    same_format = (one.width, one.height, one.frames, one.fps) == (two.width, two.height, two.frames, two.fps)
    identical = same_format and _content_hash(first, one.audio) == _content_hash(second, two.audio)
    psnr, ssim = (None, 1.0) if identical else _likeness(first, second, one.width, one.height)
    return Comparison(identical, psnr, ssim, min(one.frames, two.frames), same_format)


def _content_hash(path: Path, audio: bool) -> str:  # noqa: FBT001 - a fact of the file
    """Hash what is seen and heard, decoded, whatever the container and the tags around it."""
    sound = ["-map", "0:a:0"] if audio else []
    return _run("-i", f"file:{path}", "-map", "0:v:0", *sound, "-f", "hash", "-hash", "sha256", "-").strip()


def _likeness(first: Path, second: Path, width: int, height: int) -> tuple[float | None, float]:
    # Pictures are paired by number, not by time: takes of other rates would drift apart.
    even = f"setpts=N/TB/24,scale={width}:{height}:flags=bicubic,format=yuv420p"
    graph = f"[0:v:0]{even},split[a][c];[1:v:0]{even},split[b][d];[a][b]psnr=shortest=1;[c][d]ssim=shortest=1"
    told = _run("-loglevel", "info", "-i", f"file:{first}", "-i", f"file:{second}", "-lavfi", graph, "-an", "-f", "null", "-", errors=True)
    psnr, ssim = _PSNR.search(told), _SSIM.search(told)
    if psnr is None or ssim is None:
        raise BadInputError(f"{first.name!r} and {second.name!r} cannot be compared.", fix="Check that both play.")
    return (None if psnr[1] == "inf" else float(psnr[1])), float(ssim[1])


def _run(*arguments: str, errors: bool = False) -> str:
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-nostats", *arguments]
    if not errors:
        command[1:1] = ["-loglevel", "error"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BadInputError(f"The media cannot be compared: {reason}.", fix="Check that both play.")
    return done.stderr if errors else done.stdout


def differences(first: TakeRecord, second: TakeRecord) -> tuple[Difference, ...]:
    """Return the settings in which two takes differ: pipeline, quality, inputs, parameters and format, by dotted name."""
    one, two = (dict(_flat(take.model_dump(mode="json", include=set(_COMPARED)))) for take in (first, second))
    names = sorted(one.keys() | two.keys())
    return tuple(Difference(name, one.get(name), two.get(name)) for name in names if one.get(name) != two.get(name))


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(item, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _flat(item, f"{prefix}.{index}")
    elif value not in (None, "", {}, []):
        yield prefix, value
