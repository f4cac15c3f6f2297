"""A system that asks again for what it has gets 304 and no body, until something is different."""

from typing import Any

import pytest

from cases.intake.actions import take_up_lead
from cases.intake.models import Lead
from coordination.messaging.feeds.jobs import follow
from coordination.messaging.outcomes.jobs import notify
from tests import stories

SCOPES = ("leads:write", "leads:read", "events:read")


@pytest.fixture
def sender(machine: Any) -> Any:
    """A system with one lead, which reads an address again with the ETag that it has."""
    system = machine("GACC", *SCOPES)
    follow()
    system.lead = system.post(stories.content(source_ref="C-1")).json()["id"]

    def again(address: str, tag: str) -> Any:
        return system.client.get(address, headers={"if-none-match": tag})

    system.again = again
    return system


def test_the_receipt_is_new_when_something_became_of_the_report(cast: Any, sender: Any) -> None:
    address = f"/api/v1/leads/{sender.lead}/"
    first = sender.get(address)
    same = sender.again(address, first["ETag"])
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert sender.again(address, f"W/{first['ETag']}").status_code == 304  # as a compressing proxy sends it back
    take_up_lead(Lead.objects.get(), actor=cast["customs.officer"])
    notify()
    changed = sender.again(address, first["ETag"])
    assert (changed.status_code, changed.json()["outcome"][0]["code"]) == (200, "lead.take_up")
    # Its revision is the same, so a change of the report may name either answer.
    for n, tag in enumerate((first["ETag"], changed["ETag"])):
        report = stories.content(source_ref="C-1", title=f"Changed {n}")
        headers = {"if-match": tag.replace('"1-', f'"{n + 1}-')}
        answer = sender.client.post("/api/v1/leads/", report, content_type="application/json", headers=headers)
        assert (answer.status_code, answer["ETag"]) == (200, f'"{n + 2}"'), answer.content


def test_events_are_new_when_there_is_one_or_one_is_hidden(cast: Any, sender: Any) -> None:
    address = "/api/v1/events/?after=0"
    empty = sender.get(address)
    assert sender.again(address, empty["ETag"]).status_code == 304
    take_up_lead(Lead.objects.get(), actor=cast["customs.officer"])
    follow()
    one = sender.again(address, empty["ETag"])
    assert (one.status_code, one.json()["last"]) == (200, 1)
    assert sender.again(address, one["ETag"]).status_code == 304
    Lead.objects.update(source_system="MOVED")
    assert sender.again(address, one["ETag"]).json()["results"][0]["type"] == "hidden"


def test_a_tag_opens_nothing_to_a_system_that_does_not_see_the_lead(machine: Any, sender: Any) -> None:
    tag = sender.get(f"/api/v1/leads/{sender.lead}/")["ETag"]
    other = machine("MOFCOM_SCB")
    assert other.client.get(f"/api/v1/leads/{sender.lead}/", headers={"if-none-match": tag}).status_code == 404
