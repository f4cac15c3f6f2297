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


def test_another_system_of_the_agency_neither_overwrites_nor_reads_it(cast, machine, sent):
    other = machine(name="licences", sources=["LICENCES"])
    answer = other.post(stories.content(source_ref="R", title="Overwritten"))
    assert answer.status_code == 403
    assert "RISK" in answer.json()["detail"]
    assert "LICENCES" in answer.json()["detail"]
    sent.refresh_from_db()
    assert (sent.title, sent.revision) == (stories.content()["title"], 1)
    assert other.get(f"/api/v1/leads/{sent.pk}/").status_code == 404


def test_a_closed_lead_of_another_system_stays_as_it_was_closed(cast, machine, sent):
    lead = take_up_lead(sent, actor=cast["customs.officer"]).thing
    close_lead(lead, actor=cast["customs.officer"], closing="duplicate", reason="x")
    other = machine(name="licences", sources=["LICENCES"])
    assert other.post(stories.content(source_ref="R", title="Overwritten")).status_code == 403
    assert Lead.objects.get(pk=sent.pk).revision == 1


def test_two_systems_may_report_for_one_source_and_then_share_its_leads_and_outcomes(cast, machine, sent):
    second = machine(name="second engine", sources=["RISK"])
    assert second.post(stories.content(source_ref="R", title="Revised")).json()["revision"] == 2
    take_up_lead(Lead.objects.get(pk=sent.pk), actor=cast["customs.officer"])
    record_outcomes()
    receipt = second.get(f"/api/v1/leads/{sent.pk}/").json()
    assert [one["code"] for one in receipt["outcome"]] == ["lead.take_up"]
    assert [one["lead"] for one in second.get("/api/v1/outcomes/").json()["results"]] == [str(sent.pk)]


def test_the_same_source_of_another_agency_is_another_source(machine, sent):
    other = machine("MOFCOM_SCB")
    assert other.post(stories.content(source_ref="R")).status_code == 201
    assert other.get(f"/api/v1/leads/{sent.pk}/").status_code == 404


def test_persons_report_for_any_source_of_their_agency(cast):
    page = stories.content(source_system="ANYTHING")
    answer = cast.browser("customs.officer").post("/api/v1/leads/", page, content_type="application/json")
    assert answer.status_code == 201


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
    assert create()["sources"] == ["A", "B"]
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
