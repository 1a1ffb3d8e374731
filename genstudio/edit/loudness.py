"""How loud a film is, as EBU R 128 measures it."""

from __future__ import annotations

import math
import re
import subprocess
from typing import TYPE_CHECKING, Final

from genstudio.edit.sound import CHANNELS, SAMPLE_RATE
from genstudio.edit.tools import check_cancelled, ffmpeg, start_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["measure"]

_VALUE: Final = re.compile(rb"lavfi\.r128\.(I|true_peaks_ch\d)=(-?[\d.]+|-inf)")
_NOTHING: Final = -70.0


def measure(sound: Path, cancelled: Callable[[], bool]) -> tuple[float, float]:
    """Return integrated loudness (LUFS) and highest true peak (decibels of full scale) of raw samples in a file.

    Raises:
        GenStudioError: ffmpeg failed.
        RenderCancelledError: ``cancelled`` returned true.
    """
    raw = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(CHANNELS), "-i", f"file:{sound}"]
    filters = "ebur128=metadata=1:peak=true:framelog=quiet,ametadata=mode=print:file=pipe\\\\:1"
    command = ffmpeg(*raw, "-af", filters, "-f", "null", "-")
    integrated, peak = _NOTHING, 0.0
    with start_ffmpeg("The loudness cannot be measured", command, stdin=None, stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            check_cancelled(cancelled)
            match = _VALUE.match(line)
            if match and match[1] == b"I":
                integrated = max(_NOTHING, float(match[2]))
            elif match:
                peak = max(peak, float(match[2]))
    return integrated, 20 * math.log10(peak) if peak > 0 else -math.inf
