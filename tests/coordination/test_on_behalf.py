"""Steps of an agency that does not sign in are recorded from its paper; once it joins, it can confirm or dispute
them."""

import pytest
from django.urls import reverse

from agencies.journal.models import Event, ProxyStep
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.people.actions import create_person, switch_person
from agencies.people.models import User
from cases.proceedings.models import Proceeding
from tests import stories
from tests.journal import verify_streams
from tests.refusals import invalid_at

PAPER = "商安函〔2026〕3号"


def from_paper(cast, thing, agency="MOFCOM_SCB"):
    return str(stories.incoming(cast, matter=thing.case, agency=agency, number=PAPER).pk)


def later(cast, request):
    return [("accept", "customs.officer", {"paper": from_paper(cast, request)})]


def away(code="MOFCOM_SCB"):
    Agency.objects.filter(code=code).update(signs_in=False)


def buttons(cast, who, thing):
    found = RESOURCES["referrals"].find(cast[who], thing.pk)
    return {button.verb for button in RESOURCES["referrals"].buttons(cast[who], found)}


def test_only_the_agency_itself_records_once_it_signs_in(cast):
    request = stories.assistance(cast, "SENT")
    assert "accept" not in buttons(cast, "customs.officer", request)
    with pytest.raises(Forbidden):
        stories.walk(cast, request, later(cast, request))


def test_for_one_that_does_not_the_side_that_holds_its_paper_records_them(cast):
    request = stories.assistance(cast, "SENT")
    away()
    assert {"accept", "return", "decline"} <= buttons(cast, "customs.officer", request)
    stories.walk(cast, request, later(cast, request))
    assert request.state == "IN_WORK"
    event = Event.objects.get(object_id=request.pk, verb="accept")
    commerce = Agency.objects.get(code="MOFCOM_SCB")
    assert (event.agency_id, event.on_behalf_of_id) == (cast["customs.officer"].agency_id, commerce.pk)
    assert event.note.data["paper"].startswith(PAPER)
    assert not list(verify_streams())


def test_its_step_is_worded_as_recorded_and_is_not_the_next_step(cast):
    request = stories.assistance(cast, "SENT")
    away()
    found = RESOURCES["referrals"].find(cast["customs.officer"], request.pk)
    words = {one.verb: one.words for one in RESOURCES["referrals"].buttons(cast["customs.officer"], found)}
    assert (str(words["accept"].button), words["accept"].tone) == ("Record from paper: Accept", "")
    browser = cast.browser("customs.officer")
    for address in (f"/referrals/{request.pk}/", f"/cases/{request.case_id}/"):
        panel = browser.get(address).text.partition('class="cv-panel cv-next')[2].partition("</section>")[0]
        assert "cv-btn-primary" not in panel, address
    assert "Waits for" in browser.get(f"/referrals/{request.pk}/").text


def test_sending_says_that_nothing_is_delivered_to_it(cast):
    request = stories.assistance(cast)
    away()
    browser = cast.browser("customs.officer")
    form = reverse("verb", args=["referrals", request.pk, "send"])
    assert "Does not work in this system" in browser.get(form).text
    assert "send it on paper" in browser.post(form, {"version": request.version}, follow=True).text
    offered = browser.get(reverse("verb", args=["cases", request.case_id, "request_assistance"])).text
    assert "on paper, does not work in this system" in offered


def test_a_third_agency_records_nothing_for_it(cast):
    request = stories.assistance(cast, "SENT")
    away()
    paper = from_paper(cast, request)
    with pytest.raises(Forbidden):
        stories.walk(cast, request, [("accept", "police.officer", {"paper": paper})])


def test_without_its_paper_nothing_is_recorded(cast):
    request = stories.assistance(cast, "SENT")
    away()
    with invalid_at("/paper"):
        stories.walk(cast, request, [("accept", "customs.officer", {})])


def test_nor_from_the_paper_of_another_agency(cast):
    request = stories.assistance(cast, "SENT")
    away()
    paper = from_paper(cast, request, agency="SPP")
    with pytest.raises(Invalid) as no:
        stories.walk(cast, request, [("accept", "customs.officer", {"paper": paper})])
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/paper", "choice")]


def test_the_page_names_the_absent_agency_and_asks_for_the_paper(cast):
    request = stories.assistance(cast, "SENT")
    away()
    page = cast.browser("customs.officer").get(reverse("verb", args=["referrals", request.pk, "accept"]))
    assert page.context["form"].fields["paper"].required
    assert "does not sign in to this system" in page.text


def test_the_timeline_names_recorder_agency_and_paper(cast):
    request = stories.assistance(cast, "SENT")
    away()
    stories.walk(cast, request, later(cast, request))
    text = cast.browser("customs.officer").get(reverse("referral", args=[request.pk])).text
    assert "on behalf of" in text
    assert PAPER in text


def test_a_filing_recorded_for_the_police_opens_their_proceeding_without_a_foreign_handler(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    away("GACC_ASB")
    paper = {"paper": from_paper(cast, transfer, agency="GACC_ASB")}
    filing = {"external_number": "海缉立〔2026〕9号"}
    stories.walk(cast, transfer, [("accept", "customs.officer", paper)])
    stories.seconded(cast, transfer, "file", **paper, **filing)
    opened = Proceeding.objects.get(pk=transfer.proceeding_id)
    assert (opened.agency.code, opened.handler) == ("GACC_ASB", None)
    assert Event.objects.get(object_id=opened.pk, verb="open_proceeding").on_behalf_of_id == opened.agency_id


def test_once_it_joins_it_confirms_or_disputes_and_the_recorder_is_notified(cast):
    step = stories.recorded_step(cast)
    stories.walk(cast, step, [("dispute", "commerce.officer", {"reason": "We never accepted"})])
    assert step.state == "DISPUTED"
    answer = Event.objects.get(object_id=step.pk, verb="dispute")
    assert answer.deliveries.filter(agency_id=cast["customs.officer"].agency_id).exists()
    stories.walk(cast, step, [("confirm", "commerce.lead", {})])
    assert step.state == "CONFIRMED"


def test_only_the_two_agencies_see_the_step(cast):
    step = stories.recorded_step(cast)
    url = reverse("recorded_step", args=[step.pk])
    for who, status in (("commerce.officer", 200), ("customs.officer", 200), ("police.officer", 404)):
        assert cast.browser(who).get(url).status_code == status
        assert cast.browser(who).get(f"/api/v1/recorded-steps/{step.pk}/").status_code == status


def test_accounts_never_decide_whether_an_agency_signs_in(cast):
    """Disabling the accounts of an agency once opened its proceedings to others."""
    agency = Agency.objects.get(code="MOFCOM_LAW")
    person = create_person(actor=cast["sysadmin"], agency=agency, username="law.clerk", name_zh="某")
    agency.refresh_from_db()
    assert not agency.signs_in
    Agency.objects.filter(pk=agency.pk).update(signs_in=True)
    switch_person(User.objects.get(pk=person.pk), actor=cast["sysadmin"], active=False, reason="left")
    agency.refresh_from_db()
    assert agency.signs_in


def test_one_row_for_each_step_and_none_for_its_own(cast):
    stories.recorded_step(cast)
    request = stories.assistance(cast, "IN_WORK")
    assert not ProxyStep.objects.filter(event__object_id=request.pk).exists()
