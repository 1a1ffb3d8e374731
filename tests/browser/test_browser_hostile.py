"""Whatever is typed into a field, or comes from files that others wrote, is text: nothing of it runs, and no view is blank by it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import wave
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from engine_lab import until, write_pipeline
from own_pipeline import own_manifest
from PIL import Image
from playwright.sync_api import expect
from running_studio import plain_voila, private_environment

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page
    from running_studio import Studio
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

PAYLOADS = (
    '"\'><img src=x onerror="window.ran=1"><svg onload=window.ran=1>',
    "</textarea></style></script><script>window.ran=1</script>",
    "{{constructor.constructor('window.ran=1')()}}${window.ran=1}{@html '<img src=x onerror=window.ran=1>'}",
    "javascript:window.ran=1//\u202e\u0000\ufeff<a href=javascript:window.ran=1>x</a>",
)
FIELDS = "input:not([type]), input[type=text], input[type=search], textarea"
TOO_LONG = "x" * 3000
FAILING = """
from pathlib import Path
from genstudio_pipeline import Request, pipeline, progress

@pipeline
def fail(request: Request) -> Path:
    progress(50, SAID)
    print(SAID, flush=True)
    raise RuntimeError(SAID)

if __name__ == "__main__":
    fail.main()
"""


class Walk:
    """Types into all that can be typed into, and looks whether the page is as whole as before."""

    def __init__(self, film: StudioPage) -> None:
        self.film, self.page = film, film.page
        self.typed: set[str] = set()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def type_into(self, place: Locator, text: str) -> None:
        """Fill every field of a place, one after the other; each is left by Tab, which keeps what was typed."""
        for at in range(place.locator(FIELDS).count()):
            field = place.locator(FIELDS).nth(at)
            if field.count() and field.is_visible() and field.is_editable():
                name = field.evaluate("field => field.dataset.testid || field.ariaLabel || field.labels?.[0]?.innerText || field.id")
                field.fill(text)
                field.press("Tab")
                self.typed.add(re.sub(r"[-_][a-z0-9]{6,}$", "", str(name)))

    def unharmed(self) -> None:
        """Check that nothing ran and nothing is blank or broken."""
        assert self.page.evaluate("window.ran") is None
        assert self.page.locator("[data-broken], .gs-broken").count() == 0
        assert self.page.locator(".gs-root img[src='x'], .gs-root script, .gs-root [onerror], .gs-root a[href^='javascript']").count() == 0
        assert self.page.locator(".gs-root").first.inner_text().strip()
        assert self.errors == []


def test_nothing_that_is_typed_anywhere_runs(page: Page, film: StudioPage, studio: Studio, tmp_path: Path) -> None:
    page.goto(studio.page("genstudio/app"))
    walk = Walk(film)
    title = f"{PAYLOADS[0]} {token_hex(3)}"
    film.hook("new-project").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").fill(PAYLOADS[1])
    film.hook("new-project-title").fill(title)
    film.hook("create-project").click()
    expect(film.hook("canvas")).to_be_visible()
    expect(film.hook("project-title")).to_have_text(title)
    nodes_of_every_kind(walk)
    in_views(walk, tmp_path)
    takes_and_notes(walk)
    page.reload()
    expect(film.hook("canvas")).to_be_visible()
    expect(film.hook("project-title")).to_have_text(title)
    walk.unharmed()
    film.hook("back").click()
    expect(page.locator("[data-testid=project-card]").filter(has_text=title[:20])).to_be_visible()
    walk.unharmed()
    assert len(walk.typed) >= 12, walk.typed


def nodes_of_every_kind(walk: Walk) -> None:
    """Add one node of every kind of the palette, and type into all fields of its form and its card."""
    film, page = walk.film, walk.page
    walk.type_into(page.get_by_role("navigation", name="Palette"), PAYLOADS[0])
    walk.unharmed()
    film.hook("palette-search").fill("")
    kinds = page.locator('.gs-left [data-testid^="palette-item-"]').evaluate_all(
        "all => [...new Set(all.map(item => item.dataset.testid))]"
    )
    assert len(kinds) >= 8
    for at, kind in enumerate(kinds):
        before = page.locator(".svelte-flow__node").count()
        film.hook(kind).first.click()
        expect(page.locator(".svelte-flow__node")).to_have_count(before + 1)
        expect(film.hook("inspector")).to_be_visible()
        walk.type_into(film.hook("inspector"), PAYLOADS[at % len(PAYLOADS)])
        walk.type_into(page.locator(".svelte-flow__node.selected"), PAYLOADS[(at + 1) % len(PAYLOADS)])
        walk.unharmed()
    page.keyboard.press("Escape")
    page.locator(".svelte-flow__pane").click(position={"x": 8, "y": 8})
    page.keyboard.press("Control+f")
    expect(film.hook("find")).to_be_visible()
    walk.type_into(film.hook("find"), PAYLOADS[2])
    page.keyboard.press("Escape")
    expect(film.hook("find")).to_have_count(0)
    walk.unharmed()


def in_views(walk: Walk, scratch: Path) -> None:
    """Type into the views beside the canvas; bring in files whose names are markup."""
    film, page = walk.film, walk.page
    film.hook("history").click()
    film.hook("checkpoint-name").fill(PAYLOADS[0])
    page.keyboard.press("Enter")
    expect(film.hook("version").first).to_contain_text("onerror")
    walk.typed.add("checkpoint-name")
    walk.unharmed()
    film.hook("history").click()
    film.hook("view-assets").click()
    for kind in ("character", "style", "location"):
        film.hook(f"assets-kind-{kind}").click()
        film.hook("new-asset").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        walk.type_into(dialog, PAYLOADS[1])
        walk.unharmed()
        if film.hook("new-asset-trigger").count():
            film.hook("new-asset-trigger").fill("")
        film.hook("new-asset-name").fill(f"{PAYLOADS[0]} {kind}")
        film.hook("create-asset").click()
        expect(film.hook("asset-detail")).to_be_visible()
        walk.type_into(film.hook("asset-detail"), PAYLOADS[3])
        walk.unharmed()
    picture = scratch / "picture.png"
    Image.new("RGB", (64, 36), "teal").save(picture)
    film.drop(picture, on="asset-detail", name="\"'><img src=x onerror=window.ran=1>.png")
    film.drop(picture, on="asset-detail", name="<svg onload=window.ran=1>.txt")
    expect(film.hook("upload").first).to_be_visible()
    walk.unharmed()
    walk.type_into(film.hook("assets"), PAYLOADS[2])
    walk.unharmed()
    film.hook("view-settings").click()
    film.hook("setting-aspect").select_option("own")
    walk.type_into(film.hook("settings"), PAYLOADS[0])
    expect(film.hook("apply-settings")).to_be_disabled()
    walk.unharmed()
    film.hook("view-canvas").click()
    film.drop(picture, name="\"'><img src=x onerror=window.ran=1>.png")
    until(lambda: page.locator(".gs-root").get_by_text("onerror").count() > 0, what="the file on the canvas")
    page.keyboard.press("Escape")
    walk.unharmed()


def takes_and_notes(walk: Walk) -> None:
    """Make a take of a prompt that is markup, and note on it."""
    film, page = walk.film, walk.page
    page.evaluate("() => { document.querySelectorAll('dialog[open]').forEach(dialog => dialog.close()) }")
    shot = str(page.locator('[data-testid^="node-shot"]').first.get_attribute("data-testid")).removeprefix("node-")
    page.evaluate("node => { location.hash = location.hash.split('&')[0] + '&node=' + node }", shot)
    expect(film.hook("inspector")).to_be_visible()
    film.hook(f"generate-{shot}").click()
    film.shows(shot, "take01")
    page.keyboard.press("v")
    review = film.hook("review-take")
    expect(review).to_be_visible()
    walk.type_into(review, PAYLOADS[0])
    film.hook("new-note").fill(PAYLOADS[1])
    page.keyboard.press("Enter")
    expect(review.locator(".gs-review-note")).to_contain_text("<script>")
    walk.unharmed()
    film.hook("new-note").fill(TOO_LONG)
    page.keyboard.press("Escape")
    expect(review).to_have_count(0)
    walk.unharmed()


def test_titles_of_a_film_and_what_a_failing_pipeline_says_are_text(page: Page, film: StudioPage, studio: Studio, place: Path) -> None:
    """Somebody else's pipeline has markup for a title, in its progress, its log and its error; titles over clips are markup too."""
    manifest = own_manifest("hostile", "genstudio/no-such-image:latest").replace('title = "Own"', f"title = {json.dumps(PAYLOADS[0])}")
    said = repr(PAYLOADS[1] + PAYLOADS[0])
    folder = write_pipeline(studio.workspace, "hostile", {"pipeline.toml": manifest, "run.py": FAILING.replace("SAID", said)})
    (folder / "requirements.txt").write_text("")
    command = [sys.executable, "-m", "genstudio", "pipelines", "build", "hostile", "--process"]
    subprocess.run(command, env=private_environment(place), check=True, capture_output=True, timeout=280)
    made = studio.ask("genstudio/api/v1/projects", {"name": f"Said by others {token_hex(3)}"})
    at = f"genstudio/api/v1/projects/{made['id']}"
    begun = studio.ask(at)
    studio.ask(at, {"graph": begun["graph"] | CUT, "version": begun["version"]}, "PUT")
    page.goto(studio.page("genstudio/app") + f"#project={made['id']}")
    walk = Walk(film)
    expect(film.hook("node-cut")).to_be_visible()
    titles_over_a_clip(walk)
    a_pipeline_that_fails(walk)
    page.reload()
    expect(film.hook("state-two")).to_have_attribute("data-state", "failed")
    walk.unharmed()


