"""Models are looked at before they are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genstudio.project.asset_model import check_safetensors
from genstudio.schema.errors import BadInputError

TENSOR = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}


def written(path: Path, header: Any, data: bytes) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def test_a_whole_file_gives_the_names_of_its_tensors(tmp_path: Path) -> None:
    header = {"__metadata__": {"format": "pt"}, "up": TENSOR, "alpha": {"dtype": "F16", "shape": [], "data_offsets": [24, 26]}}
    assert check_safetensors(written(tmp_path / "m", header, bytes(26))) == ("up", "alpha")


@pytest.mark.parametrize(
    ("header", "data", "reason"),
    [
        ({"up": TENSOR}, bytes(23), "do not fill it"),
        ({"up": TENSOR}, bytes(25), "do not fill it"),
        ({"up": TENSOR, "more": TENSOR}, bytes(24), "do not fill it"),
        ({"up": {**TENSOR, "data_offsets": [4, 28]}}, bytes(28), "do not fill it"),
        ({"up": {**TENSOR, "shape": [2, 4]}}, bytes(24), "another size"),
        ({"up": {**TENSOR, "shape": [-2, -3]}}, bytes(24), "the shape"),
        ({"up": {**TENSOR, "dtype": "PICKLE"}}, bytes(24), "is no tensor"),
        ({"up": {**TENSOR, "data_offsets": "24"}}, bytes(24), "is no tensor|another size"),
        ({"up": [1]}, bytes(24), "is no tensor"),
        ({}, b"", "do not fill it"),
        ([], b"", "is no table"),
        (b"[" * 100_000, b"", "cannot be read"),
        (b"{", b"", "cannot be read"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(tmp_path: Path, header: Any, data: bytes, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason):
        check_safetensors(written(tmp_path / "m", header, data))


@pytest.mark.parametrize("raw", [b"", b"1234567", (1 << 62).to_bytes(8, "little") + b"{}"])
def test_a_file_that_is_cut_off_is_refused_and_nothing_large_is_read(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "m").write_bytes(raw)
    with pytest.raises(BadInputError, match="cut off"):
        check_safetensors(tmp_path / "m")
