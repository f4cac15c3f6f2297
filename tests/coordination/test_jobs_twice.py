"""Every job delivered twice changes nothing the second time; after an outage jobs catch up."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from agencies.journal.models import Event
from agencies.runs.actions import start_run
from cases.clocks.jobs import sweep
from cases.clocks.models import Breach, Clock
from cases.sharing.models import Share
from coordination.config.celery import app
from tests import stories
from tests.journal import verify_streams
from tests.kept_stories import story

pytestmark = pytest.mark.both_databases  # jobs that run twice

app.loader.import_default_modules()
JOBS = sorted(name for name in app.tasks if not name.startswith("celery."))
# Tables in which a job notes when it last ran: the figures are as of that time.
CHECKED_AT = {"metrics.Bookmark", "late.Position"}
# Arguments of jobs that need some: name → arguments, made by a function of the stage.
ARGUMENTS = {}


def everything():
    """Every row of every table of ours, as the database returns it."""
    models = [
        model for model in apps.get_models() if model.__module__.split(".")[0] in ("agencies", "cases", "coordination")
    ]
    return {model._meta.label: rows_of(model._meta.db_table) for model in models}


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the name of a table of ours
        return sorted(map(repr, cursor.fetchall()))


@pytest.fixture
@story
def busy(cast):
    """Work for every job: missed duties, an expired measure, an ended share, news not yet sent."""
    case = stories.shared_case(cast)
    transfer = stories.transfer(cast, "ACCEPTED", case)
    stories.task(cast, matter=case)
    start_run("recount", actor=cast["sysadmin"], given={"first": "2027-01-01"})
    past = timezone.now() - timedelta(days=40)
    Clock.objects.running().update(started_at=past, due_at=past + timedelta(days=9), breach_at=past + timedelta(days=9))
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(until=timezone.localdate() - timedelta(days=2))
    return transfer


def test_every_job_of_every_noun_is_tried():
    assert {"escalation.climb", "clocks.sweep", "sharing.end_lapsed", "notifications.drain", "runs.work"} <= set(JOBS)


@pytest.mark.parametrize("name", JOBS)
def test_a_job_delivered_twice_changes_nothing_the_second_time(busy, name):
    job = app.tasks[name]
    arguments = ARGUMENTS[name](busy) if name in ARGUMENTS else ()
    before = everything()
    job(*arguments)
    once = everything()
    job(*arguments)
    twice = everything()
    assert {table for table in once if once[table] != twice[table]} <= CHECKED_AT
    if name in ("escalation.climb", "clocks.sweep", "sharing.end_lapsed", "notifications.drain", "runs.work"):
        assert before != once, "the stage gives this job nothing to do"
    assert not list(verify_streams())


@pytest.mark.slow
def test_a_sweep_that_was_down_for_a_day_raises_each_breach_once_and_at_its_true_time(cast):
    """One breach for each hour of the day, found together; the next run finds none."""
    clocks = [Clock.objects.about(stories.lead(cast)).get() for _hour in range(24)]
    missed = {}
    for hour, clock in enumerate(clocks):
        missed[clock.pk] = timezone.now() - timedelta(hours=hour + 1)
        Clock.objects.filter(pk=clock.pk).update(
            started_at=missed[clock.pk] - timedelta(days=3), due_at=missed[clock.pk], breach_at=missed[clock.pk]
        )
    for _ in range(3):
        sweep()
    raised = Breach.objects.filter(clock__in=clocks)
    assert dict(raised.values_list("clock", "breached_at")) == missed
    rows = Event.objects.filter(verb="breach", object_id__in=[clock.subject_id for clock in clocks])
    assert sorted(rows.values_list("happened_at", flat=True)) == sorted(missed.values())
