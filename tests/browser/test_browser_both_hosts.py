"""All that a canvas can do, once in each host: our page, plain Voila, and JupyterLab, as a document and under a cell of a notebook."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest
from arranging_steps import (
    arranged,
    copied_to_another_canvas,
    document,
    files_become_nodes_fill_nodes_or_say_why_not,
    scenes_are_made_folded_entered_and_dissolved,
    wire_dropped_in_space,
)
from engine_lab import until
from playwright.sync_api import expect
from studio_hosts import Host
from studio_page import StudioPage
from take_steps import (
    SECOND,
    SHOT,
    brought_back,
    compared,
    dailies,
    noted_at_a_frame,
    rated_by_click_and_by_key,
    reproduced,
    settings_return,
)

from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page
    from running_studio import Studio

    from genstudio.project.project import ProjectFolder

pytestmark = [pytest.mark.browser, pytest.mark.campaign]

PARTS = {
    "shot": ("generate-{}",),
    "asset": (),
    "pipeline": (),
    "scene_group": ("enter-{}",),
    "motion_source": ("choose-{}", "generate-{}"),
    "audio": ("choose-{}", "words-{}", "generate-{}"),
    "super_resolution": ("scale-2-{}", "mute-{}", "generate-{}"),
    "video_restoration": ("strength-{}", "mute-{}", "generate-{}"),
    "vse_assembler": ("render-{}",),
    "text": (),
    "note": (),
}
"""What a person meets in each kind of node while it is selected, besides what it is asked for by its name."""
FIELDS = {"shot": "Prompt", "asset": "Asset", "pipeline": "Pipeline", "note": "Note", "text": "Text"}
MOVED = "() => getComputedStyle(document.querySelector('.svelte-flow__viewport')).transform"
OF_LAB = ".jp-Dialog, .jp-DocumentSearch-overlay, .jp-ModalCommandPalette:not(.lm-mod-hidden), .jp-mod-renaming"
"""What JupyterLab opens by keys that are the canvas's."""


@pytest.fixture
def film(page: Page, host: Host) -> Iterator[StudioPage]:
    """The page; whatever was done in it, we met no error, and of JupyterLab nothing was opened, added or taken away by it."""
    faults: list[str] = []
    # JupyterLab has faults of its own when it is left.
    ours = "genstudio" if host.in_lab else ""
    page.on("pageerror", lambda error: faults.append(f"{error}\n{error.stack}") if ours in (error.stack or "") else None)
    yield StudioPage(page)
    if host.in_lab:
        expect(page.locator(OF_LAB)).to_have_count(0)
        assert page.locator(".jp-Notebook .jp-Cell").count() == (2 if host.name == "notebook" else 0)
    assert page.locator("[data-broken], .gs-broken").count() == 0
    assert faults == []


@pytest.fixture
def workspace(studio: Studio) -> WorkspaceFolder:
    return WorkspaceFolder.find(studio.workspace)


def shown(host: Host, film: StudioPage, project: ProjectFolder) -> Page:
    """Open a project in the host; return its page, standing still."""
    host.show(film.page, project)
    carrier = "comm" if host.name == "voila" else "websocket"
    expect(film.hook("connection")).to_have_attribute("data-carrier", carrier)
    film.stands_still()
    return film.page


def node_types(project: ProjectFolder) -> list[str]:
    return sorted(node["type"] for node in document(project)["nodes"].values())


def data_of(project: ProjectFolder, node: str) -> dict[str, Any]:
    return dict(document(project)["nodes"][node]["data"])


def click_pane(film: StudioPage) -> None:
    film.page.locator(".svelte-flow__pane").click(position={"x": 8, "y": 8})


def head(film: StudioPage, node: str) -> Locator:
    """Return what a node is held by."""
    return film.hook(f"node-{node}").locator("header")


