"""What facts must never say: something that ended before it began.

A level, such as the open tasks, is the sum of what began and what ended. It is never negative, on any day and for any
agency and label, if no object ends on an earlier day than it begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from .models import Fact
from .registry import METRICS, Form

OBJECT = ("kind", "object_id", "measure", "agency_id", "shared", "label_set")


@dataclass(frozen=True)
class Reversal:
    """An object that is counted as ended before it began, with the measure and the day."""

    kind: str
    object_id: UUID
    measure: str
    day: date


def _measures_of(*forms: Form) -> set[str]:
    return {name for one in METRICS.values() if one.form in forms for name in one.measures}


def reversed_objects() -> Iterator[Reversal]:
    """All such objects."""
    by_day = (
        Fact.objects.filter(measure__in=_measures_of(Form.STOCK))
        .order_by(*OBJECT, "day")
        .values(*OBJECT, "day")
        .annotate(change=Sum("n"))
    )
    for _key, days in groupby(by_day.iterator(chunk_size=5_000), itemgetter(*OBJECT)):
        level = 0
        for row in days:
            level += row["change"]
            if level < 0:
                yield _reversal(row)
                break
    lasted = (
        Fact.objects.filter(bucket__lt=0, measure__in=_measures_of(Form.MEDIAN, Form.NINETIETH))
        .order_by()
        .values(*OBJECT, "day")
    )
    for row in lasted.annotate(times=Sum("n")).filter(~Q(times=0)).iterator(chunk_size=5_000):
        yield _reversal(row)


def _reversal(row: dict[str, Any]) -> Reversal:
    return Reversal(row["kind"], row["object_id"], row["measure"], row["day"])
