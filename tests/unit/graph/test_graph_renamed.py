"""What refers to a take follows when it gets another name; nothing else does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genstudio.graph.renamed import Renamed, follow_canvas, follow_record, renamed_record
from genstudio.schema.canvas import Canvas, Node
from genstudio.schema.take import TakeName, TakeRecord


def take(renders: str = "SCENE_01/SHOT_010", number: int = 1, **fields: object) -> TakeRecord:
    name = TakeName(renders=renders, version=1, take=number)
    return TakeRecord.model_validate(
        {
            "schema": "genstudio.take/1",
            "id": name.id,
            "renders": renders,
            "media": f"{name.id}.mp4",
            "kind": "video",
            "sha256": "0" * 64,
            "bytes": 1,
            "reel": "T0000001",
            "pipeline": {"id": "draft-video", "version": "1.0.0"},
            "quality": {"requested": "low", "used": "draft"},
            "canvas": {"path": "x", "version": 1, "node": "shot_010"},
            **fields,
        }
    )


def renamed(old: TakeRecord, number: int, renders: str = "SCENE_01/SHOT_010") -> Renamed:
    return Renamed(old, renamed_record(old, TakeName(renders=renders, version=1, take=number), "T0000002"))


def shot(renders: str, **data: object) -> Node:
    return Node(type="shot", data={"renders": renders, **data})


def test_a_take_of_another_name_is_the_same_take_and_says_what_it_was_called():
    moved = renamed(renamed(take(), 2).new, 7, "SCENE_01/SHOT_040").new
    assert (moved.id, moved.media, moved.renders) == ("SHOT-040_v01_take07", "SHOT-040_v01_take07.mp4", "SCENE_01/SHOT_040")
    assert [before["id"] for before in moved.model_extra["formerly"]] == ["SHOT-010_v01_take01", "SHOT-010_v01_take02"]
    same = {"id", "media", "renders", "reel"}
    assert moved.model_dump(exclude={*same, "formerly"}) == take().model_dump(exclude=same)


def test_the_choice_the_reviews_and_the_paths_follow_in_the_shot_that_is_meant():
    change = renamed(take(), 2)
    data = {"active_take": change.old.id, "review": {change.old.id: {"rating": 3}, "other": {"rating": 1}}}
    canvas = Canvas(
        nodes={
            "mine": shot("SCENE_01/SHOT_010", **data),
            "like": shot("SCENE_02/SHOT_010", **data),
            "file": Node(
                type="audio", data={"file": change.old.path, "deep": [{"path": change.old.path}], "words": f"see {change.old.path}"}
            ),
        }
    )
    found = follow_canvas(canvas, [change]).nodes
    assert found["mine"].data["active_take"] == change.new.id
    assert found["mine"].data["review"] == {change.new.id: {"rating": 3}, "other": {"rating": 1}}
    assert found["like"] is canvas.nodes["like"]
    assert found["file"].data == {"file": change.new.path, "deep": [{"path": change.new.path}], "words": f"see {change.old.path}"}


def test_numbers_that_are_exchanged_do_not_run_into_one_another():
    changes = [renamed(take(number=1), 2), renamed(take(number=2), 3)]
    review = {"SHOT-010_v01_take01": {"rating": 1}, "SHOT-010_v01_take02": {"rating": 2}}
    canvas = Canvas(nodes={"a": shot("SCENE_01/SHOT_010", review=review, active_take="SHOT-010_v01_take01")})
    found = follow_canvas(canvas, changes).nodes["a"].data
    assert found["review"] == {"SHOT-010_v01_take02": {"rating": 1}, "SHOT-010_v01_take03": {"rating": 2}}
    assert found["active_take"] == "SHOT-010_v01_take02"


def test_records_name_what_they_were_made_from_as_it_is_called_now():
    change = renamed(take(), 2)
    child = take(number=9, parents=(change.old.id, "else"), inputs={"video": {"path": change.old.path}}, params={"from": change.old.path})
    found = follow_record(child, [change])
    assert (found.parents, found.inputs) == ((change.new.id, "else"), {"video": {"path": change.new.path}})
    assert found.params == {"from": change.new.path}
    stranger = take("SCENE_02/SHOT_010", parents=(change.old.id,))
    assert follow_record(stranger, [change]) is stranger


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.dictionaries(st.sampled_from(["renders", "review", "active_take", "x"]), values))
def test_whatever_stands_in_a_node_what_refers_to_no_renamed_take_stays_as_it_is(data):
    canvas = Canvas(nodes={"a": Node(type="shot", data=data)})
    assert follow_canvas(canvas, [renamed(take(), 2)]) == canvas