def test_every_kind_of_node_is_placed_has_its_parts_and_is_undone_and_redone(
    host: Host, film: StudioPage, workspace: WorkspaceFolder
) -> None:
    project = workspace.create(f"Kinds {token_hex(3)}")
    page = shown(host, film, project)
    placed: dict[str, str] = {}
    for kind, parts in PARTS.items():
        node = placed[kind] = film.add(kind)
        expect(page.locator(f'.svelte-flow__node.selected[data-id="{node}"]')).to_have_count(1)
        for part in parts:
            expect(film.hook(part.format(node)).first).to_be_visible()
        if kind in FIELDS:
            expect(film.hook(f"node-{node}").get_by_label(FIELDS[kind], exact=True)).to_be_visible()
    until(lambda: node_types(project) == sorted(PARTS), what="one node of each kind in the file")

    click_pane(film)
    for _ in PARTS:
        page.keyboard.press("Control+z")
    until(lambda: document(project)["nodes"] == {}, what="everything taken back")
    for _ in PARTS:
        page.keyboard.press("Control+y")
    until(lambda: node_types(project) == sorted(PARTS), what="everything done again")

    film.fit()
    head(film, placed["pipeline"]).click()
    film.hook(f"node-{placed['pipeline']}").get_by_label("Pipeline", exact=True).select_option("generate-image")
    until(lambda: data_of(project, placed["pipeline"])["reference"] == "generate-image", what="the other pipeline")
    film.fit()
    head(film, placed["super_resolution"]).click()
    page.keyboard.press("m")
    until(lambda: data_of(project, placed["super_resolution"]).get("muted"), what="the step that is passed by")
    film.hook(f"scale-4-{placed['super_resolution']}").click()
    until(lambda: data_of(project, placed["super_resolution"])["scale"] == 4, what="the scale")
    film.fit()
    head(film, placed["note"]).click()
    film.hook(f"node-{placed['note']}").get_by_label("Note", exact=True).fill("Keep the horizon high.")
    until(lambda: data_of(project, placed["note"])["text"] == "Keep the horizon high.", what="the note")


