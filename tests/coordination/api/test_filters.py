"""The filters shared by pages and API: what they select, and what they refuse."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from agencies.kernel.paging import page_of
from cases.casefile.filters import CaseFilter
from cases.casefile.models import Case
from cases.casefile.resource import CASE
from cases.intake.filters import LeadFilter
from cases.intake.models import Lead
from coordination.exchange.referrals.filters import ReferralFilter
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.filters import TaskFilter
from coordination.exchange.tasks.models import Task
from tests import stories

pytestmark = pytest.mark.both_databases  # filters of every list

FILTERS = {CaseFilter: Case, LeadFilter: Lead, ReferralFilter: Referral, TaskFilter: Task}


def cut(filter_class, query, actor):
    queryset = FILTERS[filter_class].objects.visible_to(actor)
    return list(filter_class(QueryDict(query), queryset, actor=actor).qs)


def test_no_filter_and_an_unknown_one_show_everything_the_reader_may_see(cast):
    made = stories.case(cast)
    assert cut(CaseFilter, "utm_source=mail", cast["customs.officer"]) == [made]
    assert cut(CaseFilter, "", cast["customs.officer"]) == [made]
    assert cut(CaseFilter, "", cast["commerce.officer"]) == []


def test_cases_are_cut_by_each_filter(cast):
    made = stories.shared_case(cast)
    for query in (
        "state=OPENED&state=HANDLING",
        "lead=GACC",
        "agency=MOFCOM_SCB",
        "severity=high",
        "handling=H1",
        "open=1",
    ):
        assert cut(CaseFilter, query, cast["customs.officer"]) == [made], query
    for query in (
        "state=CLOSED",
        "lead=MOFCOM_SCB",
        "agency=GACC_ASB",
        "severity=low",
        "overdue=1",
        "closed_to=2999-01-01",
    ):
        assert cut(CaseFilter, query, cast["customs.officer"]) == [], query


def test_a_day_means_the_whole_day_in_shanghai(cast):
    lead = stories.lead(cast)
    today = timezone.localdate()
    Lead.objects.filter(pk=lead.pk).update(state=Lead.State.CLOSED, state_since=timezone.now())
    assert cut(LeadFilter, f"done_from={today}&done_to={today}", cast["customs.officer"]) == [lead]
    assert cut(LeadFilter, f"done_from={today + timedelta(days=1)}", cast["customs.officer"]) == []
    assert cut(LeadFilter, f"done_to={today - timedelta(days=1)}", cast["customs.officer"]) == []


def test_my_tasks_are_those_i_claimed(cast):
    task = stories.task(cast, "CLAIMED")
    assert cut(TaskFilter, "mine=1", cast["commerce.officer"]) == [task]
    assert cut(TaskFilter, "mine=1", cast["commerce.lead"]) == []
    assert cut(TaskFilter, "unclaimed=1", cast["commerce.officer"]) == []


def test_a_referral_waits_for_the_agency_with_the_next_step(cast):
    referral = stories.transfer(cast, "DELIVERED")
    actor = cast["customs.officer"]
    assert cut(ReferralFilter, "waiting_on=GACC_ASB&open=1", actor) == [referral]
    assert cut(ReferralFilter, "waiting_on=GACC", actor) == []


def test_cases_without_a_due_time_come_last_and_page_through(cast):
    for days in (3, None, 1, None, 2):
        due = timezone.now() + timedelta(days=days) if days else None
        Case.objects.filter(pk=stories.case(cast).pk).update(due_at=due)
    actor, seen, after = cast["customs.officer"], [], ""
    while True:
        rows = CaseFilter(QueryDict(), Case.objects.visible_to(actor), actor=actor).qs
        page = page_of(rows, {"after": after}, sorts=CASE.listing.sorts, default="due", size=2)
        seen += [case.due_at for case in page.items]
        after = page.next
        if not after:
            break
    assert seen[:3] == sorted(seen[:3])
    assert seen[3:] == [None, None]
