"""An office that used the product before goes on with it: what stood before an upgrade stands after it, untouched."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agencies.journal.models import Event
from cases.clocks.jobs import sweep
from cases.clocks.models import Clock
from coordination.escalation.jobs import climb
from coordination.escalation.models import Escalation, Threshold
from coordination.notifications.jobs import drain
from coordination.notifications.models import InboxItem
from coordination.tasks.models import Task
from tests import stories

# Where the schema of the release before stood, of each noun that has been changed since; None: it had no such noun.
BEFORE = [
    ("channels", None),
    ("chasing", None),
    ("conferences", None),
    ("desk", None),
    ("directions", None),
    ("idempotency", None),
    ("metrics", None),
    ("opinions", None),
    ("outcomes", None),
    ("playbooks", None),
    ("routing", None),
    ("saved", None),
    ("clocks", "0005_pages_and_open_work"),
    ("escalation", "0001_escalation"),
    ("intake", "0002_pages_and_open_work"),
    ("machines", "0001_initial"),
    ("notifications", "0002_inbox"),
    ("people", "0002_who_signs_in"),
    ("proceedings", "0013_opinion_is_a_letter"),
    ("referrals", "0009_pages_and_open_work"),
    ("runs", "0001_runs"),
    ("tasks", "0004_by_due"),
]
pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/", "/cases/", "/tasks/", "/inbox/", "/deadlines/", "/approvals/")
READERS = ("customs.officer", "customs.head", "antismuggling.lead", "centre.coordinator", "auditor")


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)


def kept():
    """All that people and the law rely on, as it stands in the database."""
    return {
        "events": list(Event.objects.order_by("pk").values()),
        "periods": list(Clock.objects.order_by("pk").values()),
        "tasks": list(Task.objects.order_by("pk").values()),
        "rungs": list(Escalation.objects.order_by("pk").values()),
        "news": list(InboxItem.objects.order_by("pk").values("pk", "event", "person", "because", "topic", "read_at")),
    }


@pytest.fixture
def before(cast):
    """A database of the release before, in which people worked: the schema walks back, what they did stays."""
    case = stories.shared_case(cast)
    stories.late_clock(stories.transfer(cast, "ACCEPTED", case), "TRF_REVIEW")
    stories.late_task(cast, matter=case)
    stories.arrested(cast, stories.suspect(cast))
    work()
    Threshold.objects.filter(hours=None).delete()  # of a later table of rungs
    stood = kept()
    now = MigrationExecutor(connection).loader.graph.leaf_nodes()
    migrate(BEFORE)
    try:
        yield stood, now
    finally:
        migrate(now)


def work():
    """What the worker does by itself, once."""
    sweep()
    climb()
    drain()


def upgrade(now):
    """The steps of docs/upgrading.md."""
    migrate(now)
    call_command("load_reference", stdout=StringIO())


def test_nothing_changes_by_an_upgrade_nothing_is_told_twice_and_every_main_page_opens(before, cast):
    """One walk for all three, since walking the schema back and forth costs more than most files of tests."""
    stood, now = before
    assert all(stood.values()), "the stage lacks something to keep"
    upgrade(now)
    assert kept() == stood
    call_command("verify_audit", stdout=StringIO())
    work()
    assert kept() == stood
    for who in READERS:
        browser = cast.browser(who)
        answers = {page: browser.get(page).status_code for page in PAGES}
        assert set(answers.values()) <= {200, 403}, (who, answers)
        assert answers["/"] == 200
