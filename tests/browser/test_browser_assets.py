"""Assets, settings and exports in a real browser: made by hand, trained by a real job, brought onto the canvas."""

from __future__ import annotations

import io
import re
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from running_studio import Studio
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NASTY = "<img src=x onerror=alert(1)>"


def picture(number: int) -> dict[str, Any]:
    """Return a picture as a person would choose it."""
    image = Image.linear_gradient("L").resize((320, 240)).convert("RGB")
    image.paste(("#d1562b", "#e8894a", "#7a3417")[number % 3], (40 + 20 * number, 30, 200, 200))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {"name": f"fox {number}.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def make_character(film: StudioPage) -> None:
    """Make a character by hand; a trigger word that is none is told at once."""
    film.hook("new-asset").click()
    film.hook("new-asset-name").fill("Rusty")
    film.hook("new-asset-trigger").fill("a fox")
    expect(film.hook("new-asset-problem")).to_contain_text("one word of 2 to 40")
    expect(film.hook("create-asset")).to_be_disabled()
    film.hook("new-asset-trigger").fill("rsty")
    film.hook("create-asset").click()
    expect(film.hook("asset-detail")).to_be_visible()
    expect(film.hook("train-problem")).to_contain_text("no reference pictures")
    expect(film.hook("train-model")).to_be_disabled()


def add_pictures(film: StudioPage, lie: Path) -> None:
    """Choose two pictures, drop a third, and a file that lies about what it is."""
    film.hook("asset-files").set_input_files([picture(0), picture(1)])  # type: ignore[arg-type]
    pictures = film.page.locator(".gs-asset-pictures img")
    expect(pictures).to_have_count(2)
    lie.write_text("this is text")
    film.drop(lie, on="asset-detail")
    expect(film.hook("upload")).to_contain_text("holds no picture that can be read")
    film.page.get_by_label("Dismiss lie.png").click()
    lie.write_bytes(picture(2)["buffer"])
    film.drop(lie, on="asset-detail", name="fox 2.png")
    expect(pictures).to_have_count(3)
    for at in range(3):
        expect(pictures.nth(at)).to_have_js_property("complete", value=True)
        assert pictures.nth(at).evaluate("image => image.naturalWidth") > 0


def drag_out(film: StudioPage) -> None:
    """Drag the card: its view makes way, and it is dropped on the canvas."""
    start = film.middle(film.hook("asset-card"))
    film.page.mouse.move(*start)
    film.page.mouse.down()
    film.page.mouse.move(start[0] + 40, start[1] + 20, steps=4)
    expect(film.hook("project-view")).to_have_class(re.compile("gs-view-away"))
    film.page.mouse.move(760, 560, steps=4)
    film.page.mouse.up()


def test_a_character_is_made_trained_and_brought_onto_the_canvas(desk: StudioPage, studio: Studio, tmp_path: Path) -> None:
    film, page = desk, desk.page
    film.go_home()
    cast = f"Cast_{token_hex(3)}"
    film.create_project(cast)
    page.evaluate("location.hash = location.hash.replace('#', '#/assets?')")
    expect(film.hook("assets")).to_be_visible()
    make_character(film)
    add_pictures(film, tmp_path / "lie.png")

    film.hook("train-model").click()
    expect(film.hook("training-state")).to_have_text(re.compile("Queued|Training: [0-9]+%"))
    expect(film.hook("training-state")).to_have_text("Complete")
    expect(film.hook("asset-model")).to_contain_text("A draft model")
    expect(film.hook("asset-card")).to_contain_text("Draft model")

    film.hook("asset-name").fill(NASTY)
    film.hook("asset-name").press("Enter")
    expect(film.hook("asset-card").locator("strong")).to_have_text(NASTY)
    film.hook("asset-name").fill("Reynard")
    film.hook("asset-name").press("Enter")
    expect(film.hook("asset-card").locator("strong")).to_have_text("Reynard")

    film.hook("add-to-canvas").click()
    expect(film.hook("assets")).to_be_hidden()
    nodes = page.locator('[data-testid^="node-"]')
    expect(nodes).to_have_count(1)
    expect(nodes).to_contain_text("Reynard")
    film.hook("view-assets").click()
    drag_out(film)
    expect(nodes).to_have_count(2)
    expect(film.hook("assets")).to_be_hidden()
    names = {node["data"]["name"] for node in studio.nodes(cast).values()}
    assert names == {"Reynard"}

    page.reload()
    expect(nodes).to_have_count(2)
    film.hook("view-assets").click()
    film.hook("asset-card").click()
    expect(film.hook("asset-uses")).to_contain_text("On the canvas")
    film.hook("delete-asset").click()
    film.hook("confirm-delete").click()
    expect(film.hook("asset-card")).to_have_count(0)
    page.go_back()
    expect(film.hook("assets")).to_be_hidden()


def test_settings_say_what_they_mean_exports_play_and_projects_are_put_away(desk: StudioPage) -> None:
    film, page = desk, desk.page
    film.go_home()
    delivery = f"Delivery {token_hex(3)}"
    film.create_project(delivery)
    shot = film.add("shot")
    film.write_prompt(shot, "a lighthouse in a storm")
    film.generate(shot, "SHOT-010_v01_take01")
    film.hook("view-settings").click()
    film.hook("setting-height").fill("360")
    film.hook("setting-fps").select_option("25")
    expect(film.hook("setting-size")).to_have_text(re.compile("^640 . 360$"))
    expect(film.hook("setting-consequences")).to_contain_text("1 take of another size stays as it is")
    expect(film.hook("setting-consequences")).to_contain_text("1 take of another rate stays as it is")
    film.hook("apply-settings").click()
    expect(film.hook("setting-consequences").locator("p")).to_have_count(0)
    expect(film.hook("setting-height")).to_have_value("360")

    film.hook("view-canvas").click()
    assembler = film.add("vse_assembler")
    film.drag_wire(shot, "sequence_out", assembler, "sequence_in")
    film.hook("view-exports").click()
    film.hook("render-film").click()
    film.play_past("export-player", 0.1)
    expect(page.locator(".gs-export-facts")).to_contain_text(re.compile("640 . 360 · 25 fps"))
    with page.expect_download() as saved:
        film.hook("download-film").click()
    assert saved.value.suggested_filename.endswith(".mp4")
    assert saved.value.path().read_bytes()[4:8] == b"ftyp"
    expect(film.hook("export-row")).not_to_have_count(0)

    film.hook("back").click()
    page.get_by_role("button", name=f"Archive {delivery}").click()
    film.hook("archive-project").click()
    expect(film.hook("archives")).to_contain_text(delivery)
    film.hook("restore").click()
    restored = page.locator(f'[data-testid="project-card"][data-title="{delivery} (restored)"]')
    expect(restored).to_contain_text("1 shot · 1 take")
