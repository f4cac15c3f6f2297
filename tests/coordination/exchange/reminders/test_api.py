"""Reminders over the API: sent, listed, answered; limited to what the caller may see."""

import pytest

from tests import stories

URL = "/api/v1/reminders/"


@pytest.mark.slow
def test_the_centre_sends_and_the_agency_answers(cast):
    late = stories.late_task(cast)
    centre, commerce = cast.browser("centre.coordinator"), cast.browser("commerce.officer")
    sent = centre.post(URL, {"about": [f"task:{late.pk}"]}, content_type="application/json")
    assert sent.status_code == 201
    data = sent.json()
    assert data["agency"]["code"] == "MOFCOM_SCB"
    assert [item["id"] for item in data["items"]] == [str(late.pk)]
    [row] = commerce.get(URL, {"waiting_on": "MOFCOM_SCB"}).json()["results"]
    assert row["number"] == data["number"]
    detail = commerce.get(f"{URL}{data['id']}/").json()
    assert "answer" in {verb["verb"] for verb in detail["verbs"]}
    given = {"answer": "Soon.", "expected_on": stories.tomorrow().isoformat()}
    done = commerce.post(f"{URL}{data['id']}/answer/", given, content_type="application/json")
    assert done.status_code == 200
    assert commerce.get(f"{URL}{data['id']}/").json()["state"] == "ANSWERED"


def test_a_second_letter_is_a_conflict_and_nonsense_a_bad_request(cast):
    letter = stories.reminder(cast)
    client, about = cast.browser("centre.coordinator"), f"task:{letter.items.get().thing_id}"
    assert client.post(URL, {"about": [about]}, content_type="application/json").status_code == 409
    for wrong in ({}, {"about": []}, {"about": ["x"]}, {"about": [about], "agency": "GACC"}):
        answer = client.post(URL, wrong, content_type="application/json")
        assert answer.status_code == 400, wrong
