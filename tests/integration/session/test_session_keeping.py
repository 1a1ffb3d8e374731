"""What people do in a view becomes a version that says so, while the view goes on."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from engine_lab import until
from PIL import Image

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder

PICTURE = "01_Assets/Source_Media/fox.png"


def kept(project: ProjectFolder, subject: str) -> None:
    """Wait until the newest version has this subject."""
    until(lambda: project.history.log(1)[0].subject == subject, what=subject)


def test_what_is_done_in_a_view_is_kept_one_after_another(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    ann.add_shot(prompt="a fox")
    Image.new("RGB", (64, 36), "red").save(project.root / PICTURE)
    ann.result("update_settings", quality="low", fps="25")
    kept(project, "Settings changed: quality standard → low, fps 24 → 25")
    ann.result("update_settings", quality="low")
    fox = ann.result("create_asset", kind="character", name="Rusty")["uuid"]
    kept(project, "Asset Rusty (character) made")
    ann.result("add_asset_reference", uuid=fox, path=PICTURE)
    kept(project, "Asset Rusty (character): picture fox.png added")
    ann.result("describe_asset", uuid=fox, description="a red fox")
    kept(project, "Asset Rusty (character) changed")
    ann.result("rename_asset", uuid=fox, name="Reynard")
    kept(project, "Asset Rusty (character) renamed to Reynard")
    ann.result("adopt_take", node_id="shot_010", path=PICTURE)
    kept(project, "SHOT_010 take 1 adopted from fox.png")
    version = project.history.log(1)[0]
    assert (version.takes, version.canvases) == (("SHOT-010_v01_take01",), ("02_Source_Creative/Canvases/main_canvas.json",))
    ann.result("delete_asset", uuid=fox)
    kept(project, "Asset Reynard (character) deleted")
    assert len(project.history.log()) == 8  # the first begins the project
    assert project.repository.changed() == [PICTURE, "project.json"]  # setting what was set already is no version
    assert ann.of_type("notice") == []


def test_a_picture_that_is_sent_to_an_asset_is_kept_with_it(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    asset = project.create_asset("character", "Rusty")
    path = f"{asset.folder}/reference_images/fox.png"
    buffer = io.BytesIO()
    Image.new("RGB", (64, 36), "red").save(buffer, "PNG")
    upload = ann.result("upload_begin", path=path, size=buffer.tell())
    ann.result("upload_piece", upload=upload, data=base64.b64encode(buffer.getvalue()).decode())
    ann.result("upload_end", upload=upload)
    kept(project, "Asset Rusty (character): picture fox.png added")
    ann.result("upload_remove", path=path)
    kept(project, "Asset Rusty (character): picture fox.png removed")


def test_where_no_version_can_be_made_the_view_is_told_and_the_deed_is_done(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    (project.root / ".git/MERGE_HEAD").write_text("0" * 40)
    assert ann.result("update_settings", quality="high")["quality"] == "high"
    told = ann.wait("notice")
    assert (told["level"], "a merge is under way" in told["message"]) == ("warning", True)
    assert project.settings.quality == "high"