def test_nodes_are_found_and_added_by_keys_and_by_double_click(host: Host, film: StudioPage, workspace: WorkspaceFolder) -> None:
    project = arranged(workspace, f"Keys {token_hex(3)}")
    page = shown(host, film, project)
    quick = film.hook("quick-search")

    click_pane(film)
    page.keyboard.press("Shift+A")
    expect(quick).to_be_focused()
    page.keyboard.type("note")
    page.keyboard.press("Enter")
    until(lambda: "note" in node_types(project), what="the note")
    expect(quick).to_have_count(0)
    page.keyboard.press("f")
    film.stands_still()
    page.locator(".svelte-flow__pane").dblclick(position={"x": 8, "y": 8})
    expect(quick).to_be_focused()
    page.keyboard.type("super")
    page.keyboard.press("Enter")
    until(lambda: "super_resolution" in node_types(project), what="the super resolution")
    page.keyboard.press("/")
    expect(film.hook("palette-search")).to_be_focused()

    click_pane(film)
    page.keyboard.press("Control+f")
    expect(film.hook("find-field")).to_be_focused()
    page.keyboard.type("fox 2")
    page.keyboard.press("Enter")
    expect(page.locator('.svelte-flow__node.selected[data-id="shot_2"]')).to_have_count(1)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Pass by a finishing step")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_nodes_are_aligned_spread_tidied_duplicated_dragged_and_removed(host: Host, film: StudioPage, workspace: WorkspaceFolder) -> None:
    project = arranged(workspace, f"Edits {token_hex(3)}")
    page = shown(host, film, project)
    shots = ["shot_0", "shot_1", "shot_2"]
    before = document(project)

    def places(axis: str) -> list[float]:
        return [document(project)["layout"][shot][axis] for shot in shots]

    head(film, "shot_0").click()
    for shot in shots[1:]:
        head(film, shot).click(modifiers=["Control"])
    film.hook("do-top").click()
    until(lambda: len(set(places("y"))) == 1, what="one height for all")
    film.hook("do-across").click()
    film.hook("do-left").click()
    until(lambda: len(set(places("x"))) == 1, what="one left edge for all")
    film.hook("do-down").click()
    click_pane(film)
    page.keyboard.press("l")
    until(lambda: len(set(places("x"))) == 3 or len(set(places("y"))) == 3, what="the tidy layout")

    page.keyboard.press("f")
    film.stands_still()
    click_pane(film)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+d")
    until(lambda: len(document(project)["nodes"]) == 8 and len(document(project)["edges"]) == 6, what="copies with their wires")
    expect(page.locator(".svelte-flow__node.selected")).to_have_count(4)
    page.keyboard.press("Delete")
    until(lambda: document(project)["nodes"] == before["nodes"], what="the copies removed")
    assert document(project)["edges"] == before["edges"]

    snap = film.hook("snap")
    expect(snap).to_have_attribute("data-mode", "guides")
    for mode in ("grid", "free", "guides"):
        page.keyboard.press("s")
        expect(snap).to_have_attribute("data-mode", mode)

    film.fit()
    x, y = film.middle(head(film, "shot_1"))
    was = document(project)["layout"]["shot_1"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 30, steps=4)
    page.mouse.move(x + 60, y + 45, steps=4)
    page.mouse.up()
    until(lambda: document(project)["layout"]["shot_1"] != was, what="the drag")
    page.keyboard.press("Control+z")
    until(lambda: document(project)["layout"]["shot_1"] == was, what="the drag taken back in one step")

    click_pane(film)
    overview = page.get_by_role("img", name="Overview")
    expect(overview).to_be_visible()
    view = page.evaluate(MOVED)
    overview.locator("canvas").click(position={"x": 10, "y": 10})
    page.wait_for_function(f"was => ({MOVED})() !== was", arg=view)


def test_scenes_are_grouped_folded_entered_nested_and_dissolved(host: Host, film: StudioPage, workspace: WorkspaceFolder) -> None:
    project = arranged(workspace, f"Scenes {token_hex(3)}")
    page = shown(host, film, project)
    scenes_are_made_folded_entered_and_dissolved(film, project)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(film.hook("crumbs")).to_have_count(0)
    film.fit()
    wires = document(project)["edges"]

    def scenes() -> set[str]:
        return {name for name, node in document(project)["nodes"].items() if node["type"] == "scene_group"}

    head(film, "shot_0").click()
    head(film, "shot_1").click(modifiers=["Control"])
    page.keyboard.press("Control+g")
    (inner,) = until(scenes, what="the scene")
    expect(page.locator(f'.svelte-flow__node.selected[data-id="{inner}"]')).to_have_count(1)
    head(film, "shot_2").click(modifiers=["Control"])
    page.keyboard.press("Control+g")
    (outer,) = until(lambda: scenes() - {inner}, what="the scene around it")
    assert document(project)["nodes"][inner]["parent"] == outer
    assert document(project)["edges"] == wires
    expect(page.locator(f'.svelte-flow__node.selected[data-id="{outer}"]')).to_have_count(1)
    page.keyboard.press("e")
    expect(film.hook("crumbs").get_by_role("button")).to_have_count(2)
    film.hook(f"enter-{inner}").click()
    crumbs = film.hook("crumbs").get_by_role("button")
    expect(crumbs).to_have_count(3)
    expect(film.hook("node-shot_0")).to_be_visible()
    crumbs.nth(1).click()
    expect(crumbs).to_have_count(2)
    crumbs.first.click()
    expect(film.hook("crumbs")).to_have_count(0)

    film.fit()
    for scene in (outer, inner):
        page.keyboard.press("Escape")
        head(film, scene).click()
        page.keyboard.press("Control+Shift+g")
        until(lambda gone=scene: gone not in document(project)["nodes"], what="the dissolved scene")
    assert document(project)["edges"] == wires
    assert {node.get("parent") for node in document(project)["nodes"].values()} == {None}


