"""Films from coded takes: every frame of a film says which frame of which take it is."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path
from threading import Thread

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from genstudio.edit.edl import read_edl_file
from genstudio.edit.render import render_film
from genstudio.edit.wipes import wipe_mask
from genstudio.project.media import ffmpeg_path
from genstudio.schema.cut import WIPES, Title, Transition
from genstudio.schema.rates import parse_rate
from genstudio.schema.render import RenderOptions

MODES = ["smart", "moviepy"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fps", ["24", "24000/1001", "25", "30000/1001"])
def test_every_frame_of_a_film_of_cuts_is_the_frame_that_the_cut_list_names(film_project, mode, fps):
    for number in (1, 2, 3):
        film_project.take(number, fps=fps)
    cut = film_project.film(
        {"take": 1, "first": 0, "frames": 60},
        {"take": 2, "first": 7, "frames": 31},
        {"take": 3, "first": 24, "frames": 13},
        {"take": 1, "first": 59, "frames": 1},
        fps=fps,
    )
    report = render_film(film_project.root, cut, RenderOptions(mode=mode))
    expected = [(1, n) for n in range(60)] + [(2, n) for n in range(7, 38)] + [(3, n) for n in range(24, 37)] + [(1, 59)]
    assert film_project.seen(report) == expected
    assert report.frames == 105


def test_a_film_is_tagged_evenly_timed_and_starts_with_picture_and_sound_together(film_project):
    film_project.take(1, fps="30000/1001")
    report = render_film(film_project.root, film_project.film({"take": 1, "first": 3, "frames": 50}, fps="30000/1001"))
    with av.open(str(film_project.root / report.path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        times = [packet.pts * packet.time_base for packet in container.demux(video) if packet.size]
        assert times == [Fraction(number * 1001, 30000) for number in range(50)]
        assert (video.average_rate, video.frames, video.codec_context.pix_fmt) == (Fraction(30000, 1001), 50, "yuv420p")
        assert (video.codec_context.colorspace, video.codec_context.color_primaries, video.codec_context.color_trc) == (1, 1, 1)
        assert audio.start_time in (0, None)
        assert abs(float(audio.duration * audio.time_base) - 50 * 1001 / 30000) < 0.03
    assert (report.copied, report.drawn) == (41, 9)


def test_both_ways_of_rendering_give_the_same_pictures(film_project):
    for number in (1, 2, 3):
        film_project.take(number)
    cut = film_project.film(
        {"take": 1, "first": 0, "frames": 40, "kind": "fade_in", "fade": 6, "titles": [("The Fox", 10, 12)]},
        {"take": 2, "first": 5, "frames": 30, "kind": "dissolve", "fade": 10},
        {"take": 3, "first": 0, "frames": 36, "gap": 5, "kind": "fade_out", "fade": 8},
        {"take": 1, "first": 0, "frames": 12, "played": 24},
    )
    smart, drawn = (render_film(film_project.root, cut, RenderOptions(mode=mode)) for mode in MODES)
    assert (smart.mode, drawn.mode, smart.frames, drawn.frames) == ("smart", "moviepy", 123, 123)
    assert smart.copied > 40
    assert drawn.copied == 0
    pairs = zip(film_project.pictures(smart), film_project.pictures(drawn), strict=True)
    assert min(psnr(one, other) for one, other in pairs) > 34


def psnr(one, other):
    error = np.mean((one.astype(float) - other) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-9))


@pytest.mark.parametrize("mode", MODES)
def test_the_colours_of_a_take_are_the_same_whether_copied_or_drawn(film_project, mode):
    film_project.take(2, frames=48)
    cut = film_project.film({"take": 2, "first": 0, "frames": 24}, {"take": 2, "first": 25, "frames": 23})
    shown = film_project.pictures(render_film(film_project.root, cut, RenderOptions(mode=mode)))
    wanted = film_project.coded(2, 0)[150, 100].astype(int)
    for picture in shown:
        assert np.abs(picture[120:180, 20:300].mean(axis=(0, 1)) - wanted).max() < 4


@pytest.mark.parametrize("mode", MODES)
def test_a_dissolve_starts_at_the_record_in_point_and_the_outgoing_clip_plays_on(film_project, mode):
    film_project.take(1)
    film_project.take(2)
    cut = film_project.film({"take": 1, "first": 0, "frames": 24}, {"take": 2, "first": 6, "frames": 36, "kind": "dissolve", "fade": 12})
    shown = film_project.pictures(render_film(film_project.root, cut, RenderOptions(mode=mode)))
    assert [film_project.decoded(picture) for picture in shown[:24]] == [(1, n) for n in range(24)]
    for k in range(12):
        share = (k + 0.5) / 12
        wanted = film_project.coded(2, 6 + k) * share + film_project.coded(1, 24 + k) * (1 - share)
        assert psnr(shown[24 + k], wanted) > 28
    assert [film_project.decoded(picture) for picture in shown[36:]] == [(2, n) for n in range(18, 42)]


@pytest.mark.parametrize(("code", "mode"), [*((code, "smart") for code in sorted(WIPES)), (119, "moviepy")])
def test_a_wipe_shows_the_incoming_clip_where_its_shape_has_come_to(film_project, mode, code):
    film_project.take(1)
    film_project.take(2)
    cut = film_project.film({"take": 1, "frames": 12}, {"take": 2, "frames": 24, "kind": "wipe", "fade": 8})
    incoming = cut.events[1].model_copy(update={"transition": Transition(kind="wipe", frames=8, wipe=code)})
    cut = cut.model_copy(update={"events": (cut.events[0], incoming)})
    shown = film_project.pictures(render_film(film_project.root, cut, RenderOptions(mode=mode)))
    for k in (0, 3, 7):
        mask = wipe_mask(code, 336, 192, (k + 0.5) / 8)[:, :, None]
        wanted = film_project.coded(2, k) * mask + film_project.coded(1, 12 + k) * (1 - mask)
        assert psnr(shown[12 + k], wanted) > 24
    assert [film_project.decoded(picture) for picture in shown[20:]] == [(2, n) for n in range(8, 24)]


def test_a_dissolve_out_of_a_clip_without_handle_holds_its_last_frame_and_says_so(film_project):
    film_project.take(1, frames=24)
    film_project.take(2)
    cut = film_project.film({"take": 1, "frames": 24}, {"take": 2, "frames": 24, "kind": "dissolve", "fade": 8})
    report = render_film(film_project.root, cut)
    shown = film_project.pictures(report)
    assert psnr(shown[24 + 3], film_project.coded(2, 3) * 3.5 / 8 + film_project.coded(1, 23) * 4.5 / 8) > 28
    assert report.notices == ("SHOT-010_v01_take01 is 8 frames too short for this cut; its last frame is held.",)


@pytest.mark.parametrize("mode", MODES)
def test_fades_go_from_and_to_black_and_touch_no_other_frame(film_project, mode):
    film_project.take(1)
    cut = film_project.film(
        {"take": 1, "frames": 24, "kind": "fade_in", "fade": 8}, {"take": 1, "first": 24, "frames": 24, "kind": "fade_out", "fade": 8}
    )
    light = [picture[120:].mean() for picture in film_project.pictures(render_film(film_project.root, cut, RenderOptions(mode=mode)))]
    full = light[20]
    assert light[:8] == sorted(light[:8])
    assert light[0] < full * 0.15
    assert light[-1] < full * 0.15
    assert max(abs(value - full) for value in light[8:40]) < 3


@pytest.mark.parametrize("mode", MODES)
def test_a_gap_is_black(film_project, mode):
    film_project.take(1)
    cut = film_project.film({"take": 1, "frames": 12, "gap": 5}, {"take": 1, "first": 12, "frames": 12, "gap": 3})
    shown = film_project.pictures(render_film(film_project.root, cut, RenderOptions(mode=mode)))
    assert [picture.max() < 6 for picture in shown] == [True] * 5 + [False] * 12 + [True] * 3 + [False] * 12


@pytest.mark.parametrize("mode", MODES)
def test_a_title_is_seen_in_its_frames_and_in_no_other(film_project, mode):
    film_project.take(1)
    cut = film_project.film({"take": 1, "frames": 48, "titles": [("Ωmega — the Fox", 13, 7)]})
    shown = film_project.pictures(render_film(film_project.root, cut, RenderOptions(mode=mode)))
    white = [bool((picture[100:].min(axis=2) > 200).sum() > 50) for picture in shown]
    assert white == [13 <= number < 20 for number in range(48)]
    assert [film_project.decoded(picture)[1] for picture in shown] == list(range(48))


def test_a_title_stands_where_and_as_large_as_was_asked_and_fades(film_project):
    film_project.take(1, frames=12)
    cut = film_project.film({"take": 1, "frames": 12})

    def lit(title):
        event = cut.events[0].model_copy(update={"titles": (title,)})
        pictures = film_project.pictures(render_film(film_project.root, cut.model_copy(update={"events": (event,)})))
        return [np.flatnonzero((picture[:, 160:180].min(axis=2) > 170).any(axis=1)) for picture in pictures], pictures

    (rows, *_), _ = lit(Title(text="HHHHHHHH", frames=12))
    assert rows.min() > 192 * 0.7
    centre, _ = lit(Title(text="HHHHHHHH", frames=12, position="centre", size=0.2))
    assert 192 * 0.3 < np.median(centre[5]) < 192 * 0.7
    _, pictures = lit(Title(text="HHHHHHHH", frames=12, fade_in=4, fade_out=4))
    light = [int(picture[150:185].min(axis=2).max()) for picture in pictures]
    assert light[0] < light[2] < light[5]
    assert light[11] < light[9] < light[6]


@pytest.mark.parametrize("text", ["x" * 1_000_000, "🦊 \x00\x1b[31m\u202e txet", "שלום العالم", "one\ntwo\n\n", "{}%s'\"\\:"])
def test_no_title_text_stops_a_film(film_project, text):
    film_project.take(1, frames=12)
    assert render_film(film_project.root, film_project.film({"take": 1, "frames": 12, "titles": [(text, 0, 3)]})).frames == 12


@pytest.mark.parametrize(("fps", "film_fps"), [("16", "24"), ("30", "24"), ("12", "25"), ("24000/1001", "24"), ("24", "30000/1001")])
def test_takes_of_other_rates_keep_their_time(film_project, fps, film_fps):
    source = film_project.take(1, frames=48, fps=fps)
    ratio = parse_rate(film_fps) / parse_rate(fps)
    length = int(48 * ratio + Fraction(1, 2))
    cut = film_project.film({"take": 1, "frames": length}, fps=film_fps)
    report = render_film(film_project.root, cut)
    numbers = [frame for _, frame in film_project.seen(report)]
    assert len(numbers) == length
    assert max(abs(shown - number / ratio) for number, shown in enumerate(numbers)) <= 1
    assert (numbers, numbers[0]) == (sorted(numbers), 0)
    assert numbers[-1] >= 46
    assert report.notices == ()
    assert source.frames == 48


def test_takes_of_other_sizes_are_fitted_without_distortion(film_project):
    film_project.take(1, frames=12, size=(280, 280))
    shown = film_project.pictures(render_film(film_project.root, film_project.film({"take": 1, "frames": 12})))[5]
    bright = np.flatnonzero(shown[150].max(axis=1) > 40)
    assert abs((bright[-1] - bright[0] + 1) - shown.shape[0]) <= 4
    assert abs(bright[0] - (shown.shape[1] - 1 - bright[-1])) <= 2


@pytest.mark.parametrize("mode", MODES)
def test_a_still_holds_for_its_duration(film_project, mode):
    path = film_project.path(1, ".png")
    Image.fromarray(film_project.coded(3, 77)).save(path)
    film_project.add(1, path, kind="image")
    film_project.take(2)
    cut = film_project.film(
        {"take": 1, "frames": 30},
        {"take": 2, "frames": 20, "kind": "dissolve", "fade": 5},
        {"take": 1, "frames": 40, "titles": [("x", 3, 4)]},
    )
    report = render_film(film_project.root, cut, RenderOptions(mode=mode))
    found = film_project.seen(report)
    assert found[:30] == [(3, 77)] * 30
    assert found[50:] == [(3, 77)] * 40


@pytest.mark.parametrize("mode", MODES)
def test_a_speed_and_a_freeze_are_exact_in_frames(film_project, mode):
    film_project.take(1)
    cut = film_project.film(
        {"take": 1, "first": 4, "frames": 10, "played": 40},
        {"take": 1, "first": 10, "frames": 20, "played": 5},
        {"take": 1, "first": 33, "frames": 8, "played": 1},
    )
    numbers = [frame for _, frame in film_project.seen(render_film(film_project.root, cut, RenderOptions(mode=mode)))]
    assert numbers == [4 + 4 * n for n in range(10)] + [10 + n // 4 for n in range(20)] + [33] * 8


EVENT = st.fixed_dictionaries(
    {
        "take": st.sampled_from([1, 2]),
        "first": st.integers(0, 50),
        "frames": st.integers(1, 40),
        "gap": st.sampled_from([0, 0, 0, 2]),
        "kind": st.sampled_from(["cut", "cut", "fade_in", "dissolve", "fade_out"]),
    }
)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENT, min_size=1, max_size=5), fps=st.sampled_from(["24", "24000/1001"]))
def test_any_film_is_frame_exact_outside_its_transitions(film_project, events, fps):
    for number in (1, 2):
        film_project.take(number, frames=90, fps=fps)
    events = [{**event, "fade": 0 if event["kind"] == "cut" else min(6, event["frames"])} for event in events]
    cut = film_project.film(*events, fps=fps)
    found = film_project.seen(render_film(film_project.root, cut))
    assert len(found) == cut.frames
    for event in cut.events:
        fade = event.transition.frames
        first, last = (0, fade) if event.transition.kind == "fade_out" else (fade, 0)
        for local in range(first, event.record_out - event.record_in - last):
            assert found[event.record_in + local] == (int(event.source.take[-1]), event.source_in + local)


def test_sound_stands_at_its_picture_and_silence_where_there_is_none(film_project):
    film_project.take(1, frames=48, sound=440)
    film_project.take(2, frames=48)
    cut = film_project.film({"take": 2, "frames": 24}, {"take": 1, "first": 12, "frames": 24}, {"take": 2, "frames": 12}, fps="24")
    report = render_film(film_project.root, cut)
    assert report.audio
    sound = np.abs(film_project.sound(report))
    assert abs(len(sound) - 60 * 2000) <= 1100
    loud = np.flatnonzero(sound > 0.02)
    assert abs(loud[0] - 48_000) < 200
    assert abs(loud[-1] - 96_000) < 1100
    assert sound[2000:46_000].max() < 0.001


def test_sound_crossfades_with_the_picture_and_follows_a_speed(film_project):
    film_project.take(1, frames=72, sound=440)
    film_project.take(2, frames=96, sound=1000)
    cut = film_project.film({"take": 1, "frames": 24}, {"take": 2, "frames": 48, "played": 96, "kind": "dissolve", "fade": 24})
    sound = film_project.sound(render_film(film_project.root, cut))

    def strength(hertz, start, end):
        part = sound[start:end]
        return float(np.abs(np.mean(part * np.exp(-2j * np.pi * hertz * np.arange(len(part)) / 48000))))

    assert strength(440, 48_000, 54_000) > 3 * strength(1000, 48_000, 54_000)
    assert strength(1000, 88_000, 95_000) > 3 * strength(440, 88_000, 95_000)
    assert strength(1000, 100_000, 140_000) > 0.02


def test_a_film_without_any_sound_has_a_silent_track_of_its_length(film_project):
    film_project.take(1)
    report = render_film(film_project.root, film_project.film({"take": 1, "frames": 48}))
    assert not report.audio
    assert np.abs(film_project.sound(report)).max() == 0


@pytest.mark.once
def test_films_are_numbered_and_never_replaced_even_by_renders_at_one_time(film_project):
    film_project.take(1, frames=12)
    cut = film_project.film({"take": 1, "frames": 12}, title="Müde / Füchse: ../x")
    exports = film_project.root / "06_Exports"
    first = render_film(film_project.root, cut)
    (exports / Path(first.path).name.replace("_v001", "_v005")).write_bytes(b"somebody else's")
    reports = []
    threads = [Thread(target=lambda: reports.append(render_film(film_project.root, cut))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.path.endswith("_v001.mp4")
    assert sorted(report.path[-8:-4] for report in reports) == ["v006", "v007", "v008"]
    assert {report.sha256 for report in reports} == {first.sha256}


def test_the_report_stands_beside_the_film_and_the_edl_in_its_folder(film_project):
    film_project.take(1)
    said = []
    report = render_film(
        film_project.root, film_project.film({"take": 1, "first": 5, "frames": 40}), progress=lambda *step: said.append(step)
    )
    beside = json.loads((film_project.root / report.path).with_suffix(".json").read_text())
    assert beside == json.loads(report.model_dump_json())
    edl = read_edl_file(film_project.root / report.edl, "24")
    assert (edl.events[0].reel, edl.events[0].source_out - edl.events[0].source_in) == ("T0000001", 40)
    percents = [percent for percent, _ in said]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert not list((film_project.root / "05_Cache" / "pieces").glob(".*"))


def test_a_film_that_no_edl_can_say_is_a_film_all_the_same(film_project):
    film_project.take(1)
    film_project.made[1] = film_project.made[1].model_copy(update={"reel": "much too long"})
    report = render_film(film_project.root, film_project.film({"take": 1, "frames": 24}))
    assert report.edl == ""
    assert "reel" in report.notices[0]


def test_a_changed_title_is_all_that_is_drawn_again(film_project):
    film_project.take(1)
    film_project.take(2)
    pieces = film_project.root / "05_Cache"

    def films(text):
        return film_project.film({"take": 1, "frames": 48, "titles": [("same", 2, 5)]}, {"take": 2, "frames": 48, "titles": [(text, 2, 5)]})

    render_film(film_project.root, films("old"))
    before = {path: path.stat().st_mtime_ns for path in pieces.rglob("*.mp4")}
    render_film(film_project.root, films("new"))
    after = {path: path.stat().st_mtime_ns for path in pieces.rglob("*.mp4")}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_a_damaged_cache_is_made_again(film_project):
    film_project.take(1)
    cut = film_project.film({"take": 1, "first": 5, "frames": 48})
    first = render_film(film_project.root, cut)
    for number, path in enumerate(sorted((film_project.root / "05_Cache").rglob("*.mp4"))):
        path.write_bytes(b"" if number % 2 else path.read_bytes()[:300])
    assert render_film(film_project.root, cut).sha256 == first.sha256


def test_where_pieces_fit_no_other_every_frame_is_drawn_and_the_film_is_as_long(film_project):
    film_project.take(1)
    film_project.take(2)
    cut = film_project.film({"take": 1, "frames": 30}, {"take": 2, "first": 4, "frames": 25})
    smart = render_film(film_project.root, cut)
    stranger = next((film_project.root / "05_Cache" / "conformed").iterdir())
    other = stranger.with_name("other.mp4")
    profile = ["-c:v", "libx264", "-profile:v", "baseline", "-crf", "12", "-g", "12", "-bf", "0", "-pix_fmt", "yuv420p"]
    subprocess.run([ffmpeg_path(), "-v", "error", "-i", str(stranger), *profile, "-video_track_timescale", "12000", str(other)], check=True)
    other.replace(stranger)
    whole = render_film(film_project.root, cut)
    assert (smart.mode, whole.mode) == ("smart", "moviepy")
    assert (whole.frames, whole.copied) == (smart.frames, 0)
    assert film_project.seen(whole) == film_project.seen(smart)
    assert any("do not fit" in notice for notice in whole.notices)


def test_a_finished_film_plays_in_another_program(film_project):
    film_project.take(1, sound=300)
    film_project.take(2)
    cut = film_project.film({"take": 1, "frames": 30}, {"take": 2, "first": 3, "frames": 40, "kind": "dissolve", "fade": 9})
    path = film_project.root / render_film(film_project.root, cut).path
    done = subprocess.run([ffmpeg_path(), "-v", "warning", "-i", str(path), "-f", "null", "-"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
