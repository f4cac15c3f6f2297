"""An auditor cannot detect a confidential letter: a day with and a day without one look the same, byte for byte.

Each day runs twice with the same clock, random ids and serial numbers, then is rolled back.
"""

import itertools
import random
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client

from agencies.journal.models import Event, Stream
from agencies.kernel.work import atomic
from coordination.tooling.operation.jobs import go_on
from tests import stories

MORNING = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
OF_THE_REQUEST = [re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), re.compile(rb"[0-9a-f]{32}(?![0-9a-f-])")]
LINKS = re.compile(rb'href="((?:/journal/|\?)[^"#]*)"')


class Steady:
    """Random ids from a seed that each action resets, so that an extra action does not shift later ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.source, self.monkeypatch = random.Random(0), monkeypatch
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=self.source.getrandbits(128), version=4))
        monkeypatch.setattr(
            "agencies.journal.actions.secrets.token_hex", lambda size: self.source.randbytes(size).hex()
        )

    def begin(self, act: str) -> None:
        self.source.seed(act)
        self.monkeypatch.setattr(stories.basics, "_serial", itertools.count(1000 * (1 + self.source.randrange(1000))))


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Steady:
    found = Steady(monkeypatch)
    for model in apps.get_models():
        field = model._meta.pk
        if field is not None and field.default is not None and getattr(field.default, "__name__", "") == "uuid4":
            monkeypatch.setattr(field, "_get_default", lambda: uuid.uuid4(), raising=False)
    return found


def forget_serials() -> None:
    """Resets the serial ids of every table to its last row, so that a rolled-back day leaves no trace."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def a_day(cast: Any, steady: Steady, *, confidential: bool) -> dict[str, bytes]:
    """Two actions, with or without a confidential letter between them, and all that the auditor can reach."""
    forget_serials()
    with time_machine.travel(MORNING, tick=False) as clock:
        steady.begin("a case")
        case = stories.case(cast)
        if confidential:
            steady.begin("the letter")
            stories.confidential(cast, "ANSWERED", case)
        clock.move_to(MORNING + timedelta(hours=2))
        steady.begin("later acts")
        stories.lead(cast, source_ref="later")
        stories.shared_case(cast)
        steady.begin("the auditor")
        return everything_reached(cast.browser("auditor"))


def everything_reached(auditor: Client) -> dict[str, bytes]:
    """Every address reachable from the journal, and its verification, with responses."""
    waiting, shown = ["/journal/?sort=recorded"], dict[str, bytes]()
    while waiting and len(shown) < 60:
        address = waiting.pop(0)
        answer = auditor.get(address)
        assert answer.status_code == 200, address
        content = answer.content
        for pattern in OF_THE_REQUEST:
            content = pattern.sub(b"", content)
        shown[address] = content
        links = [link.decode().replace("&amp;", "&") for link in LINKS.findall(content)]
        found = [f"/journal/{link}" if link.startswith("?") else link for link in links]
        waiting += [link for link in dict.fromkeys(found) if link not in shown and link not in waiting]
    run = auditor.post("/journal/")["Location"]
    go_on()
    content = auditor.get(run).content
    for pattern in OF_THE_REQUEST:
        content = pattern.sub(b"", content)
    return shown | {"verified": content}


@pytest.mark.slow
def test_a_day_with_a_confidential_letter_looks_to_the_auditor_like_a_day_without(
    cast: Any, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "coordination.insight.audit.journal_pages.PAGE_ROWS", 4
    )  # so that there are cursors between the events
    days = []
    for confidential in (False, True):
        with atomic():
            days.append(a_day(cast, steady, confidential=confidential))
            letters = Stream.objects.filter(kind=Stream.Kind.CONFIDENTIAL).count()
            assert letters == confidential
            transaction.set_rollback(True)
    without, with_letter = days
    assert list(without) == list(with_letter)
    assert [address for address in without if without[address] != with_letter[address]] == []
    assert any("after=" in address for address in without)


def test_no_address_of_the_journal_carries_a_serial_number(cast: Any) -> None:
    stories.confidential(cast, "ANSWERED", stories.shared_case(cast))
    reached = everything_reached(cast.browser("auditor"))
    serials = {str(pk) for pk in Event.objects.values_list("pk", flat=True)}
    serials |= {str(pk) for pk in Stream.objects.values_list("pk", flat=True)}
    for address in reached:
        path = address.split("?")[0]
        assert not serials & set(path.strip("/").split("/")), address
    assert cast.browser("auditor").get(f"/journal/{Stream.objects.first().pk}/").status_code == 404
