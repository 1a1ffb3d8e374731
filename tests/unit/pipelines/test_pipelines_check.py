"""The check of a canvas says of a reference what the catalogue answers when takes are asked for."""

from __future__ import annotations

import pytest

from genstudio.graph.check import check
from genstudio.graph.node_types import node_types
from genstudio.pipelines.catalogue import Catalogue
from genstudio.schema.canvas import Canvas
from genstudio.schema.errors import NotFoundError

REFERENCES = [
    "generate-video",
    "generate-video@1.0.0",
    "draft-video",
    "t2i-sd1.5",
    "t2i-sd15",
    "t2i-sd1.5@",
    "t2i-sd1.5@9.9.9",
    "t2i-sd15@9.9.9",
    "nosuch",
    "nosuch@1.0.0",
    "@1.0.0",
    "",
    "'quoted'",
    "long" * 40,
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def answer(catalogue: Catalogue, reference: str) -> list[str]:
    """What asking for takes of it would be refused with."""
    if reference in catalogue.tasks:
        return []
    try:
        catalogue.get(reference)
    except NotFoundError as error:
        return [str(error)]
    return []


@pytest.mark.parametrize("reference", REFERENCES)
def test_check_and_catalogue_say_the_same(catalogue: Catalogue, reference: str) -> None:
    canvas = Canvas.model_validate({"nodes": {"p": {"type": "pipeline", "data": {"reference": reference}}}})
    found = check(canvas, node_types(catalogue.tasks), catalogue.tasks, catalogue.pinned)
    assert [problem.message for problem in found] == answer(catalogue, reference)


def test_every_pipeline_is_known_by_its_id_its_other_names_and_its_version(catalogue: Catalogue) -> None:
    for pipeline in catalogue.pipelines.values():
        for name in (pipeline.id, *pipeline.manifest.aliases):
            assert catalogue.pinned[name] == f"{pipeline.id}@{pipeline.manifest.version}"
            assert catalogue.get(f"{name}@{pipeline.manifest.version}") is pipeline
