"""A film of five minutes from 75 takes with ten titles, beside plain ffmpeg joining it; edit lists of 5,000 events, beside pycmx."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.figures import Cost, Figure, cost
from benchmarks.render import coded_take, forget
from genstudio.edit.edl import parse_edl, write_edl_reels
from genstudio.edit.render import render_film
from genstudio.project.media import ffmpeg_path
from genstudio.schema.cut import CutEvent, CutList, CutSource, Title

_TAKES: Final = 75
_FRAMES: Final = 96
_TITLES: Final = 10
_EVENTS: Final = 5_000


def run(*, quick: bool) -> list[Figure]:
    """Return seconds: the film from nothing and once more with one other title (a fifth of it if ``quick``); writing and reading lists."""
    return [*_films(_TAKES // 5 if quick else _TAKES), *_lists()]


def _films(takes: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sources = [coded_take(root, number, _FRAMES) for number in range(takes)]
        forget(root)
        first = cost(lambda: render_film(root, _film(sources, "Title")))
        again = cost(lambda: render_film(root, _film(sources, "Other")))
        plain = cost(lambda: _plain_ffmpeg(root, sources))
    named = (
        (f"{takes} takes, first render", first, "plain ffmpeg", plain),
        (f"{takes} takes, after a changed title", again, "first render", first),
    )
    return [_figure(name, own, peer, other, what) for name, own, peer, other in named for what in ("wall", "processor")]


def _figure(name: str, own: Cost, peer: str, other: Cost, what: str) -> Figure:
    values = (own.wall, other.wall) if what == "wall" else (own.cpu, other.cpu)
    return Figure("film", f"{name}, {what}", values[0], "s", peer, values[1])


def _lists() -> list[Figure]:
    import io

    import pycmx

    source = CutSource(
        node="s", take="SHOT-010_v01_take01", media="m.mp4", sha256="0" * 64, kind="video", reel="T0000001", fps="24", frames=_FRAMES,
        start_timecode="01:00:00:00",
    )  # fmt: skip
    cut = _film([source] * _EVENTS, "T").model_copy(update={"start_timecode": "00:00:00:00"})
    lists: list[str] = []
    written = cost(lambda: lists.extend(write_edl_reels(cut)))
    read = cost(lambda: [parse_edl(text, "24") for text in lists])
    peer = cost(lambda: [list(pycmx.parse_cmx3600(io.StringIO(text)).events) for text in lists])
    return [
        Figure("film", f"edit list of {_EVENTS} events, written", written.cpu, "s", "pycmx reading it", peer.cpu),
        Figure("film", f"edit list of {_EVENTS} events, read", read.cpu, "s", "pycmx reading it", peer.cpu),
    ]


def _film(sources: list[CutSource], word: str) -> CutList:
    """Whole takes one after the other; on every seventh, ten times at most, a title of two seconds, the first of which says ``word``."""
    step = _TAKES // _TITLES
    events = tuple(
        CutEvent(
            number=number + 1,
            source=source,
            source_in=0,
            source_out=_FRAMES,
            record_in=number * _FRAMES,
            record_out=(number + 1) * _FRAMES,
            titles=(Title(text=f"{word if not number else 'Part'} {number}", start=24, frames=48),)
            if number % step == 0 and number // step < _TITLES
            else (),
        )
        for number, source in enumerate(sources)
    )
    return CutList(title="Five minutes", fps="24", width=1280, height=720, events=events)


def _plain_ffmpeg(root: Path, sources: list[CutSource]) -> None:
    """All takes joined by the concat filter, without the titles: less than the film asks for."""
    inputs = [word for source in sources for word in ("-i", str(root / source.media))]
    graph = "".join(f"[{n}:v][{n}:a]" for n in range(len(sources))) + f"concat=n={len(sources)}:v=1:a=1[v][a]"
    coder = ["-c:v", "libx264", "-preset", "fast", "-crf", "18", "-c:a", "aac"]
    command = [ffmpeg_path(), "-v", "error", "-y", *inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]"]
    subprocess.run([*command, *coder, str(root / "plain.mp4")], check=True)
