"""Takes in the studio: looked at, reviewed, compared, printed, made again, and a shot brought back from a file that is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from take_steps import (
    FIRST,
    SECOND,
    SHOT,
    brought_back,
    compared,
    dailies,
    noted_at_a_frame,
    rated_by_click_and_by_key,
    review,
    select,
    settings_return,
)

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from running_studio import Studio
    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def project(studio: Studio) -> ProjectFolder:
    """A project with a shot that has two takes of two seconds, as the engine publishes them."""
    return dailies(WorkspaceFolder.find(studio.workspace))


def test_takes_are_reviewed_compared_printed_and_brought_back_in_one_sitting(
    page: Page, film: StudioPage, studio: Studio, project: ProjectFolder
) -> None:
    page.goto(studio.page("genstudio/app") + f"#project={project.uuid}")
    film.shows(SHOT, SECOND)
    film.stands_still()
    rated_by_click_and_by_key(film, project)
    noted_at_a_frame(film, project)
    compared(film)
    overlooked(film, project)
    linked(film, studio, project)
    settings_return(film, project)
    brought_back(film, project)


SHAPE = """card => {
  const [across, down] = getComputedStyle(card).aspectRatio.split('/').map(Number);
  return [card.offsetWidth, card.offsetHeight, across / down];
}"""


def overlooked(film: StudioPage, project: ProjectFolder) -> None:
    page, cards = film.page, film.page.locator(".gs-card")
    select(film)
    page.keyboard.press("t")
    expect(cards).to_have_count(2)
    expect(picture(film, FIRST)).to_be_focused()
    width, height, shape = picture(film, FIRST).evaluate(SHAPE)
    assert width / height == pytest.approx(shape, rel=0.03)
    page.keyboard.press("x")
    expect(cards.first).to_have_attribute("data-approval", "rejected")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(picture(film, SECOND)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("b")
    expect(film.hook("compare-takes")).to_be_visible()
    page.keyboard.press("Escape")
    expect(picture(film, SECOND)).to_be_focused()
    film.hook("filter-approved").click()
    expect(cards).to_have_count(1)
    expect(film.hook("sheet-count")).to_have_text("1 of 2 takes")
    film.hook("print-png").click()
    sheet = film.hook("printed").get_by_role("link")
    expect(sheet).to_be_visible()
    answer = page.request.get(str(sheet.evaluate("link => link.href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    page.keyboard.press("Escape")
    expect(film.hook("takes-sheet")).to_have_count(0)
    assert review(project, FIRST) == {"approval": "rejected"}


def linked(film: StudioPage, studio: Studio, project: ProjectFolder) -> None:
    """Links lead to every view and to the shot, outlive a reload, go back and forward, and say in a sentence what is gone."""
    page, here = film.page, f"project={project.uuid}"
    two = f"#/compare?{here}&node={SHOT}&take={FIRST}&other={SECOND}"
    go_to(page, two)
    page.reload()
    view = film.hook("compare-takes")
    expect(view).to_be_visible()
    expect(view.get_by_label("Take A", exact=True)).to_have_value(FIRST)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view.get_by_test_id("copy-link").click()
    expect(view.get_by_text("The link is copied.")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == f"{studio.url}genstudio/app{two}", "and no token"
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    page.wait_for_function("here => location.hash === here", arg=f"#{here}")
    page.go_back()
    expect(view).to_be_visible()
    page.go_forward()
    expect(view).to_have_count(0)
    for shown, hook in (("queue", "queue-panel"), ("history", "history-panel"), ("exports", "exports"), ("settings", "settings")):
        go_to(page, f"#/{shown}?{here}")
        expect(film.hook(hook)).to_be_visible()
    go_to(page, f"#/take?{here}&node={SHOT}&take={SECOND}&frame=5")
    expect(film.hook("transport-frame")).to_have_value("5")
    expect(film.hook("settings")).to_have_count(0)
    go_to(page, f"#/take?{here}&node={SHOT}&take=SHOT-010_v01_take09")
    expect(film.hook("notice").filter(has_text="The link leads to take 9 of Fox, which is gone.")).to_be_visible()
    expect(film.hook("review-take")).to_have_count(0)
    expect(film.hook("inspector")).to_be_visible()
    assert page.evaluate("location.hash") == f"#{here}&node={SHOT}"
    go_to(page, "#project=00000000-0000-4000-8000-000000000000")
    expect(page.get_by_text("There is no project")).to_be_visible()
    go_to(page, f"#{here}")
    film.shows(SHOT, SECOND)
    film.stands_still()


def go_to(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = place }", place)


def picture(film: StudioPage, take: str) -> Locator:
    return film.hook(f"card-{take}").locator(".gs-card-picture")
