"""Files that nodes name: found wherever they stand in the data, and followed when they move."""

from __future__ import annotations

import pytest

from genstudio.graph.named_files import named_places, names_file, renamed_files

OLD, NEW = "01_Assets/Generative_Assets/Characters/Rusty", "01_Assets/Generative_Assets/Characters/Reynard"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (f"{OLD}/voice.wav", True),
        (OLD, True),
        (f"./{OLD}//deep/../voice.wav", True),
        (f"{OLD}_2/voice.wav", False),
        (f"a fox, see {OLD}/voice.wav", False),
        (f"{OLD}/../Wolf/voice.wav", False),
        (f"/{OLD}/voice.wav", False),
        ("", False),
        (7, False),
        (None, False),
        ({"deep": [{"file": f"{OLD}/voice.wav"}]}, True),
    ],
)
def test_a_file_is_named_by_its_path_and_by_nothing_else(value: object, named: bool) -> None:
    data = {"name": "Rusty", "field": value}
    assert names_file(data, OLD) is named
    assert (OLD in named_places(data)) is named


def test_what_names_a_moved_file_follows_and_all_else_stays() -> None:
    data = {
        "name": "Rusty",
        "file": f"{OLD}/voice.wav",
        "params": {"mask": f"{OLD}/masks/one.png", "strength": 0.5},
        "stills": ["03_Renders/a.png", {"path": f"{OLD}/b.png"}],
        "elsewhere": f"{OLD}_2/voice.wav",
    }
    assert dict(renamed_files(data, OLD, NEW)) == {
        ("file",): f"{NEW}/voice.wav",
        ("params", "mask"): f"{NEW}/masks/one.png",
        ("stills",): ["03_Renders/a.png", {"path": f"{NEW}/b.png"}],
    }
    assert list(renamed_files({"file": ""}, OLD, NEW)) == []
