"""Manual changes of a clock: pause, resume, extension, and the history of its due time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from cases.casefile.models import Case
from cases.clocks.actions import extend_clock, pause_clock, resume_clock, stop_clock
from cases.clocks.models import Breach, Clock, ClockChange
from cases.clocks.raising import raise_breaches
from tests import stories
from tests.refusals import refused_for

OFFICER, LEAD, HEAD = "customs.officer", "customs.lead", "customs.head"
PAPER = "署化委〔2026〕1号"


def decision_clock(cast: Any) -> Clock:
    """Six months for the penalty decision of a customs proceeding, with grounds for a pause and one extension by the
    head.
    """
    return Clock.objects.about(stories.proceeding(cast, "INVESTIGATE")).get(rule__code="CUS_DECISION")


def begun(clock: Clock, days: int) -> Clock:
    """The clock with an earlier start."""
    at = clock.started_at - timedelta(days=days)
    Clock.objects.filter(pk=clock.pk).update(started_at=at, state_since=at)
    clock.refresh_from_db()
    return clock


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def test_a_pause_removes_the_due_time_and_resuming_adds_the_paused_days(cast: Any) -> None:
    clock = begun(decision_clock(cast), 40)
    extend_clock(clock, actor=cast[HEAD], step="1", paper=PAPER, reason="complex", happened_at=ago(35))
    clock.refresh_from_db()
    before = clock.due_at
    pause_clock(clock, actor=cast[OFFICER], ground="appraise", paper=PAPER, happened_at=ago(30))
    clock.refresh_from_db()
    assert (clock.state, clock.due_at, clock.breach_at) == ("PAUSED", None, None)
    assert Case.objects.get(pk=clock.case_id).due_at is None
    resume_clock(clock, actor=cast[OFFICER], paper=PAPER, happened_at=ago(10))
    clock.refresh_from_db()
    assert before is not None
    assert clock.due_at is not None
    assert timedelta(days=17) < clock.due_at - before < timedelta(days=31)  # twenty, and holidays at the ends
    assert Case.objects.get(pk=clock.case_id).due_at == clock.due_at
    whys = list(ClockChange.objects.filter(clock=clock).values_list("why", flat=True))
    assert whys == ["extend", "pause", "resume"]


def test_every_former_due_time_is_kept_with_its_paper_and_shown_on_the_page(cast: Any) -> None:
    clock = decision_clock(cast)
    first = clock.due_at
    extend_clock(clock, actor=cast[HEAD], step="1", paper=PAPER, reason="complex")
    clock.refresh_from_db()
    change = ClockChange.objects.get(clock=clock)
    assert (change.was_due_at, change.due_at, change.paper, change.reason) == (first, clock.due_at, PAPER, "complex")
    assert change.agency is not None
    assert change.agency.code == "GACC"
    event = Event.objects.get(object_kind="clock", object_id=clock.pk)
    assert (event.verb, event.visibility) == ("extend", "status")
    client = cast.browser(OFFICER)
    text = client.get(f"/deadlines/{clock.pk}/").content.decode()
    assert "Extended by 6 months" in text
    assert PAPER in text
    tab = client.get(f"/cases/{clock.case_id}/", {"tab": "clocks"}).content.decode()
    assert "<del>" in tab


def test_only_the_office_of_the_rule_extends_no_longer_than_the_law_allows_and_by_a_stated_length(cast: Any) -> None:
    clock = decision_clock(cast)
    with pytest.raises(Forbidden):
        extend_clock(clock, actor=cast[OFFICER], step="1", paper=PAPER, reason="complex")
    with refused_for("office"):
        extend_clock(clock, actor=cast[LEAD], step="1", paper=PAPER, reason="complex")
    with pytest.raises(Forbidden):
        extend_clock(clock, actor=cast["commerce.head"], step="1", paper=PAPER, reason="complex")
    for length in (0, 7):
        with pytest.raises(Invalid) as wrong:
            extend_clock(clock, actor=cast[HEAD], step="1", length=length, paper=PAPER, reason="complex")
        assert wrong.value.errors[0].pointer == "/length"
    extend_clock(clock, actor=cast[HEAD], step="1", paper=PAPER, reason="complex")
    with pytest.raises(Invalid):
        extend_clock(clock, actor=cast[HEAD], step="2", paper=PAPER, reason="collective discussion")
    extend_clock(clock, actor=cast[HEAD], step="2", length=2, paper=PAPER, reason="collective discussion")
    assert clock.extensions.count() == 2


def test_the_steps_of_the_law_follow_each_other(cast: Any) -> None:
    arrest = stories.arrested(cast, stories.suspect(cast))
    custody = Clock.objects.about(arrest).get(rule__code="CRM_INVEST")
    chief = cast["antismuggling.lead"]
    with pytest.raises(Invalid):
        extend_clock(custody, actor=chief, step="2", paper=PAPER, reason="art. 158")
    for step in ("1", "2", "3"):
        extend_clock(custody, actor=chief, step=step, paper=PAPER, reason="complex")
    custody.refresh_from_db()
    started = timezone.localtime(custody.started_at).date()
    assert custody.due_at is not None
    months = (custody.due_at.year - started.year) * 12 + timezone.localtime(custody.due_at).month - started.month
    assert months == 7
    with pytest.raises(TransitionRefused, match="no further"):
        extend_clock(custody, actor=chief, step="3", paper=PAPER, reason="again")


def test_an_ended_period_is_neither_paused_nor_extended(cast: Any) -> None:
    clock = decision_clock(cast)
    Clock.objects.filter(pk=clock.pk).update(
        started_at=ago(400), state_since=ago(400), due_at=ago(200), breach_at=ago(200)
    )
    with pytest.raises(TransitionRefused, match="ended"):
        pause_clock(clock, actor=cast[OFFICER], ground="appraise", paper=PAPER)
    with pytest.raises(TransitionRefused, match="ended"):
        extend_clock(clock, actor=cast[HEAD], step="1", paper=PAPER, reason="too late")
    assert not ClockChange.objects.exists()


def test_an_extension_recorded_late_annuls_a_false_breach(cast: Any) -> None:
    clock = begun(decision_clock(cast), 200)
    Clock.objects.filter(pk=clock.pk).update(due_at=ago(10), breach_at=ago(10))
    assert raise_breaches() == 1
    extend_clock(clock, actor=cast[HEAD], step="1", paper=PAPER, reason="complex", happened_at=ago(20))
    breach = Breach.objects.get(clock=clock)
    assert breach.annulled_at is not None
    assert raise_breaches() == 0


def test_a_period_without_grounds_cannot_be_paused(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    review = Clock.objects.about(transfer).get(rule__code="TRF_REVIEW")
    with pytest.raises(TransitionRefused, match="no ground"):
        pause_clock(review, actor=cast["antismuggling.officer"], ground="appraise", paper=PAPER)


def test_a_pause_before_the_start_is_refused(cast: Any) -> None:
    clock = decision_clock(cast)
    with pytest.raises(Invalid):
        pause_clock(
            clock, actor=cast[OFFICER], ground="appraise", paper=PAPER, happened_at=datetime(2020, 1, 1, tzinfo=UTC)
        )


def test_a_manually_stopped_duty_is_not_owed(cast: Any) -> None:
    clock = decision_clock(cast)
    stop_clock(clock, actor=cast[LEAD], paper=PAPER, reason="merged by order")
    clock.refresh_from_db()
    assert clock.stopped_at is not None
    assert Case.objects.get(pk=clock.case_id).due_at is None


def test_another_agency_on_the_case_sees_the_dates_and_not_the_paper(cast: Any) -> None:
    matter = stories.shared_case(cast)
    clock = Clock.objects.about(stories.proceeding(cast, "INVESTIGATE", matter)).get(rule__code="CUS_DECISION")
    extend_clock(clock, actor=cast[HEAD], step="1", paper=PAPER, reason="complex")
    text = cast.browser("commerce.officer").get(f"/deadlines/{clock.pk}/").content.decode()
    assert "Extended by 6 months" in text
    assert PAPER not in text
    data = cast.browser("commerce.officer").get(f"/api/v1/clocks/{clock.pk}/").json()
    assert "paper" not in data["changes"][0]
    assert cast.browser(OFFICER).get(f"/api/v1/clocks/{clock.pk}/").json()["changes"][0]["paper"] == PAPER
