"""The sound of a film in one pass: exact in samples, so that no seam clicks and nothing drifts from the picture.

The clips are laid one after the other, music goes under them and makes room while they are heard, and the whole is brought to its loudness
by one constant gain, so that nothing pumps.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Final

import numpy as np

from genstudio.edit.conform import source_path
from genstudio.edit.loudness import measure
from genstudio.edit.music import mix_music
from genstudio.edit.sound import BLOCK, CHANNELS, SAMPLE_RATE, decode
from genstudio.edit.timeline import goes_out, outgoing_of
from genstudio.edit.tools import check_cancelled, ffmpeg, run_ffmpeg
from genstudio.schema.rates import parse_rate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from genstudio.schema.cut import CutEvent, CutList

__all__ = ["SAMPLE_RATE", "Sound", "render_audio"]

_SLOWEST: Final = Fraction(1, 2)
_PEAK_DB: Final = -1.0
"""Highest true peak of a film, in decibels of full scale (EBU R 128)."""
_SILENT: Final = -69.0


@dataclass(frozen=True, slots=True)
class Sound:
    """What was mixed: whether anything is heard, its loudness in LUFS (None for silence), and what people should know."""

    heard: bool
    loudness: float | None = None
    notices: tuple[str, ...] = ()


def render_audio(root: Path, cut: CutList, target: Path, coder: Sequence[str], cancelled: Callable[[], bool]) -> Sound:
    """Write the sound of the film by ``coder`` (ffmpeg options), stereo at 48 kHz, exactly as long as the picture.

    Takes without sound, stills and gaps are silent; sound crossfades where the picture dissolves, and fades where it fades.

    Raises:
        NotFoundError: A take's media, or music, is missing.
        GenStudioError: Sound cannot be decoded or written.
        RenderCancelledError: ``cancelled`` returned true.
    """
    clips = target.with_suffix(".clips")
    mixer = _Mixer(root, cut)
    with clips.open("wb") as file:
        mixer.write(file, cancelled)
    heard, mixed = mixer.heard, clips
    if cut.music:
        mixed = target.with_suffix(".mix")
        mix_music(root, cut, clips, mixed, cancelled)
        heard = True
    loudness, gain, notices = _level(cut, mixed, cancelled) if heard and cut.loudness is not None else (None, 0.0, ())
    volume = ["-af", f"volume={gain:.3f}dB:precision=double"] if gain else []
    raw = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(CHANNELS), "-i", f"file:{mixed}"]
    run_ffmpeg("The sound could not be encoded", ffmpeg(*raw, *volume, *coder, f"file:{target}"), cancelled=cancelled)
    for path in {clips, mixed}:
        path.unlink()
    return Sound(heard, loudness, notices)


def _level(cut: CutList, mixed: Path, cancelled: Callable[[], bool]) -> tuple[float | None, float, tuple[str, ...]]:
    """Return the loudness that the film will have, the gain in decibels that makes it so, and what to say."""
    integrated, peak = measure(mixed, cancelled)
    if cut.loudness is None or integrated <= _SILENT:
        return None, 0.0, ()
    wanted, allowed = cut.loudness - integrated, _PEAK_DB - peak
    if wanted <= allowed:
        return round(cut.loudness, 1), wanted, ()
    reached = integrated + allowed
    message = f"The film is as loud as its peaks allow, {reached:.1f} LUFS and not {cut.loudness:g}."
    return round(reached, 1), allowed, (message,)


class _Mixer:
    """Gives the samples of each event, 32-bit float, samples x channels."""

    def __init__(self, root: Path, cut: CutList) -> None:
        self.root = root
        self.cut = cut
        self.rate = parse_rate(cut.fps)
        self.heard = False

    def write(self, file: IO[bytes], cancelled: Callable[[], bool]) -> None:
        """Write the sound of all events with silence between them."""
        position = 0
        for index, event in enumerate(self.cut.events):
            check_cancelled(cancelled)
            _silence(file, self.sample(event.record_in) - position)
            file.write(self.event(event, outgoing_of(self.cut, index)).tobytes())
            position = self.sample(event.record_out)

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
        if not event.source.audio or samples == 0:
            return np.zeros((samples, CHANNELS), dtype=np.float32)
        self.heard = True
        speed = Fraction(event.source_out - event.source_in, event.record_out - event.record_in)
        what = f"The sound of {event.source.take} cannot be read"
        return decode(what, source_path(self.root, event.source), first / self.rate, samples, _tempo(speed))


def _silence(file: IO[bytes], samples: int) -> None:
    for start in range(0, samples, BLOCK):
        file.write(bytes(min(BLOCK, samples - start) * CHANNELS * 4))


def _ramp(samples: int) -> NDArray[np.float32]:
    return ((np.arange(samples) + 0.5) / samples).astype(np.float32)[:, None]


def _tempo(speed: Fraction) -> list[str]:
    """Return the filters that play sound at a speed without changing its pitch; one filter goes from half to a hundred times."""
    filters = []
    while speed < _SLOWEST:
        filters.append(f"atempo={float(_SLOWEST)}")
        speed /= _SLOWEST
    return [*filters, f"atempo={float(min(speed, Fraction(100))):.6f}"] if speed != 1 or filters else []
