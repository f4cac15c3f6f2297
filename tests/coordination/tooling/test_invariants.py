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


def of(model: Any, case: Case, **which: Any) -> Any:
    """Rows of the case, of which there is at least one."""
    rows = model.objects.filter(case=case, **which)
    assert rows.exists()
    return rows


def first(rows: Any) -> Any:
    return rows.model.objects.filter(pk=rows.first().pk)


def a_share_that_no_act_gave(case: Case) -> None:
    agency = Agency.objects.get(code="CUS_2200")
    Share.objects.create(case=case, agency=agency, profile="full", granted_at=case.opened_at)


def a_gap_in_what_a_referral_went_through(case: Case) -> None:
    interval = StateInterval.objects.filter(object_id=of(Referral, case).get().pk).order_by("-number")
    first(interval).update(entered_at=F("entered_at") - timedelta(days=3))


def stranger() -> User:
    return User.objects.get(username="police.lead")


LATER = timedelta(days=90)
# What is rewritten, and the kind and column under which it is named.
WAYS: list[tuple[str, str, Callable[[Case], Any]]] = [
    ("case", "state", lambda case: Case.objects.filter(pk=case.pk).update(state="CLOSED")),
    ("case", "title", lambda case: Case.objects.filter(pk=case.pk).update(title="As somebody wants it")),
    ("case", "handling", lambda case: Case.objects.filter(pk=case.pk).update(handling="H0")),
    ("decision", "facts", lambda case: Decision.objects.filter(proceeding__case=case).update(facts="Nothing.")),
    ("proceeding", "handler", lambda case: of(Proceeding, case).update(handler=stranger())),
    ("referral", "state", lambda case: of(Referral, case).update(state="WITHDRAWN")),
    ("referral", "state_since", lambda case: of(Referral, case).update(state_since=F("state_since") - LATER)),
    ("referral", "holder", lambda case: of(Referral, case).update(holder=Agency.objects.get(code="CUS_2200"))),
    ("referral", "intervals", a_gap_in_what_a_referral_went_through),
    (
        *("clock", "due_at"),
        lambda case: first(of(Clock, case, state="RUNNING", due_at__isnull=False)).update(
            due_at=F("due_at") + LATER, breach_at=F("breach_at") + LATER
        ),
    ),
    (
        *("clock", "stopped_at"),
        lambda case: first(of(Clock, case, state="RUNNING")).update(
            state="STOPPED", stopped_at=F("started_at") + timedelta(days=400)
        ),
    ),
    ("clock", "rule_kind", lambda case: first(of(Clock, case, rule_kind="duty")).update(rule_kind="right")),
    (
        *("clock", "proceeding_id"),
        lambda case: first(of(Clock, case, private=True, proceeding_id__isnull=False)).update(proceeding_id=None),
    ),
    (
        "paper",
        "proceeding_id",
        lambda case: first(of(Paper, case, proceeding_id__isnull=False)).update(proceeding_id=None),
    ),
    ("share", "agency", a_share_that_no_act_gave),
    ("share", "profile", lambda case: of(Share, case, agency__code="MOFCOM_SCB").update(profile="full")),
]


@pytest.mark.slow
def test_each_row_that_was_rewritten_is_named_and_no_other(cast: Any, matter: Case) -> None:
    """One story for all faults, each undone before the next, because the story costs more than the faults."""
    for kind, column, rewrite in WAYS:
        with atomic():
            rewrite(matter)
            named = found()
            transaction.set_rollback(True)
        assert named == [(kind, column)]


@pytest.mark.slow
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


def test_a_kind_of_penalty_that_the_notice_implies_by_its_sum_is_no_fault(cast: Any) -> None:
    sums = {"proposed_fine_cny": "100000", "proposed_confiscated_cny": "5000"}
    line = stories.noticed(cast, proposed_penalties=["fine"], **sums)
    line.refresh_from_db()
    assert line.proposed_penalties == ["fine", "gains"]
    assert found() == []


def test_a_share_that_was_ended_and_opened_again_is_named(cast: Any) -> None:
    case = stories.shared_case(cast)
    perform(RESOURCES["cases"], cast["customs.officer"], case, "unshare", {"agency": "MOFCOM_SCB", "reason": "done"})
    assert found() == []
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(ended_at=None)
    assert found() == [("share", "ended_at")]


@pytest.mark.slow
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


@pytest.mark.slow
def test_many_rows_are_looked_at_in_parts_that_join(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "ROWS", 2)
    cases = [stories.case(cast) for _ in range(5)]
    Case.objects.filter(pk__in=[cases[0].pk, cases[4].pk]).update(state="CLOSED")
    assert found() == [("case", "state")] * 2
