"""Classical image, video and sound processing for pipelines that need no model: ffmpeg filters, optical flow, a speech synthesiser.

Every function keeps what it is given: as many frames, at the same rate, with the same sound.
"""

from genstudio_classical.filtering import EVEN, filtered, write_video
from genstudio_classical.flow import colour_wheel, optical_flow
from genstudio_classical.performing import moved_over, spoken_over
from genstudio_classical.source import Source, gray_frames, open_source
from genstudio_classical.speech import speak

__all__ = [
    "EVEN",
    "Source",
    "colour_wheel",
    "filtered",
    "gray_frames",
    "moved_over",
    "open_source",
    "optical_flow",
    "speak",
    "spoken_over",
    "write_video",
]
