"""Music under a film, lower while the clips are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from genstudio.edit.sound import BLOCK, CHANNELS, SAMPLE_RATE, decode
from genstudio.edit.tools import check_cancelled
from genstudio.project.hashing import file_sha256
from genstudio.project.media import probe
from genstudio.project.paths import inside
from genstudio.schema.errors import BadInputError, NotFoundError
from genstudio.schema.rates import parse_rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from genstudio.schema.cut import CutList, Music

__all__ = ["activity", "mix_music"]

_HOP: Final = SAMPLE_RATE // 100
_HEARD: Final = 10 ** (-50 / 20)
"""Clips louder than this (-50 decibels of full scale, RMS of 10 ms) are heard."""
_BEFORE, _AFTER, _GLIDE = 15, 40, 20
"""Hops of 10 ms: the music makes room this long before and after a clip is heard, and glides for so long."""


def activity(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return for every 10 ms of samples (samples x channels) how far music makes room for them: 0 not at all, 1 wholly."""
    hops = -(-len(sound) // _HOP)
    heard = np.zeros(hops, dtype=bool)
    for start in range(0, hops, BLOCK // _HOP):
        part = sound[start * _HOP : (start + BLOCK // _HOP) * _HOP].mean(axis=1, dtype=np.float64)
        part = np.pad(part, (0, -len(part) % _HOP)).reshape(-1, _HOP)
        heard[start : start + len(part)] = np.sqrt((part**2).mean(axis=1)) > _HEARD
    counted = np.concatenate([[0], np.cumsum(heard)])
    index = np.arange(hops)
    near = counted[np.minimum(hops, index + _BEFORE + 1)] - counted[np.maximum(0, index - _AFTER)] > 0
    padded = np.pad(near.astype(np.float64), _GLIDE // 2, mode="edge")
    return np.convolve(padded, np.ones(_GLIDE) / _GLIDE, mode="same")[_GLIDE // 2 : _GLIDE // 2 + hops]


def mix_music(root: Path, cut: CutList, clips: Path, target: Path, cancelled: Callable[[], bool]) -> None:
    """Write the raw samples of ``clips`` with the music of the film under them to ``target``.

    Raises:
        NotFoundError: A file of the music is missing.
        BadInputError: It is no sound, or not what its record says.
        GenStudioError: It cannot be decoded.
        RenderCancelledError: ``cancelled`` returned true.
    """
    speech = np.memmap(clips, dtype=np.float32, mode="r").reshape(-1, CHANNELS)
    room = activity(speech)
    mixed = np.memmap(target, dtype=np.float32, mode="w+", shape=speech.shape)
    mixed[:] = speech
    for music in cut.music:
        check_cancelled(cancelled)
        first, sound = _track(root, cut, music, len(speech))
        for start in range(0, len(sound), BLOCK):
            check_cancelled(cancelled)
            part = sound[start : start + BLOCK]
            position = np.arange(first + start, first + start + len(part))
            duck = np.interp(position, (np.arange(len(room)) + 0.5) * _HOP, room) * -music.duck_db
            mixed[position] += part * (10 ** ((duck + music.gain_db) / 20))[:, None].astype(np.float32)
    mixed.flush()


def _track(root: Path, cut: CutList, music: Music, length: int) -> tuple[int, NDArray[np.float32]]:
    """Return the first sample of the film at which a music plays, and its samples with their fades."""
    path = inside(root, music.media)
    if not path.is_file():
        raise NotFoundError(f"The music {music.media} is missing.", fix="Choose another file on the audio node, or run: git lfs pull")
    info = probe(path)
    if not info.audio:
        raise BadInputError(f"{music.media} has no sound.", fix="Choose a sound file on the audio node.")
    if music.sha256 and file_sha256(path) != music.sha256:
        raise BadInputError(f"The music {music.media} is not what its record says.", fix="Restore it with git restore.")
    rate = parse_rate(cut.fps)
    length = min(length, round(music.end * SAMPLE_RATE / rate)) if music.end is not None else length
    first = min(length, round(music.start * SAMPLE_RATE / rate))
    available = max(0, round(info.duration_s * SAMPLE_RATE) - round(music.first * SAMPLE_RATE / rate))
    samples = min(length - first, available)
    sound = decode(f"The music {music.media} cannot be read", path, music.first / rate, samples)
    for frames, fading in ((music.fade_in, sound), (music.fade_out, sound[::-1])):
        fade = min(samples, round(frames * SAMPLE_RATE / rate))
        fading[:fade] *= ((np.arange(fade) + 0.5) / max(1, fade)).astype(np.float32)[:, None]
    return first, sound
