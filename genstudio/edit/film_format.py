"""The one video format of a film's pieces, so that pieces made by different hands can stand in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from genstudio.schema.rates import parse_rate, rate_text

if TYPE_CHECKING:
    from genstudio.schema.cut import CutList
    from genstudio.schema.render import FilmPreset

__all__ = ["Coding", "FilmFormat", "colour_filter", "encoder_options", "format_key", "format_of", "sound_options"]

_VERSION: Final = 6
"""Part of the key of every cached piece: raise it when the options below change."""

_GOP: Final = 12
_THREADS: Final = 4
"""Of one encoder, whatever the machine: pieces are made side by side, and their bytes are the same on machines of any size."""

_BT709: Final = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
_X264: Final = ("-c:v", "libx264", "-preset", "superfast", "-crf", "18", "-profile:v", "high")
_X264_GROUPS: Final = ("-g", str(_GOP), "-keyint_min", str(_GOP), "-sc_threshold", "0", "-bf", "0")
_X265: Final = ("-c:v", "libx265", "-preset", "veryfast", "-crf", "20", "-tag:v", "hvc1", "-x265-params")
_X265_GROUPS: Final = f"keyint={_GOP}:min-keyint={_GOP}:scenecut=0:bframes=0:open-gop=0:info=0:log-level=error"
_PRORES: Final = ("-c:v", "prores_ks", "-profile:v", "hq", "-vendor", "apl0")
_PNG: Final = ("-c:v", "png", "-pred", "mixed")
_AAC: Final = ("-c:a", "aac", "-b:a", "192k", "-f", "mp4")


@dataclass(frozen=True, slots=True)
class Coding:
    """How pictures and sound are coded.

    Every ``gop``-th frame of a piece is a key frame and nothing before it is needed to decode what follows. There are no B-frames:
    decoding order is presentation order, so a copy may end at any frame and a packet is a frame. ``rgb`` pictures are RGB of full range,
    all others BT.709 of limited range.
    """

    container: str
    pix_fmt: str
    gop: int
    video: tuple[str, ...]
    sound: tuple[str, ...]
    rgb: bool = False

    @property
    def suffix(self) -> str:
        """The suffix of files in this coding."""
        return f".{self.container}"


_PCM: Final = ("-c:a", "pcm_s24le", "-f")
CODINGS: Final[Mapping[FilmPreset, Coding]] = MappingProxyType(
    {
        "h264": Coding(container="mp4", pix_fmt="yuv420p", gop=_GOP, video=(*_X264, *_X264_GROUPS), sound=_AAC),
        "h265": Coding(container="mp4", pix_fmt="yuv420p", gop=_GOP, video=(*_X265, _X265_GROUPS), sound=_AAC),
        "prores": Coding(container="mov", pix_fmt="yuv422p10le", gop=1, video=_PRORES, sound=(*_PCM, "mov")),
        "images": Coding(container="mov", pix_fmt="rgb24", gop=1, video=_PNG, sound=(*_PCM, "wav"), rgb=True),
    }
)
"""H.264 and H.265 in MP4 with AAC, ProRes 422 HQ in QuickTime with PCM, and pictures in files (PNG) beside a WAV."""


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """Rate in frames a second, size in pixels (both even), and coding."""

    rate: Fraction
    width: int
    height: int
    preset: FilmPreset = "h264"

    @property
    def coding(self) -> Coding:
        """How it is coded."""
        return CODINGS[self.preset]

    @property
    def ticks(self) -> int:
        """Length of a frame in units of :attr:`timescale`."""
        return self.timescale // self.rate if self.rate.denominator == 1 else self.timescale * self.rate.denominator // self.rate.numerator

    @property
    def timescale(self) -> int:
        """Units a second of the video track, in which every frame has a whole length."""
        return self.rate.numerator * max(1, -(-10_000 // self.rate.numerator))


def format_of(cut: CutList, preset: FilmPreset = "h264") -> FilmFormat:
    """Return the format of a film."""
    return FilmFormat(parse_rate(cut.fps), cut.width, cut.height, preset)


def format_key(form: FilmFormat) -> dict[str, str | int]:
    """Return what of the format decides the bytes of a piece."""
    return {
        "encoder": f"{form.preset} gop{form.coding.gop} v{_VERSION}",
        "fps": rate_text(form.rate),
        "width": form.width,
        "height": form.height,
    }


def colour_filter(form: FilmFormat) -> str:
    """Return the ffmpeg filters that bring any picture to the colours of the film: tagged limited-range BT.709, or RGB.

    swscale converts with BT.601 unless told otherwise, and drops the tags of what it converts: both make a visible jump at every seam.
    """
    exact = "flags=bicubic+accurate_rnd+full_chroma_int"
    if form.coding.rgb:
        return f"scale={exact}+full_chroma_inp,format={form.coding.pix_fmt},setsar=1"
    return (
        f"scale=out_color_matrix=bt709:out_range=tv:{exact},format={form.coding.pix_fmt},setsar=1,"
        "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    )


def encoder_options(form: FilmFormat) -> list[str]:
    """Return the output options of ffmpeg for the video of a piece."""
    coding = form.coding
    coder = [*coding.video, "-threads", str(_THREADS), "-pix_fmt", coding.pix_fmt, *(() if coding.rgb else _BT709)]
    return [*coder, "-video_track_timescale", str(form.timescale), "-map_metadata", "-1", "-f", coding.container]


def sound_options(form: FilmFormat) -> list[str]:
    """Return the output options of ffmpeg for the sound of a film."""
    return ["-map_metadata", "-1", *form.coding.sound]
