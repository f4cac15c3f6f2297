"""Home shows each role its work, once, under the most urgent heading."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.resource import resource_of
from cases.casefile.models import Case
from cases.clocks.actions import apply_for_extension
from cases.clocks.models import Clock
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.actions import ask_task, claim_task
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from coordination.workspace.worklist import SHOWN
from tests import stories
from tests.kept_stories import story

EVERYBODY = [
    *("customs.officer", "customs.lead", "customs.head", "commerce.officer", "commerce.lead", "antismuggling.head"),
    *("procurator", "centre.coordinator", "centre.supervisor", "auditor", "sysadmin", "secadmin", "customs.admin"),
]
HOUR = timedelta(hours=1)


def work_of(cast, username):
    answer = cast.browser(username).get("/")
    assert answer.status_code == 200
    return answer.context["worklist"]


def groups(cast, username):
    """The lines of each group: those on home are checked to be among them."""
    browser = cast.browser(username)
    found = browser.get("/").context["worklist"]
    listed = {group.key: list(_lines(browser, group)) for group in found.groups}
    for group in found.groups:
        assert len(listed[group.key]) == group.count, group.key
        assert {line.key for line in group.lines} <= {line.key for line in listed[group.key]}
    everything = {line.key for lines in listed.values() for line in lines}
    assert {line.key for line in found.first} <= everything
    return listed


def _lines(browser, group):
    """The whole list behind a group. Decisions are read from home, where the stories have few."""
    if group.key != "decide":
        yield from _rows(browser, group.url)
        return
    found = browser.get("/").context["worklist"]
    offers = reverse("verb", args=["cases", "00000000-0000-0000-0000-000000000000", "accept_lead"]).split("/0000")[0]
    for line in (*found.first, *group.lines):
        if line.button and (line.button.url.startswith(reverse("approvals")) or line.button.url.startswith(offers)):
            yield line


def keys(cast, username):
    return {key: [line.key for line in lines] for key, lines in groups(cast, username).items()}


def line_of(cast, username, key="", group=""):
    found = groups(cast, username)
    return next(line for lines in ([found[group]] if group else found.values()) for line in lines if line.key[0] == key)


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


def queries_of_home(cast):
    found = {}
    for username in EVERYBODY:
        browser = cast.browser(username)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/").status_code == 200
        found[username] = len(asked)
    return found


@pytest.mark.slow
def test_more_work_costs_home_no_more_queries(cast, busy):
    case = stories.shared_case(cast)
    stories.instruction(cast, "HEAD_DECISION", matter=case)
    stories.confidential(cast)
    stories.opinion_round(cast, case)
    stories.conference(cast, matter=case)
    stories.reminder(cast)
    for agency in {cast[name].agency_id for name in EVERYBODY[:7]}:
        Case.objects.filter(pk=stories.shared_case(cast).pk).update(lead_offered_to=agency)
    drain()
    once = queries_of_home(cast)
    for number in range(5):
        for state in ("OPEN", "CLAIMED"):
            is_due(stories.task(cast, state, case), number + 30)
        is_due(stories.lead(cast), number + 30)
        is_due(stories.assistance(cast, "SENT", matter=case), number + 30)
        stories.confidential(cast)
    stories.transfer(cast, "HEAD_DECISION")
    drain()
    more = {name: (once[name], number) for name, number in queries_of_home(cast).items() if number > once[name]}
    assert more == {}


@pytest.mark.slow
def test_home_shows_nothing_twice_and_its_numbers_add_up_and_lead_to_their_lists(cast, busy):
    for username in EVERYBODY[:7]:
        assert groups(cast, username) or username == "procurator", username
        shown = cast.browser(username).get("/").context
        listed = [line.key for line in shown["worklist"].lines]
        assert len(listed) == len(set(listed)), username
        row = {item["name"]: item["count"] for item in shown["nav_row"]}
        assert row["work"] == sum(group.count for group in shown["worklist"].groups), username
        tabs = {item["name"]: item["count"] or 0 for item in shown["nav"]}
        assert row["work"] == tabs["queues"] + tabs.get("approvals", 0), username
        assert all(len(group.lines) <= SHOWN for group in shown["worklist"].groups)


def _rows(browser, url):
    while url:
        page = browser.get(url).context["page"]
        yield from page.items
        url = page.next and f"{url}&after={page.next}"


@pytest.mark.slow
def test_a_task_without_a_date_is_shown_before_later_ones_and_goes_to_soon_and_late(cast):
    task = stories.task(cast)
    assert keys(cast, "commerce.officer") == {"work_undated": [("task", task.pk)]}
    assert line_of(cast, "commerce.officer", "task").why == "Not claimed yet."
    claim_task(task, actor=cast["commerce.officer"])
    assert line_of(cast, "commerce.officer", "task").why == "You have claimed it."
    is_due(task, 5)
    assert keys(cast, "commerce.officer") == {"work_soon": [("task", task.pk)]}
    is_due(task, -5)
    assert keys(cast, "commerce.officer") == {"work_late": [("task", task.pk)]}


def test_the_lead_sees_a_colleagues_task_only_when_it_is_urgent(cast):
    task = stories.task(cast, "CLAIMED")
    assert keys(cast, "commerce.lead") == {}
    is_due(task, -5)
    line = line_of(cast, "commerce.lead", "task", "work_late")
    assert line.why == f"{cast.user('commerce.officer').name_en} is handling it."


def test_the_most_urgent_comes_first(cast):
    case = stories.shared_case(cast)
    later, sooner = (is_due(stories.task(cast, "OPEN", case), -hours) for hours in (1, 9))
    assert keys(cast, "commerce.officer")["work_late"] == [("task", sooner.pk), ("task", later.pk)]
    assert [line.key[1] for line in work_of(cast, "commerce.officer").first] == [sooner.pk, later.pk]


def test_a_running_period_comes_before_an_agreed_date(cast):
    lead = is_due(stories.lead(cast), -1)
    own = ask_task(stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="Weigh the sample")
    is_due(own, -9)
    assert [line.key[1] for line in work_of(cast, "customs.officer").first] == [lead.pk, own.pk]


def test_the_head_is_asked_for_decisions_first_and_sees_what_is_late(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    lead = is_due(stories.lead(cast), -2)
    found = work_of(cast, "customs.head")
    assert [group.key for group in found.groups] == ["decide", "work_late"]
    line = found.first[0]
    assert line.key == ("referral", transfer.pk)
    assert line.why == f"Prepared by {cast.user('customs.officer').name_en}."
    assert found.first[1].key == ("lead", lead.pk)
    # The button opens the file of the decision, with every way to decide.
    shown = cast.browser("customs.head").get(line.button.url)
    assert shown.context["chosen"].pk == transfer.pk
    assert {button.verb for button in shown.context["buttons"]} >= {"approve", "revise", "refuse"}


@pytest.mark.slow
def test_the_head_returns_a_matter_for_revision_from_home(cast):
    first, second = (stories.transfer(cast, "HEAD_DECISION") for _ in range(2))
    is_due(second, 50)
    is_due(first, 5)
    browser = cast.browser("customs.head")
    back = browser.get("/").context["worklist"].returning
    assert (back.approval.pk, back.verb, [*back.form.fields]) == (first.pk, "revise", ["reason"])
    sent = {"reason": "Name the receiver.", "version": str(first.version)}
    after = browser.post(back.url, sent, follow=True)
    assert after.context["chosen"].pk == second.pk  # the next one opens
    first.refresh_from_db()
    assert first.state == Referral.State.DRAFT_REPORT
    # Without a remark it is not returned, and the page of the decision says why.
    back = browser.get("/").context["worklist"].returning
    assert browser.post(back.url, {"reason": "", "version": str(second.version)}).status_code == 400


def test_a_matter_that_the_reader_may_not_return_has_no_remark(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    assert work_of(cast, "customs.officer").returning is None
    stories.joins_team(cast, transfer, "customs.head", "referral")
    assert work_of(cast, "customs.head").returning is None


@pytest.mark.slow
def test_every_decision_names_its_case_unless_it_is_confidential(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "HEAD_DECISION", case)
    stories.instruction(cast, "HEAD_DECISION", matter=case)
    sealed = resource_of(stories.confidential(cast)).kind
    decision = stories.reviewed(cast)
    of_clocks = Clock.objects.extendable_by(["agency_head", "customs_head", "district_customs_head"])
    clock = of_clocks.about(decision.proceeding).first()
    step = str(clock.rule.extension_steps.first().step)
    apply_for_extension(clock, actor=cast["customs.officer"], step=step, reason="complex")
    named = {line.key[0]: line.case for line in work_of(cast, "customs.head").lines}
    assert set(named) >= {"referral", "instruction", "decision", "clock", sealed}
    assert named.pop(sealed) == ""
    assert [kind for kind, words in named.items() if not words.startswith("EC-")] == []


def test_the_work_of_others_is_not_on_the_home_of_the_head(cast):
    stories.task(cast, "CLAIMED")
    stories.lead(cast)
    assert keys(cast, "commerce.head") == keys(cast, "customs.head") == {}


@pytest.mark.slow
def test_without_a_proposal_the_responsible_person_decides_on_the_page_of_the_referral(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    for who in ("antismuggling.head", "antismuggling.deputy"):
        line = line_of(cast, who, "referral")
        assert line.button.url == reverse("referral", args=[transfer.pk])
        assert reverse("verb", args=["referrals", transfer.pk, "file"]) in cast.browser(who).get(line.button.url).text


def test_an_officer_waits_for_the_heads_decision(cast):
    transfer = is_due(stories.transfer(cast, "HEAD_DECISION"), 100)
    assert keys(cast, "customs.officer") == {}
    assert [line.key for line in work_of(cast, "customs.officer").awaited] == [("referral", transfer.pk)]


def test_a_step_and_its_referral_are_one_line(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    assert Task.objects.filter(step="SIGN_RECEIPT").exists()
    for who in ("antismuggling.officer", "antismuggling.lead"):
        assert [key for lines in keys(cast, who).values() for key in lines] == [("referral", transfer.pk)]


def test_before_the_receipt_home_shows_nothing_of_the_package(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    drain()
    shown = cast.browser("antismuggling.officer").get("/").content.decode()
    assert transfer.number in shown
    for secret in (transfer.title, transfer.case.number, transfer.case.title):
        assert secret not in shown


def test_goods_of_a_filed_transfer_are_still_to_be_handed_over(cast):
    transfer = stories.transfer(cast, "FILED")
    lines = [line for lines in groups(cast, "customs.officer").values() for line in lines]
    assert [line.url for line in lines] == [reverse("referral", args=[transfer.pk])]


def test_a_report_returned_for_revision_is_on_home_with_the_remarks(cast):
    transfer = is_due(stories.transfer(cast, "HEAD_DECISION"), 100)
    stories.walk(cast, transfer, [("revise", "customs.head", {"reason": "Weigh the goods"})])
    is_due(transfer, 100)
    line = line_of(cast, "customs.officer", "referral", "work_returned")
    assert line.button is None
    assert "Weigh the goods" in line.why
    stories.walk(cast, transfer, [("submit", "customs.officer", {})])
    assert keys(cast, "customs.officer") == {}


def test_what_is_late_at_another_agency_can_be_reminded_of_from_home(cast):
    transfer = is_due(stories.transfer(cast, "DELIVERED"), -5)
    is_due(Clock.objects.running().get(subject_id=transfer.pk), -5)
    shown = cast.browser("customs.officer").get("/")
    [line] = shown.context["worklist"].awaited
    assert (line.key, line.waits.code) == (("referral", transfer.pk), "GACC_ASB")
    assert line.because == "waiting for the receipt of GACC Anti-Smuggling Bureau"
    assert f"{reverse('reminder_preview')}?about={line.reminder}" in shown.text
    assert work_of(cast, "antismuggling.officer").awaited == []


def test_an_offered_lead_is_a_decision_of_the_unit_lead(cast):
    case = stories.shared_case(cast)
    Case.objects.filter(pk=case.pk).update(lead_offered_to=cast["commerce.lead"].agency_id)
    assert keys(cast, "commerce.lead") == {"decide": [("case", case.pk)]}
    assert keys(cast, "commerce.officer") == {}


def test_a_lead_of_another_handler_is_not_mine(cast):
    lead = is_due(stories.lead(cast), 100)
    assert keys(cast, "customs.officer")["work_later"] == [("lead", lead.pk)]
    stories.walk(cast, lead, [("take_up", "customs.lead", {})])
    assert keys(cast, "customs.officer") == {}
    assert [key for lines in keys(cast, "customs.lead").values() for key in lines] == [("lead", lead.pk)]


def test_an_empty_home_page_is_labelled(cast):
    shown = cast.browser("police.officer").get("/").text
    assert "You have no pending work" in shown
    assert "No other agency owes yours anything at present." in shown


@pytest.mark.slow
def test_the_centre_sees_who_is_late_as_the_reminder_desk_does(cast, busy):
    for who in ("centre.supervisor", "centre.coordinator"):
        browser = cast.browser(who)
        centre = browser.get("/").context["centre"]
        desk = browser.get(reverse("reminder_desk")).context
        assert [(one.agency.code, one.number) for one in centre.figures.late.agencies] == [
            (one.agency.code, one.number) for one, _choice in desk["debtors"]
        ][:8]
        assert centre.figures.late.number == desk["total"] > 0
        acts = {line.act for line in centre.figures.lines}
        assert acts <= ({"send", "wait"} if who == "centre.coordinator" else {"ask", "wait"})


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


def test_a_new_lead_is_made_a_case_from_its_row_by_those_who_may(cast):
    lead = stories.lead(cast)
    line = line_of(cast, "customs.officer", "lead")
    assert (line.button.verb, line.beside.verb) == ("take_up", "promote")
    assert f'href="/leads/{lead.pk}/do/promote/">Make a case' in cast.browser("customs.officer", "en").get("/").text
    type(lead).objects.update(agency=cast["centre.coordinator"].agency_id)
    drain()
    assert "/do/promote/" not in cast.browser("centre.coordinator").get("/").text


@pytest.mark.parametrize(("value", "is_offered"), [("900000", True), ("900", False)])
def test_goods_above_the_criminal_threshold_offer_the_draft_of_a_transfer(cast, value, is_offered):
    goods = [{"description": "锑锭", "net_weight_kg": "1", "value": value, "currency": "CNY"}]
    case = stories.case(cast, items=goods)
    stories.proceeding(cast, "INVESTIGATE", case)
    draft = f'href="/cases/{case.pk}/do/draft_transfer/"'
    browser = cast.browser("customs.officer")
    assert (draft in browser.get("/").text) is is_offered
    assert browser.get(f"/cases/{case.pk}/do/draft_transfer/").status_code == 200

    # After the first draft the referral is the work.
    stories.transfer(cast, "DRAFT_REPORT", case)
    assert draft not in browser.get("/").text


@pytest.mark.parametrize("who", ["auditor", "sysadmin", "secadmin", "customs.admin"])
def test_people_without_cases_read_what_each_of_their_pages_is_for(cast, who):
    answer = cast.browser(who).get("/")
    pages = [page for page in answer.context["nav"] if not page["active"]]
    assert len(pages) > 1
    for page in pages:
        line = f'<a href="{page["url"]}">{page["label"]}</a><span class="cv-sub">{page["purpose"]}</span>'
        assert page["purpose"], page["name"]
        assert line in answer.content.decode(), page["name"]
