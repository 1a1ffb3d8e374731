"""What is told of our people and when, and who of others is believed to be there."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.project.presence_folder import FoundPresence
from genstudio.schema.message import PresencePayload
from genstudio.schema.presence import MAX_PEOPLE, MAX_SELECTION, Person
from genstudio.session.presence import (
    BEAT_S,
    LEASE_S,
    PAUSE_S,
    Published,
    Sighting,
    due,
    elsewhere,
    fate,
    newcomers,
    news,
    people,
    sight,
)

HERE, FAR = "this machine", "another machine"
ONE, TWO = (1, 1, 1), (2, 2, 2)


def person(client: str = "ann", **more: Any) -> Person:
    return Person(client=client, name=client.title(), colour="red", **more)


def found(*clients: str, machine: str = HERE, held: bool | None = True) -> FoundPresence:
    return FoundPresence(machine, tuple(person(client) for client in clients), held)


def seen(what: FoundPresence | None, *, changed: float = 0.0, proved: bool = True) -> Sighting:
    return Sighting(ONE, what, changed, changed, proved)


def of(sighting: Sighting, now: float = 1.0) -> str:
    return fate(sighting, machine=HERE, now=now)


# -- what is told of us


def test_only_views_that_a_page_has_shown_are_people_and_they_come_in_one_order() -> None:
    here = [
        PresencePayload(client="b", name="Bo", colour="red", cursor=(1, 2), selection=("shot_010",)),
        PresencePayload(client="a", name="Ann", colour="blue"),
        PresencePayload(client="kernel", name="Ann"),
        PresencePayload(client="", name="Nobody", colour="red"),
        PresencePayload(client="c", name="Cal", colour="red", gone=True),
    ]
    ann, bo = people(here)
    assert (ann.client, bo.client) == ("a", "b")
    assert bo == Person(client="b", name="Bo", colour="red", cursor=(1, 2), selection=("shot_010",))
    assert people(reversed(here)) == (ann, bo)


@pytest.mark.parametrize(
    "odd",
    [
        {"client": "x" * 500},
        {"name": "n" * 500},
        {"name": "half a letter \ud800"},
        {"colour": "c" * 500},
        {"cursor": (1e300, 0)},
        {"selection": tuple(f"shot_{at}" for at in range(500))},
    ],
)
def test_whatever_a_page_says_of_itself_others_can_read_it(odd: dict[str, Any]) -> None:
    (told,) = people([PresencePayload.model_construct(**{"client": "a", "name": "Ann", "colour": "red"} | odd)])
    assert Person.model_validate_json(told.model_dump_json()) == told
    assert len(told.selection) <= MAX_SELECTION


def test_of_a_crowd_so_many_are_told_of_as_fit() -> None:
    crowd = [PresencePayload(client=f"{at:04}", colour="red") for at in range(500)]
    assert [told.client for told in people(crowd)] == [f"{at:04}" for at in range(MAX_PEOPLE)]


# -- when it is told


def writes(*, ours: Person | None = None, age: float = PAUSE_S, others: bool = False, asked: bool = False) -> bool:
    return due((ours or person(),), Published((person(),), 0.0), others=others, asked=asked, now=age)


def test_who_comes_is_told_at_once() -> None:
    assert due((person(),), None, others=False, asked=False, now=0.0)


def test_alone_nothing_is_written_whatever_one_does_and_however_long_it_takes() -> None:
    assert not writes(ours=person(cursor=(3, 4), selection=("shot_010",)), age=1e6)


def test_alone_a_newcomer_of_our_own_and_an_answer_to_somebody_elses_are_written() -> None:
    assert writes(ours=person("bob"))
    assert writes(asked=True)


def test_with_others_each_move_is_written_but_not_more_often_than_twenty_times_a_second() -> None:
    moved = person(cursor=(3, 4))
    assert writes(ours=moved, others=True)
    assert not any(writes(ours=moved, others=True, asked=asked, age=PAUSE_S - 0.001) for asked in (True, False))


def test_with_others_who_rests_is_written_now_and_then() -> None:
    assert not writes(others=True, age=BEAT_S - 0.001)
    assert writes(others=True, age=BEAT_S)
    assert LEASE_S >= 3 * BEAT_S


@given(st.lists(st.tuples(st.floats(0.001, 0.3), st.integers(0, 9), st.booleans(), st.booleans()), max_size=60))
def test_between_two_writings_there_is_always_a_pause(rounds: list[tuple[float, int, bool, bool]]) -> None:
    now, published, times = 0.0, None, []
    for passed, at, others, asked in rounds:
        now += passed
        ours = (person(cursor=(at, 0)),)
        if due(ours, published, others=others, asked=asked, now=now):
            published = Published(ours, now)
            times.append(now)
    assert all(later - earlier >= PAUSE_S for earlier, later in pairwise(times))


# -- what is believed of others


def test_a_file_is_proved_by_coming_or_changing_while_we_look() -> None:
    there = sight(None, ONE, found("bob"), first=True, now=1.0)
    assert not there.proved
    assert sight(None, ONE, found("bob"), first=False, now=1.0).proved
    assert sight(there, ONE, found("bob"), first=False, now=9.0) == there
    moved = sight(there, TWO, found("bob"), first=False, now=9.0)
    assert (moved.proved, moved.changed) == (True, 9.0)


def test_on_one_machine_the_lock_tells_who_lives() -> None:
    rests = seen(found("bob"), proved=False)
    assert of(rests) == "here"
    assert of(seen(found("bob", held=False))) == "dead"
    assert of(seen(found("bob", held=False), proved=False), now=1e6) == "dead"
    assert of(seen(found("bob", held=None), proved=False)) == "unproved"
    assert of(seen(found("bob", held=None))) == "here"


def test_of_another_machine_only_changes_tell_who_lives() -> None:
    assert of(seen(found("bob", machine=FAR, held=False))) == "here"
    assert of(seen(found("bob", machine=FAR), proved=False)) == "unproved"


@pytest.mark.parametrize("machine", [HERE, FAR])
def test_who_says_nothing_for_long_is_gone_even_if_the_process_hangs_on(machine: str) -> None:
    rests = seen(found("bob", machine=machine))
    assert of(rests, now=LEASE_S) == "here"
    assert of(rests, now=LEASE_S + 0.001) == "silent"


def test_what_cannot_be_understood_is_nobody() -> None:
    assert of(seen(None)) == "silent"


def test_a_new_file_and_one_that_proves_alive_are_answered_and_nothing_else() -> None:
    rests = seen(found("bob"), proved=False)
    assert newcomers({}, {"b": rests})
    assert newcomers({"b": rests}, {"b": seen(found("bob"))})
    assert newcomers({"b": seen(None)}, {"b": rests})
    assert not newcomers({"b": rests}, {"b": rests})
    assert not newcomers({"b": seen(found("bob"))}, {"b": seen(found("bob", "cal"), changed=5.0)})
    assert not newcomers({}, {"b": seen(None)})
    assert not newcomers({"b": rests}, {})


def test_two_machines_that_come_one_after_the_other_believe_each_other_after_two_answers() -> None:
    """The exchange as the two watches do it, file by file: nobody beats, and nobody answers for ever."""
    stamps = {"a": 1, "b": 1}
    sightings: dict[str, Sighting | None] = {"a": None, "b": None}  # of the other one's file
    sightings["b"] = sight(None, (1, 1, 1), found("ann", machine=FAR), first=True, now=0.0)
    writings = 1  # what b wrote when it came
    for _ in range(10):
        for me, other in (("a", "b"), ("b", "a")):
            before = sightings[me]
            after = sight(before, (stamps[other],) * 3, found("x", machine=FAR), first=False, now=0.0)
            if newcomers({"x": before} if before else {}, {"x": after}):
                stamps[me] += 1
                writings += 1
            sightings[me] = after
    assert all(one is not None and of(one) == "here" for one in sightings.values())
    assert writings <= 5


# -- who is shown


def shown(*sightings: Sighting, ours: tuple[str, ...] = ()) -> dict[str, Person]:
    return elsewhere(sightings, ours, machine=HERE, now=1.0)


def test_the_people_of_all_living_files_are_shown_but_for_our_own() -> None:
    dead, strange = seen(found("dan", held=False)), seen(None)
    assert list(shown(seen(found("cal", "bob")), seen(found("ann", machine=FAR)), dead, strange, ours=("cal",))) == ["ann", "bob"]


def test_who_is_in_two_files_is_where_he_moved_last_however_often_the_other_is_written() -> None:
    old, new = (FoundPresence(HERE, (person(cursor=(at, at)),), held=True) for at in (1, 2))
    left = sight(None, ONE, old, first=True, now=0.1)
    files = [sight(None, ONE, new, first=False, now=0.5), sight(left, TWO, old, first=False, now=0.9)]
    assert [file.changed for file in files] == [0.5, 0.9]
    assert shown(*files) == shown(*reversed(files)) == dict.fromkeys(["ann"], new.people[0])


def test_of_very_many_so_many_are_shown_as_of_one_process() -> None:
    assert len(shown(*(seen(found(*(f"{file}_{at}" for at in range(MAX_PEOPLE)))) for file in range(20)))) == MAX_PEOPLE


def test_a_view_is_told_of_who_came_moved_and_went_and_of_nothing_twice() -> None:
    ann, bob, moved, cal = person("ann"), person("bob"), person("bob", cursor=(1, 2)), person("cal")
    told = news({"ann": ann, "bob": bob}, {"bob": moved, "cal": cal}, ())
    assert told == (
        PresencePayload(client="ann", gone=True),
        PresencePayload(client="bob", name="Bob", colour="red", cursor=(1, 2)),
        PresencePayload(client="cal", name="Cal", colour="red"),
    )
    assert news({"bob": moved, "cal": cal}, {"bob": moved, "cal": cal}, ()) == ()


def test_a_view_whose_page_may_have_forgotten_is_told_of_everybody_and_still_of_who_went() -> None:
    bob, cal = person("bob"), person("cal")
    assert [told.client for told in news({"bob": bob, "cal": cal}, {"cal": cal}, (), again=True)] == ["bob", "cal"]


def test_who_came_over_to_our_process_is_not_gone() -> None:
    assert news({"ann": person()}, {}, ("ann",)) == ()


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=8))
def test_told_step_by_step_a_page_shows_who_is_there(steps: list[set[str]]) -> None:
    told: dict[str, Person] = {}
    page: set[str] = set()
    for there in steps:
        present = {client: person(client) for client in sorted(there)}
        for payload in news(told, present, ()):
            (page.discard if payload.gone else page.add)(payload.client)
        told = present
        assert page == there
