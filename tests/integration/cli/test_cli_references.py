"""``canvas check`` says of pipelines what asking for a take would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genstudio import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable


def test_check_knows_pipelines_by_id_and_tells_versions_that_are_not_here(genstudio: Callable[..., Any]) -> None:
    genstudio("new", "Film")
    canvas = Workspace().project("Film").canvas()
    node = canvas.shot(canvas.add_shot("One", prompt="a fox", pipeline="draft-video").id)
    assert genstudio("canvas", "check", "Film").out == "No problems.\n"
    (pipeline,) = [node for node in canvas.nodes.values() if node.type == "pipeline"]
    for reference, words in (("nosuch@1.0.0", "There is no pipeline 'nosuch@1.0.0'."), ("t2i-sd1.5@9.9.9", "not '9.9.9'. Pin t2i-sd1.5@")):
        canvas.patch([{"op": "replace", "path": f"/nodes/{pipeline.id}/data/reference", "value": reference}], label="pin")
        assert words in genstudio("canvas", "check", "Film").out
        refused = genstudio("generate", "Film", node.name)
        assert refused.status == 1
        assert words in refused.err
