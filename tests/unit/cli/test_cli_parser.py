"""The parser takes a command's arguments wherever its options stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from genstudio.cli.run import parser


@pytest.mark.parametrize(
    "line",
    [
        "assets add fox.png Film --to Fox",
        "assets add fox.png --to Fox Film",
        "assets add --to Fox fox.png Film",
        "assets add --json fox.png --to Fox --workspace . Film",
    ],
)
def test_options_may_stand_between_the_arguments(line: str) -> None:
    read = parser().parse_args(line.split())
    assert (read.media, read.to, read.project) == (Path("fox.png"), "Fox", "Film")


def test_several_arguments_that_were_left_out_are_filled_in_their_order() -> None:
    read = parser().parse_args(["takes", "ls", "--json", "Film", "--workspace", ".", "SHOT_010"])
    assert (read.project, read.shot) == ("Film", "SHOT_010")
    read = parser().parse_args(["restore", "film.tar.gz", "--json", "here"])
    assert (read.file, read.folder) == (Path("film.tar.gz"), Path("here"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("assets add fox.png --to Fox Film more", "unrecognized arguments: more"),
        ("assets add fox.png --tow Fox Film", "unrecognized arguments: --tow"),
        ("library ls --json nowhere", "invalid choice: 'nowhere'"),
        ("assets add --to Fox", "required: media"),
    ],
)
def test_wrong_use_is_told_and_ends_with_two(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(line.split())
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
