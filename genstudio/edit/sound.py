"""Sound as samples: 32-bit float, samples x channels, stereo at 48 kHz."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

import numpy as np

from genstudio.edit.tools import SAFE_INPUT, ffmpeg, start_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["BLOCK", "CHANNELS", "SAMPLE_RATE", "decode"]

SAMPLE_RATE: Final = 48_000
CHANNELS: Final = 2
BLOCK: Final = SAMPLE_RATE * 10
"""Samples that are worked on at a time."""


def decode(what: str, media: Path, start_s: Fraction, samples: int, filters: Sequence[str] = ()) -> NDArray[np.float32]:
    """Return ``samples`` samples of the first sound of a file from ``start_s`` seconds on; silence where it has no more.

    Args:
        what: What cannot be done if it fails, for the message.
        media: The file.
        start_s: Where to begin, in seconds.
        samples: How many.
        filters: ffmpeg filters that it goes through first.

    Raises:
        GenStudioError: It cannot be decoded.
    """
    sound = np.zeros((samples, CHANNELS), dtype=np.float32)
    seek = ["-ss", f"{float(start_s):.6f}", "-i", f"file:{media}", "-map", "0:a:0"]
    chain = ",".join([*filters, f"aresample={SAMPLE_RATE}:async=0", f"atrim=end_sample={samples}"])
    command = ffmpeg(*SAFE_INPUT, *seek, "-af", chain, "-ac", str(CHANNELS), "-f", "f32le", "pipe:1")
    with start_ffmpeg(what, command, stdin=None, stdout=subprocess.PIPE) as process:
        data = process.stdout.read() if process.stdout else b""
    decoded = np.frombuffer(data, dtype=np.float32).reshape(-1, CHANNELS)[:samples]
    sound[: len(decoded)] = decoded
    return sound
