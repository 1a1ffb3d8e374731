"""All ways that a film goes out of the page and comes back: its presets, cancel, lists of editors, and films inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from engine_lab import until
from playwright.sync_api import expect
from running_studio import private_environment

if TYPE_CHECKING:
    from running_studio import Studio
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.campaign]
TITLE = "The Fox and the River"
FILM = "assembler_1"
SHOTS = ("shot_010", "shot_020", "shot_030")


@pytest.fixture(scope="module")
def sample(place: Path, studio: Studio) -> Path:
    """The sample film, made as ``genstudio demo`` makes it; its folder."""
    command = [sys.executable, "-m", "genstudio", "demo", "--workspace", str(place / "Studio"), "--json"]
    subprocess.run(command, env=private_environment(place), check=True, capture_output=True, timeout=280)
    return studio.workspace / "Projects" / TITLE.replace(" ", "_")


@pytest.fixture
def cut(film: StudioPage, studio: Studio, sample: Path) -> StudioPage:
    """The sample film with its assembler in the inspector."""
    film.page.goto(studio.page("genstudio/app"))
    film.page.locator(f'[data-testid="project-card"][data-title="{TITLE}"]').click()
    film.shows("shot_010", "SHOT-010_v01_take01")
    film.hook(f"node-{FILM}").click(position={"x": 60, "y": 14})
    expect(film.hook("inspector")).to_be_visible()
    assert sample.is_dir()
    return film


def look(film: StudioPage, name: str) -> None:
    """With GENSTUDIO_LOOKS naming a folder, keep a picture of the page in the dark and in the light."""
    folder = os.environ.get("GENSTUDIO_LOOKS")
    for scheme in ("light", "dark") if folder else ():
        film.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        expect(film.page.locator(".gs-root").first).to_have_attribute("data-theme", scheme)
        film.page.screenshot(path=Path(str(folder)) / f"{name}-{scheme}.png")


def undo(film: StudioPage) -> None:
    film.page.get_by_role("button", name="Undo", exact=True).click()


def clips(film: StudioPage, *shots: str) -> None:
    """Wait until the strip shows some shots, in this order."""
    shown = film.page.locator('.gs-bottom [data-testid^="strip-"]')
    expect(shown).to_have_count(len(shots))
    for at, shot in enumerate(shots):
        expect(shown.nth(at)).to_have_attribute("data-testid", f"strip-{shot}")


def exports(sample: Path, suffix: str) -> list[str]:
    return sorted(path.name for path in (sample / "06_Exports").glob(f"*{suffix}"))


def test_a_film_is_rendered_by_every_preset_and_an_unwanted_render_is_cancelled(cut: StudioPage, sample: Path) -> None:
    page, said = cut.page, cut.hook("inspector").get_by_role("region", name="Render and hand-off")
    for preset, suffix in (("h265", ".mp4"), ("prores", ".mov"), ("images", "_v*/frame.000001.png")):
        before = len(exports(sample, suffix))
        cut.hook(f"preset-{FILM}").select_option(preset)
        cut.hook(f"render-here-{FILM}").click()
        until(lambda suffix=suffix, before=before: len(exports(sample, suffix)) > before, what=f"a film as {preset}")
        expect(said).to_contain_text("is in Exports")
        assert len(exports(sample, suffix)) == before + 1
    look(cut, "presets")
    cut.hook(f"preset-{FILM}").select_option("h264")
    there = exports(sample, "")
    cut.hook("clip-shot_010").click()
    page.get_by_label("Speed of The crossing in per cent").fill("1")
    page.get_by_label("Speed of The crossing in per cent").blur()
    cut.hook(f"render-here-{FILM}").click()
    expect(said.get_by_role("button", name="Cancel")).to_be_visible()
    look(cut, "rendering")
    said.get_by_role("button", name="Cancel").click()
    expect(cut.hook(f"render-here-{FILM}")).to_be_visible()
    look(cut, "cancelled")
    assert exports(sample, "") == there
    undo(cut)


def test_timelines_that_an_editor_changed_are_shown_and_taken_over(cut: StudioPage, sample: Path, tmp_path: Path) -> None:
    import opentimelineio

    cut.hook(f"edl-{FILM}").click()
    expect(cut.hook(f"told-{FILM}")).to_contain_text("04_Project_Files/EDLs/")
    (written,) = (sample / "04_Project_Files" / "EDLs").glob("*.otio")
    timeline: Any = opentimelineio.adapters.read_from_file(str(written))
    track = timeline.video_tracks()[0]
    track[:] = [track[1].clone(), track[0].clone()]
    clip = track[0]
    clip.source_range = opentimelineio.opentime.TimeRange(
        clip.source_range.start_time + opentimelineio.opentime.RationalTime(6, 24),
        clip.source_range.duration - opentimelineio.opentime.RationalTime(12, 24),
    )
    for suffix in (".otio", ".xml"):
        changed = tmp_path / f"changed{suffix}"
        opentimelineio.adapters.write_to_file(timeline, str(changed))
        cut.hook(f"import-file-{FILM}").set_input_files(changed)
        dialog = cut.hook("import-edit")
        expect(dialog.get_by_test_id("import-change").first).to_be_visible()
        told = " ".join(dialog.get_by_test_id("import-change").all_inner_texts())
        assert "SHOT_020 begins 6 frames later and ends 6 frames earlier" in told, (suffix, told)
        assert "SHOT_030 is not in the film any more" in told
        assert "now" in told
        look(cut, f"import{suffix}")
        cut.hook("import-apply").click()
        clips(cut, "shot_020", "shot_010")
        undo(cut)
        clips(cut, *SHOTS)


def test_a_film_inside_a_film_is_seen_trimmed_and_played_in_the_page(cut: StudioPage, studio: Studio, sample: Path) -> None:
    outer = cut.add("vse_assembler")
    cut.drag_wire(FILM, "final_video", outer, "sequence_in")
    assert "loop" in cut.refused_wire(outer, "final_video", FILM, "sequence_in")
    cut.hook(f"node-{outer}").click(position={"x": 60, "y": 14})
    clips(cut, *SHOTS)
    expect(cut.hook("clip-shot_020")).to_contain_text("in The Fox and the River")
    cut.hook("clip-shot_020").click()
    cut.page.get_by_label("Out point of Thin ice").fill("01:00")
    cut.page.get_by_label("Out point of Thin ice").blur()
    look(cut, "nested")
    cut.page.get_by_role("button", name="Play the cut").first.click()
    player = cut.hook("cut-player")
    expect(player).to_have_attribute("data-frames", "168")
    look(cut, "nested-player")
    cut.page.keyboard.press("Escape")
    nodes = studio.nodes(TITLE)
    assert nodes[FILM]["data"]["events"]["shot_020"] == {"out": 24}
    assert nodes[outer]["data"].get("events", {}) == {}
    cut.hook(f"render-here-{outer}").click()
    expect(cut.hook("inspector").get_by_role("region", name="Render and hand-off")).to_contain_text("is in Exports")
    newest = max((sample / "06_Exports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    assert json.loads(newest.read_text())["frames"] == 168
    for _ in range(3):
        undo(cut)
    clips(cut, *SHOTS)


def test_a_take_that_is_out_of_date_is_said_wherever_the_film_goes_out(cut: StudioPage) -> None:
    cut.write_prompt("shot_030", "Aerial, the fox reaches the sea")
    cut.hook(f"node-{FILM}").click(position={"x": 60, "y": 14})
    expect(cut.hook("cut-stale-shot_030").first).to_be_visible()
    cut.hook(f"edl-{FILM}").click()
    expect(cut.hook(f"told-{FILM}")).to_contain_text("SHOT-030_v01_take01 was made before")
    look(cut, "stale")
    cut.page.get_by_role("button", name="Play the cut").first.click()
    expect(cut.hook("cut-player")).to_contain_text("SHOT-030_v01_take01 was made before")
    look(cut, "stale-player")
