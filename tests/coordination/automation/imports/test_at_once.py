"""Two people and several workers at one register at once: it is taken over once, and no lead is doubled."""

import pytest

from agencies.runs.models import Run
from agencies.runs.worker import work
from cases.intake.models import Lead
from coordination.automation.imports.actions import take_import
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.models import Import
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories
from tests.coordination.test_races import EIGHT, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
ROWS = 12


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(type(KINDS["leads"]), "batch", 3)
    monkeypatch.setattr("agencies.runs.actions.enqueue", lambda job: None)


def checked(cast):
    return stories.import_story(cast, "CHECKED", rows=[stories.lead_line(n) for n in range(ROWS)])


def finish():
    """Eight workers at once, and one after them for what a busy database put off."""
    at_once(lambda _n: work(WORKS, seconds=60))
    Run.objects.open().update(leased_until=None)
    stories.work_off()


def test_one_import_is_taken_once_and_no_lead_is_doubled(cast):
    made = checked(cast)
    people = [cast["customs.officer"], cast["customs.lead"]]

    def take(n):
        return take_import(Import.objects.get(pk=made.pk), actor=people[n % 2], version=made.version)

    answers = at_once(take)
    assert sum(isinstance(one, Exception) for one in answers) == EIGHT - 1
    finish()
    made.refresh_from_db()
    assert (made.state, made.found["taken"]) == ("TAKEN", {"new": ROWS})
    assert (Lead.objects.count(), set(Lead.objects.values_list("revision", flat=True))) == (ROWS, {1})


def test_one_register_in_two_imports_at_once_makes_each_lead_once(cast):
    both = [checked(cast), checked(cast)]
    for made, who in zip(both, ("customs.officer", "customs.lead"), strict=True):
        take_import(made, actor=cast[who])
    finish()
    for made in both:
        made.refresh_from_db()
    assert {made.state for made in both} == {"TAKEN"}
    assert sum(made.found["taken"].get("new", 0) for made in both) == ROWS
    assert sum(made.found["taken"].get("unchanged", 0) for made in both) == ROWS
    assert (Lead.objects.count(), set(Lead.objects.values_list("revision", flat=True))) == (ROWS, {1})
