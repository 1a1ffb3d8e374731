"""A pipeline that somebody put beside those of the studio."""

from __future__ import annotations

__all__ = ["own_manifest"]


def own_manifest(name: str = "own", image: str = "genstudio/own:latest") -> str:
    """Return the ``pipeline.toml`` of a pipeline of pictures with one tier; what is added to it belongs to ``[run]``."""
    return f"""
schema = "genstudio.pipeline/1"
id = "{name}"
version = "1.0.0"
title = "Own"
kind = "image"
licence = {{code = "Apache-2.0"}}
[[tiers]]
quality = "draft"
[run]
image = "{image}"
"""
