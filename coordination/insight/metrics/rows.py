"""The rows behind a number: exactly the objects that it counts, found by the same conditions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.journal.models import Stream
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.paging import Page, rows_shown
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency, agencies_by_code, agencies_by_id

from .asking import QuestionPlan, plan_for
from .checking import checked
from .following import as_of, is_preparing
from .ledger import SCALE
from .questions import narrowed, question_of
from .registry import Form
from .restricting import FigureReader
from .sums import facts_of

NAMED = (Stream.Kind.CASE, Stream.Kind.LEAD, Stream.Kind.CAMPAIGN)  # an object of prevention is its own matter


@dataclass(frozen=True)
class CountedObject:
    """An object that is counted: what it is, for which day and agency, and its amount or days.

    `about` is its case or lead. `title` and `url` are empty if the reader may not open it. It counts so many `times`.
    """

    kind: Text
    title: Text
    about: Text
    url: str
    day: date
    agency: Agency | None
    amount: Decimal | None
    days: int | None
    times: int


@page(FIGURES, statement=20)
def counted_rows(request: HttpRequest, metric: str) -> HttpResponse:
    refuse_repeated(request.GET)
    actor, agencies = actor_of(request), agencies_by_code()
    asked = question_of(actor, metric, request.GET)
    checked([asked], agencies, actor)
    question = narrowed(asked, request.GET.get("value", ""))
    checked([question], agencies, actor)
    plan = plan_for(actor, question, agencies)
    of, at = plan.metric.form == Form.SHARE and request.GET.get("of") == "1", as_of()
    found, total = _page(actor, plan, request.GET, of=of)
    context = {
        "metric": plan.metric,
        "question": question,
        "of": of,
        "page": found,
        "total": total,
        "left_out": plan.left_out,
        "as_of": at,
        "preparing": is_preparing(at),
    }
    return render(request, "metrics/rows.html", context)


def _page(actor: Actor, plan: QuestionPlan, params: Mapping[str, str], *, of: bool) -> tuple[Page, int]:
    rows = objects_of(actor, plan, of=of)
    size, start = rows_shown(params), _start(params)
    listed = list(rows[start : start + size + 1])
    more = str(start + size) if len(listed) > size else ""
    before = str(max(start - size, 0)) if start else ""
    shown = _shown(actor, listed[:size])
    total = rows.count() if start or more else len(listed)
    return Page(items=shown, next=more, previous=before, sort=""), total


def _start(params: Mapping[str, str]) -> int:
    text = params.get("after") or params.get("before") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise Invalid.field("after", "cursor", _("This page does not exist. Open the list again."))
    return int(text)


def objects_of(actor: Actor, plan: QuestionPlan, *, of: bool = False) -> QuerySet[Any, Any]:
    """The objects that the total of a question counts: kind, id, agency, day, number, amount and days."""
    rows: QuerySet[Any, Any] = facts_of(plan.needs[1 if of else 0], FigureReader.of(actor))
    sums = {"total": Sum("n"), "sum_amount": Sum("amount"), "on": Max("day"), "days": Max("bucket")}
    grouped: Any = rows.order_by().values("kind", "object_id", "matter", "agency_id").annotate(**sums)
    found: QuerySet[Any, Any] = grouped.filter(~Q(total=0)).order_by("-on", "object_id")
    return found


def _shown(actor: Actor, rows: Iterable[Mapping[str, Any]]) -> list[CountedObject]:
    """With their titles and addresses: one query for each kind, for cases, for leads and for the agencies."""
    listed = list(rows)
    ids = defaultdict[str, set[UUID]](set)
    for row in listed:
        ids[row["kind"]].add(row["object_id"])
        for stream in NAMED:
            ids[stream].add(row["matter"])
    things: dict[tuple[str, UUID], Any] = {}
    for kind, some in ids.items():
        resource = RESOURCE_OF_KIND[kind]
        seen = resource.model.objects.visible_to(actor).filter(pk__in=some).select_related(*resource.related)
        things |= {(kind, thing.pk): thing for thing in seen}
    agencies = agencies_by_id({row["agency_id"] for row in listed})
    return [_one(row, things, agencies, actor) for row in listed]


def _one(
    row: Mapping[str, Any], things: Mapping[tuple[str, UUID], Any], agencies: Mapping[int, Agency], actor: Actor
) -> CountedObject:
    """A period of a lead has no page of its own; the reader of the lead opens that."""
    kind, pk = row["kind"], row["object_id"]
    matter = next(((one, row["matter"]) for one in NAMED if (one, row["matter"]) in things), None)
    opened = (kind, pk) if (kind, pk) in things else matter
    return CountedObject(
        kind=RESOURCE_OF_KIND[kind].label,
        title=_words(opened, things, actor) if opened else "",
        about=_words(matter, things, actor) if matter and matter != opened else "",
        url=RESOURCE_OF_KIND[opened[0]].url(things[opened]) if opened else "",
        day=row["on"],
        agency=agencies.get(row["agency_id"]),
        amount=Decimal(row["sum_amount"]) / SCALE if row["sum_amount"] else None,
        days=row["days"] if row["days"] >= 0 else None,
        times=row["total"],
    )


def _words(key: tuple[str, UUID], things: Mapping[tuple[str, UUID], Any], actor: Actor) -> Text:
    listing = RESOURCE_OF_KIND[key[0]].listing
    return listing.words(things[key], actor) if listing else str(things[key])
