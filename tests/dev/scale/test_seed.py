"""Generated cases are as consistent as real ones."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from agencies.journal.digests import canonical
from agencies.journal.models import Event, StateInterval, Stream
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.work.actions import differences
from agencies.work.models import WorkItem
from cases.casefile.models import Case, Hold, Party
from cases.clocks.models import Clock
from cases.intake.models import Lead
from coordination.exchange.notes.models import Note
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.following import differing, rebuild
from coordination.insight.metrics.levels import reversed_objects
from coordination.insight.metrics.models import StoredMatter
from coordination.insight.search.actions import clear_index, index_changed, index_missing
from coordination.insight.search.models import Entry
from coordination.insight.search.query import Word
from coordination.insight.search.words import agency_word
from dev.scale.seeding import seed
from tests import stories
from tests.journal import verify_streams

pytestmark = pytest.mark.both_databases  # seeding, plans and the benchmark

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def forty(cast):
    cast.user("customs.officer")
    return seed(40, seed=8, now=NOW, figures=False)  # with a reminder, which few late tasks have


@pytest.mark.slow
def test_generated_cases_verify_have_the_parts_of_real_ones_history_and_work_and_do_not_come_twice(forty):
    assert list(verify_streams()) == []
    for event in Event.objects.all()[:200]:
        assert event.body == canonical(json.loads(event.body))
    assert Case.objects.count() == forty.cases == len(set(Case.objects.values_list("number", flat=True)))
    assert Party.objects.count() == 4 * 40
    assert Task.objects.count() == 6 * 40
    assert 15 * 40 <= Event.objects.filter(stream__kind="case").count() <= 35 * 40
    assert Clock.objects.count() >= 5 * 40
    closed, live = Case.objects.filter(state="CLOSED"), Case.objects.exclude(state="CLOSED")
    assert closed.exists()
    assert live.exists()
    assert not Hold.objects.standing().filter(case__in=closed).exists()
    assert not Clock.objects.running().filter(case__in=closed).exists()
    assert all(Hold.objects.standing().filter(case=one, verb="conclude").exists() for one in live)
    assert all(one.opened_at <= NOW and one.updated_at <= NOW for one in Case.objects.all())
    assert not Referral.objects.filter(state="FILED", proceeding=None).exists()
    # Without them, the bench once measured none of the pages that read them.
    assert StateInterval.objects.count() > 40
    assert Lead.objects.filter(state=Lead.State.RECEIVED).exists()
    assert Event.objects.filter(object_kind="lead").exists()
    assert Note.objects.exists()
    assert Reminder.objects.exists()
    with pytest.raises(ValueError, match="already contains the seed 8"):
        seed(40, seed=8, now=NOW)


def test_made_up_cases_are_found_by_the_words_that_a_rebuild_would_give_them(forty):
    assert index_changed() == 0
    seeded = indexed()
    clear_index()
    for _made in index_missing():
        pass
    assert seeded == indexed()
    assert {kind for kind, *_rest in seeded} >= {"case", "lead", "party", "item", "shipment", "decision", "envelope"}
    assert Entry.objects.fitting(Word(agency_word(Agency.objects.get(code="GACC").pk))).exists()


@pytest.mark.slow
def test_copies_are_what_the_product_would_derive(cast, monkeypatch):
    """Chains, words, work items and facts of copied cases, the last copy being a part of one."""
    cast.user("customs.officer")
    monkeypatch.setattr("dev.scale.seeding.BLOCK", 4)
    monkeypatch.setattr("dev.scale.seeding.WAYS", 2)  # the third copy begins at the time of the first
    made = seed(10, seed=3, now=NOW)
    assert made.cases == Case.objects.count() == len(set(Case.objects.values_list("number", flat=True))) == 10
    assert list(verify_streams()) == []
    assert index_changed() == 0
    assert StoredMatter.objects.count() == Stream.objects.filter(kind__in=["case", "lead"]).count()
    assert list(differences()) == []
    assert WorkItem.objects.exists()
    assert differing(1_000) == []
    assert list(reversed_objects()) == []
    assert [progress.rows for progress in rebuild()] == [0]
    seeded = indexed()
    clear_index()
    for _made in index_missing():
        pass
    assert seeded == indexed()


def indexed():
    return sorted(Entry.objects.values_list("kind", "thing", "subject", "at", "words", "seq"))


@pytest.mark.slow
def test_the_same_seed_makes_the_same_cases(cast):
    def once():
        cast.user("customs.officer")
        with atomic():
            seed(40, seed=3, now=NOW, figures=False)
            made = written()
            transaction.set_rollback(True)
        return made

    assert once() == once()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_cases_that_one_makes(cast, monkeypatch):
    cast.user("customs.officer")
    monkeypatch.setattr("dev.scale.seeding.BLOCK", 5)
    with atomic():
        seed(20, seed=9, now=NOW, processes=1, figures=False)
        alone = written()
        transaction.set_rollback(True)
    seed(20, seed=9, now=NOW, processes=2, figures=False)
    assert written() == alone
    assert list(verify_streams()) == []
    with pytest.raises(DatabaseError, match="append-only"), atomic():
        Event.objects.filter(seq=1).update(seq=2)
    assert indexes_of("journal_event") >= {"event_by_subject", "event_one_per_seq"}


def written():
    events = list(Event.objects.order_by("stream__subject", "seq").values_list("digest", flat=True))
    return list(Case.objects.order_by("pk").values_list("pk", "number", "title", "opened_at")), events


def indexes_of(table):
    with connection.cursor() as cursor:
        return {
            name for name, kept in connection.introspection.get_constraints(cursor, table).items() if kept["columns"]
        }


@pytest.mark.slow
def test_an_officer_opens_made_up_cases_like_any_other(cast, forty):
    browser = cast.browser("customs.officer")
    assert browser.get("/cases/").status_code == 200
    seen = Case.objects.visible_to(cast["customs.officer"])
    assert seen.exists()
    for case in seen[:3]:
        for tab in ("overview", "timeline", "tasks", "clocks"):
            assert browser.get(f"/cases/{case.pk}/", {"tab": tab}).status_code == 200
    stories.case(cast)  # new ones get numbers and events after the generated ones
    assert list(verify_streams()) == []


def test_production_and_nonsense_are_refused(cast, settings):
    with pytest.raises(CommandError, match="at least 1"):
        call_command("seed_scale", cases=0)
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("seed_scale", cases=1)
