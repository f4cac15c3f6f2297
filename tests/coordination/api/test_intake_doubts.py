"""What a system sends with doubts, checks without sending, and looks up afterwards."""

import hashlib
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from cases.intake.actions import promote_lead
from cases.intake.models import Lead

from .test_intake_contract import URL, doubts, least, pointers


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({"occurred_at": "2999-01-01"}, "/occurred_at", "future"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "/occurred_at", "future"),
        ({"items": [{"value": 5, "currency": "RMB"}]}, "/items/0/currency", "currency"),
        ({"items": [{"value": 5, "currency": "cny"}]}, "/items/0/currency", "currency"),
        ({"techniques": ["MISNAME", "MAGIC"]}, "/techniques/1", "technique"),
    ],
)
def test_a_doubt_is_kept_flagged_and_shown_and_never_refused(machine, cast, sent, pointer, code):
    assert doubts(machine().post(least(**sent))) == {pointer: code}
    lead = Lead.objects.get()
    assert [(flag["pointer"], flag["code"]) for flag in lead.revisions.get().flags] == [(pointer, code)]
    assert "To be checked" in cast.browser("customs.officer").get(f"/leads/{lead.pk}/").text


def test_a_source_whose_clock_is_ahead_reports_at_an_unknown_time(machine):
    ahead = timezone.now() + timedelta(minutes=3)
    machine().post(least(occurred_at=ahead.isoformat()))
    assert (Lead.objects.get().occurred_at, Lead.objects.get().occurred_precision) == (None, "")


def test_a_technique_that_is_not_on_the_list_reaches_no_case(machine, cast):
    machine().post(least(techniques=["MISNAME", "MAGIC"]))
    case = promote_lead(Lead.objects.get(), actor=cast["customs.officer"], title="T", handling="H2").thing.case
    assert [one.technique.code for one in case.technique_findings.all()] == ["MISNAME"]


def test_further_data_of_the_source_is_kept_and_shown_and_is_part_of_the_content(machine, cast):
    sent = least(extra={"score": {"model": "R7", "value": 0.25}, "queue": ["a", "b"]})
    assert machine().post(sent).status_code == 201
    assert machine().post(sent).json()["revision"] == 1
    page = cast.browser("customs.officer").get(f"/leads/{Lead.objects.get().pk}/").text
    for shown in ("score.model", "R7", "score.value", "0.25", "queue[2]"):
        assert shown in page
    assert machine().post({**sent, "extra": {"score": "R8"}}).json()["revision"] == 2
    assert pointers(machine().post(least(extra=["a"]))) == {"/extra": "invalid"}


def test_a_report_can_be_checked_without_being_sent(machine):
    client = machine()
    answer = client.post(least(source_ref="V-1", techniques=["MAGIC"]), f"{URL}?validate_only=true")
    assert (answer.status_code, answer.json()["revision"]) == (200, None)
    assert doubts(answer) == {"/techniques/0": "technique"}
    assert not Lead.objects.exists()
    client.post(least(source_ref="V-1"))
    assert client.post(least(source_ref="V-1"), f"{URL}?validate_only=true").json()["revision"] == 1
    assert pointers(client.post(least(title=""), f"{URL}?validate_only=true")) == {"/title": "blank"}
    assert Lead.objects.count() == 1


def test_a_system_finds_its_leads_by_reference_and_by_change(machine):
    client = machine()
    for ref in ("L-1", "L-2"):
        client.post(least(source_ref=ref, source_version=7))
    [found] = client.get("/api/v1/leads/?source_system=S&source_ref=L-2").json()["results"]
    assert (found["source_ref"], found["source_version"], found["revision"]) == ("L-2", "7", 1)
    everything = client.get("/api/v1/leads/").json()["results"]
    assert [one["source_ref"] for one in everything] == ["L-1", "L-2"]
    later = client.get(f"{URL}?{urlencode({'changed_after': everything[0]['changed_at']})}").json()["results"]
    assert [one["source_ref"] for one in later] == ["L-2"]
    assert pointers(client.get("/api/v1/leads/?changed_after=soon")) == {"/changed_after": "invalid"}


def test_a_system_compares_a_day_with_its_own_record(machine):
    client, today = machine(), timezone.localdate().isoformat()
    for ref, version in (("D-2", 5), ("D-1", None)):
        client.post(least(source_ref=ref, source_version=version))
    lines = sorted(b"\t".join(one) for one in ((b"t", b"D-1", b""), (b"t", b"D-2", b"5")))
    found = client.get(f"/api/v1/leads/digest/?day={today}&source_system=S").json()
    assert (found["leads"], found["digest"]) == (2, hashlib.sha256(b"\n".join(lines)).hexdigest())
    assert client.get("/api/v1/leads/digest/?day=2020-01-01&source_system=S").json()["leads"] == 0
    assert pointers(client.get("/api/v1/leads/digest/?day=soon")) == {"/day": "invalid"}
    assert client.get("/api/v1/leads/digest/").json() == found | {"source_system": ""}
