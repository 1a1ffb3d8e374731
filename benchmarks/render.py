"""A film of ten takes of two seconds with a title and a dissolve: ours, beside plain MoviePy and plain ffmpeg doing the same."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.figures import Cost, Figure, cost
from benchmarks.memory import peak_memory
from genstudio.edit.render import render_film
from genstudio.edit.titles import title_font
from genstudio.project.media import ffmpeg_path
from genstudio.schema.cut import CutEvent, CutList, CutSource, Title, Transition
from genstudio.schema.render import RenderOptions

_TAKES: Final = 10
_FRAMES: Final = 48
_RATE: Final = 24
_SIZE: Final = (1280, 720)
_FADE: Final = 12
_TITLED: Final = (12, 30)
_OURS: Final = ("first render of takes", "after a changed title", "every frame through MoviePy")
_PEERS: Final = ("plain moviepy", "plain ffmpeg")
_X264: Final = ["-c:v", "libx264", "-preset", "fast", "-crf", "18", "-pix_fmt", "yuv420p"]


def run(*, quick: bool) -> list[Figure]:
    """Return seconds, wall and processor: the first render, the same again with another title, every frame through MoviePy.

    Also the most memory that each takes.
    """
    repeats = 1 if quick else 3
    rows: dict[str, list[Cost]] = {}
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sources = [coded_take(root, number, _FRAMES) for number in range(_TAKES)]
        for turn in range(repeats):
            for name, work in _ways(root, sources, turn).items():
                taken, most = _watched(work)
                rows.setdefault(name, []).append(taken)
                memory[name] = max(most, memory.get(name, 0.0))
    wall = {name: statistics.median(one.wall for one in costs) for name, costs in rows.items()}
    cpu = {name: statistics.median(one.cpu for one in costs) for name, costs in rows.items()}
    figures = [
        Figure("render", f"{name}, {what}", median[name], "s", peer, median[peer], repeats)
        for name in _OURS
        for peer in _PEERS
        for what, median in (("wall", wall), ("processor", cpu))
    ]
    first, again = _OURS[:2]
    figures += [
        Figure("render", f"{again}, {what}", of[again], "s", first, of[first], repeats) for what, of in (("wall", wall), ("processor", cpu))
    ]
    figures += [Figure("render", f"{name}, most memory", memory[name], "MB", peer, memory[peer]) for name in _OURS for peer in _PEERS]
    return figures


def _watched(work: Callable[[], object]) -> tuple[Cost, float]:
    """Do work; return what it cost, and the most memory in MB that it took."""
    costs: list[Cost] = []
    most = peak_memory(lambda: costs.append(cost(work)))
    return costs[0], most


def _ways(root: Path, sources: list[CutSource], turn: int) -> dict[str, Callable[[], object]]:
    first, second = _cut(sources, f"One {turn}"), _cut(sources, f"Two {turn}")
    works: tuple[Callable[[], object], ...] = (
        lambda: (forget(root), render_film(root, first)),
        lambda: render_film(root, second),
        lambda: render_film(root, second, RenderOptions(mode="moviepy")),
        lambda: _plain_moviepy(root, sources, turn),
        lambda: _plain_ffmpeg(root, sources, turn),
    )
    return dict(zip((*_OURS, *_PEERS), works, strict=True))


def coded_take(root: Path, number: int, frames: int) -> CutSource:
    """Make a take of 720p with sound as a pipeline would, its colours tagged, and return it as a cut list names it."""
    path = root / "03_Renders" / "SCENE_01" / f"SHOT_{number:03}" / f"SHOT-{number:03}_v01_take01.mp4"
    path.parent.mkdir(parents=True)
    colours = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709"
    picture = f"testsrc2=size={_SIZE[0]}x{_SIZE[1]}:rate={_RATE},hue=h={number * 36},{colours}"
    sound = f"sine=frequency={220 + 40 * number}:sample_rate=48000"
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    subprocess.run([*command, "-frames:v", str(frames), "-shortest", *_X264, "-c:a", "aac", str(path)], check=True)
    return CutSource(
        node=f"shot_{number:03}",
        take=path.stem,
        media=path.relative_to(root).as_posix(),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        kind="video",
        reel=f"T{number:07}",
        fps=str(_RATE),
        frames=frames,
        start_timecode="01:00:00:00",
        audio=True,
    )


def _cut(sources: list[CutSource], title: str) -> CutList:
    """Return the film: whole takes, of which the fourth gives up its end to the dissolve into the fifth; a title on the first."""
    events, position = [], 0
    for index, source in enumerate(sources):
        frames = _FRAMES - _FADE if index == 3 else _FRAMES
        events.append(
            CutEvent(
                number=index + 1,
                source=source,
                source_in=0,
                source_out=frames,
                record_in=position,
                record_out=position + frames,
                transition=Transition(kind="dissolve", frames=_FADE) if index == 4 else Transition(),
                titles=(Title(text=title, start=_TITLED[0], frames=_TITLED[1]),) if index == 0 else (),
            )
        )
        position += frames
    return CutList(title="Bench", fps=str(_RATE), width=_SIZE[0], height=_SIZE[1], events=tuple(events))


def forget(root: Path) -> None:
    """Empty the cache."""
    for path in (root / "05_Cache").rglob("*.mp4"):
        path.unlink()


def _plain_moviepy(root: Path, sources: list[CutSource], turn: int) -> None:
    """The film as MoviePy's own guide would make it."""
    from moviepy import CompositeVideoClip, TextClip, VideoFileClip, concatenate_videoclips, vfx

    clips = [VideoFileClip(str(root / source.media)) for source in sources]
    fade = _FADE / _RATE
    pair = CompositeVideoClip([clips[3], clips[4].with_start(clips[3].duration - fade).with_effects([vfx.CrossFadeIn(fade)])])
    film = concatenate_videoclips([*clips[:3], pair, *clips[5:]], method="compose")
    text = TextClip(font=str(title_font()), text=f"Plain {turn}", font_size=45, color="white", margin=(20, 20))
    titled = CompositeVideoClip(
        [film, text.with_start(_TITLED[0] / _RATE).with_duration(_TITLED[1] / _RATE).with_position(("center", 0.8), relative=True)]
    )
    target = root / f"moviepy{turn}.mp4"
    titled.write_videofile(
        str(target),
        fps=_RATE,
        codec="libx264",
        preset="fast",
        ffmpeg_params=["-crf", "18"],
        audio_codec="aac",
        temp_audiofile_path=str(root),
        logger=None,
    )
    for clip in clips:
        clip.close()


