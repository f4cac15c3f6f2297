"""What an action over the API asks of the database."""

from unittest.mock import Mock

from agencies.kernel import queueing
from tests import stories


def test_accepting_a_request_costs_at_most_55_queries_without_the_worker(
    cast, monkeypatch, django_assert_max_num_queries
):
    request = stories.assistance(cast, "SENT")
    receiver = cast.browser("commerce.officer")
    receiver.get("/api/v1/referrals/")  # what is read once in a process
    monkeypatch.setattr(queueing, "current_app", Mock())  # the worker is not woken
    with django_assert_max_num_queries(55):
        answer = receiver.post(
            f"/api/v1/referrals/{request.pk}/accept/", {"version": request.version}, "application/json"
        )
    assert answer.json()["state"] == "IN_WORK"
