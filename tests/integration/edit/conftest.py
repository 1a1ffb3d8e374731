"""Takes whose every frame says which take and which frame it is, in black and white bars that survive any codec."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest

from genstudio.edit.render import FilmReport
from genstudio.project.media import ffmpeg_path
from genstudio.schema.cut import CutEvent, CutList, CutSource, Title, Transition

BITS = 14  # 4 of the take, 10 of the frame
WIDTH, HEIGHT = 336, 192
BAR = WIDTH // BITS
COLOURS = [(200, 40, 40), (40, 180, 60), (60, 80, 210), (190, 180, 50), (120, 60, 160)]


def coded(take: int, frame: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A picture: the bars in its upper half, the take's colour below, so that titles hide no bar."""
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[:] = COLOURS[take % len(COLOURS)]
    bar = width // BITS
    for bit in range(BITS):
        value = (take << 10 | frame) >> (BITS - 1 - bit) & 1
        picture[: height // 2, bit * bar : (bit + 1) * bar] = 255 * value
    return picture


def decoded(picture: np.ndarray) -> tuple[int, int]:
    """Take and frame of a picture of the standard size."""
    row = picture[HEIGHT // 8 : HEIGHT // 3].mean(axis=(0, 2))
    number = 0
    for bit in range(BITS):
        number = number << 1 | int(row[bit * BAR + BAR // 4 : bit * BAR + 3 * BAR // 4].mean() > 128)
    return number >> 10, number & 1023


def _encode(path: Path, take: int, frames: int, fps: str, size: tuple[int, int], sound: float) -> None:
    raw = b"".join(coded(take, frame, *size).tobytes() for frame in range(frames))
    tone = ["-f", "lavfi", "-i", f"sine=frequency={sound}:sample_rate=48000:duration={frames * 2}"] if sound else []
    command = [ffmpeg_path(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}"]
    command += ["-framerate", fps, "-i", "-", *tone, "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
    command += ["-frames:v", str(frames), "-shortest", "-crf", "12", "-preset", "veryfast"]
    command += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-timecode", "01:00:00:00", str(path)]
    subprocess.run(command, input=raw, check=True)


@dataclass
class FilmProject:
    """A project folder with coded takes, and films cut from them."""

    root: Path
    store: Path
    made: dict[int, CutSource] = field(default_factory=dict)
    coded = staticmethod(coded)
    decoded = staticmethod(decoded)

    def pictures(self, report: FilmReport) -> list[np.ndarray]:
        """All frames of a film as RGB, read with the matrix its tags name."""
        with av.open(str(self.root / report.path)) as container:
            return [
                frame.to_ndarray(format="rgb24", src_colorspace="ITU709", dst_color_range="JPEG") for frame in container.decode(video=0)
            ]

    def seen(self, report: FilmReport) -> list[tuple[int, int]]:
        """Take and frame that every picture of a film shows."""
        return [decoded(picture) for picture in self.pictures(report)]

    def sound(self, report: FilmReport) -> np.ndarray:
        """The sound of a film at 48 kHz, mono, as float."""
        command = [ffmpeg_path(), "-loglevel", "error", "-i", str(self.root / report.path), "-ac", "1", "-ar", "48000", "-f", "f32le", "-"]
        return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, dtype=np.float32)

    def add(self, number: int, path: Path, **changes: object) -> CutSource:
        values = {
            "node": f"shot_{number}",
            "take": f"SHOT-010_v01_take{number:02}",
            "media": path.relative_to(self.root).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "kind": "video",
            "reel": f"T{number:07}",
            "fps": "24",
            "frames": 1,
            "start_timecode": "01:00:00:00",
        }
        source = CutSource.model_validate({**values, **changes})
        self.made[number] = source
        return source

    def path(self, number: int, suffix: str = ".mp4") -> Path:
        folder = self.root / "03_Renders/SCENE_01/SHOT_010"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"SHOT-010_v01_take{number:02}{suffix}"

    def take(self, number: int, frames: int = 60, fps: str = "24", size: tuple[int, int] = (WIDTH, HEIGHT), sound: float = 0) -> CutSource:
        """A coded video as a model makes it (B-frames, rare key frames, tagged BT.709), with a sine of ``sound`` Hz if that is not 0."""
        path = self.path(number)
        ready = self.store / f"{number} {frames} {fps.replace('/', '-')} {size} {sound}.mp4"
        if not ready.exists():
            _encode(ready, number, frames, fps, size, sound)
        shutil.copyfile(ready, path)
        return self.add(number, path, frames=frames, fps=fps, audio=bool(sound))

    def film(self, *events: dict, fps: str = "24", title: str = "Coded Film", size: tuple[int, int] = (WIDTH, HEIGHT)) -> CutList:
        """A cut list; an event is {take, first, frames} with at will gap, played, kind, fade, titles [(text, start, frames)]."""
        made, position = [], 0
        for number, event in enumerate(events, start=1):
            position += event.get("gap", 0)
            made.append(
                CutEvent(
                    number=number,
                    source=self.made[event["take"]],
                    source_in=event.get("first", 0),
                    source_out=event.get("first", 0) + event.get("played", event["frames"]),
                    record_in=position,
                    record_out=position + event["frames"],
                    transition=Transition(kind=event.get("kind", "cut"), frames=event.get("fade", 0)),
                    titles=tuple(Title(text=text, start=start, frames=frames) for text, start, frames in event.get("titles", ())),
                )
            )
            position += event["frames"]
        return CutList(title=title, fps=fps, width=size[0], height=size[1], events=tuple(made))


@pytest.fixture(scope="session")
def encoded_takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Coded videos, each encoded once for all tests."""
    return tmp_path_factory.mktemp("takes")


@pytest.fixture
def film_project(tmp_path: Path, encoded_takes: Path) -> FilmProject:
    root = tmp_path / "Filmé 100%"
    root.mkdir()
    return FilmProject(root, encoded_takes)