def wire(source: str, output: str, target: str, socket: str) -> dict[str, str]:
    return {"source": source, "sourceHandle": output, "target": target, "targetHandle": socket, "order": "a0"}


CUT = {
    "nodes": {
        "one": {"type": "shot", "data": {"name": PAYLOADS[0], "prompt": "a fox", "duration": "2s"}},
        "two": {"type": "shot", "data": {"name": PAYLOADS[1], "prompt": "an owl", "duration": "2s"}},
        "hostile": {"type": "pipeline", "data": {"reference": "hostile@1.0.0", "params": {}}},
        "cut": {"type": "vse_assembler", "data": {"name": PAYLOADS[2]}},
    },
    "edges": {
        "a": wire("one", "sequence_out", "two", "sequence_in"),
        "b": wire("two", "sequence_out", "cut", "sequence_in"),
        "c": wire("hostile", "pipeline", "two", "pipeline"),
    },
    "layout": {"hostile": {"x": 0, "y": 0}, "one": {"x": 400, "y": -500}, "two": {"x": 400, "y": 0}, "cut": {"x": 900, "y": 0}},
}
"""A film of two shots, the second made by the pipeline that fails."""


def titles_over_a_clip(walk: Walk) -> None:
    """Put a title of each kind of markup over a clip; look at it in the strip and over the picture, and render the film with them."""
    film, page = walk.film, walk.page
    film.generate("one", "SHOT-010_v01_take01")
    film.hook("node-cut").click(position={"x": 60, "y": 14})
    film.hook("clip-one").click()
    for at, text in enumerate(PAYLOADS):
        film.hook("add-title-one").click()
        expect(film.hook("title-text")).to_have_count(at + 1)
        film.hook("title-text").nth(at).fill(text)
        page.keyboard.press("Tab")
    walk.typed.add("title-text")
    expect(page.locator(".gs-bottom").get_by_test_id("strip-one")).to_contain_text("onerror")
    walk.unharmed()
    page.get_by_role("button", name="Play the cut").first.click()
    for title in film.hook("cut-player").get_by_test_id("lane-title").all():  # all of them lie over the same frames
        title.click()
    expect(film.hook("cut-player").get_by_test_id("over")).to_have_count(len(PAYLOADS))
    expect(film.hook("cut-player").get_by_test_id("over").first).to_contain_text("onerror")
    walk.unharmed()
    page.keyboard.press("Escape")
    film.hook("render-cut").click()
    expect(film.hook("film-cut")).to_be_visible()
    walk.unharmed()


