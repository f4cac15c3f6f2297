"""Fifty equal reports at once, through the whole stack, on each kind of database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from agencies.journal.models import Event
from cases.clocks.models import Clock
from cases.intake.models import Lead, Revision
from tests import stories
from tests.journal import verify_streams

# Both databases: two reports of one lead.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
AT_ONCE = 50


def posted(machine, bodies):
    """Posts every body in a thread of its own; returns (status, id, revision)."""
    sender = machine()

    def post(body):
        try:
            answer = sender.post(body)
            data = answer.json()
            return answer.status_code, data.get("id"), data.get("revision")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        return list(threads.map(post, bodies))


@pytest.mark.slow
def test_of_fifty_equal_posts_one_makes_the_lead(machine):
    answers = posted(machine, [stories.content(source_ref="the same")] * AT_ONCE)
    assert Counter(status for status, _id, _revision in answers) == {201: 1, 200: AT_ONCE - 1}
    assert {(pk, revision) for _status, pk, revision in answers} == {(str(Lead.objects.get().pk), 1)}
    assert Revision.objects.count() == 1
    assert Clock.objects.filter(subject_kind="lead").count() == 1
    assert Event.objects.filter(object_kind="lead").count() == 1
    assert not list(verify_streams())


@pytest.mark.slow
def test_different_contents_at_once_become_revisions_without_a_gap(machine):
    bodies = [stories.content(source_ref="the same", title=f"Title {n}") for n in range(10)]
    answers = posted(machine, bodies)
    assert sorted(status for status, _id, _revision in answers) == [200] * 9 + [201]
    lead = Lead.objects.get()
    assert list(lead.revisions.values_list("number", flat=True)) == list(range(1, 11))
    assert lead.revision == 10
    assert not list(verify_streams())
