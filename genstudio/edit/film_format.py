"""The one video format of a film's pieces, so that pieces made by different hands can stand in one file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from genstudio.schema.rates import parse_rate, rate_text

if TYPE_CHECKING:
    from genstudio.schema.cut import CutList

__all__ = ["GOP", "FilmFormat", "colour_filter", "encoder_options", "format_key", "format_of"]

GOP: Final = 12
"""Frames from one key frame to the next; every GOP is closed."""

_VERSION: Final = 2
"""Part of the key of every cached piece: raise it when the options below change."""

_CRF: Final = 18
_PRESET: Final = "veryfast"


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """Rate in frames a second and size in pixels (both even)."""

    rate: Fraction
    width: int
    height: int

    @property
    def ticks(self) -> int:
        """Length of a frame in units of :attr:`timescale`."""
        return self.timescale // self.rate if self.rate.denominator == 1 else self.timescale * self.rate.denominator // self.rate.numerator

    @property
    def timescale(self) -> int:
        """Units a second of the video track, in which every frame has a whole length."""
        return self.rate.numerator * max(1, -(-10_000 // self.rate.numerator))


def format_of(cut: CutList) -> FilmFormat:
    """Return the format of a film."""
    return FilmFormat(parse_rate(cut.fps), cut.width, cut.height)


def format_key(form: FilmFormat) -> dict[str, str | int]:
    """Return what of the format decides the bytes of a piece."""
    return {
        "encoder": f"x264 {_PRESET} crf{_CRF} gop{GOP} v{_VERSION}",
        "fps": rate_text(form.rate),
        "width": form.width,
        "height": form.height,
    }


def colour_filter() -> str:
    """Return the ffmpeg filters that bring any picture to tagged limited-range BT.709 in 4:2:0.

    swscale converts with BT.601 unless told otherwise, and drops the tags of what it converts: both make a visible jump at every seam.
    """
    return (
        "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p,setsar=1,"
        "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    )


def encoder_options(form: FilmFormat) -> list[str]:
    """Return the output options of ffmpeg for the video of a piece.

    No B-frames: decoding order is presentation order, so a copy may end at any frame and a packet is a frame.
    """
    options = ["-c:v", "libx264", "-preset", _PRESET, "-crf", str(_CRF), "-pix_fmt", "yuv420p", "-profile:v", "high"]
    gop = ["-g", str(GOP), "-keyint_min", str(GOP), "-sc_threshold", "0", "-bf", "0"]
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    return [*options, *gop, *tags, "-video_track_timescale", str(form.timescale), "-map_metadata", "-1", "-f", "mp4"]
