"""The studio's page at its one address."""

from __future__ import annotations

from typing import Any


def test_the_short_address_leads_to_the_page_and_leaves_the_token_behind(studio: Any) -> None:
    answer = studio.user(f"genstudio?project=x&token={studio.token}")
    assert (answer.status, answer.headers["Location"]) == (302, "/genstudio/app?project=x")


def test_the_page_is_the_studios_notebook_rendered_by_a_kernel_of_this_workspace(studio: Any) -> None:
    answer = studio.user("genstudio/app")
    assert answer.status == 200
    page = answer.body.decode()
    assert "<title>Generative Studio</title>" in page
    assert "jupyter-config-data" in page
    assert "jupyterlab-ipyflow" not in page


def test_jupyterlab_is_served_by_the_same_server_with_the_same_login(studio: Any) -> None:
    browser = studio.browser()
    assert browser("lab").status == 200
    assert browser("genstudio/api/v1/projects").status == 200
