"""A new revision of a lead that is on a case: taken over, set aside, and undoing a promotion."""

import pytest

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from cases.casefile.models import Case, Party
from cases.intake.actions import attach_lead
from cases.intake.models import Lead
from cases.intake.news import RevisionsOnCase
from cases.intake.receiving import receive_lead
from coordination.actions.performing import perform
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from coordination.workspace import queues
from tests import stories

LEADS = RESOURCES["leads"]


def revised(cast, lead, **changes):
    """The same report with other content."""
    sent = {**lead.revisions.get(number=lead.revision).content, **changes}
    receive_lead(sent, actor=cast["customs.officer"], agency=Agency.objects.get(pk=lead.agency_id))
    return Lead.objects.get(pk=lead.pk)


def promoted(cast, **content):
    case = stories.case(cast, **content)
    return case, case.leads.get()


def do(cast, lead, verb, who="customs.officer", **answers):
    return perform(LEADS, cast[who], Lead.objects.get(pk=lead.pk), verb, answers, strict=True)


def keys(lead):
    return [one.key for one in RevisionsOnCase(lead).news]


def waits(lead):
    return WorkItem.objects.filter(kind="lead", object_id=lead.pk)


OTHER_PARTY = {"role": "consignee", "kind": "company", "name": "Buyer Ltd", "country": "VNM"}


@pytest.mark.slow
def test_what_the_source_learnt_is_work_and_comes_to_the_case_in_one_action(cast):
    case, lead = promoted(cast)
    content = lead.revisions.get().content
    party = {**content["parties"][0], "name": "Right Metals Ltd", "identifiers": [{"scheme": "PHONE", "value": "010"}]}
    items = [{**content["items"][0], "value": "900000", "currency": "CNY"}]
    lead = revised(cast, lead, parties=[party, OTHER_PARTY], items=items, techniques=["MISNAME", "SHELL"])
    assert waits(lead).get().person_id == lead.officer_id
    assert "/items/0/value" in keys(lead)
    for page in (f"/leads/{lead.pk}/", f"/cases/{case.pk}/"):
        assert "Right Metals Ltd" in cast.browser("customs.officer").get(page).text

    do(cast, lead, "take_over_news", news=keys(lead))

    names = list(case.parties.values_list("name", flat=True))
    assert names == ["Right Metals Ltd", "Buyer Ltd"]
    assert [one.value for one in case.parties.first().identifiers.all()] == ["010"]
    assert str(case.items.get().value) == "900000.0000"
    assert set(case.techniques.values_list("code", flat=True)) == {"MISNAME", "SHELL"}
    assert not waits(lead).exists()
    lead = revised(cast, lead, parties=[{**party, "role": "agent"}, {**OTHER_PARTY, "name": "Buyer Co"}])
    do(cast, lead, "take_over_news", news=keys(lead))
    assert list(case.parties.values_list("name", "role")) == [("Right Metals Ltd", "agent"), ("Buyer Co", "consignee")]


def test_chosen_fields_are_taken_over_and_the_others_set_aside_with_a_reason(cast):
    case, lead = promoted(cast)
    items = [{**lead.revisions.get().content["items"][0], "net_weight_kg": "1", "description": "Something else"}]
    lead = revised(cast, lead, items=items, shipments=[])
    with pytest.raises(Invalid):
        do(cast, lead, "take_over_news", news=["/items/0/net_weight_kg"])
    do(cast, lead, "take_over_news", news=["/items/0/net_weight_kg"], reason="The description is known better here")

    item = case.items.get()
    assert (item.net_weight_kg, item.description, case.shipments.count()) == (1, "锑锭", 1)
    assert keys(Lead.objects.get(pk=lead.pk)) == []


def test_news_are_set_aside_with_a_reason(cast):
    case, lead = promoted(cast)
    lead = revised(cast, lead, items=[])
    do(cast, lead, "set_news_aside", reason="The source is mistaken")
    assert case.items.count() == 1
    assert not waits(lead).exists()
    with pytest.raises(TransitionRefused):
        do(cast, lead, "set_news_aside", reason="Again")


def test_news_on_which_a_package_rests_need_a_second_person(cast):
    case, lead = promoted(cast)
    stories.transfer(cast, "FILED", case)
    party = {**lead.revisions.get().content["parties"][0], "name": "Right Metals Ltd"}
    lead = revised(cast, lead, parties=[party])
    asked = do(cast, lead, "take_over_news", news=["/parties/0/name"]).created
    assert isinstance(asked, Confirmation)
    assert not Party.objects.filter(name="Right Metals Ltd").exists()
    stories.walk(cast, asked, [("confirm", "customs.legal", {})])
    assert case.parties.get().name == "Right Metals Ltd"


