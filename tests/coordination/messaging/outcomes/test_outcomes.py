"""Outcomes reach the sender automatically, within what they may know, and within a working day."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.intake.actions import attach_lead, close_lead, promote_lead, take_up_lead
from cases.intake.models import Lead
from cases.proceedings.actions import open_proceeding
from coordination.insight.supervision import indicators
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem, Topic
from coordination.messaging.outcomes.actions import record_outcomes, sweep_outcomes
from coordination.messaging.outcomes.models import Outcome, Progress
from tests import stories


def codes(thing):
    rows = Outcome.objects.about(thing).select_related("event").order_by("notified_at", "event")
    return [one.code for one in rows]


def transferred_lead(cast):
    """Customs sent a lead to the commerce bureau, which took it over."""
    sent = stories.assistance(cast, "TAKEN_OVER", kind="lead_transfer")
    return sent, Lead.objects.get(agency__code="MOFCOM_SCB", report_type="lead_transfer")


def page(cast, who, thing):
    answer = cast.browser(who).get(RESOURCES["leads" if isinstance(thing, Lead) else "referrals"].url(thing))
    assert answer.status_code == 200
    return answer


def shown(answer):
    return [line.code for line in answer.context["outcome"]]


# Leads ---------------------------------------------------------------------------------------------------------------
def test_a_lead_reports_each_step_and_its_ground(cast):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast["customs.lead"])
    lead.refresh_from_db()
    close_lead(lead, actor=cast["customs.lead"], closing="duplicate", reason="Canary reason")
    assert record_outcomes() == 2
    assert codes(lead) == ["lead.take_up", "lead.close"]
    answer = page(cast, "customs.officer", lead)
    assert shown(answer) == codes(lead)
    panel = answer.content.decode().split('id="outcome"')[1].split("</section>")[0]
    assert "Duplicate" in panel
    assert "Canary reason" not in panel


def test_running_again_or_sweeping_records_nothing_twice(cast):
    take_up_lead(stories.lead(cast), actor=cast["customs.lead"])
    assert record_outcomes() == 1
    before = list(Outcome.objects.values_list())
    assert record_outcomes() == sweep_outcomes() == 0
    assert list(Outcome.objects.values_list()) == before


def test_the_sweep_finds_outcomes_missed_by_a_run(cast):
    take_up_lead(stories.lead(cast), actor=cast["customs.lead"])
    record_outcomes()
    Outcome.objects.all().delete()
    Progress.objects.update(until=timezone.now() + timedelta(minutes=30))  # it was committed later than expected
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert record_outcomes() == 0
        assert sweep_outcomes() == 1


def test_the_resulting_case_reports_its_progress(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    record_outcomes()
    answer = codes(case.leads.get())
    assert answer[0] == "lead.promote"
    assert {"proceeding.file", "proceeding.investigate"} <= set(answer)
    assert "case.open_proceeding" not in answer
    assert case.number in page(cast, "customs.officer", case.leads.get()).content.decode()


def test_drafts_and_exchanges_of_others_are_no_outcomes(cast):
    lead = stories.lead(cast)
    case = stories.shared_case(cast)
    attach_lead(lead, actor=cast["customs.officer"], case=str(case.pk))
    stories.transfer(cast, "HEAD_DECISION", Case.objects.get(pk=case.pk))
    record_outcomes()
    assert codes(Lead.objects.get(pk=lead.pk)) == ["lead.attach"]


def test_the_author_of_a_lead_is_notified_and_the_person_who_acted_is_not(cast):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast["customs.lead"])
    drain()
    record_outcomes()
    item = InboxItem.objects.get(event__verb="take_up", event__object_id=lead.pk)
    assert (item.person.username, item.topic, item.because) == ("customs.officer", Topic.OUTCOME, "asked")


# Referrals -----------------------------------------------------------------------------------------------------------
def test_a_transfer_reports_actions_of_the_police_and_not_of_the_sender(cast):
    filed = stories.transfer(cast, "FILED")
    record_outcomes()
    assert codes(filed)[:2] == ["referral.accept", "referral.file"]
    assert shown(page(cast, "customs.officer", filed)) == codes(filed)
    assert shown(page(cast, "antismuggling.officer", filed)) == []


def test_the_drafter_is_notified_once_under_outcomes(cast):
    returned = stories.assistance(cast, "RETURNED")
    for job in (drain, record_outcomes, drain, record_outcomes):
        job()
    mine = InboxItem.objects.filter(person=cast.user("customs.officer"), event__verb="return")
    assert [(one.topic, one.about_id) for one in mine] == [(Topic.OUTCOME, returned.pk)]


def test_outcomes_at_the_other_agency_are_reported_without_texts(cast):
    sent, lead = transferred_lead(cast)
    take_up_lead(lead, actor=cast["commerce.officer"])
    lead.refresh_from_db()
    close_lead(lead, actor=cast["commerce.officer"], closing="out_of_remit", reason="Canary reason")
    drain()
    record_outcomes()
    assert codes(sent)[-2:] == ["lead.take_up", "lead.close"]
    assert not Outcome.objects.about(lead).exists()  # the receiver is not its sender
    tomorrow = timezone.now() + timedelta(days=10)
    with time_machine.travel(tomorrow, tick=False):
        browser = cast.browser("customs.officer")
        for url in (RESOURCES["referrals"].url(sent), "/inbox/", "/api/v1/inbox/"):
            text = browser.get(url).content.decode()
            assert "Canary reason" not in text
            assert str(lead.pk) not in text
        answer = [line.news for line in browser.get("/inbox/").context["page"].items]
        assert RESOURCES["referrals"].url(sent) in {news.url for news in answer}


def test_the_other_agencys_case_is_reported_without_its_number_and_a_restricted_one_only_as_being_there(cast):
    sent, lead = transferred_lead(cast)
    case = promote_lead(lead, actor=cast["commerce.officer"], title="Canary title", handling="H1").thing.case
    record_outcomes()
    assert codes(sent)[-1] == "lead.promote"
    text = page(cast, "customs.officer", sent).content.decode()
    assert case.number not in text
    assert "Canary title" not in text
    made = open_proceeding(Case.objects.get(pk=case.pk), actor=cast["commerce.officer"], kind="commerce")
    stories.walk(cast, made, [("file", "commerce.lead", {"external_number": "商安立〔2026〕1号"})])
    record_outcomes()
    assert "proceeding.file" in shown(page(cast, "customs.officer", sent))
    Case.objects.filter(pk=case.pk).update(handling="H3")
    assert shown(page(cast, "customs.officer", sent))[-1] == "lead.promote"


# Corrections ---------------------------------------------------------------------------------------------------------
def test_an_annulled_step_stays_on_the_page_with_a_mark(cast):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast["customs.lead"])
    record_outcomes()
    before = Outcome.objects.about(lead).get()
    proposed = stories.correction(cast, of=lead, verb="take_up")
    stories.walk(cast, proposed, [("confirm", "customs.lead", {})])
    record_outcomes()
    after = Outcome.objects.about(lead).get()
    assert after.changed_at > before.changed_at
    assert after.notified_at == before.notified_at
    answer = page(cast, "customs.officer", lead)
    assert [line.annulled for line in answer.context["outcome"]] == [True]
    assert "<del>" in answer.content.decode()
    changed = after.changed_at
    record_outcomes()
    assert Outcome.objects.about(lead).get().changed_at == changed


# Indicator -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("recorded", "due"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), datetime(2026, 11, 24, 23, 59, 59, tzinfo=SHANGHAI)),
        (datetime(2026, 11, 27, 23, tzinfo=SHANGHAI), datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI)),
        (datetime(2026, 9, 30, 9, tzinfo=SHANGHAI), datetime(2026, 10, 8, 23, 59, 59, tzinfo=SHANGHAI)),
    ],
)
def test_a_line_is_due_by_the_end_of_the_next_working_day(cast, recorded, due):
    with time_machine.travel(recorded, tick=False):
        take_up_lead(stories.lead(cast), actor=cast["customs.lead"])
        record_outcomes()
    assert Outcome.objects.get().due_at == due


def test_the_indicator_counts_outcomes_seen_in_time_and_lists_the_others(cast):
    monday = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    with time_machine.travel(monday, tick=False):
        seen, missed = stories.lead(cast), stories.lead(cast)
        for lead in (seen, missed):
            take_up_lead(lead, actor=cast["customs.lead"])
        record_outcomes()
        month = indicators.this_month()
        assert indicators.outcomes_seen(cast["customs.lead"], month).d == 0  # neither seen nor due
        page(cast, "customs.lead", seen)  # the person who took it up sees nothing new
        assert indicators.outcomes_seen(cast["customs.lead"], month).d == 0
        page(cast, "customs.officer", seen)
    with time_machine.travel(monday + timedelta(days=3), tick=False):
        page(cast, "customs.officer", missed)
        sign = indicators.outcomes_seen(cast["customs.lead"], month)
        assert (sign.n, sign.d, sign.met) == (1, 2, False)
        assert indicators.outcomes_seen(cast["commerce.lead"], month).d == 0
        answer = cast.browser("customs.lead").get("/supervision/indicators/?indicator=outcomes")
        assert [line.outcome.lead_id for line in answer.context["page"].items] == [missed.pk]


def test_the_senders_own_actions_are_shown_and_not_counted(cast):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast["customs.officer"])
    record_outcomes()
    line = Outcome.objects.about(lead).get()
    assert not line.counted
    assert not InboxItem.objects.filter(event=line.event).exists()


def test_outcomes_due_before_the_feature_are_not_counted_as_late(cast):
    """After an upgrade from a release without outcomes, the last weeks are reported but not counted."""
    monday = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    old, young = stories.lead(cast), stories.lead(cast)
    with time_machine.travel(monday, tick=False):
        take_up_lead(old, actor=cast["customs.lead"])
    with time_machine.travel(monday + timedelta(days=7), tick=False):
        take_up_lead(young, actor=cast["customs.lead"])
        record_outcomes()
        assert not Outcome.objects.about(old).get().counted
        assert Outcome.objects.about(young).get().counted


@pytest.mark.slow
def test_the_job_asks_no_more_for_many_events(cast, django_assert_max_num_queries):
    for _n in range(15):
        take_up_lead(stories.lead(cast), actor=cast["customs.lead"])
        stories.assistance(cast, "RETURNED")
    with django_assert_max_num_queries(40):
        assert record_outcomes() >= 30