def a_pipeline_that_fails(walk: Walk) -> None:
    """Fail with markup in the message, and read it at the shot, in the inspector, the queue, the log, and the notices."""
    film, page = walk.film, walk.page
    film.hook("node-two").click(position={"x": 60, "y": 14})
    film.hook("generate-two").click()
    expect(film.hook("state-two")).to_have_attribute("data-state", "failed")
    expect(film.hook("node-two").locator(".gs-error")).to_contain_text("onerror")
    walk.unharmed()
    film.hook("queue").click()
    film.hook("queue-panel").get_by_test_id("ended").click()
    job = film.hook("queue-panel").get_by_test_id("job").filter(has_text="RuntimeError")
    job.get_by_test_id("show-log").click()
    expect(job.get_by_test_id("log")).to_contain_text("<script>window.ran=1</script>")
    walk.unharmed()
    film.hook("queue").click()
    page.locator(".gs-bottom").get_by_role("button", name="Notices").click()
    walk.unharmed()


def test_a_file_larger_than_any_message_comes_in_over_the_comm(page: Page, film: StudioPage, place: Path, tmp_path: Path) -> None:
    """Plain Voila has no server of ours: a file goes through the kernel in pieces, far below the 10 MiB that end its connection."""
    sound = tmp_path / "long.wav"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(12 << 20))
    with plain_voila(place) as address:
        page.goto(address)
        title = f"Over_the_comm_{token_hex(3)}"
        film.create_project(title)
        expect(film.hook("connection")).to_have_attribute("data-carrier", "comm")
        node = film.add("audio")
        film.hook(f"file-{node}").set_input_files(sound)
        taken = place / "Studio" / "Projects" / title / "01_Assets" / "Source_Media" / "long.wav"
        until(taken.is_file, what="the file")
        assert taken.read_bytes() == sound.read_bytes()
        film.add("note")  # the connection is as good as before
