"""Draw the frames of an event with MoviePy: transitions, fades, titles and changes of speed.

MoviePy counts time in floating seconds, which loses a frame now and then at the end of a sub-clip. So time here is always the middle of a
frame: every rounding of MoviePy falls on the right side, and a frame is asked for by its number.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from genstudio.edit.film_format import FilmFormat
from genstudio.edit.frames import media_frames
from genstudio.edit.timeline import goes_out, source_frame
from genstudio.edit.titles import title_clip
from genstudio.edit.wipes import wipe_mask
from genstudio.schema.cut import CutEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Shot", "event_frames"]


@dataclass(frozen=True, slots=True)
class Shot:
    """An event with its conformed media and how many frames that has."""

    event: CutEvent
    media: Path
    length: int


@contextmanager
def event_frames(shot: Shot, outgoing: Shot | None, form: FilmFormat) -> Iterator[Callable[[int], NDArray[np.uint8]]]:
    """Give a function from a frame number, counted from the event's record in, to its picture (height x width x 3, RGB, 8 bit).

    ``outgoing`` is what the event dissolves out of; it plays on from where it was cut, and holds its last frame where it ends.
    """
    rate = float(form.rate)
    with ExitStack() as stack:
        clip = _event_clip(stack, shot, outgoing, form)

        def frame(number: int) -> NDArray[np.uint8]:
            picture: NDArray[np.uint8] = clip.get_frame((number + 0.5) / rate).astype(np.uint8, copy=False)
            return picture

        yield frame


def _event_clip(stack: ExitStack, shot: Shot, outgoing: Shot | None, form: FilmFormat) -> Any:  # noqa: ANN401 - MoviePy has no types
    from moviepy import CompositeVideoClip, vfx

    event, rate = shot.event, float(form.rate)
    transition, length = event.transition, event.record_out - event.record_in
    base = _source_clip(stack, shot, form, start=0, frames=length)
    fade = transition.frames / rate
    layers = [base]
    if transition.frames and goes_out(event):
        layers = [base.with_effects([vfx.FadeOut(fade)])]
    elif transition.frames and outgoing is not None:
        before = _source_clip(stack, outgoing, form, start=outgoing.event.record_out - outgoing.event.record_in, frames=transition.frames)
        layers = [before, _wiped(base, event, form) if transition.kind == "wipe" else base.with_effects([vfx.CrossFadeIn(fade)])]
    elif transition.frames and transition.kind != "cut":
        layers = [base.with_effects([vfx.FadeIn(fade)])]
    # What fills the picture for the whole event needs no black behind it, which would be drawn and covered frame by frame.
    filled, size = layers[0].duration >= base.duration, (form.width, form.height)
    if len(layers) > 1:
        layers = [stack.enter_context(CompositeVideoClip(layers, size=size, bg_color=(0, 0, 0), use_bgclip=filled))]
    shown = [(title, min(title.frames, length - title.start)) for title in event.titles if title.text.strip()]
    return _titled(layers[0], [title_clip(title, form, frames) for title, frames in shown if frames > 0])


def _titled(clip: Any, titles: list[Any]) -> Any:  # noqa: ANN401
    """Return a clip with titles over it. MoviePy's composite would blend four channels of the whole picture; here only their places are."""
    from moviepy import VideoClip
    from moviepy.tools import compute_position

    def frame(time: float) -> NDArray[np.uint8]:
        picture = Image.fromarray(clip.get_frame(time).astype(np.uint8, copy=False))
        for title in titles:
            if title.is_playing(time):
                local = time - title.start
                letters = Image.fromarray(title.get_frame(local).astype(np.uint8, copy=False))
                seen = Image.fromarray((title.mask.get_frame(local) * 255).astype(np.uint8))
                picture.paste(letters, compute_position(letters.size, picture.size, title.pos(local), title.relative_pos), seen)
        return np.asarray(picture)

    return VideoClip(frame, duration=clip.duration) if titles else clip


def _wiped(clip: Any, event: CutEvent, form: FilmFormat) -> Any:  # noqa: ANN401
    """Return the incoming clip, seen only where its wipe has come to."""
    from moviepy import VideoClip

    rate, transition = float(form.rate), event.transition

    def mask(time: float) -> NDArray[np.float64]:
        share = (int(time * rate) + 0.5) / transition.frames
        return wipe_mask(transition.wipe, form.width, form.height, 2.0 if share > 1 else share)

    return clip.with_mask(VideoClip(frame_function=mask, is_mask=True, duration=clip.duration))


def _source_clip(stack: ExitStack, shot: Shot, form: FilmFormat, *, start: int, frames: int) -> Any:  # noqa: ANN401
    """Return a clip of ``frames`` frames that shows the media of a shot from ``start`` frames after its record in."""
    from moviepy import VideoClip

    rate = float(form.rate)
    picture = stack.enter_context(media_frames(shot.media, form))
    # Of a file that is read in order, MoviePy need not know its first picture to know its size.
    clip = VideoClip(duration=frames / rate)
    clip.size = (form.width, form.height)
    clip.frame_function = lambda time: picture(source_frame(shot.event, start + int(time * rate), shot.length))
    return clip