def test_several_leads_come_to_one_case_and_each_keeps_its_own_rows(cast):
    case, first = promoted(cast)
    second = stories.lead(cast, parties=[OTHER_PARTY], items=[], shipments=[])
    attach_lead(second, actor=cast["customs.officer"], case=str(case.pk))
    second = revised(cast, Lead.objects.get(pk=second.pk), parties=[{**OTHER_PARTY, "name": "Buyer Co"}])
    do(cast, second, "take_over_news", news=keys(second))
    assert list(case.parties.values_list("name", flat=True)) == ["Example Metals Ltd", "Buyer Co"]
    assert not waits(first).exists()


def test_a_promotion_is_undone_while_nothing_else_happened_to_the_case(cast):
    case, lead = promoted(cast)
    do(cast, lead, "undo_promotion", reason="Wrong button")
    lead.refresh_from_db()
    assert (lead.state, lead.case_id, Case.objects.get(pk=case.pk).state) == ("TAKEN_UP", None, "CLOSED")
    assert not case.parties.exists()

    used, other = promoted(cast)
    perform(RESOURCES["cases"], cast["customs.officer"], used, "add_shipment", {"port": "Shekou"})
    with pytest.raises(TransitionRefused):
        do(cast, other, "undo_promotion", reason="Too late")


CASES = RESOURCES["cases"]


def held_elsewhere(cast):
    """Customs leads the case; the source of a lead of the commerce bureau on it sent something new."""
    case = stories.shared_case(cast)
    lead = stories.lead(cast, "commerce.officer", parties=[OTHER_PARTY], items=[], shipments=[])
    attach_lead(lead, actor=cast["commerce.officer"], case=str(case.pk))
    return case, again(cast, lead, "Secret Buyer")


def again(cast, lead, name):
    lead.refresh_from_db()
    sent = {**lead.newest.content, "parties": [{**OTHER_PARTY, "name": name}]}
    receive_lead(sent, actor=cast["commerce.officer"], agency=lead.agency)
    return Lead.objects.get(pk=lead.pk)


def on_case(case):
    """The work items of the case: side, agency, person."""
    rows = WorkItem.objects.filter(kind="case", object_id=case.pk)
    return list(rows.order_by("side").values_list("side", "agency_id", "person_id"))


def ask(cast, case, who="customs.officer", agency="MOFCOM_SCB"):
    return perform(CASES, cast[who], Case.objects.get(pk=case.pk), "ask_news", {"agency": agency}, strict=True)


def take_over(cast, lead):
    asked = do(cast, lead, "take_over_news", "commerce.officer", news=keys(Lead.objects.get(pk=lead.pk))).created
    stories.walk(cast, asked, [("confirm", "commerce.lead", {})])


def queue(cast, who, name, case):
    answer = cast.browser(who).get(f"/api/v1/queues/?queue={name}").json()
    return [row for row in answer["results"] if case.number in row["about"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"), [("en", "sent an update about this case"), ("zh-hans", "的线索来源有新情况")]
)
def test_the_lead_agency_learns_that_another_agencys_source_has_news_but_not_what(cast, language, words):
    case, lead = held_elsewhere(cast)
    assert waits(lead).get().agency_id == lead.agency_id
    event = Event.objects.get(verb="source_news")
    assert (event.visibility, event.counterpart_id, event.note.data) == ("pair", case.lead_id, {})
    page = cast.browser("customs.officer", language).get(f"/cases/{case.pk}/").text
    assert words in page
    assert "Secret Buyer" not in page
    assert "Secret Buyer" in cast.browser("commerce.officer", language).get(f"/cases/{case.pk}/").text

    take_over(cast, lead)
    page = cast.browser("customs.officer", language).get(f"/cases/{case.pk}/").text
    assert "Secret Buyer" in page
    assert words not in page


def test_who_handles_a_proceeding_of_the_lead_agency_is_notified_of_news_elsewhere(cast):
    case = stories.shared_case(cast)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    lead = stories.lead(cast, "commerce.officer", parties=[OTHER_PARTY], items=[], shipments=[])
    attach_lead(lead, actor=cast["commerce.officer"], case=str(case.pk))
    again(cast, lead, "Secret Buyer")
    drain()
    notified = set(InboxItem.objects.filter(event__verb="source_news").values_list("person", flat=True))
    assert inside.handler_id in notified


def test_news_elsewhere_are_work_of_the_lead_agency_until_they_are_settled(cast):
    case, lead = held_elsewhere(cast)
    ours = ("does", case.lead_id, None)
    assert on_case(case) == [ours]
    do(cast, lead, "set_news_aside", "commerce.officer", reason="The source is mistaken")
    assert on_case(case) == []
    lead = again(cast, lead, "Another Buyer")
    assert on_case(case) == [ours]
    take_over(cast, lead)
    assert on_case(case) == []
    lead = again(cast, lead, "A third Buyer")
    assert on_case(case) == [ours]
    do(cast, lead, "detach", "commerce.officer", reason="Another case")
    assert on_case(case) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "ask_for", "asked_words"),
    [
        ("en", "A source sent an update for this case: ask", "was asked to adopt"),
        ("zh-hans", "线索来源发来本案更新", "已商请该机关采纳"),
    ],
)
def test_the_lead_agency_asks_for_the_news_and_then_waits(cast, language, ask_for, asked_words):
    case, _lead = held_elsewhere(cast)
    browser = cast.browser("customs.officer", language)
    home = browser.get("/").text
    assert ask_for in home
    assert f"/cases/{case.pk}/do/ask_news/" in home
    assert ask_for in browser.get("/queues/?queue=unclaimed").text
    assert f"/cases/{case.pk}/do/ask_news/?agency=MOFCOM_SCB" in browser.get(f"/cases/{case.pk}/").text
    sent = {"agency": "MOFCOM_SCB", "version": Case.objects.get(pk=case.pk).version}
    assert browser.post(f"/cases/{case.pk}/do/ask_news/", sent).status_code == 302

    assert on_case(case) == [("awaits", case.lead_id, None)]
    home = browser.get("/").text
    assert ask_for not in home
    assert case.title in home
    assert asked_words in browser.get("/queues/?queue=awaited").text
    assert asked_words in browser.get("/queues/?queue=elsewhere").text


