"""Stand-ins for models that bring a picture to life: the picture with its sound, or with the motion laid over it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

from genstudio_classical.filtering import BT709, encoded

__all__ = ["moved_over", "spoken_over"]

_SOUND: Final = ["-c:a", "aac", "-b:a", "192k", "-ar", "48000"]


def spoken_over(image: Path, sound: Path, target: Path, *, size: tuple[int, int], fps: Fraction, frames: int) -> Path:
    """Hold a picture for some frames while a sound plays: cut off, or followed by silence, so that it is as long.

    Raises:
        PipelineError: ffmpeg failed.
    """
    inputs = ["-loop", "1", "-framerate", str(fps), "-i", f"file:{image}", "-i", f"file:{sound}"]
    length = f"{float(frames / fps):.6f}"
    graph = f"[0:v]{_fitted(size)}[picture];[1:a]apad,atrim=duration={length},asetpts=N/SR/TB[sound]"
    maps = ["-map", "[picture]", "-map", "[sound]", *_SOUND]
    return encoded([*inputs, "-filter_complex", graph, *maps, "-frames:v", str(frames)], target, fps=fps, frames=frames, step="speaking")


def moved_over(image: Path, motion: Path, target: Path, *, size: tuple[int, int], fps: Fraction, frames: int) -> Path:
    """Lay a control map over a picture, its last frame held where it is shorter.

    Raises:
        PipelineError: ffmpeg failed.
    """
    inputs = ["-loop", "1", "-framerate", str(fps), "-i", f"file:{image}", "-i", f"file:{motion}"]
    graph = f"[0:v]{_fitted(size)},format=gbrp[picture];[1:v]fps={fps},tpad=stop_mode=clone:stop=-1,{_fitted(size)},format=gbrp[map]"
    graph += f";[picture][map]blend=all_mode=average:shortest=1,scale=out_color_matrix=bt709:out_range=tv,{BT709}[laid]"
    command = [*inputs, "-filter_complex", graph, "-map", "[laid]", "-frames:v", str(frames), "-an"]
    return encoded(command, target, fps=fps, frames=frames, step="moving")


def _fitted(size: tuple[int, int]) -> str:
    """As large as it can be within a frame, in the middle of it, in BT.709."""
    width, height = size
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:out_color_matrix=bt709:out_range=tv"
    return f"{fit},pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,{BT709}"
