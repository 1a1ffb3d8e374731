"""A canvas that nothing can repair: why, what there is to bring back, and bringing it back."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.project.canvas_file import CanvasFile
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError
from genstudio.schema.message import Message
from genstudio.session.calls import public_methods
from genstudio.session.rescue import RescueSession

if TYPE_CHECKING:
    from genstudio.project.project import ProjectFolder


class Rescue:
    """A rescue session with what it sent."""

    def __init__(self, project: ProjectFolder) -> None:
        self.sent: list[Message] = []
        try:
            project.canvas().read()
        except BadInputError as error:
            self.reason = error
        self.session = RescueSession("w", self.sent.append, project, None, self.reason)

    def call(self, method: str, **params: Any) -> Any:
        self.session.handle(Message(type="client:call", request_id="r", payload={"method": method, "params": params}))
        return self.sent[-1].payload


@pytest.fixture
def broken(project: ProjectFolder) -> ProjectFolder:
    """A clone whose canvas was committed as half a file: the version before has a shot, machine-made files there are none."""
    file = project.canvas()
    shot = Operation(op="add", path="/nodes/shot_010", value={"type": "shot", "data": {"prompt": "a fox"}})
    file.apply(Patch(base=0, operations=(shot,), author="ann"))
    project.history.checkpoint("good")
    shutil.rmtree(project.root / ".genstudio")
    shutil.rmtree(project.root / "04_Project_Files" / "Auto_Saves")
    path = project.root / file.path
    path.write_text(path.read_text()[:80])
    os.utime(path, (1, 1))  # nobody is writing it any more
    project.repository.commit([file.path], "half")
    return project


def test_it_says_why_and_offers_the_versions_that_can_be_read(broken: ProjectFolder) -> None:
    rescue = Rescue(broken)
    assert rescue.reason.code == "damaged"
    newest, oldest = rescue.call("rescue_choices")["result"]
    assert (newest["nodes"], newest["shots"], newest["version"]["subject"]) == (1, 1, "Checkpoint: good")
    assert (oldest["nodes"], oldest["version"]["subject"]) == (0, "Begin the project")
    rescue.session.handle(Message(type="client:sync_request", request_id="s", payload={}))
    assert rescue.sent[-1].payload["code"] == "damaged"
    assert public_methods(RescueSession) == ("rescue", "rescue_choices")


def test_a_version_is_put_in_its_place_and_what_was_there_is_kept(broken: ProjectFolder) -> None:
    rescue = Rescue(broken)
    half = (broken.root / broken.canvas().path).read_bytes()
    kept = rescue.call("rescue", version="good")["result"]["kept"]
    assert (broken.root / "04_Project_Files" / "Auto_Saves" / kept).read_bytes() == half
    state = CanvasFile(broken.root).read()
    assert state.canvas.nodes["shot_010"].data["prompt"] == "a fox"
    assert rescue.call("rescue", version="good")["code"] == "conflict", "a canvas that opens is never overwritten"


def test_a_merge_of_the_users_own_is_left_to_the_user(broken: ProjectFolder) -> None:
    rescue = Rescue(broken)
    (broken.root / ".git" / "MERGE_HEAD").write_text("0" * 40)
    before = (broken.root / broken.canvas().path).read_bytes()
    assert "merge" in rescue.call("rescue", version="good")["message"]
    assert (broken.root / broken.canvas().path).read_bytes() == before


def test_marks_of_a_merge_in_the_file_are_brought_back_from_as_well(broken: ProjectFolder) -> None:
    path = broken.root / broken.canvas().path
    path.write_text("<<<<<<< ours\n{}\n>>>>>>> theirs\n")
    rescue = Rescue(broken)
    assert rescue.reason.code == "merge_conflict"
    rescue.call("rescue", version=rescue.call("rescue_choices")["result"][0]["version"]["commit"])
    assert "shot_010" in CanvasFile(broken.root).read().canvas.nodes
