"""Liveness and readiness."""

from django.test import Client


def test_the_process_says_that_it_lives_without_database_or_session() -> None:
    """No database mark here: a query, also one for the session of the cookie, would fail this test."""
    client = Client()
    client.cookies["session"] = "of somebody who was signed in before the database went away"

    answer = client.get("/livez")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
