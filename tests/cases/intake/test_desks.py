"""The centre takes leads in and assigns them; a superior stands in for an agency that does not sign in."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from cases.intake.actions import attach_lead
from cases.intake.desks import place_leads
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from coordination.actions.performing import perform
from tests import stories

from .test_by_hand import typed

LEADS = RESOURCES["leads"]
COORDINATOR = "centre.coordinator"


def at_the_centre(cast):
    """A tip that the coordinator entered on the page."""
    answer = cast.browser(COORDINATOR).post(reverse("lead_new"), typed(handling_code="H1"))
    lead = Lead.objects.get()
    assert answer.url == reverse("lead", args=[lead.pk])
    return lead


def do(cast, lead, who, verb, **answers):
    perform(LEADS, cast[who], Lead.objects.get(pk=lead.pk), verb, answers, strict=True)
    return Lead.objects.get(pk=lead.pk)


def desk_of(lead):
    return WorkItem.objects.get(kind="lead", object_id=lead.pk).agency_id


@pytest.mark.slow
def test_a_tip_to_the_centre_is_assigned_returned_and_assigned_again(cast):
    lead = at_the_centre(cast)
    assert lead.agency.code == "JECC"
    home = cast.browser(COORDINATOR).get("/")
    assert "Leads to assign, attach or close" in home.text
    assert (home.context["centre"].intake, [one.pk for one in home.context["centre"].leads]) == (1, [lead.pk])
    badge = next(item for item in home.context["nav"] if item["name"] == "leads")
    assert badge["count"] == 1
    assert lead.title in cast.browser(COORDINATOR).get(badge["url"]).text
    lead = do(cast, lead, COORDINATOR, "assign", agency="MOFCOM_SCB", reason="A matter of licences")
    assert lead.agency.code == "MOFCOM_SCB"
    assert desk_of(lead) == lead.agency_id
    assert not any(item["count"] for item in cast.browser(COORDINATOR).get("/").context["nav"])
    page = cast.browser("commerce.officer").get(reverse("lead", args=[lead.pk])).text
    assert "assigned by Joint Enforcement" in page
    returned = cast.browser("commerce.officer").post(
        reverse("verb", args=["leads", lead.pk, "return_lead"]), {"reason": "Customs has the goods"}, follow=True
    )
    assert returned.redirect_chain == [(reverse("leads"), 302)]  # the agency no longer sees the lead itself
    assert returned.status_code == 200
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.agency.code == "JECC"
    assert "Customs has the goods" in cast.browser(COORDINATOR).get(reverse("lead", args=[lead.pk])).text
    lead = do(cast, lead, COORDINATOR, "assign", agency="GACC")
    lead = do(cast, lead, "customs.officer", "promote", title="T", handling="H1")
    assert lead.case.lead.code == "GACC"


def test_the_centre_attaches_and_closes_and_makes_no_case(cast):
    case, lead = stories.case(cast), None
    Lead.objects.all().delete()
    lead = at_the_centre(cast)
    with pytest.raises(Forbidden):
        do(cast, lead, COORDINATOR, "promote", title="T", handling="H1")
    for who in ("customs.head", "centre.supervisor"):
        with pytest.raises(Forbidden):
            do(cast, lead, who, "close", closing="duplicate", reason="Known")
    lead = do(cast, lead, COORDINATOR, "attach", case=str(case.pk))
    assert (lead.state, lead.agency.code) == ("ATTACHED", "GACC")


def test_a_lead_of_the_agency_itself_is_not_returned(cast):
    with pytest.raises(TransitionRefused):
        do(cast, stories.lead(cast), "customs.officer", "return_lead", reason="Not ours")


def test_the_nearest_superior_stands_in_visibly_until_the_agency_signs_in(cast):
    ningbo = Agency.objects.get(code="CUS_3100")
    assert not ningbo.signs_in
    lead, _ = receive_lead(stories.content(), actor=cast["customs.officer"], agency=ningbo)
    assert (lead.agency.code, lead.stands_for) == ("GACC", ningbo)
    assert "does not sign in" in cast.browser("customs.officer").get(reverse("lead", args=[lead.pk])).text
    assert place_leads() == 0

    Agency.objects.filter(pk=ningbo.pk).update(signs_in=True)
    assert place_leads() == 1
    lead.refresh_from_db()
    assert (lead.agency, lead.stands_for) == (ningbo, None)
    Agency.objects.filter(pk=ningbo.pk).update(signs_in=False)
    assert place_leads() == 1
    lead.refresh_from_db()
    assert (lead.agency.code, lead.stands_for, desk_of(lead)) == ("GACC", ningbo, lead.agency_id)


def test_news_of_a_lead_go_to_the_superior_of_an_agency_that_ceased_to_sign_in(cast):
    case = stories.shared_case(cast)
    lead = stories.lead(cast, "commerce.officer", items=[], shipments=[])
    attach_lead(lead, actor=cast["commerce.officer"], case=str(case.pk))
    lead.refresh_from_db()
    bureau = lead.agency
    Agency.objects.filter(pk=bureau.pk).update(signs_in=False)
    assert place_leads() == 0  # nothing waits
    receive_lead({**lead.newest.content, "parties": []}, actor=cast["commerce.officer"], agency=bureau)
    assert place_leads() == 1
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.agency.code, lead.stands_for, lead.state) == ("JECC", bureau, "ATTACHED")
    assert desk_of(lead) == lead.agency_id
    case_items = WorkItem.objects.filter(kind="case", object_id=case.pk)
    assert case_items.get().agency_id == case.lead_id

    Agency.objects.filter(pk=bureau.pk).update(signs_in=True)
    assert place_leads() == 1
    assert desk_of(lead) == bureau.pk


def test_who_creates_a_client_for_an_absent_agency_is_told_where_its_leads_go(cast, capsys):
    call_command("create_api_client", "gate", "--agency", "CUS_3100", "--scope", "leads:write")
    assert "its leads go to GACC" in capsys.readouterr().err