def test_copies_go_to_another_canvas_and_a_wire_dropped_in_space_to_a_new_node(
    host: Host, film: StudioPage, workspace: WorkspaceFolder
) -> None:
    project, other = arranged(workspace, f"From {token_hex(3)}"), workspace.create(f"To {token_hex(3)}")
    shown(host, film, project)
    wire_dropped_in_space(film, project)
    copied_to_another_canvas(film, project, other, lambda there: shown(host, film, there))


def test_files_that_are_dropped_become_nodes(host: Host, film: StudioPage, workspace: WorkspaceFolder, tmp_path: Path) -> None:
    project = workspace.create(f"Dropped {token_hex(3)}")
    shown(host, film, project)
    files_become_nodes_fill_nodes_or_say_why_not(film, project, tmp_path)


def test_takes_are_reviewed_compared_made_again_and_brought_back(host: Host, film: StudioPage, workspace: WorkspaceFolder) -> None:
    project = dailies(workspace)
    shown(host, film, project)
    film.shows(SHOT, SECOND)
    film.stands_still()
    rated_by_click_and_by_key(film, project)
    noted_at_a_frame(film, project)
    compared(film)
    settings_return(film, project)
    reproduced(film, project)
    brought_back(film, project)


def test_problems_are_mended_at_their_node_and_what_generate_would_do_is_told(
    host: Host, film: StudioPage, workspace: WorkspaceFolder
) -> None:
    project = arranged(workspace, f"Wrong {token_hex(3)}")
    pinned = {"type": "pipeline", "data": {"reference": "draft-video@0.0.1", "params": {}}}
    operations = (
        Operation(op="add", path="/nodes/pinned", value=pinned),
        Operation(op="add", path="/layout/pinned", value={"x": 0, "y": 420}),
        Operation(op="replace", path="/nodes/shot_0/data/name", value="Fox in the snow"),
    )
    project.canvas().apply(Patch(base=1, operations=operations, author="test"))
    page = shown(host, film, project)
    mend = film.hook("node-pinned").get_by_role("button", name=re.compile("^Pin draft-video@"))
    mend.click()
    until(lambda: data_of(project, "pinned")["reference"] not in ("", "draft-video@0.0.1"), what="the version that is here")
    expect(mend).to_have_count(0)

    head(film, "shot_0").click()
    told = film.hook("preflight")
    expect(told.locator("li").filter(has_text=re.compile("[0-9]+ \N{MULTIPLICATION SIGN} [0-9]+"))).to_be_visible()
    expect(told.locator("li").filter(has_text="free")).to_be_visible()
    film.write_prompt("shot_0", "a fox in the snow")
    page.keyboard.press("Escape")
    until(lambda: data_of(project, "shot_0").get("prompt") == "a fox in the snow", what="the prompt")


