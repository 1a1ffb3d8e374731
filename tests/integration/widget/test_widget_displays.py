"""What a cell shows of projects, assets, takes, jobs and histories: readable, and text from outside stays text."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.formatters import DisplayFormatter
from PIL import Image

from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import NotFoundError
from genstudio.schema.job import Failed, GenerateJob, TaskSpec
from genstudio.schema.take import TakeCanvas, TakeRecord
from genstudio.widget import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from genstudio.widget import Project

HOSTILE = "\"><img src=x onerror=alert(1)><script>alert('2')</script>&lt;b&gt;"
SHOT = "SCENE_01/SHOT_010"
CANVAS = "02_Source_Creative/Canvases/main_canvas.json"
TAGS = {"div", "figure", "figcaption", "img", "video", "table", "thead", "tbody", "tr", "th", "td", "span", "b", "br"}
ATTRIBUTES = {"style", "src", "poster", "alt", "controls", "loop", "muted", "playsinline", "class", "title"}


class Page(HTMLParser):
    """Collects the tags, and the text that a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data}\n"


def shown(value: object) -> Page:
    """Return what a notebook shows, as IPython asks for it, having looked for what must never be in it."""
    data, _ = DisplayFormatter().format(value)
    assert data["text/plain"]
    page = Page(data["text/html"])
    for tag, attributes in page.tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        for name in ("src", "poster"):
            assert str(attributes.get(name) or "data:image/").startswith(("data:image/", "data:video/"))
    return page


@pytest.fixture
def film(workspace_root: Path, tmp_path: Path) -> Project:
    """A film whose every word was chosen to do harm."""
    film = Workspace().create(HOSTILE, HOSTILE)
    operation = Operation(op="add", path="/nodes/shot_010", value={"type": "shot", "data": {"name": HOSTILE, "prompt": HOSTILE}})
    film.folder.canvas().apply(Patch(base=0, operations=(operation,)))
    picture = tmp_path / "take.png"
    for number in (1, 2):
        Image.effect_noise((64, 36), 40 * number).convert("RGB").save(picture)
        film.folder.takes.publish(film.folder.takes.claim(SHOT, 1, f"job-{number}"), picture, record(f"job-{number}"))
    return film


def record(job: str) -> TakeRecord:
    return TakeRecord.model_validate(
        {
            "id": "SHOT-010_v01_take01",
            "renders": SHOT,
            "media": "x.png",
            "kind": "image",
            "sha256": "0" * 64,
            "bytes": 1,
            "job": job,
            "pipeline": {"id": HOSTILE, "version": HOSTILE},
            "quality": {"requested": "low", "used": "draft", "notice": HOSTILE},
            "inputs": {"prompt": f"{HOSTILE} {job}"},
            "canvas": TakeCanvas(path=CANVAS, version=1, node="shot_010"),
        }
    )


def test_takes_show_their_pictures_and_a_comparison_its_settings(film: Project) -> None:
    assert [tag for tag, _ in shown(film.takes[0]).tags].count("img") == 1
    assert [tag for tag, _ in shown(film.takes).tags].count("img") == 2
    assert HOSTILE in shown(film.takes[0].compare(film.takes[1])).text
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{film.takes[1].record.sha256}\nsize {film.takes[1].record.bytes}\n"
    media = film.takes[1].path
    media.chmod(0o644)
    media.write_text(pointer)
    assert "was not fetched yet" in shown(film.takes).text


def test_assets_show_their_words_their_pictures_and_where_they_are_used(film: Project, tmp_path: Path) -> None:
    picture = tmp_path / f"{HOSTILE.replace('/', '')[:60]}.png"
    Image.new("RGB", (64, 36)).save(picture)
    film.folder.create_asset("character", HOSTILE, trigger_word=HOSTILE, description=HOSTILE)
    fox = film.assets[HOSTILE].add_reference(picture)
    film.canvas().connect(film.canvas().add("asset", name="Fox", asset=fox.uuid), film.canvas().shots[0], input="character")
    page = shown(fox)
    assert page.text.count(HOSTILE) >= 3
    assert [tag for tag, _ in page.tags].count("img") == 1
    assert "SHOT_010" in page.text
    assert "SHOT_010" in shown(film.assets).text
    assert film.assets[HOSTILE] == film.assets[0] == fox
    assert fox.rename("Fox").name == "Fox"
    assert (film.path / fox.folder.folder).name == "Fox"
    assert fox.describe(trigger_word="vixen").trigger_word == "vixen"
    fox.delete(force=True)
    assert "There is no asset" in shown(fox).text
    assert "No assets yet" in shown(film.assets).text
    with pytest.raises(NotFoundError):
        film.assets["Fox"]


def test_projects_show_as_cards_with_their_newest_take(film: Project) -> None:
    page = shown(Workspace().projects)
    assert "1 shot, 2 takes" in page.text
    assert HOSTILE in page.text
    assert [tag for tag, _ in page.tags].count("img") == 1


def test_jobs_show_how_they_stand(film: Project) -> None:
    assert "No jobs" in shown(film.jobs()).text
    store = film.runtime.engine.store
    task = TaskSpec(id="t1", project=film.uuid, canvas=CANVAS, node="shot_010", kind="generate", created=1.0, notice=HOSTILE)
    spec: dict[str, Any] = {
        "project": film.uuid,
        "project_root": str(film.path),
        "node": "shot_010",
        "reference": "generate-image",
        "quality": "low",
        "prompt": HOSTILE,
        "composed_prompt": HOSTILE,
        "seed": 1,
        "width": 64,
        "height": 36,
        "fps": "24",
        "canvas": {"path": CANVAS, "version": 1, "node": "shot_010"},
        "renders": SHOT,
    }
    store.add_task(task, [("j1", GenerateJob.model_validate(spec))])
    assert "in the queue" in shown(film.jobs()).text
    store.move("j1", Failed(code="internal", message=HOSTILE, fix=HOSTILE))
    page = shown(film.jobs())
    assert HOSTILE in page.text
    assert "failed" in page.text


def test_a_history_shows_what_happened(film: Project) -> None:
    (film.path / "02_Source_Creative/Prompts/a.txt").write_bytes(os.urandom(8).hex().encode())
    film.history.checkpoint(HOSTILE)
    assert HOSTILE in shown(film.history).text
