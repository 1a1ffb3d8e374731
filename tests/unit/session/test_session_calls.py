"""Methods that clients may call by name."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import ValidationError

from genstudio.schema.errors import NotFoundError
from genstudio.session.calls import call, public, public_methods
from genstudio.session.canvas_session import CanvasSession
from genstudio.session.media import MediaChunk
from genstudio.session.workspace_session import WorkspaceSession


class Desk:
    @public
    def add(self, left: int, right: int = 1) -> int:
        return left + right

    @public
    def choose(self, *, quality: Literal["low", "high"]) -> str:
        return quality

    @public
    def piece(self) -> list[MediaChunk]:
        return [MediaChunk("AA==", None, "image/png")]

    def secret(self) -> str:
        return "hidden"


def test_a_public_method_is_called_by_its_name_and_answers_json() -> None:
    assert call(Desk(), "add", {"left": 2}) == 3
    assert call(Desk(), "piece", {}) == [{"data": "AA==", "next": None, "type": "image/png"}]


@pytest.mark.parametrize("name", ["secret", "__init__", "__class__", "nothing", "add.__call__", ""])
def test_what_is_not_public_cannot_be_called(name: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        call(Desk(), name, {})
    assert "add, choose, piece" in caught.value.fix


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("add", {}),
        ("add", {"left": "two"}),
        ("add", {"left": 1, "more": 2}),
        ("add", {"left": 1, "self": 2}),
        ("choose", {"quality": "best"}),
    ],
)
def test_parameters_that_do_not_fit_the_type_hints_are_refused(method: str, params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        call(Desk(), method, params)


def test_the_sessions_offer_exactly_what_the_front_end_was_promised() -> None:
    canvas = {"cancel", "log", "media_chunk", "media_info", "queue", "redo", "set_active_take", "undo", "update_settings"}
    film = {"edl", "film", "hand_off", "import_edit", "storyboard"}
    film |= {"order_film", "sounds"}
    queue = {"cancel_all", "move_job", "pause_queue", "preflight", "queue_state", "resume_queue", "retry"}
    takes = {"rate_take", "approve_take", "add_note", "resolve_note", "remove_note", "compare_takes", "contact_sheet"}
    takes |= {"unrecorded_takes", "adopt_take", "reproduce_take", "reproduction"}
    takes |= {"use_take_settings", "shot_of_file"}
    assets = {"asset", "create_asset", "describe_asset", "add_asset_reference", "rename_asset", "delete_asset"}
    templates = {"templates", "use_template"}
    uploads = {"upload_begin", "upload_piece", "upload_end", "upload_remove", "exports"}
    assets |= {"assets", "remove_asset_reference", "train_asset", "library_items", "use_library_item"}
    safety = {"auto_saves", "restore_auto_save"}
    safety |= {"recovery", "take_back", "preview_auto_save", "preview_restore", "version_changes", "compare_versions", "checkpoints"}
    queue |= {"queue_overview", "cancel_job"}
    versions = {
        "versions",
        "checkpoint",
        "restore_version",
        "conflicts",
        "choose",
        "remotes",
        "push",
        "pull",
        "fetch_media",
        "prune",
        "archive",
    }
    assert set(public_methods(CanvasSession)) == canvas | film | queue | takes | assets | uploads | safety | versions | templates
    assert set(public_methods(WorkspaceSession)) == {
        "create_project",
        "sample_film",
        "doctor",
        "list_projects",
        "archives",
        "archive_project",
        "restore_project",
    }
