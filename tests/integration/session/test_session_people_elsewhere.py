"""People before one canvas whose sessions live in different processes, as those of two kernels do."""

from __future__ import annotations

import multiprocessing
import threading
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.project.paths import get_presence_dir
from genstudio.schema.message import Message
from genstudio.session.canvas_session import CanvasSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from genstudio.engine.submit import Engine
    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder


def _sit_down(root: Path, name: str, pipe: Connection) -> None:
    """Open the canvas in a process of its own, show somebody, pass on who is heard of, and move where told to."""
    from genstudio.engine.submit import Engine
    from genstudio.project.workspace import WorkspaceFolder

    workspace = WorkspaceFolder.find(root)
    engine, lock = Engine(workspace), threading.Lock()

    def send(message: Message) -> None:
        if message.type == "server:presence":
            with lock:
                pipe.send(message.payload)

    project = workspace.project("My First Film")
    session = CanvasSession(workspace, project, None, author=name, client=f"{name}1", send=send, engine=engine)
    shown = {"colour": "red", "cursor": [3, 4], "selection": ["shot_010"]}
    session.handle(Message(type="client:presence", payload=shown))
    while True:
        session.handle(Message(type="client:presence", payload=shown | {"cursor": pipe.recv()}))


class Elsewhere:
    """A person of another process, and of whom that one has heard."""

    def __init__(self, root: Path, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=_sit_down, args=(root, name, there))
        self.process.start()
        there.close()

    def hears(self, **expected: Any) -> None:
        """Wait until it hears just this of somebody."""
        heard: list[dict[str, Any]] = []
        while not heard or any(heard[-1][key] != value for key, value in expected.items()):
            assert self.pipe.poll(60), heard
            heard.append(self.pipe.recv())

    def end(self) -> None:
        self.process.kill()
        self.process.join()


@pytest.fixture
def bob(workspace_root: Path, project: ProjectFolder) -> Iterator[Elsewhere]:
    there = Elsewhere(workspace_root, "bob")
    yield there
    there.end()


@pytest.mark.once
def test_people_of_two_processes_see_one_another_until_one_leaves_and_one_is_killed(
    view: Any, project: ProjectFolder, bob: Elsewhere
) -> None:
    ann = view("ann")
    ann.ask("presence", colour="blue", cursor=[1, 2])
    told = ann.wait("presence")
    assert (told["client"], told["name"], told["cursor"], told["selection"]) == ("bob1", "bob", [3.0, 4.0], ["shot_010"])
    bob.hears(client="ann1", cursor=[1.0, 2.0])

    bob.pipe.send([5, 6])
    ann.wait("presence", lambda payload: payload["cursor"] == [5.0, 6.0])
    ann.ask("presence", colour="blue", cursor=[7, 8])
    bob.hears(client="ann1", cursor=[7.0, 8.0])

    dan = view("dan")
    dan.ask("presence", colour="green")
    dan.wait("presence", lambda payload: payload["client"] == "bob1")
    bob.hears(client="dan1")
    heard = len(dan.of_type("presence"))
    dan.ask("sync_request", request_id="again")
    dan.wait("presence", lambda _: len(dan.of_type("presence")) >= heard + 2)  # of ann here, and of bob

    ann.session.close()
    bob.hears(client="ann1", gone=True)
    bob.process.kill()
    dan.wait("presence", lambda payload: payload["gone"] and payload["client"] == "bob1")
    folder = get_presence_dir(project.root, dan.session.file.path)
    assert len(list(folder.iterdir())) == 1
    dan.session.close()
    assert list(folder.iterdir()) == []


def test_who_says_that_he_goes_or_says_nothing_any_more_is_gone_until_the_next_word(
    view: Any, workspace: WorkspaceFolder, project: ProjectFolder, engine: Engine
) -> None:
    ann = view("ann")
    session = CanvasSession(workspace, project, None, author="eve", client="eve1", send=lambda _: None, engine=engine, patience=0.0)

    def heard(*, gone: bool) -> int:
        return len([told for told in ann.of_type("presence") if told["gone"] == gone])

    for times in (1, 2):
        session.handle(Message(type="client:presence", payload={"colour": "red"}))
        ann.wait("presence", lambda _, times=times: (heard(gone=False), heard(gone=True)) == (times, times))
    session.handle(Message(type="client:presence", payload={"colour": "red"}))
    session.handle(Message(type="client:presence", payload={"gone": True}))
    assert heard(gone=True) >= 3
    session.close()
