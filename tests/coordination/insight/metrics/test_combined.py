"""Figures under several labels at once, which are read from the ledger by the labels of its matters."""

import random
import re
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.bulk import given_as
from agencies.kernel.work import atomic
from agencies.organisations.models import agencies_by_code
from cases.casefile.models import Item, Shipment
from coordination.insight.metrics import sums
from coordination.insight.metrics.asking import Question, plan_for
from coordination.insight.metrics.cells import labels_in
from coordination.insight.metrics.following import differing, follow, read_until, rebuild
from coordination.insight.metrics.ledger import refresh
from coordination.insight.metrics.models import Delta, Labelled, Posting
from coordination.insight.metrics.registry import METRICS, POSTED
from coordination.insight.metrics.restricting import Known, hidden_rows
from coordination.insight.metrics.rows import objects_of
from coordination.insight.metrics.sums import parts_of
from tests import stories
from tests.coordination.test_random_walks import SEED
from tests.kept_stories import story

READERS = ["centre.supervisor", "customs.lead", "antismuggling.lead"]
LATER = timedelta(days=3)


@pytest.fixture
@story
def changed(cast: Any) -> None:
    """Matters of several labels, of which some lose labels three days later."""
    stories.lead(cast)
    stories.case(cast, handling="H3")
    stories.transfer(cast, "FILED")
    stories.decided(cast)
    stories.measure(cast, stories.suspect(cast))
    shared = stories.shared_case(cast)
    stories.late_task(cast, 2, shared)
    follow()
    with time_machine.travel(timezone.now() + LATER):
        Item.objects.filter(case=shared).update(hs_code="8112929010")
        Shipment.objects.filter(case=shared).update(route=["CHN", "MEX", "USA"])
        with atomic():
            refresh([shared.pk], because=times.today())


def held() -> list[tuple[str, str]]:
    """All labels of matters in the ledger."""
    texts = set(Delta.objects.values_list("labels", flat=True))
    return sorted({label for text in texts for label in labels_in(text) if label[0] in POSTED})


def some_filters(roll: random.Random, labels: list[tuple[str, str]]) -> dict[str, str]:
    """Two or three labels of different dimensions, of which one may be a part of the route."""
    names = roll.sample(POSTED, roll.choice([2, 2, 3]))
    found = {name: roll.choice([value for one, value in labels if one == name] or [""]) for name in names}
    if "role" in found and roll.random() < 0.3:
        found["role"] = found["role"].partition(":")[0]
    return {name: value for name, value in found.items() if value}


def recounted(need: Any, rows: list[Any]) -> dict[tuple[str, int], tuple[int, int]]:
    """By value and agency, the facts of the need, and their amounts, in these rows of the ledger."""
    found = dict[tuple[str, int], tuple[int, int]]()
    for row in rows:
        labels = labels_in(row.labels)
        is_wanted = (
            row.measure in need.measures
            and need.first <= row.day <= need.last
            and (need.until is None or (row.day, row.bucket) < need.until)
            and need.buckets[0] <= row.bucket <= need.buckets[1]
            and need.agency_id in (None, row.agency_id)
            and (need.own or not (row.shared or row.restricted))
            and all(any(of_part(label, one) for label in labels) for one in need.only)
        )
        limit = dict(need.only).get(need.by, "")
        of = [value for name, value in labels if name == need.by] if need.by else [""]
        for value in of if is_wanted else []:
            if not limit or of_part((need.by, value), (need.by, limit)):
                key = value, row.agency_id if need.agencies else 0
                n, amount = found.get(key, (0, 0))
                found[key] = n + row.n, amount + row.amount
    return {key: both for key, both in found.items() if both != (0, 0)}


