"""Several watches on one folder, as several processes have them, each with its own views; the clock is the test's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.project.paths import MAIN_CANVAS, get_presence_dir
from genstudio.project.presence_folder import PresenceFolder
from genstudio.schema.errors import GenStudioError
from genstudio.schema.message import Message, PresencePayload
from genstudio.schema.presence import Person, PresenceFile
from genstudio.session.presence import BEAT_S, LEASE_S, PAUSE_S
from genstudio.session.presence_watch import PresenceWatch

if TYPE_CHECKING:
    from pathlib import Path


class View(SimpleNamespace):
    """A session: who is before it, and what its page shows of others."""

    def __init__(self, client: str = "", **more: Any) -> None:
        super().__init__(presence=PresencePayload(client=client, colour="red" if client else "", **more), page={}, heard=0)

    __hash__ = object.__hash__

    def deliver(self, message: Message) -> None:
        self.heard += 1
        told = PresencePayload.model_validate(message.payload)
        assert (message.type, message.canvas) == ("server:presence", MAIN_CANVAS)
        if told.gone:
            del self.page[told.client]
        else:
            self.page[told.client] = told

    def move(self, *cursor: float) -> None:
        self.presence = self.presence.model_copy(update={"cursor": cursor})


class Folder(PresenceFolder):
    """The folder, counting what is written."""

    writings, denied = 0, False

    def write(self, people: tuple[Person, ...]) -> None:
        if self.denied:
            raise GenStudioError("It may not be written.", code="no_permission")
        super().write(people)
        self.writings += 1


class Desk:
    """A project with processes on it."""

    def __init__(self, root: Path) -> None:
        (root / ".genstudio").mkdir(parents=True)
        self.root, self.now = root, 100.0
        self.path = get_presence_dir(root, MAIN_CANVAS)
        self.processes: list[tuple[PresenceWatch, Folder, list[View]]] = []

    def process(self, *clients: str) -> tuple[PresenceWatch, Folder, list[View]]:
        folder = Folder(self.root, MAIN_CANVAS)
        watch = PresenceWatch(folder, MAIN_CANVAS, clock=lambda: self.now)
        self.processes.append((watch, folder, [View(client) for client in clients]))
        return self.processes[-1]

    def rounds(self, seconds: float = 1.0) -> None:
        """Let all processes look for a while, some fifty times a second."""
        end = self.now + seconds
        while self.now < end:
            self.now += PAUSE_S / 2.5
            for watch, _, views in self.processes:
                watch.poll(views)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir()) if self.path.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    desk = Desk(tmp_path / "Film")
    yield desk
    for watch, _, _ in desk.processes:
        watch.close()
    assert desk.files() == []


def test_people_of_two_processes_see_one_another_come_move_and_go(desk: Desk) -> None:
    _, _, (ann,) = desk.process("ann")
    watch, _, (bob, cal) = desk.process("bob", "cal")
    desk.rounds()
    assert (set(ann.page), set(bob.page), set(cal.page)) == ({"bob", "cal"}, {"ann"}, {"ann"})
    bob.move(3, 4)
    desk.rounds(0.2)
    assert ann.page["bob"].cursor == (3, 4)
    watch.close()
    desk.rounds(0.2)
    assert ann.page == {}


def test_alone_one_writes_once_however_long_one_works(desk: Desk) -> None:
    _, folder, (ann,) = desk.process("ann")
    for step in range(50):
        ann.move(step, step)
        desk.rounds(2.0)
    assert folder.writings == 1
    assert ann.heard == 0


def test_who_joins_one_who_is_alone_right_after_he_came_is_told_soon(desk: Desk) -> None:
    _, folder, views = desk.process("ann")
    desk.rounds(PAUSE_S / 2)
    views.append(View("bob"))
    desk.rounds(0.6)
    (told,) = desk.path.iterdir()
    assert [person.client for person in PresenceFile.model_validate_json(told.read_bytes()).people] == ["ann", "bob"]
    assert folder.writings == 2


def test_views_that_nobody_looks_at_leave_no_trace_and_hear_nothing(desk: Desk) -> None:
    _, folder, (kernel,) = desk.process("")
    desk.rounds()
    assert not desk.path.exists()
    desk.process("ann")
    desk.rounds()
    assert (folder.writings, kernel.heard) == (0, 0)


def test_who_rests_for_hours_is_seen_by_who_comes_then_with_where_he_is(desk: Desk) -> None:
    _, folder, (ann,) = desk.process("ann")
    desk.rounds()
    ann.move(7, 8)
    desk.rounds(1.0)
    desk.now += 3600.0
    _, _, (bob,) = desk.process("bob")
    desk.rounds(0.2)
    assert bob.page["ann"].cursor == (7, 8)
    assert "bob" in ann.page
    assert folder.writings == 2


def test_together_who_rests_stays_and_a_few_beats_a_minute_are_all_it_costs(desk: Desk) -> None:
    (_, first, (ann,)), (_, _, (bob,)) = desk.process("ann"), desk.process("bob")
    desk.rounds(60.0)
    assert (set(ann.page), set(bob.page), ann.heard, bob.heard) == ({"bob"}, {"ann"}, 1, 1)
    assert first.writings <= 60 / BEAT_S + 3


def test_moves_are_told_at_most_twenty_times_a_second_and_the_last_one_always(desk: Desk) -> None:
    (_, folder, (ann,)), (_, _, (bob,)) = desk.process("ann"), desk.process("bob")
    desk.rounds()
    before = folder.writings
    for step in range(100):
        ann.move(step, 0)
        desk.rounds(PAUSE_S / 5)
    desk.rounds(0.2)
    assert bob.page["ann"].cursor == (99, 0)
    assert 10 <= folder.writings - before <= 100 * (PAUSE_S / 2.5) / PAUSE_S + 3


def test_who_dies_without_a_word_is_gone_at_the_next_look_and_what_he_left_is_taken_away(desk: Desk) -> None:
    _, _, (ann,) = desk.process("ann")
    _, folder, _ = desk.process("bob")
    desk.rounds()
    assert "bob" in ann.page
    desk.processes.pop()
    folder._let_go()  # as the kernel does for a process that dies
    assert len(desk.files()) == 2
    desk.rounds(0.6)
    assert ann.page == {}
    assert len(desk.files()) == 1


def test_what_the_dead_left_is_never_shown(desk: Desk) -> None:
    _, folder, _ = desk.process("bob")
    desk.rounds()
    desk.processes.pop()
    folder._let_go()
    _, _, (ann,) = desk.process("ann")
    desk.rounds()
    assert ann.heard == 0
    assert len(desk.files()) == 1


def test_a_process_that_hangs_is_gone_after_its_lease_and_comes_back_when_it_goes_on(desk: Desk) -> None:
    _, _, (ann,) = desk.process("ann")
    stopped = desk.process("bob")
    desk.rounds()
    desk.processes.pop()
    desk.rounds(LEASE_S - 2 * BEAT_S)
    assert "bob" in ann.page
    desk.rounds(2 * BEAT_S + 1)
    assert ann.page == {}
    desk.processes.append(stopped)
    desk.rounds(0.2)
    assert "bob" in ann.page


@pytest.mark.parametrize("gone", [False, True])
def test_people_of_another_machine_are_shown_once_they_move_and_until_they_fall_silent(desk: Desk, gone: bool) -> None:
    """A file of another machine, which no lock tells of."""

    def far(step: int) -> None:
        people = (Person(client="far", colour="red", cursor=(step, 0)),)
        other = desk.path / ".tmp-far"
        other.write_text(PresenceFile(machine="elsewhere", people=people).model_dump_json(by_alias=True))
        other.replace(desk.path / f"{'0' * 32}.json")

    desk.path.mkdir(parents=True)
    far(0)
    _, _, (ann,) = desk.process("ann")
    desk.rounds()
    assert ann.page == {}
    far(1)
    desk.rounds()
    assert ann.page["far"].cursor == (1, 0)
    if gone:
        desk.rounds(LEASE_S)
        assert ann.page == {}
    (desk.path / f"{'0' * 32}.json").unlink()
    desk.rounds(0.2)
    assert ann.page == {}


def test_a_page_that_comes_back_is_told_of_everybody_again(desk: Desk) -> None:
    watch, _, (ann,) = desk.process("ann")
    desk.process("bob")
    desk.rounds()
    ann.page.clear()
    desk.rounds()
    assert ann.page == {}
    watch.greet(ann)
    desk.rounds(0.1)
    assert "bob" in ann.page


def test_who_goes_over_to_another_process_stays_on_the_pages(desk: Desk) -> None:
    _, _, (ann,) = desk.process("ann")
    _, _, elsewhere = desk.process("bob", "dan")
    desk.rounds()
    _, _, mine = desk.processes[0]
    mine.append(elsewhere.pop(0))  # bob's page found another way to the same canvas
    desk.rounds()
    assert set(ann.page) == {"bob", "dan"}


def test_a_file_of_ours_that_somebody_removed_is_written_again(desk: Desk) -> None:
    (_, _, (ann,)), _ = desk.process("ann"), desk.process("bob")
    desk.rounds()
    for file in desk.path.iterdir():
        file.unlink()
    desk.rounds()
    assert "bob" in ann.page
    assert len(desk.files()) == 2


def test_garbage_in_the_folder_disturbs_nobody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    (_, folder, (ann,)), _ = desk.process("ann"), desk.process("bob")
    desk.rounds()
    before, names = folder.writings, [f"{number:032x}.json" for number in range(20)]
    for number, name in enumerate(names):
        (desk.path / name).write_bytes(b"{" * number * 20_000)
        desk.rounds(0.1)
    assert (set(ann.page), ann.heard) == ({"bob"}, 1)
    assert folder.writings - before <= 2
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []
    for name in names:
        (desk.path / name).unlink()


def test_where_nothing_may_be_written_others_are_seen_all_the_same(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    (_, _, (ann,)), (_, folder, (bob,)) = desk.process("ann"), desk.process("bob")
    folder.denied = True
    desk.rounds(LEASE_S - 1)
    assert (set(bob.page), ann.page) == ({"ann"}, {})
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []
    folder.denied = False
    desk.rounds(10.0)
    assert "bob" in ann.page


def test_a_folder_that_leads_out_of_the_project_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (desk.root / ".genstudio/presence").symlink_to(tmp_path / "away")
    desk.process("ann")
    desk.rounds(20.0)
    assert list((tmp_path / "away").iterdir()) == []