def test_the_agency_of_the_source_reads_that_it_was_asked(cast):
    case, lead = held_elsewhere(cast)
    ask(cast, case)
    event = Event.objects.get(verb="ask_news")
    assert (event.visibility, event.counterpart_id) == ("pair", lead.agency_id)
    assert "The lead agency of the case asks for the update" in cast.browser("commerce.officer").get("/").text
    with pytest.raises(TransitionRefused):
        ask(cast, case)
    again(cast, lead, "Another Buyer")
    assert [side for side, *_rest in on_case(case)] == ["does"]


def test_only_the_lead_agency_asks_and_only_who_holds_news(cast):
    case, _lead = held_elsewhere(cast)
    with pytest.raises(Forbidden):
        ask(cast, case, "commerce.officer")
    with pytest.raises(Invalid):
        ask(cast, case, agency="SAMR")


@pytest.mark.slow
def test_another_agency_of_the_case_does_not_learn_of_the_news(cast):
    case, _lead = held_elsewhere(cast)
    perform(
        CASES, cast["customs.officer"], case, "share", {"agency": "GACC_ASB", "profile": "full", "reason": "Joint work"}
    )
    assert case.shares.filter(agency__code="GACC_ASB").exists()
    for who in ("antismuggling.officer", "commerce.officer"):
        assert queue(cast, who, "unclaimed", case) == []
        assert "ask_news" not in cast.browser(who).get(f"/cases/{case.pk}/").text


def test_the_number_beside_work_counts_the_news_and_the_api_asks_for_them(cast):
    case, _lead = held_elsewhere(cast)
    officer = cast["customs.officer"]
    assert queues.counts(officer)["unclaimed"] == 1
    assert [row.object_id for row in WorkItem.objects.visible_to(officer).filter(kind="case")] == [case.pk]
    browser = cast.browser("customs.officer")
    assert [row["next_step"] for row in queue(cast, "customs.officer", "unclaimed", case)] == ["ask_news"]
    version = Case.objects.get(pk=case.pk).version
    answer = browser.post(
        f"/api/v1/cases/{case.pk}/ask_news/",
        {"agency": "MOFCOM_SCB"},
        content_type="application/json",
        headers={"Idempotency-Key": "one", "If-Match": f'"{version}"'},
    )
    assert answer.status_code == 200, answer.text
    assert queue(cast, "customs.officer", "unclaimed", case) == []
    assert len(queue(cast, "customs.officer", "elsewhere", case)) == 1


def test_news_come_to_the_new_lead_agency_of_a_case(cast):
    case, lead = held_elsewhere(cast)
    perform(CASES, cast["customs.lead"], case, "offer_lead", {"agency": "MOFCOM_SCB", "reason": "Its matter"})
    perform(CASES, cast["commerce.lead"], Case.objects.get(pk=case.pk), "accept_lead", {})
    assert on_case(case) == []
    assert waits(lead).get().agency_id == Case.objects.get(pk=case.pk).lead_id


def test_news_of_the_leading_agency_itself_are_told_once(cast):
    _case, lead = promoted(cast)
    revised(cast, lead, narrative="Known better")
    assert not Event.objects.filter(verb="source_news").exists()
