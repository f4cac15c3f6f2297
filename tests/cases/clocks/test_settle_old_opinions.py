"""Databases older than the letters of opinion: replies whose periods run about suspects end, each with an event."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies.journal.models import Event
from cases.clocks.actions import start_clocks
from cases.clocks.models import Clock
from tests import stories

RULE = "REV_PROC_OPINION"


def settle(*options):
    out = StringIO()
    call_command("settle_old_opinions", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def line(cast):
    return stories.suspect(cast)


@pytest.fixture
def old(line):
    """As the product once started it: about the suspect, in the organ of his proceeding alone."""
    inside = line.proceeding
    start_clocks(
        [RULE], line, case_id=inside.case_id, holder_id=inside.organ_id, at=timezone.now(), private=True
    )  # fmt: skip
    return Clock.objects.running().about(line).get(rule__code=RULE)


def test_an_old_period_ends_with_an_event_that_says_why(old, line):
    assert "1 periods ended" in settle()
    old.refresh_from_db()
    event = Event.objects.get(object_kind="clock", object_id=old.pk)
    assert (old.state, old.stopped_at) == ("STOPPED", event.happened_at)
    assert (event.verb, event.actor_kind, event.counterpart_id) == ("supersede", "system", line.proceeding.organ_id)
    assert event.note.reason
    line.refresh_from_db()
    assert line.due_at is None
    call_command("verify_audit", stdout=StringIO())


def test_the_organ_of_the_suspect_reads_that_event_and_no_other_does(old, cast):
    settle()
    event = Event.objects.filter(object_kind="clock", object_id=old.pk)
    assert event.within_reach_of(cast["antismuggling.lead"].organ_id).exists()
    assert not event.within_reach_of(cast["customs.lead"].organ_id).exists()
    assert not event.within_reach_of(cast["procurator"].organ_id).exists()


def test_a_dry_run_lists_them_and_changes_nothing(old):
    told = settle("--dry-run")
    assert str(old.pk) in told
    assert "1 periods would end, nothing was changed" in told
    old.refresh_from_db()
    assert old.state == "RUNNING"
    assert not Event.objects.filter(object_kind="clock").exists()


def test_run_again_it_finds_nothing(old):
    settle()
    assert "0 periods ended" in settle()
    assert Event.objects.filter(object_kind="clock").count() == 1


def test_the_period_of_a_letter_runs_on(old, cast):
    letter = stories.opinion(cast, "SENT")
    settle()
    assert Clock.objects.running().about(letter).filter(rule__code=RULE).exists()
