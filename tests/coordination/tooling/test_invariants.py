"""Rows changed outside the product are named: each kind of fault, and no other row."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from agencies.journal.actions import erase_note
from agencies.journal.digests import content_digest
from agencies.journal.models import Event, StateInterval
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.papers.models import Paper
from cases.proceedings.models import Decision, Proceeding
from cases.sharing.models import Share
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.models import Fact
from coordination.tooling import invariants
from tests import stories

pytestmark = pytest.mark.both_databases  # finds in SQL what constraints cannot forbid

Found = list[tuple[str, str]]


def found() -> Found:
    """(kind, column) of every fault named by the command, which then exits with 1."""
    out = StringIO()
    code = 0
    try:
        call_command("check_invariants", "--json", stdout=out, stderr=StringIO())
    except CommandError as wrong:
        code = wrong.returncode
    data = json.loads(out.getvalue())["faults"]
    assert code == bool(data)
    return [(one["kind"], one["column"]) for one in data]


@pytest.fixture
def matter(cast: Any) -> Case:
    """A shared case with a proceeding, a party's decision, a paper, a transfer, a task, and a confidential letter."""
    case = stories.shared_case(cast, profile="status")
    perform(RESOURCES["cases"], cast["customs.officer"], case, "classify", classified())
    proceeding = stories.proceeding(cast, "INVESTIGATE", Case.objects.get(pk=case.pk))
    stories.noticed(cast, proceeding)
    stories.paper(cast, "DRAFT", proceeding, "FILE_ADM")
    stories.transfer(cast, "ACCEPTED", case)
    stories.task(cast, "CLAIMED", case)
    stories.confidential(cast, "ANSWERED", case)
    assert found() == []
    return case


def classified() -> dict[str, Any]:
    return {"title": "As it was named", "severity": "high", "handling": "H1"}


def the_state_of_a_case(case: Case) -> Found:
    Case.objects.filter(pk=case.pk).update(state="CLOSED")
    return [("case", "state")]


def the_title_of_a_case(case: Case) -> Found:
    Case.objects.filter(pk=case.pk).update(title="As somebody wants it")
    return [("case", "title")]


def the_handling_code_of_a_case(case: Case) -> Found:
    Case.objects.filter(pk=case.pk).update(handling="H0")
    return [("case", "handling")]


def the_state_of_a_referral(case: Case) -> Found:
    Referral.objects.filter(case=case).update(state="WITHDRAWN")
    return [("referral", "state")]


def the_facts_of_a_decision(case: Case) -> Found:
    Decision.objects.filter(proceeding__case=case).update(facts="Nothing happened.")
    return [("decision", "facts")]


def the_end_of_a_period(case: Case) -> Found:
    clock = Clock.objects.filter(case=case, state="RUNNING").exclude(due_at=None).first()
    assert clock is not None
    later = timedelta(days=90)
    Clock.objects.filter(pk=clock.pk).update(due_at=clock.due_at + later, breach_at=clock.breach_at + later)
    return [("clock", "due_at")]


def a_period_stopped(case: Case) -> Found:
    clock = Clock.objects.filter(case=case, state="RUNNING").first()
    assert clock is not None
    Clock.objects.filter(pk=clock.pk).update(state="STOPPED", stopped_at=clock.started_at + timedelta(days=400))
    return [("clock", "stopped_at")]


def a_period_of_another_kind(case: Case) -> Found:
    clock = Clock.objects.filter(case=case, rule_kind="duty").first()
    assert clock is not None
    Clock.objects.filter(pk=clock.pk).update(rule_kind="right")
    return [("clock", "rule_kind")]


def a_period_before_its_wall(case: Case) -> Found:
    clock = Clock.objects.filter(case=case, private=True).exclude(proceeding_id=None).first()
    assert clock is not None
    Clock.objects.filter(pk=clock.pk).update(proceeding_id=None)
    return [("clock", "proceeding_id")]


def a_paper_before_its_wall(case: Case) -> Found:
    paper = Paper.objects.filter(case=case).exclude(proceeding_id=None).first()
    assert paper is not None
    Paper.objects.filter(pk=paper.pk).update(proceeding_id=None)
    return [("paper", "proceeding_id")]


def a_share_that_no_act_gave(case: Case) -> Found:
    agency = Agency.objects.get(code="CUS_2200")
    Share.objects.create(case=case, agency=agency, profile="full", granted_at=case.opened_at)
    return [("share", "agency")]


def a_share_that_shows_more(case: Case) -> Found:
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(profile="full")
    return [("share", "profile")]


def the_beginning_of_a_state(case: Case) -> Found:
    Referral.objects.filter(case=case).update(state_since=F("state_since") - timedelta(days=40))
    return [("referral", "state_since")]


