"""A film that stands in a film, from the canvas to its pictures and its sound."""

from __future__ import annotations

import subprocess

import numpy as np

from genstudio.edit.render import render_film
from genstudio.graph.cut import cut
from genstudio.project.media import ffmpeg_path
from genstudio.schema.canvas import Canvas
from genstudio.schema.project import ProjectSettings
from genstudio.schema.take import TakeCanvas, TakePipeline, TakeQuality, TakeRecord

SONG = "01_Assets/song.wav"


def record(source):
    return TakeRecord(
        id=source.take,
        renders="SCENE_01/SHOT_010",
        media=source.media.rpartition("/")[2],
        kind="video",
        fps=source.fps,
        frames=source.frames,
        width=336,
        height=192,
        sha256=source.sha256,
        bytes=1,
        reel=source.reel,
        start_timecode=source.start_timecode,
        audio=source.audio,
        pipeline=TakePipeline(id="p", version="1.0.0"),
        quality=TakeQuality(requested="low", used="low"),
        canvas=TakeCanvas(path="c", version=1, node=source.node),
    )


def wire(source, handle, target, order, socket="sequence_in"):
    return {"source": source, "sourceHandle": handle, "target": target, "targetHandle": socket, "order": order}


def test_a_nested_film_is_rendered_as_it_was_cut_and_its_music_ends_with_it(film_project):
    path = film_project.root / SONG
    path.parent.mkdir()
    tone = "sine=frequency=1000:sample_rate=48000:duration=10"
    subprocess.run([ffmpeg_path(), "-loglevel", "error", "-f", "lavfi", "-i", tone, str(path)], check=True)
    sources = {f"shot_{number}": film_project.take(number, frames=48) for number in (1, 2, 3, 4)}
    events = {"shot_2": {"in": 5, "out": 25}, "shot_3": {"speed": 2, "title": {"text": "Inside", "start": 2, "frames": 6}}}
    nodes = {name: {"type": "shot"} for name in sources}
    nodes |= {"film": {"type": "vse_assembler"}, "inner": {"type": "vse_assembler", "data": {"events": events}}}
    nodes["song"] = {"type": "audio", "data": {"file": SONG}}
    edges = {
        "e1": wire("shot_1", "sequence_out", "film", "a0"),
        "e2": wire("inner", "final_video", "film", "a1"),
        "e3": wire("shot_4", "sequence_out", "film", "a2"),
        "e4": wire("shot_2", "sequence_out", "inner", "a0"),
        "e5": wire("shot_3", "sequence_out", "inner", "a1"),
        "e6": wire("song", "audio", "inner", "a0", "music"),
    }
    canvas = Canvas.model_validate({"nodes": nodes, "edges": edges})
    found = cut(canvas, "film", {name: (record(source),) for name, source in sources.items()}, ProjectSettings(fps="24"), "Nested")
    assert found.problems == ()
    assert found.cut is not None
    report = render_film(film_project.root, found.cut.model_copy(update={"width": 336, "height": 192, "loudness": None}))
    expected = (
        [(1, n) for n in range(48)] + [(2, n) for n in range(5, 25)] + [(3, n) for n in range(0, 48, 2)] + [(4, n) for n in range(48)]
    )
    assert film_project.seen(report) == expected
    sound = film_project.sound(report)
    heard = [bool(np.abs(sound[int(at * 48_000) :][:4800]).max() > 0.01) for at in (1.5, 2.1, 3.6, 4.0)]
    assert heard == [False, True, True, False]
