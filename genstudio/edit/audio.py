"""The sound of a film in one pass: exact in samples, so that no seam clicks and nothing drifts from the picture."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from genstudio.edit.conform import source_path
from genstudio.edit.timeline import goes_out, outgoing_of
from genstudio.edit.tools import SAFE_INPUT, check_cancelled, ffmpeg, start_ffmpeg
from genstudio.schema.rates import parse_rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from genstudio.schema.cut import CutEvent, CutList

__all__ = ["SAMPLE_RATE", "render_audio"]

SAMPLE_RATE: Final = 48_000
_CHANNELS: Final = 2
_BIT_RATE: Final = "192k"
_SLOWEST: Final = Fraction(1, 2)
_BLOCK: Final = SAMPLE_RATE * 10


def render_audio(root: Path, cut: CutList, target: Path, cancelled: Callable[[], bool]) -> bool:
    """Write the sound of the film as AAC in MP4, stereo at 48 kHz, exactly as long as the picture; return whether any take has sound.

    Takes without sound, stills and gaps are silent; sound crossfades where the picture dissolves, and fades where it fades.

    Raises:
        NotFoundError: A take's media is missing.
        GenStudioError: Sound cannot be decoded or written.
        RenderCancelledError: ``cancelled`` returned true.
    """
    codec = ["-c:a", "aac", "-b:a", _BIT_RATE, "-map_metadata", "-1", "-f", "mp4", f"file:{target}"]
    command = ffmpeg("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(_CHANNELS), "-i", "pipe:0", *codec)
    mixer = _Mixer(root, cut)
    with start_ffmpeg("The sound could not be encoded", command, stdin=subprocess.PIPE, stdout=None) as process:
        position = 0
        for index, event in enumerate(cut.events):
            check_cancelled(cancelled)
            if process.stdin is not None:
                _silence(process.stdin.write, mixer.sample(event.record_in) - position)
                process.stdin.write(mixer.event(event, outgoing_of(cut, index)).tobytes())
            position = mixer.sample(event.record_out)
    return mixer.heard


def _silence(write: Callable[[bytes], object], samples: int) -> None:
    for start in range(0, samples, _BLOCK):
        write(bytes(min(_BLOCK, samples - start) * _CHANNELS * 4))


class _Mixer:
    """Gives the samples of each event, 32-bit float, samples x channels."""

    def __init__(self, root: Path, cut: CutList) -> None:
        self.root = root
        self.rate = parse_rate(cut.fps)
        self.heard = False

    def sample(self, frame: int) -> int:
        """Return the first sample of a record frame."""
        return round(frame * SAMPLE_RATE / self.rate)

    def event(self, event: CutEvent, outgoing: CutEvent | None) -> NDArray[np.float32]:
        """Return the sound of an event from its record in to its record out."""
        start, end = self.sample(event.record_in), self.sample(event.record_out)
        sound = self._source(event, Fraction(event.source_in), end - start)
        frames = event.transition.frames
        if not frames or event.transition.kind == "cut":
            return sound
        if goes_out(event):
            fade = end - self.sample(event.record_out - frames)
            sound[len(sound) - fade :] *= _ramp(fade)[::-1]
            return sound
        fade = self.sample(event.record_in + frames) - start
        sound[:fade] *= _ramp(fade)
        if outgoing is not None:
            sound[:fade] += self._source(outgoing, Fraction(outgoing.source_out), fade) * _ramp(fade)[::-1]
        return sound

    def _source(self, event: CutEvent, first: Fraction, samples: int) -> NDArray[np.float32]:
        """Return ``samples`` samples of a take from its frame ``first`` on, at the speed of the event; silence where it has no more."""
        sound = np.zeros((samples, _CHANNELS), dtype=np.float32)
        if not event.source.audio or samples == 0:
            return sound
        self.heard = True
        speed = Fraction(event.source_out - event.source_in, event.record_out - event.record_in)
        media = source_path(self.root, event.source)
        seek = ["-ss", f"{float(first / self.rate):.6f}", "-i", f"file:{media}", "-map", "0:a:0"]
        filters = ",".join([*_tempo(speed), f"aresample={SAMPLE_RATE}:async=0", f"atrim=end_sample={samples}"])
        command = ffmpeg(*SAFE_INPUT, *seek, "-af", filters, "-ac", str(_CHANNELS), "-f", "f32le", "pipe:1")
        with start_ffmpeg(f"The sound of {event.source.take} cannot be read", command, stdin=None, stdout=subprocess.PIPE) as process:
            data = process.stdout.read() if process.stdout else b""
        decoded = np.frombuffer(data, dtype=np.float32).reshape(-1, _CHANNELS)[:samples]
        sound[: len(decoded)] = decoded
        return sound


def _ramp(samples: int) -> NDArray[np.float32]:
    return ((np.arange(samples) + 0.5) / samples).astype(np.float32)[:, None]


def _tempo(speed: Fraction) -> list[str]:
    """Return the filters that play sound at a speed without changing its pitch; one filter goes from half to a hundred times."""
    filters = []
    while speed < _SLOWEST:
        filters.append(f"atempo={float(_SLOWEST)}")
        speed /= _SLOWEST
    return [*filters, f"atempo={float(min(speed, Fraction(100))):.6f}"] if speed != 1 or filters else []
