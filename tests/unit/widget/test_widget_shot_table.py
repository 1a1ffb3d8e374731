"""Tables of shots as people write them, and every fault named by its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genstudio.widget.shot_table import BadTableError, ShotRow, TableProblem, read_rows, read_table


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadTableError) as caught:
        read_table(text, "shots.csv")
    return [(problem.place, problem.column) for problem in caught.value.problems]


def test_a_row_says_only_what_its_cells_say() -> None:
    first, second = read_table("name,prompt,duration,seed,takes,quality\nSHOT_010,a fox,4s,7,2,low\nSHOT_020,,,,,\n")
    assert first.data == {"prompt": "a fox", "duration": "4s", "seed": 7, "quality": "low"}
    assert (first.takes, second.data, second.takes) == (2, {}, None)


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_the_divider_of_any_office_program_is_understood(divider: str) -> None:
    text = f"name{divider}prompt{divider}seed\r\nSHOT_010{divider}«лиса» 🦊{divider}7\r\n"
    (row,) = read_table("\ufeff" + text)
    assert (row.name, row.prompt, row.seed) == ("SHOT_010", "«лиса» 🦊", 7)


def test_quoted_cells_hold_dividers_and_lines_and_places_count_the_lines_of_the_file() -> None:
    text = 'name,prompt,seed\nA,"a fox,\nrunning",1\n\nB,b,x\n'
    assert faults(text) == [("line 5", "seed")]


def test_parameters_are_columns_in_csv_and_an_object_in_json() -> None:
    (csv,) = read_table("name,params.steps,params.hue\nA,30,0.5\n")
    (plain,) = read_table(json.dumps([{"name": "A", "params": {"steps": 30}, "params.hue": 0.5}]))
    assert csv.params == {"steps": "30", "hue": "0.5"}
    assert plain.params == {"steps": 30, "hue": 0.5}


def test_json_may_stand_alone_or_under_shots_and_null_takes_a_seed_back() -> None:
    rows = [{"name": "A", "seed": None, "duration": 2.5}]
    for document in (rows, {"shots": rows}):
        (row,) = read_table(json.dumps(document))
        assert row.data == {"seed": None, "duration": "2.5s"}


def test_every_fault_is_named_by_line_and_column_at_once() -> None:
    text = "name,prompt,seed,duration,takes,quality,folder\nA,a,-1,soon,0,best,here\n,b,,,,,\n"
    assert faults(text) == [
        ("line 2", "folder"),
        ("line 2", "duration"),
        ("line 2", "seed"),
        ("line 2", "quality"),
        ("line 2", "takes"),
        ("line 3", "name"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "column"),
    [
        ("", "line 1", "name"),
        ("name,prompt\n", "line 1", ""),
        ("prompt,seed\na,1\n", "line 1", "name"),
        ("name,seed,seed\nA,1,2\n", "line 1", "seed"),
        ("name,colour\nA,red\n", "line 2", "colour"),
        ("name,place\nA,here\n", "line 2", "place"),
        ("name,prompt\nA,a,b\n", "line 2", ""),
        ('name,prompt\nA,"open\n', "line 2", ""),
        ("name\nA\nB\nA\n", "line 4", "name"),
        ('[{"name": "A",}]', "line 1", "15"),
        ('{"shots": 3}', "line 1", ""),
        ('[{"name": "A"}, 3]', "shots[1]", ""),
        ('[{"name": "A", "prompt": 3}]', "shots[0]", "prompt"),
        ('[{"name": "A"}, {"name": "A"}]', "shots[1]", "name"),
    ],
)
def test_a_fault_is_named_by_its_place(text: str, place: str, column: str) -> None:
    assert faults(text) == [(place, column)]


def test_the_error_says_how_many_faults_there_are_and_that_nothing_was_changed() -> None:
    with pytest.raises(BadTableError, match="it has 2 faults") as caught:
        read_table("name,seed\nA,x\nB,y\n", "shots.csv")
    assert "nothing was changed" in caught.value.fix


def used(read: Callable[[], tuple[ShotRow, ...]]) -> tuple[tuple[ShotRow, ...], tuple[TableProblem, ...]]:
    """Return the rows, or the faults."""
    try:
        return read(), ()
    except BadTableError as error:
        return (), error.problems


@given(st.text(max_size=200))
def test_any_text_is_rows_or_named_faults(text: str) -> None:
    rows, problems = used(lambda: read_table(text))
    assert bool(rows) != bool(problems)
    assert all(problem.place and problem.message.endswith(".") for problem in problems)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["name", "seed", "prompt", "takes", "params"]), st.none() | st.integers() | st.text()), max_size=4
    )
)
def test_any_mappings_are_rows_or_named_faults(entries: list[dict[str, Any]]) -> None:
    rows, problems = used(lambda: read_rows([(f"shots[{at}]", entry) for at, entry in enumerate(entries)]))
    assert len(rows) == len(entries) or problems
