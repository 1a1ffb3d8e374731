"""What a panel reads in the words of a prompt."""

from __future__ import annotations

import pytest
from genstudio_animatic.story import Story, read_story
from genstudio_animatic.timecode import timecode
from genstudio_animatic.vocabulary import FRAMINGS, MOVES, things
from hypothesis import given
from hypothesis import strategies as st


def glyphs(story: Story) -> list[str]:
    return [thing.glyph or "person" for thing in story.things]


def test_the_first_noun_is_the_subject_and_the_place_is_no_thing():
    story = read_story("a fox crosses a frozen river at dawn, wide, slow dolly left")
    assert glyphs(story) == ["🦊"]
    assert story.places == ("ice",)
    assert (story.framing, story.move, story.time, story.action) == ("wide", "dolly left", "dawn", "walk")


@pytest.mark.parametrize(
    ("prompt", "framing", "angle", "move"),
    [
        ("close-up, the ice cracks under its paw, push in", "close-up", "", "push in"),
        ("Extreme wide shot of a city, pan right", "extreme wide", "", "pan right"),
        ("low angle of a castle, the camera cranes, crane down", "", "low angle", "crane down"),
        ("the camera pans slowly to the left over a field", "", "", "pan left"),
        ("over the shoulder shot, handheld", "", "over the shoulder", "handheld"),
        ("medium close up of a king, locked off", "medium close-up", "", "static"),
        ("a drone shot, zoom out", "", "aerial", "zoom out"),
        ("a truck in the rain", "", "", ""),
    ],
)
def test_framing_angle_and_move_are_read_in_the_words_of_the_set(prompt: str, framing: str, angle: str, move: str):
    story = read_story(prompt)
    assert (story.framing, story.angle, story.move) == (framing, angle, move)


@pytest.mark.parametrize(
    ("prompt", "count"),
    [("a wolf", 1), ("wolves", 3), ("two wolves", 2), ("three foxes", 3), ("a flock of birds", 5), ("two friends", 2), ("a couple", 2)],
)
def test_numbers_and_plurals_say_how_many(prompt: str, count: int):
    assert read_story(prompt).things[0].count == count


def test_prepositions_place_the_second_thing():
    assert read_story("a fox under a tree").things[1].relation == "above me"
    assert read_story("a knight in front of a castle").things[1].relation == "behind me"
    assert read_story("a man holds a lantern").things[1].relation == "held"


def test_people_bring_their_hats_and_an_old_man_his_cane():
    detective, king, old = (read_story(prompt).things[0] for prompt in ("a detective", "the king", "an old man"))
    assert (detective.person, detective.hat) == (True, "fedora")
    assert king.hat == "crown"
    assert old.hand == "cane"


def test_a_name_that_does_something_is_a_person():
    story = read_story("Mara walks slowly")
    assert story.things[0].person
    assert story.action == "walk"


def test_a_pronoun_is_nobody_beside_somebody_named():
    assert len(read_story("a knight, he walks alone").things) == 1


def test_colours_belong_to_the_next_thing():
    assert [thing.colour for thing in read_story("a red car and a blue bird").things] == ["red", "blue"]


def test_weather_and_mood_are_read():
    story = read_story("a lonely street at night in the rain")
    assert (story.weather, story.mood, story.time, story.places) == ("rain", "cold", "night", ("street",))


def test_things_bring_the_place_they_are_at_home_in_only_if_none_is_named():
    assert read_story("a whale").places == ("sea",)
    assert read_story("a whale in a city").places == ("city",)


@pytest.mark.parametrize("prompt", ["", "   ", "Lorem ipsum dolor", "狐が川を渡る", "الثعلب يعبر النهر", "1234 ??? ---"])
def test_words_that_mean_nothing_here_tell_nothing(prompt: str):
    assert not read_story(prompt).told


def test_an_emoji_is_a_thing():
    assert glyphs(read_story("🦊❤️ مرحبا")) == ["🦊"]


def test_a_prompt_of_a_megabyte_is_read_as_fast_as_its_beginning():
    assert glyphs(read_story("a fox " + "and then " * 120_000)) == ["🦊"]


@given(st.text(max_size=300))
def test_any_text_is_read_without_trouble_and_always_the_same(prompt: str):
    assert read_story(prompt) == read_story(prompt)


@given(st.lists(st.sampled_from(sorted([*FRAMINGS, *MOVES, *list(things())[::9], "a", "in", ",", "under", "two", "the"])), max_size=30))
def test_any_words_of_the_vocabulary_make_at_most_five_things(words: list[str]):
    assert len(read_story(" ".join(words)).things) <= 5


@pytest.mark.parametrize(
    ("frame", "rate", "text"), [(0, 24, "00:00:00:00"), (47, 24, "00:00:01:23"), (86399, 24, "00:59:59:23"), (90, 25, "00:00:03:15")]
)
def test_timecode_counts_frames(frame: int, rate: int, text: str):
    from fractions import Fraction

    assert timecode(frame, Fraction(rate)) == text


def test_timecode_at_an_ntsc_rate_counts_the_nominal_frames():
    from fractions import Fraction

    assert timecode(24, Fraction(24000, 1001)) == "00:00:01:00"
