"""Between a view or a job and the UPDATE of an object are at most five functions of the product."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from cases.clocks.models import Clock
from cases.proceedings.jobs import lapse
from cases.proceedings.measure_actions import ALL_ENDS
from tests import stories

MOST = 5
PRODUCT = tuple(str(Path(settings.BASE_DIR) / folder) for folder in ("agencies", "cases", "coordination"))


@contextmanager
def written(thing, since: str) -> Iterator[list[list[str]]]:
    """The functions of the product between the function `since` and each UPDATE of the table of the object."""
    found: list[list[str]] = []

    def watch(execute, sql, *given):
        if sql.startswith(f'UPDATE "{thing._meta.db_table}" SET') and '"version" = ' in sql:
            names = [frame.name for frame in traceback.extract_stack() if frame.filename.startswith(PRODUCT)]
            found.append(names[names.index(since) + 1 :])
        return execute(sql, *given)

    with connection.execute_wrapper(watch):
        yield found


def a_request(cast):
    return stories.assistance(cast, "SENT"), "referrals", "accept", "commerce.officer", {}


def a_task(cast):
    return stories.task(cast), "tasks", "claim", "commerce.officer", {}


def a_task_of_a_colleague(cast):
    given = {"to": str(cast.user("commerce.lead").pk), "reason": "On leave."}
    return stories.task(cast, "CLAIMED"), "tasks", "hand_over", "commerce.officer", given


def an_opinion(cast):
    given = {"stance": "concur"}
    return stories.agency_opinion(cast), "opinions", "draft", "commerce.officer", given


def a_proceeding(cast):
    return stories.proceeding(cast), "proceedings", "file", "customs.head", {"external_number": "2026-1"}


WRITES = (a_request, a_task, a_task_of_a_colleague, an_opinion, a_proceeding)


@pytest.mark.parametrize("write", WRITES)
def test_from_a_page(cast, write):
    thing, resource, verb, who, given = write(cast)
    with written(thing, "verb_page") as ways:
        url = f"/{resource}/{thing.pk}/do/{verb}/"
        answer = cast.browser(who).post(url, {"version": thing.version, "sheet": "1", **given})
    assert answer.status_code == 302, answer.text
    assert ways
    assert all(len(way) <= MOST for way in ways), ways


@pytest.mark.parametrize("write", WRITES)
def test_from_the_api(cast, write):
    thing, resource, verb, who, given = write(cast)
    headers = {"if-match": f'"{thing.version}"', "idempotency-key": "one"}
    with written(thing, "post") as ways:
        url = f"/api/v1/{resource}/{thing.pk}/{verb}/"
        answer = cast.browser(who).post(url, given, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.text
    assert ways
    assert all(len(way) <= MOST for way in ways), ways


def test_from_a_job_that_ends_measures(cast):
    measure = stories.measure(cast, stories.suspect(cast))
    ends = Clock.objects.about(measure).running().filter(rule__code__in=ALL_ENDS).earliest("due_at").due_at
    with time_machine.travel(ends + timedelta(hours=1), tick=False), written(measure, "lapse") as ways:
        assert lapse() == 1
    assert ways
    assert all(len(way) <= MOST for way in ways), ways