def test_two_pages_on_one_canvas_see_each_other_and_never_undo_one_anothers_work(
    host: Host, film: StudioPage, workspace: WorkspaceFolder
) -> None:
    project = arranged(workspace, f"Two {token_hex(3)}")
    page = shown(host, film, project)
    other = StudioPage(page.context.new_page())
    (Host("page", host.studio) if host.in_lab else host).show(other.page, project)
    for each in (film, other):  # in plain Voila every page has a kernel of its own
        expect(each.hook("presence").get_by_role("button")).to_have_count(1)
    other.page.mouse.move(*other.middle(head(other, "shot_1")), steps=3)
    expect(film.hook("hand")).to_be_attached()

    note = film.add("note")
    expect(other.hook(f"node-{note}")).to_be_attached()
    other.write_prompt("shot_0", "written on the other page")
    expect(film.hook("prompt-shot_0").first).to_contain_text("written on the other page")
    click_pane(film)
    page.keyboard.press("Control+z")
    expect(other.hook(f"node-{note}")).to_have_count(0)
    assert data_of(project, "shot_0").get("prompt") == "written on the other page"

    film.write_prompt("shot_1", "mine")
    expect(other.hook("prompt-shot_1").first).to_contain_text("mine")
    other.write_prompt("shot_1", "theirs")
    until(lambda: data_of(project, "shot_1").get("prompt") == "theirs", what="the later words")
    expect(page.locator('textarea[data-testid="prompt-shot_1"]').first).to_have_value("theirs")
    click_pane(film)
    page.keyboard.press("Control+z")
    expect(film.hook("notice").filter(has_text="has been changed since")).to_be_visible()
    assert data_of(project, "shot_1").get("prompt") == "theirs"
    other.page.close()
    expect(film.hook("presence")).to_have_count(0, timeout=150_000)  # in plain Voila its kernel lives on, and has to miss it


@pytest.mark.parametrize("host", ["document", "notebook"], indirect=True)
def test_keys_are_the_canvas_s_only_while_it_has_the_focus(host: Host, film: StudioPage, workspace: WorkspaceFolder) -> None:
    project = arranged(workspace, f"Whose {token_hex(3)}")
    page = shown(host, film, project)
    before = document(project)
    head(film, "shot_0").click()
    for key in ("b", "a", "x", "y", "m", "0", "Control+b", "Enter"):  # JupyterLab: cells, restart, side bar, edit mode
        page.keyboard.press(key)
    expect(page.locator("#jp-left-stack")).to_be_hidden()
    page.get_by_role("tab", name="File Browser").click()
    page.locator(".jp-DirListing-content").click(position={"x": 20, "y": 300})
    for key in ("g", "l", "s", "m", "Control+g"):  # of the canvas
        page.keyboard.press(key)
    if host.name == "notebook":
        page.locator(".jp-Notebook-cell").last.locator(".jp-InputPrompt").click()
        for key in ("Delete", "Backspace", "g"):
            page.keyboard.press(key)
    expect(film.hook("state-shot_0")).to_have_attribute("data-state", "idle")
    expect(film.hook("snap")).to_have_attribute("data-mode", "guides")
    assert document(project) == before


@pytest.mark.parametrize("host", ["notebook"], indirect=True)
def test_a_canvas_under_a_cell_lives_again_when_its_kernel_was_restarted(host: Host, film: StudioPage, workspace: WorkspaceFolder) -> None:
    project = arranged(workspace, f"Restarted {token_hex(3)}")
    page = shown(host, film, project)
    film.write_prompt("shot_0", "before the restart")
    until(lambda: data_of(project, "shot_0").get("prompt") == "before the restart", what="the prompt")
    (session,) = [each for each in host.studio.ask("api/sessions") if each["path"] == "canvas.ipynb"]
    host.studio.ask(f"api/kernels/{session['kernel']['id']}/restart", method="POST")
    # The canvas lives on the server's WebSocket: it goes on without the kernel that showed it.
    film.write_prompt("shot_0", "while the kernel starts")
    until(lambda: data_of(project, "shot_0").get("prompt") == "while the kernel starts", what="the prompt without its kernel")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    film.hook("canvas").evaluate("canvas => { canvas.dataset.before = 'the restart' }")
    page.locator(".jp-Notebook .jp-CodeCell").first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-before]")).to_have_count(0)
    expect(film.hook("canvas")).to_be_visible()
    expect(film.hook("connection")).to_have_attribute("data-state", "open")
    film.write_prompt("shot_0", "after the restart")
    until(lambda: data_of(project, "shot_0").get("prompt") == "after the restart", what="the prompt of the new canvas")
    click_pane(film)
    page.keyboard.press("Control+z")
    until(lambda: data_of(project, "shot_0").get("prompt") == "while the kernel starts", what="the last edit taken back")
