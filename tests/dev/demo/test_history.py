"""The year behind the demonstration: closed matters that the journal explains and that no desk shows."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from agencies.journal.models import Event
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.clocks.models import Breach, Clock
from cases.intake.models import Lead
from coordination.exchange.referrals.models import Referral
from coordination.insight.metrics.following import rebuild
from coordination.tooling.invariants import faults
from dev.demo.history import load_history
from tests.journal import verify_streams

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def year(cast):
    return load_history(now=NOW)


def late_share(agency, after, until):
    """Of the duties of this agency that ended then, those performed too late."""
    ended = [
        clock.stopped_at > clock.breach_at
        for clock in Clock.objects.duties().filter(agency__code=agency, stopped_at__range=(after, until))
    ]
    return sum(ended) / len(ended)


def test_the_year_is_closed_explained_by_the_journal_and_has_a_trend(year):
    assert 300 <= year <= 600
    # Every row and every chain agrees, as for what people did, and no stock is negative on any day.
    list(rebuild())
    assert list(faults()) == []
    assert list(verify_streams()) == []
    # It is on no desk.
    assert not WorkItem.objects.exists()
    assert set(Case.objects.values_list("state", flat=True)) == {"CLOSED"}
    assert not Clock.objects.running().exists()
    assert not Lead.objects.to_triage().exists()
    assert not Referral.objects.open().exists()
    assert Event.objects.latest("happened_at").happened_at < NOW
    # More leads in the second half of the year, and little at Spring Festival.
    middle = NOW - timedelta(days=182)
    first, second = (Lead.objects.filter(received_at__lt=middle), Lead.objects.filter(received_at__gte=middle))
    assert second.count() > 1.2 * first.count()
    months = Counter(lead.received_at.month for lead in Lead.objects.all())
    assert months[2] < months[1]
    assert months[2] < months[4]
    # One agency falls behind, the others do not.
    recent, autumn = NOW - timedelta(days=120), NOW - timedelta(days=240)
    assert late_share("GACC_ASB", recent, NOW) > 0.35
    assert late_share("GACC_ASB", NOW - timedelta(days=365), autumn) < 0.25
    assert late_share("GACC", recent, NOW) < 0.15
    assert Breach.objects.count() == sum(
        clock.stopped_at > clock.breach_at for clock in Clock.objects.duties() if clock.breach_at
    )
    # Every outcome is there.
    outcomes = set(Case.objects.values_list("proceedings__outcome", flat=True))
    assert outcomes == {"penalty", "warned", "transferred", "judged", "withdrawn"}
    assert load_history(now=NOW) == 0
    assert Lead.objects.count() == year
