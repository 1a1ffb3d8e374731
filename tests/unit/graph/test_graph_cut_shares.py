"""How a film is divided among workers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.cut_shares import LEAST, number_of_shares, shares


@given(lengths=st.lists(st.integers(1, 500), min_size=1, max_size=60), data=st.data())
def test_shares_hold_every_event_once_in_order_and_none_is_empty(lengths, data):
    number = data.draw(st.integers(1, len(lengths)))
    found = shares(lengths, number)
    assert [index for share in found for index in share] == list(range(len(lengths)))
    assert len(found) == number
    assert all(found)


@given(lengths=st.lists(st.integers(1, 500), min_size=2, max_size=60), number=st.integers(2, 8))
def test_no_share_is_longer_than_an_even_one_by_more_than_the_longest_event_where_there_are_enough(lengths, number):
    if len(lengths) < number * 4:
        lengths = lengths * number * 2
    even = sum(lengths) / number
    assert max(sum(lengths[index] for index in share) for share in shares(lengths, number)) <= even + max(lengths)


def test_a_film_is_divided_by_the_workers_its_events_and_its_length():
    assert number_of_shares(100 * LEAST, 75, 4) == 4
    assert number_of_shares(100 * LEAST, 3, 4) == 3
    assert number_of_shares(2 * LEAST, 75, 4) == 2
    assert number_of_shares(2 * LEAST - 1, 75, 4) == 1
    assert number_of_shares(100 * LEAST, 75, 0) == 1
