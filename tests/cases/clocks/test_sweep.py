"""The sweep: each breach, warning and expiry once, in a constant number of statements, at its true time."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.journal.models import Delivery, Event
from cases.clocks.jobs import sweep
from cases.clocks.models import Alert, Breach, Clock, PeriodKind, PeriodRule
from cases.clocks.raising import raise_alerts, raise_breaches
from tests import stories

pytestmark = pytest.mark.both_databases  # the sweep is one statement for each kind of duty


def copies(clock: Clock, number: int, **columns: Any) -> list[Clock]:
    """Further clocks like this one, about other subjects of the same case."""
    made = []
    for _ in range(number):
        values = {field.attname: getattr(clock, field.attname) for field in Clock._meta.concrete_fields}
        made.append(Clock(**{**values, "id": uuid4(), "subject_id": uuid4(), **columns}))
    return list(Clock.objects.bulk_create(made, batch_size=20))


def missed(cast: Any, number: int) -> None:
    clock = Clock.objects.about(stories.proceeding(cast, "INVESTIGATE")).get(rule__code="CUS_DECISION")
    past = timezone.now() - timedelta(days=1)
    made = copies(clock, number, started_at=past - timedelta(days=9), due_at=past, breach_at=past)
    Alert.objects.bulk_create([Alert(clock=one, mark="24h", due_at=past, at=past) for one in made], batch_size=50)


@pytest.mark.parametrize("number", [10, 200])
def test_raising_takes_few_statements_for_any_number(cast: Any, number: int) -> None:
    missed(cast, number)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert raise_breaches() == number
        assert raise_alerts() == number
    assert len(queries) <= 10
    assert raise_breaches() == raise_alerts() == 0


def test_a_sweep_after_an_outage_notifies_once_and_the_journal_verifies(cast: Any) -> None:
    missed(cast, 12)
    assert sweep() == 24
    assert sweep() == 0
    events = Event.objects.filter(verb__in=["breach", "near"])
    assert sorted(events.values_list("verb", flat=True)) == ["breach"] * 12 + ["near"] * 12
    assert not Breach.objects.filter(notified_at=None).exists()
    assert {event.happened_at for event in events.filter(verb="breach")} == {
        b.breached_at for b in Breach.objects.all()
    }
    call_command("verify_audit")


def test_warnings_are_planned_with_the_due_time_and_sent_to_the_owing_agency(cast: Any) -> None:
    clock = Clock.objects.about(stories.proceeding(cast, "INVESTIGATE")).get(rule__code="CUS_DECISION")
    marks = dict(clock.alerts.values_list("mark", "at"))
    assert clock.due_at is not None
    assert set(marks) == {"50%", "80%", "24h"}
    assert marks["24h"] == clock.due_at - timedelta(hours=24)
    assert abs(marks["50%"] - (clock.started_at + (clock.due_at - clock.started_at) / 2)) < timedelta(seconds=1)
    clock.alerts.filter(mark="50%").update(at=timezone.now() - timedelta(minutes=1))
    assert sweep() == 1
    event = Event.objects.get(verb="near")
    assert (event.visibility, event.counterpart_id) == ("pair", clock.agency_id)
    assert list(Delivery.objects.filter(event=event).values_list("agency_id", flat=True)) == [clock.agency_id]


def test_a_measure_that_expired_must_be_released_and_is_no_breach(cast: Any) -> None:
    clock = Clock.objects.about(stories.property_measure(cast)).get(rule__code="CUS_DETAIN_GOODS")
    assert clock.rule.kind == PeriodKind.VALIDITY
    past = timezone.now() - timedelta(hours=1)
    Clock.objects.filter(pk=clock.pk).update(started_at=past - timedelta(days=365), due_at=past, breach_at=past)
    clock.alerts.filter(mark=Alert.EXPIRED).update(at=past)
    clock.alerts.exclude(mark=Alert.EXPIRED).delete()
    assert sweep() == 1
    assert Event.objects.get(verb="expire").happened_at == past
    assert not Breach.objects.exists()


def test_a_stopped_clock_raises_no_warning(cast: Any) -> None:
    clock = Clock.objects.about(stories.proceeding(cast, "INVESTIGATE")).get(rule__code="CUS_DECISION")
    past = timezone.now() - timedelta(minutes=1)
    clock.alerts.update(at=past)
    Clock.objects.filter(pk=clock.pk).update(state="STOPPED", stopped_at=timezone.now())
    assert raise_alerts() == 0


def test_a_partys_right_and_a_lead_raise_no_warning(cast: Any) -> None:
    line = stories.decision(cast)
    stories.serve_notice(cast, line)
    assert not Alert.objects.filter(clock__in=Clock.objects.about(line)).exists()
    assert not Alert.objects.filter(clock__in=Clock.objects.about(stories.lead(cast))).exists()


@pytest.mark.django_db
def test_every_rule_has_marks_that_can_be_read() -> None:
    for rule in PeriodRule.objects.exclude(warn_at="").exclude(warn_at="none"):
        assert all(mark[:-1].isdigit() and mark[-1] in "%h" for mark in rule.warn_at.split(";"))
