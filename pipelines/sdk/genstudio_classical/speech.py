"""Speech by espeak-ng (https://github.com/espeak-ng/espeak-ng), a small formant synthesiser: a stand-in voice to cut by."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import imageio_ffmpeg
from genstudio_pipeline import BadInput, MissingTool, PipelineError, last_words

__all__ = ["speak"]

_VOICE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+/-]{0,39}")
_RATE: Final = 48000
"""Hertz; the rate of sound in film."""


def speak(text: str, target: Path, *, voice: str, words_per_minute: int) -> Path:
    """Speak a text into a WAV file: 48 kHz, mono, 16 bits.

    Raises:
        BadInput: There is nothing to say, or no such voice.
        MissingTool: espeak-ng is not installed.
        PipelineError: The synthesiser failed.
    """
    program = shutil.which("espeak-ng")
    if program is None:
        raise MissingTool("Speech needs espeak-ng, which is not installed on this worker. On Debian: apt-get install espeak-ng.")
    if not text.strip():
        raise BadInput("There is no text to speak: type one on the node, or connect a text.")
    if not _VOICE.fullmatch(voice):
        raise BadInput(f"{voice!r:.60} is no name of a voice. List them with: espeak-ng --voices.")
    spoken, words = target.with_suffix(".spoken.wav"), target.with_suffix(".txt")
    words.write_text(text, encoding="utf-8")
    # The text goes by a file: one that begins with a dash would be read as an option.
    done = _run([program, "-v", voice, "-s", str(words_per_minute), "-b", "1", "-f", str(words), "-w", str(spoken)])
    if done.returncode or not spoken.is_file():
        raise BadInput(f"espeak-ng cannot speak with the voice {voice!r}: {_words(done)}. List the voices with: espeak-ng --voices.")
    made = target.with_suffix(".wav")
    sound = ["-ar", str(_RATE), "-ac", "1", "-c:a", "pcm_s16le", "-map_metadata", "-1", "-fflags", "+bitexact", str(made)]
    done = _run([imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-i", str(spoken), *sound])
    if done.returncode:
        raise PipelineError(f"ffmpeg failed: {_words(done)}")
    spoken.unlink()
    words.unlink()
    return made


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)


def _words(done: subprocess.CompletedProcess[str]) -> str:
    return last_words(done.stderr) or f"status {done.returncode}"
