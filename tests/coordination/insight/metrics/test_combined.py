"""Figures under several labels at once are those of a plain recount of the facts."""

import random
from collections import Counter
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.work import atomic
from agencies.organisations.models import agencies_by_code
from cases.casefile.models import Item, Shipment
from coordination.insight.metrics.asking import Question, plan_for
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.ledger import refresh
from coordination.insight.metrics.models import Fact, Label
from coordination.insight.metrics.registry import METRICS
from coordination.insight.metrics.restricting import FigureReader
from coordination.insight.metrics.rows import objects_of
from coordination.insight.metrics.sums import parts_of
from tests import stories
from tests.coordination.test_random_walks import SEED
from tests.kept_stories import story

POSTED = ("campaign", "district", "technique", "role", "mineral", "country", "province", "track")
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
    """All labels of whole matters that some fact has."""
    return sorted(Label.objects.filter(dimension__in=POSTED).values_list("dimension", "value").distinct())


def some_filters(roll: random.Random, labels: list[tuple[str, str]]) -> dict[str, str]:
    """Two or three labels of different dimensions, of which one may be a part of the route."""
    names = roll.sample(POSTED, roll.choice([2, 2, 3]))
    found = {name: roll.choice([value for one, value in labels if one == name] or [""]) for name in names}
    if "role" in found and roll.random() < 0.3:
        found["role"] = found["role"].partition(":")[0]
    return {name: value for name, value in found.items() if value}


def recounted(need: Any, rows: list[Any]) -> dict[tuple[str, int], tuple[int, int]]:
    """By value and agency, the facts of the need, and their amounts, among these facts."""
    found = dict[tuple[str, int], tuple[int, int]]()
    for row in rows:
        labels = [(one.dimension, one.value) for one in row.label_set.labels.all()]
        is_wanted = (
            row.measure in need.measures
            and need.first <= row.day <= need.last
            and (need.until is None or (row.day, row.bucket) < need.until)
            and (need.lasted is None or need.lasted[0] <= row.bucket <= (need.lasted[1] or row.bucket))
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
        hidden = FigureReader.of(actor).hidden
        facts = Fact.objects.exclude(hidden) if hidden is not None else Fact.objects.all()
        rows = list(facts.prefetch_related("label_set__labels"))
        for _time in range(25):
            asked = questions(roll, some_filters(roll, labels))
            needs = [need for one in asked for need in plan_for(actor, one, agencies).needs]
            for need, parts in zip(needs, parts_of(needs, FigureReader.of(actor)), strict=True):
                assert summed(parts) == recounted(need, rows), need
                found += bool(parts)
    assert found > 100


@pytest.mark.slow
@pytest.mark.parametrize("who", READERS)
def test_the_rows_behind_a_figure_under_several_labels_are_those_that_it_counts(
    cast: Any, changed: None, who: str
) -> None:
    roll, actor, agencies, labels = random.Random(f"{SEED} {who}"), cast[who], agencies_by_code(), held()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        for key, _time in product(("cases_open", "leads", "transferred", "overdue"), range(10)):
            asked = Question(key, times.today() - LATER, times.today(), filters=some_filters(roll, labels))
            plan = plan_for(actor, asked, agencies)
            total = sum(part.n for part in parts_of(plan.needs, FigureReader.of(actor))[0])
            assert sum(row["total"] for row in objects_of(actor, plan)) == total, asked
