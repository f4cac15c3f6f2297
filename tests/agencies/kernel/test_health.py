"""Liveness."""

import pytest
from django.test import Client

pytestmark = pytest.mark.both_databases  # services that do not answer


def test_liveness_needs_neither_database_nor_session() -> None:
    """There is no database mark here, so any query, including one for the session, would fail this test."""
    client = Client()
    client.cookies["session"] = "of a person who signed in before the outage"

    answer = client.get("/livez")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
