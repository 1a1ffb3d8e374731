"""What the picture of a take is, and the ffmpeg options that bring it to the form of a film.

Transparency lies over black, rotation as the file asks for it is applied, a variable rate becomes even by its times; sizes are fitted
without distortion. Colours become BT.709 in limited range whatever they were; what names no matrix was made with BT.601, as swscale does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
from av.video.format import VideoFormat

from genstudio.edit.film_format import FilmFormat, colour_filter
from genstudio.edit.tools import FORMATS, SAFE_INPUT
from genstudio.schema.errors import BadInputError, GenStudioError
from genstudio.schema.rates import rate_text

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.schema.cut import CutSource

__all__ = ["Picture", "input_options", "look", "picture_filters"]

_ALPHA_DECODERS: Final = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
"""ffmpeg's own decoders of these leave out the transparency, which is a stream of its own in WebM (alpha_mode in its tags)."""
_UNNAMED_OR_601: Final = (2, 5, 6)
"""Values of H.273 for a matrix that is not named, BT.470 BG and SMPTE 170M."""
_LIMITED: Final = (0, 1)
_DEEP: Final = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """The first video stream of a file: codec and pixel format by ffmpeg's names, matrix and range by the numbers of H.273 and ffmpeg."""

    codec: str
    pix_fmt: str
    matrix: int
    range: int
    hidden_alpha: bool

    @property
    def alpha(self) -> bool:
        """Whether it may have transparent pixels."""
        return self.hidden_alpha or self.pix_fmt == "pal8" or any(part.is_alpha for part in VideoFormat(self.pix_fmt).components)

    @property
    def deep(self) -> bool:
        """Whether a sample has more than eight bits."""
        return any(part.bits > _DEEP for part in VideoFormat(self.pix_fmt).components)


def look(media: Path, source: CutSource) -> Picture:
    """Return what the picture of a take is.

    Raises:
        BadInputError: It is sound alone.
        GenStudioError: It is no media that can be read (``bad_media``).
    """
    try:
        with av.open(f"file:{media}", options={"format_whitelist": FORMATS, "protocol_whitelist": "file"}) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None and container.streams.audio:
                message = f"The take {source.take} has sound and no picture."
                raise BadInputError(message, fix="Connect it to the music of the assembler, or choose another take.")
            pix_fmt = stream.codec_context.pix_fmt if stream is not None else None
            if stream is None or not pix_fmt:
                raise _unreadable(source, "it holds no picture")
            context, tags = stream.codec_context, stream.metadata
            hidden = context.name in _ALPHA_DECODERS and tags.get("alpha_mode", tags.get("ALPHA_MODE")) == "1"
            return Picture(context.name, pix_fmt, int(context.colorspace), int(context.color_range), hidden)
    except (av.FFmpegError, ValueError) as error:
        raise _unreadable(source, str(error)) from error


def _unreadable(source: CutSource, reason: str) -> GenStudioError:
    return GenStudioError(
        f"The take {source.take} cannot be read: {reason}.", fix="Make the take again, or use another one.", code="bad_media"
    )


def input_options(picture: Picture, source: CutSource, form: FilmFormat) -> list[str]:
    """Return the options before the input: only media, and an error ends it."""
    if source.kind == "image":
        return [*SAFE_INPUT, "-f", "image2", "-pattern_type", "none", "-loop", "1", "-framerate", rate_text(form.rate)]
    decoder = ["-c:v", _ALPHA_DECODERS[picture.codec]] if picture.hidden_alpha else []
    return [*SAFE_INPUT, "-xerror", *decoder]


def picture_filters(picture: Picture, source: CutSource, form: FilmFormat) -> str:
    """Return the filters that make even frames of the film's size and colours of what the decoder gives."""
    rate = rate_text(form.rate)
    timing = [] if source.kind == "image" else [f"fps=fps={rate}:start_time=0", "tpad=stop=-1:stop_mode=clone"]
    fit = (
        "scale=w='trunc(iw*sar/2)*2':h='trunc(ih/2)*2'",
        f"scale={form.width}:{form.height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos",
        f"pad={form.width}:{form.height}:-1:-1:color=black",
    )
    return ",".join([*timing, *_over_black(picture), *_matrix(picture), *fit, colour_filter(form)])


def _over_black(picture: Picture) -> list[str]:
    if not picture.alpha:
        return []
    return [
        f"format={'gbrap16le' if picture.deep else 'gbrap'}",
        "premultiply=inplace=1",
        f"format={'gbrp16le' if picture.deep else 'gbrp'}",
    ]


def _matrix(picture: Picture) -> list[str]:
    """Return the quick way from BT.601 for the most common format; swscale would go by RGB, which takes longer than the encoding."""
    if picture.pix_fmt != "yuv420p" or picture.alpha or picture.matrix not in _UNNAMED_OR_601 or picture.range not in _LIMITED:
        return []
    return ["colormatrix=bt601:bt709", "setparams=colorspace=bt709:range=tv"]
