"""Liveness."""

from django.test import Client


def test_liveness_needs_neither_database_nor_session() -> None:
    """There is no database mark here, so any query, including one for the session, would fail this test."""
    client = Client()
    client.cookies["session"] = "of somebody who was signed in before the database went away"

    answer = client.get("/livez")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
