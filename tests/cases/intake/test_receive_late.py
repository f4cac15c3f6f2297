"""A paper entered later keeps the day of its arrival."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from agencies.organisations.models import Agency
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from tests import stories


def _receive(cast, at, **changes):
    return receive_lead(
        stories.content(**changes),
        actor=cast["customs.officer"],
        agency=Agency.objects.get(code="GACC"),
        happened_at=at,
    )[0]


def test_triage_runs_from_the_day_of_arrival(cast):
    arrived = timezone.now() - timedelta(days=20)
    lead = _receive(cast, arrived)
    assert lead.received_at == lead.state_since == arrived
    assert Clock.objects.about(lead).get().started_at == arrived
    assert Lead.objects.overdue().filter(pk=lead.pk).exists()
    assert Event.objects.get(object_id=lead.pk, verb="receive").happened_at == arrived


def test_an_arrival_in_the_future_is_refused(cast):
    with pytest.raises(Invalid):
        _receive(cast, timezone.now() + timedelta(days=1))


def test_a_revision_keeps_its_own_day_of_arrival(cast):
    first, second = timezone.now() - timedelta(days=9), timezone.now() - timedelta(days=2)
    lead = _receive(cast, first, source_ref="LATE-1")
    _receive(cast, second, source_ref="LATE-1", title="Another title")
    assert list(lead.revisions.values_list("received_at", flat=True)) == [first, second]
