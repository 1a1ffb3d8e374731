"""What JupyterLab's settings editor offers for new projects is what a project takes."""

from __future__ import annotations

import json
from pathlib import Path

from genstudio.schema.project import ProjectSettings

SCHEMA = json.loads((Path(__file__).parents[3] / "extension" / "src" / "lab" / "plugin.json").read_text("utf-8"))
NAMED = {"newProjectQuality": "quality", "newProjectPolicy": "when_unavailable"}


def test_the_choices_for_new_projects_are_those_of_a_project_and_to_leave_it_to_the_workspace() -> None:
    declared = ProjectSettings.model_json_schema()["properties"]
    for name, setting in NAMED.items():
        offered = [choice["const"] for choice in SCHEMA["properties"][name]["oneOf"]]
        assert offered == ["workspace", *declared[setting]["enum"]]


def test_every_setting_has_a_title_and_a_default_that_it_allows() -> None:
    for setting in SCHEMA["properties"].values():
        assert setting["title"]
        choices = [choice["const"] for choice in setting.get("oneOf", ())]
        assert setting["default"] in choices or isinstance(setting["default"], bool)