def the_officer_in_charge(case: Case) -> Found:
    stranger = User.objects.get(username="police.lead")
    Proceeding.objects.filter(case=case).update(handler=stranger)
    return [("proceeding", "handler")]


def the_agency_that_holds_a_referral(case: Case) -> Found:
    Referral.objects.filter(case=case).update(holder=Agency.objects.get(code="CUS_2200"))
    return [("referral", "holder")]


def a_gap_in_what_a_referral_went_through(case: Case) -> Found:
    referral = Referral.objects.filter(case=case).get()
    interval = StateInterval.objects.filter(object_id=referral.pk).order_by("number").last()
    assert interval is not None
    StateInterval.objects.filter(pk=interval.pk).update(entered_at=interval.entered_at - timedelta(days=3))
    return [("referral", "intervals")]


WAYS: list[Callable[[Case], Found]] = [
    *(the_state_of_a_case, the_title_of_a_case, the_handling_code_of_a_case, the_state_of_a_referral),
    *(the_facts_of_a_decision, the_end_of_a_period, a_period_stopped, a_share_that_no_act_gave),
    *(a_share_that_shows_more, the_beginning_of_a_state, the_officer_in_charge, the_agency_that_holds_a_referral),
    *(a_gap_in_what_a_referral_went_through, a_period_of_another_kind, a_period_before_its_wall),
    a_paper_before_its_wall,
]


def test_each_row_that_was_rewritten_is_named_and_no_other(cast: Any, matter: Case) -> None:
    """One story for all faults, each undone before the next, because the story costs more than the faults."""
    for way in WAYS:
        with atomic():
            expected = way(matter)
            named = found()
            transaction.set_rollback(True)
        assert named == expected, way.__name__


def test_what_ends_before_it_begins_is_named(cast: Any) -> None:
    transfer = stories.transfer(cast, "FILED")
    task = stories.task(cast)
    follow()
    assert found() == []
    for row in Fact.objects.filter(object_id=task.pk, measure="tasks.stock"):
        row.pk, row.n, row.day = None, -1, row.day - timedelta(days=2)
        row.save()
    assert found() == [("task", "tasks.stock")] * 2  # in the figures of both agencies
    Fact.objects.filter(object_id=task.pk, measure="tasks.stock").delete()
    Fact.objects.filter(object_id=transfer.pk, measure="transfers.decided").update(bucket=-2)
    assert found() == [("referral", "transfers.decided")] * 2


def test_the_command_lists_what_it_cannot_compare(cast: Any) -> None:
    stories.case(cast)
    out = StringIO()
    call_command("check_invariants", stdout=out, stderr=StringIO())
    assert "all agree" in out.getvalue()
    assert all(f"- {words}" in out.getvalue() for words in invariants.UNSEEN)
    out = StringIO()
    call_command("check_invariants", "--json", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue())["unseen"] == list(invariants.UNSEEN)


def test_erased_words_are_no_fault(cast: Any, matter: Case) -> None:
    event = Event.objects.filter(object_kind="referral", verb="draft").latest("pk")
    erase_note(event, actor=cast["secadmin"], reason="PIPL art. 47", paper="2026-7")
    assert found() == []


def test_a_share_that_was_ended_and_opened_again_is_named(cast: Any) -> None:
    case = stories.shared_case(cast)
    perform(RESOURCES["cases"], cast["customs.officer"], case, "unshare", {"agency": "MOFCOM_SCB", "reason": "done"})
    assert found() == []
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(ended_at=None)
    assert found() == [("share", "ended_at")]


def test_what_was_frozen_and_rewritten_is_named_even_with_a_digest_of_its_own(cast: Any) -> None:
    frozen = [stories.paper(cast, "ISSUED"), stories.bulletin(cast, "ISSUED"), stories.typical_case(cast, "PUBLISHED")]
    assert found() == []
    for one in frozen:
        content = {**one.content, "number": "1"}
        with atomic():
            type(one).objects.filter(pk=one.pk).update(content=content)
            assert found() == [(one.journal_kind or one._meta.model_name, "content")]
            type(one).objects.filter(pk=one.pk).update(digest=content_digest(content))
            assert found() == [(one.journal_kind or one._meta.model_name, "digest")]
            transaction.set_rollback(True)


def test_many_rows_are_looked_at_in_parts_that_join(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "ROWS", 2)
    cases = [stories.case(cast) for _ in range(5)]
    Case.objects.filter(pk__in=[cases[0].pk, cases[4].pk]).update(state="CLOSED")
    assert found() == [("case", "state")] * 2
