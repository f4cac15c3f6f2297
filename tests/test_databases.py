"""Committed rows of a test are removed before the next one: the same rows, ids and triggers as before."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from agencies.journal.models import Event
from agencies.kernel.work import atomic
from agencies.people.models import User
from cases.casefile.models import Case

from . import stories
from .databases import check_settings

# Both databases: databases are copied in different ways.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
seen: list[object] = []


def people():
    return list(User.objects.order_by("pk").values())


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committed_story_is_removed_before_the_next_test(cast, time):
    assert not Case.objects.exists()
    seen.append((people(), Event.objects.count()))
    assert seen[0] == seen[-1]
    stories.transfer(cast, "FILED")
    User.objects.filter(username="customs.officer").update(name_en="Changed")
    assert Case.objects.exists()
    assert people() != seen[0][0]


@pytest.mark.parametrize("time", ["first", "second"])
def test_ids_are_the_same_each_time(cast, time):
    stories.case(cast)
    newest = Event.objects.latest("id").id
    assert newest == Event.objects.count() + Event.objects.earliest("id").id - 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_the_triggers_of_the_journal_exist_each_time(cast, time):
    stories.case(cast)
    for statement in ("UPDATE journal_event SET verb = 'no'", "DELETE FROM journal_event"):
        with pytest.raises(DatabaseError, match="append-only"), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_changed_settings_are_reported_after_the_test(monkeypatch):
    check_settings()
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "elsewhere")
    with pytest.raises(AssertionError, match="after the test"):
        check_settings()
    monkeypatch.undo()
    monkeypatch.setitem(settings.DATABASES, "default", {**settings.DATABASES["default"], "NAME": "elsewhere"})
    with pytest.raises(AssertionError, match="after the test"):
        check_settings()