def _plain_ffmpeg(root: Path, sources: list[CutSource], turn: int) -> None:
    """The film as one filter graph."""
    inputs = [word for source in sources for word in ("-i", str(root / source.media))]
    fade, length = _FADE / _RATE, _FRAMES / _RATE
    first, last = _TITLED[0] / _RATE, sum(_TITLED) / _RATE
    title = f"drawtext=fontfile={title_font()}:text=Plain:fontsize=45:fontcolor=white:x=(w-tw)/2:y=h*0.8:enable='between(t,{first},{last})'"
    graph = [
        f"[0:v]{title}[v0]",
        f"[3:v][4:v]xfade=transition=fade:duration={fade}:offset={length - fade}[v3]",
        f"[3:a][4:a]acrossfade=d={fade}[a3]",
        "[v0][0:a][1:v][1:a][2:v][2:a][v3][a3]"
        + "".join(f"[{n}:v][{n}:a]" for n in range(5, _TAKES))
        + f"concat=n={_TAKES - 1}:v=1:a=1[v][a]",
    ]
    command = [ffmpeg_path(), "-v", "error", "-y", *inputs, "-filter_complex", ";".join(graph), "-map", "[v]", "-map", "[a]"]
    subprocess.run([*command, *_X264, "-c:a", "aac", str(root / f"ffmpeg{turn}.mp4")], check=True)