def of_part(label: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """Whether a label is the wanted one; `destination:` is every destination."""
    return label == wanted or (wanted[1].endswith(":") and label[0] == wanted[0] and label[1].startswith(wanted[1]))


def summed(parts: list[Any]) -> dict[tuple[str, int], tuple[int, int]]:
    n, amount = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for part in parts:
        n[part.value, part.agency_id] += part.n
        amount[part.value, part.agency_id] += part.amount
    return {key: (n[key], amount[key]) for key in n if n[key] or amount[key]}


def questions(roll: random.Random, filters: dict[str, str]) -> list[Question]:
    """Each figure, divided in some way or not."""
    today = times.today()
    return [
        Question(metric.key, today - timedelta(days=60), today, by=by, filters=filters)
        for metric in METRICS.values()
        for by in roll.sample([one for one in metric.dimensions if one != "age" or metric.form == "standing"], 2)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
def test_every_figure_under_several_labels_is_that_of_a_plain_recount(cast: Any, changed: None, who: str) -> None:
    roll, actor, agencies, labels = random.Random(f"{SEED} {who}"), cast[who], agencies_by_code(), held()
    found = 0
    with time_machine.travel(timezone.now() + LATER, tick=False):
        hidden = hidden_rows(actor, read_until())
        rows = list(Delta.objects.exclude(hidden) if hidden is not None else Delta.objects.all())
        for _time in range(25):
            asked = questions(roll, some_filters(roll, labels))
            needs = [need for one in asked for need in plan_for(actor, one, agencies).needs]
            for need, parts in zip(needs, parts_of(needs, Known.to(actor)), strict=True):
                assert summed(parts) == recounted(need, rows), need
                found += bool(parts)
    assert found > 100


@pytest.mark.parametrize("who", READERS)
def test_the_rows_behind_a_figure_under_several_labels_are_those_that_it_counts(
    cast: Any, changed: None, who: str
) -> None:
    roll, actor, agencies, labels = random.Random(f"{SEED} {who}"), cast[who], agencies_by_code(), held()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        for key, _time in product(("cases_open", "leads", "transferred", "overdue"), range(10)):
            asked = Question(key, times.today() - LATER, times.today(), filters=some_filters(roll, labels))
            plan = plan_for(actor, asked, agencies)
            total = sum(part.n for part in parts_of(plan.needs, Known.to(actor))[0])
            assert sum(row["total"] for row in objects_of(actor, plan)) == total, asked


def test_under_two_labels_no_question_reads_the_ledger_by_day(cast: Any, changed: None, monkeypatch: Any) -> None:
    read, from_ledger = list[Any](), sums._from_ledger
    monkeypatch.setattr(sums, "_from_ledger", lambda rows: from_ledger(read.extend(rows) or rows))
    filters, agencies = {"mineral": "antimony", "track": "adm"}, agencies_by_code()
    for who in READERS:
        asked = questions(random.Random(SEED), filters)
        parts_of([need for one in asked for need in plan_for(cast[who], one, agencies).needs], Known.to(cast[who]))
    assert {(row[1], *row[-3:-1]) for row in read} == {(sums.MATTER, "mineral=antimony", "track=adm")}


def test_databases_begin_at_the_labels(cast: Any, changed: None, monkeypatch: Any) -> None:
    """Of the ledger they read the rows of the matters that have them, although the labels are a parameter."""
    asked, explained = list[str](), "EXPLAIN QUERY PLAN "
    monkeypatch.setattr(sums, "_fetched", lambda statement, rows: asked.append(statement) or ())
    filters = {"mineral": "antimony", "track": "adm"}
    [need] = plan_for(cast["centre.supervisor"], Question("leads", *[times.today()] * 2, "", filters), {}).needs
    parts_of([need], Known.to(cast["centre.supervisor"]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the tables of a test are small
            explained = "EXPLAIN "
        cursor.execute(explained + asked[-1], [given_as([])])
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert set(re.findall(r"metric_delta_\w+", plan)) == {"metric_delta_by_matter"}
    assert plan.index("metrics_posting") < plan.index("metric_delta_by_matter")


def test_only_a_statement_about_several_labels_may_take_longer(cast: Any, changed: None, monkeypatch: Any) -> None:
    limits = list[int]()
    monkeypatch.setattr(sums, "longer", lambda seconds: limits.append(seconds) or nullcontext())
    agencies, actor = agencies_by_code(), cast["centre.supervisor"]
    for filters, expected in (({"mineral": "antimony"}, []), ({"mineral": "antimony", "track": "adm"}, [20])):
        asked = questions(random.Random(SEED), filters)
        parts_of([need for one in asked for need in plan_for(actor, one, agencies).needs], Known.to(actor))
        assert limits == expected


def test_every_label_of_every_row_finds_its_matter_also_after_a_rebuild(cast: Any, changed: None) -> None:
    def unposted() -> set[Any]:
        rows = set(Delta.objects.values_list("matter", "labels"))
        labels = {
            (f"{one}={value}", matter) for matter, text in rows for one, value in labels_in(text) if one in POSTED
        }
        return labels - set(Posting.objects.values_list("label", "matter"))

    assert unposted() == set()
    posted, now = Posting.objects.count(), set(Labelled.objects.values_list("label", "matter"))
    assert now < set(Posting.objects.values_list("label", "matter"))
    lost = Posting.objects.first().matter
    assert differing(100) == []
    Posting.objects.filter(matter=lost).delete()
    assert differing(100) == [lost]
    for _progress in rebuild():
        pass
    assert (unposted(), differing(100), Posting.objects.count()) == (set(), [], posted)
    for _progress in rebuild(from_nothing=True):
        pass
    assert unposted() == set()
