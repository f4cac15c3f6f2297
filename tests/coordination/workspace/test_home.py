"""Home shows each role its work, once, under the most urgent heading."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from cases.casefile.models import Case
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.asking import LateItem
from coordination.exchange.tasks.actions import ask_task, claim_task
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from coordination.workspace.worklist import SHOWN, Line
from tests import stories
from tests.kept_stories import story

EVERYBODY = [
    *("customs.officer", "customs.lead", "customs.head", "commerce.officer", "commerce.lead", "antismuggling.head"),
    *("procurator", "centre.coordinator", "centre.supervisor", "auditor", "sysadmin", "secadmin", "customs.admin"),
]
HOUR = timedelta(hours=1)


def sections(cast, username):
    answer = cast.browser(username).get("/")
    assert answer.status_code == 200
    return {section.key: section for section in answer.context["sections"]}


def keys(cast, username):
    return {key: [line.key for line in section.lines] for key, section in sections(cast, username).items()}


def is_due(thing, in_hours):
    moment = timezone.now() + in_hours * HOUR
    fields = {"due_at": moment} | ({"breach_at": moment} if hasattr(thing, "breach_at") else {})
    type(thing).objects.filter(pk=thing.pk).update(**fields)
    return thing


@pytest.fixture
@story
def busy(cast):
    """More than a page of everything for everyone."""
    case = stories.shared_case(cast)
    for number in range(15):
        is_due(stories.task(cast, "OPEN", case), number - 5)
        is_due(stories.task(cast, "CLAIMED", case), number - 5)
        is_due(stories.lead(cast), number - 5)
        is_due(stories.assistance(cast, "SENT", matter=case), number - 5)
    for state in ("DRAFT_REPORT", "HEAD_DECISION", "DELIVERED", "ACCEPTED", "SUPPLEMENT", "FILED", "NOT_FILED"):
        stories.transfer(cast, state)
    stories.decision(cast)
    stories.suspect(cast)
    drain()


def test_home_costs_at_most_fifteen_queries(cast, busy, django_assert_max_num_queries):
    for username in EVERYBODY:
        browser = cast.browser(username)
        with django_assert_max_num_queries(15, info=username):
            assert browser.get("/").status_code == 200


def test_one_more_at_most_when_letters_opinions_conferences_and_offers_wait_besides(
    cast, busy, django_assert_max_num_queries
):
    case = stories.shared_case(cast)
    stories.instruction(cast, "HEAD_DECISION", matter=case)
    for _ in range(3):
        stories.confidential(cast)
    stories.opinion_round(cast, case)
    stories.conference(cast, matter=case)
    stories.reminder(cast)
    for agency in {cast[name].agency_id for name in EVERYBODY[:7]}:
        Case.objects.filter(pk=stories.shared_case(cast).pk).update(lead_offered_to=agency)
    drain()
    for username in EVERYBODY:
        browser = cast.browser(username)
        with django_assert_max_num_queries(16, info=username):
            assert browser.get("/").status_code == 200


def test_home_shows_nothing_twice(cast, busy):
    for username in EVERYBODY:
        listed = [line.key for section in sections(cast, username).values() for line in section.lines]
        assert len(listed) == len(set(listed)), username


def test_every_line_is_in_a_list_linked_by_its_section(cast, busy):
    for username in EVERYBODY[:7]:
        browser = cast.browser(username)
        for section in sections(cast, username).values():
            assert len(section.lines) <= SHOWN
            listed = {pk for _label, url in section.lists for row in _rows(browser, url) for pk in _ids(row)}
            strays = [line for line in section.lines if line.source and line.key[1] not in listed]
            assert not strays, (username, section.key)


def _rows(browser, url):
    while url:
        page = browser.get(url).context["page"]
        yield from page.items
        url = page.next and f"{url}&after={page.next}"


def _ids(row):
    """Home shows a step of a referral as its referral; a queue shows items."""
    if isinstance(row, Line):
        return (row.key[1],)
    if isinstance(row, LateItem):  # the desk of late items, beside the queue of the same rows
        return ()
    return (row.pk, row.source) if isinstance(row, Task) else (row.pk,)


def test_a_task_goes_from_the_unclaimed_to_mine_to_overdue(cast):
    task = stories.task(cast)
    assert keys(cast, "commerce.officer") == {"unclaimed": [("task", task.pk)]}
    claim_task(task, actor=cast["commerce.officer"])
    assert keys(cast, "commerce.officer") == {"mine": [("task", task.pk)]}
    is_due(task, 5)
    assert keys(cast, "commerce.officer") == {"soon": [("task", task.pk)]}
    is_due(task, -5)
    assert keys(cast, "commerce.officer") == {"overdue": [("task", task.pk)]}


def test_the_lead_sees_a_colleagues_task_only_when_it_is_urgent(cast):
    task = stories.task(cast, "CLAIMED")
    assert "overdue" not in keys(cast, "commerce.lead")
    is_due(task, -5)
    line = sections(cast, "commerce.lead")["overdue"].lines[0]
    assert line.why == f"{cast.user('commerce.officer').name_en} is handling it."


def test_the_most_urgent_comes_first(cast):
    case = stories.shared_case(cast)
    later, sooner = (is_due(stories.task(cast, "OPEN", case), -hours) for hours in (1, 9))
    assert keys(cast, "commerce.officer")["overdue"] == [("task", sooner.pk), ("task", later.pk)]


def test_the_head_is_asked_for_decisions_first(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    is_due(stories.lead(cast), -2)
    found = sections(cast, "customs.head")
    assert next(iter(found)) == "decide"
    line = found["decide"].lines[0]
    assert line.key == ("referral", transfer.pk)
    # The button opens the file of the decision, with every way to decide.
    shown = cast.browser("customs.head").get(line.button.url)
    assert shown.context["chosen"].pk == transfer.pk
    assert {form["verb"] for form in shown.context["forms"]} >= {"approve", "revise", "refuse"}


def test_without_a_proposal_the_responsible_person_decides_on_the_page_of_the_referral(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    for who in ("antismuggling.head", "antismuggling.deputy"):
        line = sections(cast, who)["decide"].lines[0]
        assert line.button.url == reverse("referral", args=[transfer.pk])
        assert reverse("verb", args=["referrals", transfer.pk, "file"]) in cast.browser(who).get(line.button.url).text


def test_an_officer_is_not_offered_the_heads_decision(cast):
    transfer = is_due(stories.transfer(cast, "HEAD_DECISION"), 100)
    line = sections(cast, "customs.officer")["referrals"].lines[0]
    assert line.key == ("referral", transfer.pk)
    assert line.button is None


def test_a_step_and_its_referral_are_one_line(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert Task.objects.filter(step="SIGN_RECEIPT").exists()
    assert keys(cast, "antismuggling.officer") == {"referrals": [("referral", transfer.pk)]}


def test_before_the_receipt_home_shows_nothing_of_the_package(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    drain()
    shown = cast.browser("antismuggling.officer").get("/").content.decode()
    assert transfer.number in shown
    for secret in (transfer.title, transfer.case.number, transfer.case.title):
        assert secret not in shown


def test_returned_leads_are_distinguished(cast):
    transfer = is_due(stories.transfer(cast, "SUPPLEMENT"), 100)
    assert keys(cast, "customs.officer")["returned"] == [("referral", transfer.pk)]


def test_goods_of_a_filed_transfer_are_still_to_be_handed_over(cast):
    transfer = stories.transfer(cast, "FILED")
    lines = [line for section in sections(cast, "customs.officer").values() for line in section.lines]
    assert [line.url for line in lines] == [reverse("referral", args=[transfer.pk])]


def test_a_report_returned_for_revision_is_on_home_with_the_remarks(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.walk(cast, transfer, [("revise", "customs.head", {"reason": "Weigh the goods"})])
    line = sections(cast, "customs.officer")["returned"].lines[0]
    assert (line.key, line.button) == (("referral", transfer.pk), None)
    assert "Weigh the goods" in line.why
    stories.walk(cast, transfer, [("submit", "customs.officer", {})])
    assert "returned" not in sections(cast, "customs.officer")


def test_what_is_late_at_another_agency_is_on_the_home_of_those_who_wait_for_it(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert "elsewhere" not in sections(cast, "customs.officer")
    is_due(transfer, -5)
    section = sections(cast, "customs.officer")["elsewhere"]
    line = section.lines[0]
    assert (line.key, line.waits.code, line.button) == (("referral", transfer.pk), "GACC_ASB", None)
    assert section.lists[-1][1] == reverse("reminder_desk")
    assert "elsewhere" not in sections(cast, "antismuggling.officer")


def test_a_decision_after_review_waits_for_the_head(cast):
    decision = stories.decision(cast)
    type(decision).objects.update(state="REVIEW")
    assert ("decision", decision.pk) in keys(cast, "customs.head")["decide"]
    assert "decide" not in keys(cast, "customs.officer")


def test_a_lead_of_another_handler_is_not_mine(cast):
    lead = stories.lead(cast)
    assert keys(cast, "customs.officer")["triage"] == [("lead", lead.pk)]
    stories.walk(cast, lead, [("take_up", "customs.lead", {})])
    assert "triage" not in keys(cast, "customs.officer")
    assert keys(cast, "customs.lead")["triage"] == [("lead", lead.pk)]


def test_an_empty_home_page_is_labelled(cast):
    assert "You have no pending work" in cast.browser("police.officer").get("/").content.decode()


def test_the_centre_sees_who_is_late_and_each_number_leads_to_its_list(cast, busy):
    browser = cast.browser("centre.supervisor")
    overdue = browser.get("/").context["overdue"]
    assert {agency.code for agency, _cells in overdue} >= {"GACC", "MOFCOM_SCB"}
    for _agency, cells in overdue:
        for cell in cells:
            assert len(list(_rows(browser, cell.url))) == cell.count, cell.url


@pytest.mark.parametrize(
    ("username", "words", "leads_to"),
    [
        ("auditor", "You read the journal", "journal"),
        ("sysadmin", "You maintain accounts", "accounts"),
        ("secadmin", "You grant roles and offices", "machines"),
        ("customs.admin", "You manage the accounts of your agency", "accounts"),
    ],
)
def test_people_without_cases_see_their_role(cast, busy, username, words, leads_to):
    shown = cast.browser(username).get("/").content.decode()
    assert words in shown
    assert reverse(leads_to) in shown
    assert "Late" not in shown


def test_numbers_of_the_navigation_link_to_what_they_count(cast, busy):
    InboxItem.objects.update(when="now", counts_from=F("created_at"))  # as after the next digest
    browser = cast.browser("commerce.officer")
    counted = [item for item in browser.get("/").context["nav"] if item["count"]]
    assert {item["url"].split("?")[0] for item in counted} == {"/referrals/", "/tasks/", "/inbox/", "/queues/"}
    for item in counted:
        assert len(list(_rows(browser, item["url"]))) == item["count"]


def test_a_withdrawn_referral_creates_no_work(cast):
    stories.transfer(cast, "WITHDRAWN")
    assert not Referral.objects.open().exists()
    assert keys(cast, "antismuggling.officer") == {}


def test_a_task_may_be_asked_of_ones_own_agency(cast):
    task = ask_task(stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="Weigh the sample")
    line = sections(cast, "customs.lead")["unclaimed"].lines[0]
    assert (line.key, line.what) == (("task", task.pk), "Weigh the sample")


def test_a_lead_finds_the_referral_and_not_its_step_among_the_unclaimed(cast):
    transfer = is_due(stories.transfer(cast, "SUPPLEMENT"), 100)
    found = sections(cast, "customs.lead")
    assert "unclaimed" not in found
    assert found["returned"].lines[0].what == transfer.title


def test_news_name_their_thing_and_end_with_the_sight_of_it(cast):
    task = stories.task(cast)
    drain()
    browser = cast.browser("commerce.officer")
    answer = [(one.about, one.url) for one in browser.get("/").context["news"]]
    assert answer == [
        ("Check licences", reverse("task", args=[task.pk])),
        (task.case.number, f"/cases/{task.case_id}/"),
    ]
    task.case.shares.filter(agency__code="MOFCOM_SCB").update(until=timezone.localdate() - timedelta(days=1))
    for url in ("/", reverse("notices")):
        assert [one.about for one in browser.get(url).context["news"]] == ["Check licences"]


def test_no_news_for_an_agency_that_shares_nothing(cast):
    stories.task(cast)
    drain()
    assert "No news" in cast.browser("police.officer").get(reverse("notices")).content.decode()
    assert cast.browser("auditor").get(reverse("notices")).status_code == 403
