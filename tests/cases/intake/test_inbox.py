"""The inbox of leads, and what other agencies may not see."""

import pytest
from django.urls import reverse

from cases.intake.actions import take_up_lead
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from tests import stories

URL = reverse("leads")


def titles(answer):
    return [lead.title for lead in answer.context["page"].items]


def inbox(cast, who="customs.officer", query=""):
    return cast.browser(who).get(URL + query)


def test_the_default_view_shows_leads_to_triage(cast):
    stories.lead(cast, title="Waiting")
    stories.case(cast)
    answer = inbox(cast)
    assert titles(answer) == ["Waiting"]
    assert answer.context["chips"][0].active


@pytest.mark.slow
def test_the_next_page_keeps_the_default_filter(cast):
    for _ in range(41):
        stories.lead(cast)
    stories.case(cast)
    first = inbox(cast)
    second = cast.browser("customs.officer").get(
        URL, {**first.wsgi_request.GET.dict(), "after": first.context["page"].next}
    )
    assert "to_triage=1" in first.text
    assert (len(titles(first)), len(titles(second))) == (40, 1)


def test_the_officer_is_named_to_their_agency_but_not_to_the_centre(cast):
    take_up_lead(stories.lead(cast), actor=cast["customs.officer"])
    name = cast.user("customs.officer").name_en
    assert name in inbox(cast, "customs.lead").text
    assert name not in inbox(cast, "centre.coordinator").text


@pytest.mark.slow
def test_a_revision_is_marked_after_take_up_and_not_before(cast):
    report = stories.content()
    agency = cast.user("customs.officer").agency
    lead, _ = receive_lead(report, actor=cast["customs.officer"], agency=agency)
    assert "New revision" not in inbox(cast).text
    take_up_lead(lead, actor=cast["customs.officer"])
    receive_lead({**report, "narrative": "More."}, actor=cast["customs.officer"], agency=agency)
    assert "New revision" in inbox(cast).text
    report = stories.content()
    receive_lead(report, actor=cast["customs.officer"], agency=agency)
    lead, _ = receive_lead({**report, "narrative": "More."}, actor=cast["customs.officer"], agency=agency)
    take_up_lead(lead, actor=cast["customs.officer"])
    assert not Lead.objects.with_news().get(pk=lead.pk).has_news


def test_another_agency_sees_an_empty_list_with_the_reason(cast):
    stories.lead(cast, title="Secret of customs")
    answer = inbox(cast, "commerce.officer")
    assert "Secret of customs" not in answer.text
    assert "Nothing to triage" in answer.text
