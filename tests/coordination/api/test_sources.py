"""A system writes and reads only the leads of its source systems."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Invalid
from agencies.machines.actions import create_key
from agencies.machines.models import ApiClient
from agencies.organisations.models import Agency
from cases.intake.actions import close_lead, take_up_lead
from cases.intake.models import Lead
from coordination.messaging.outcomes.actions import record_outcomes
from tests import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(machine):
    """A lead of the risk engine."""
    return Lead.objects.get(pk=machine().post(stories.content(source_ref="R")).json()["id"])


def test_another_system_of_the_agency_neither_overwrites_nor_reads_it_whether_open_or_closed(cast, machine, sent):
    other, report = machine(name="licences", sources=["LICENCES"]), stories.content(source_ref="R", title="Overwritten")
    answer = other.post(report)
    assert answer.status_code == 403
    assert "RISK" in answer.json()["detail"]
    assert "LICENCES" in answer.json()["detail"]
    lead = take_up_lead(sent, actor=cast["customs.officer"]).thing
    close_lead(lead, actor=cast["customs.officer"], closing="duplicate", reason="x")
    assert other.post(report).status_code == 403
    sent.refresh_from_db()
    assert (sent.title, sent.revision) == (stories.content()["title"], 1)
    assert other.get(f"/api/v1/leads/{sent.pk}/").status_code == 404


def test_two_systems_may_report_for_one_source_and_then_share_its_leads_and_outcomes(cast, machine, sent):
    second = machine(name="second engine", sources=["RISK"])
    assert second.post(stories.content(source_ref="R", title="Revised")).json()["revision"] == 2
    take_up_lead(Lead.objects.get(pk=sent.pk), actor=cast["customs.officer"])
    record_outcomes()
    receipt = second.get(f"/api/v1/leads/{sent.pk}/").json()
    assert [one["code"] for one in receipt["outcome"]] == ["lead.take_up"]
    assert [one["lead"] for one in second.get("/api/v1/outcomes/").json()["results"]] == [str(sent.pk)]


def test_the_same_reference_at_another_agency_is_another_lead(machine, sent):
    other = machine("MOFCOM_SCB", sources=["LICENCES"])
    assert other.post(stories.content(source_system="LICENCES", source_ref="R")).status_code == 201
    assert other.get(f"/api/v1/leads/{sent.pk}/").status_code == 404


def test_a_system_asks_for_what_it_sent_and_not_for_what_became_of_it_elsewhere(machine, sent):
    """The list of people has filters by handling code, agency and lateness, and a receipt shows none of them."""
    second = machine(name="second engine", sources=["RISK"])
    for name, value in (
        ("handling", "H3"),
        ("agency", "GACC"),
        ("overdue", "1"),
        ("state", "PROMOTED"),
        ("severity", "high"),
    ):
        answer = second.get(f"/api/v1/leads/?{name}={value}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_parameter"), name
    answer = second.get("/api/v1/leads/?source_system=RISK&source_ref=R&sort=changed&size=1")
    assert [one["id"] for one in answer.json()["results"]] == [str(sent.pk)]


def test_no_person_reports_under_the_source_of_test_keys_which_each_of_them_reads(cast):
    for name in ("sandbox", "Sandbox"):
        answer = posted(cast, "customs.officer", stories.content(source_system=name, source_ref="T-1"))
        assert answer.status_code == 403, answer.content
    assert not Lead.objects.exists()


def posted(cast, who, report):
    return cast.browser(who).post("/api/v1/leads/", report, content_type="application/json")


@pytest.mark.parametrize("who", ["customs.officer", "customs.lead", "commerce.officer", "antismuggling.officer"])
@pytest.mark.parametrize("name", ["RISK", "risk", "GACC", "gacc"])
def test_a_person_reports_under_no_system_and_no_agency_whether_the_reference_exists_or_not(cast, sent, who, name):
    answers = [
        posted(cast, who, stories.content(source_system=name, source_ref=ref, title="Overwritten"))
        for ref in (sent.source_ref, "R-never-sent")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    known, unknown = (
        {key: value for key, value in answer.json().items() if key not in ("instance", "request_id", "trace_id")}
        for answer in answers
    )
    assert known == unknown
    assert "correction" in known["detail"]
    assert Lead.objects.get().revision == 1


def test_a_person_reports_for_a_channel_that_no_system_has(cast):
    assert posted(cast, "customs.officer", stories.content(source_system="HOTLINE")).status_code == 201


def test_a_report_entered_by_hand_is_not_revised_by_a_system_registered_later(cast, machine):
    by_hand = posted(cast, "customs.officer", stories.content(source_system="HOTLINE", source_ref="H-1")).json()["id"]
    answer = machine(sources=["HOTLINE"]).post(stories.content(source_system="HOTLINE", source_ref="H-1", title="Mine"))
    assert answer.status_code == 409
    assert [one["code"] for one in answer.json()["missing"]] == ["author"]
    assert Lead.objects.get(pk=by_hand).revision == 1


def test_a_system_reads_nothing_that_people_entered_under_its_source(cast, machine):
    """Its administrator gives it the name under which people enter reports."""
    report = stories.content(source_system="manual", source_ref="M-1")
    lead = Lead.objects.get(pk=posted(cast, "customs.officer", report).json()["id"])
    system = machine(name="reader", sources=["manual"])
    assert system.get("/api/v1/leads/").json()["results"] == []
    assert system.get(f"/api/v1/leads/{lead.pk}/").status_code == 404
    assert system.get("/api/v1/leads/digest/").json()["leads"] == 0
    assert system.post(report | {"title": "Changed"}).status_code == 409


def test_a_report_of_a_system_is_not_revised_by_hand_either(cast, sent):
    ApiClient.objects.update(sources=["OTHER"])  # as if the source had been given up
    assert posted(cast, "customs.officer", stories.content(source_ref="R", title="Mine")).status_code == 409
    assert Lead.objects.get(pk=sent.pk).revision == 1


def test_a_report_entered_on_the_page_is_another_lead_than_that_of_a_system(cast, sent):
    typed = {"title": "By hand", "report_type": sent.report_type, "source_ref": sent.source_ref}
    parts = ("parties", "items", "shipments")
    sizes = {f"{part}-{name}_FORMS": number for part in parts for name, number in (("TOTAL", 0), ("INITIAL", 0))}
    more = {"severity": "low", "handling_code": "H1", **sizes}
    assert cast.browser("customs.officer").post("/leads/new/", {**typed, **more}).status_code == 302
    assert Lead.objects.count() == 2
    assert Lead.objects.get(pk=sent.pk).revision == 1


def test_a_lead_transfer_still_reaches_the_receiver_under_the_name_of_its_agency(cast):
    taken = stories.assistance(cast, "TAKEN_OVER", "lead_transfer")
    assert Lead.objects.get(source_ref=taken.number).source_system == "GACC"


@pytest.mark.parametrize("source", ["RISK", "Risk", "MPS", "gacc"])
def test_a_source_of_another_agency_or_named_like_an_agency_is_not_registered(machine, sent, source):
    with pytest.raises(Invalid) as refused:
        machine("MOFCOM_SCB", name="copy", sources=[source])
    assert refused.value.errors[0].code == "taken"
    assert not ApiClient.objects.filter(name="copy").exists()


def create(*options):
    out = StringIO()
    call_command(
        "create_api_client", "engine", "--agency", "GACC", "--scope", "leads:write", "--json", *options, stdout=out
    )
    return json.loads(out.getvalue())


def test_a_new_system_reports_for_its_own_name_by_default():
    assert create()["sources"] == ["engine"]


def test_sources_are_added_with_a_further_key_and_recorded():
    assert create("--source", "A", "--source", "B")["sources"] == ["A", "B"]
    assert create("--source", "C")["sources"] == ["A", "B", "C"]
    assert ApiClient.objects.get().sources == ["A", "B", "C"]


@pytest.mark.parametrize("source", ["", " ", "x" * 61])
def test_a_source_that_no_report_could_name_is_refused(source):
    with pytest.raises(Invalid) as refused:
        create_key("engine", Agency.objects.get(code="GACC"), ["leads:write"], actor=SYSTEM, sources=[source])
    assert refused.value.errors[0].pointer == "/source"
    assert not ApiClient.objects.exists()


def test_administrators_of_systems_see_their_sources(cast, machine):
    machine(sources=["RISK", "TARGETING"])
    for who in ("customs.admin", "secadmin"):
        assert "RISK, TARGETING" in cast.browser(who).get("/machines/").text
