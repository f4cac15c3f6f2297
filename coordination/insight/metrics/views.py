"""The supervisor's page: open, overdue and done by agency; every number links to its list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import FIGURES as MAY_SEE_FIGURES
from agencies.kernel.permissions import actor_of, page
from agencies.organisations.models import Agency
from coordination.workspace.deadlines import span

from .definitions import CASES, FIGURES, SUBJECTS, Counts, Figure, Month, Subject, count_all, count_with
from .durations import longest, longest_of
from .models import Snapshot

Urls = Mapping[Figure, Callable[[str], str]]


@page(MAY_SEE_FIGURES, statement=20)  # durations of one agency are computed live
def supervision(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), times.now()
    month = Month.of(now)
    tally = _usable_snapshot(actor, month)
    counts = count_with(tally, actor, month) if tally else count_all(actor, month)
    lying = longest_of(tally, actor, now) if tally else longest(actor, now)
    agencies = Agency.objects.in_bulk(counts.agencies(FIGURES))
    urls = {one: one.urls(month) for one in FIGURES}
    context = {
        "month": month,
        "counted_at": tally.taken_at if tally else now,
        "across_agencies": actor.is_centre,
        "tiles": _totals(FIGURES, counts, urls, actor),
        "tables": [_table(subject, counts, agencies, urls, actor) for subject in SUBJECTS],
        "longest": [(one, span(one.median)) for one in lying],
        "chart": _open_cases(counts, agencies, urls),
    }
    return render(request, "metrics/supervision.html", context)


def _usable_snapshot(actor: Actor, month: Month) -> Snapshot | None:
    tally = Snapshot.usable_by(actor)
    return tally if tally and Month.of(tally.taken_at) == month else None


def _totals(figures: Iterable[Figure], counts: Counts, urls: Urls, actor: Actor) -> list[dict[str, Any]]:
    """Totals. For a reader who counts only their own agency, links lead to that agency's list."""
    code = "" if actor.is_centre else actor.agency_code
    return [{"figure": one, "number": counts.total(one), "url": urls[one](code)} for one in figures]


def _table(
    subject: Subject, counts: Counts, agencies: Mapping[int, Agency], urls: Urls, actor: Actor
) -> dict[str, Any]:
    figures = [one for one in FIGURES if one.subject is subject]
    shown = [agencies[pk] for pk in sorted(counts.agencies(figures))]
    return {
        "subject": subject,
        "figures": figures,
        "rows": [
            {"agency": agency, "cells": [(urls[one](agency.code), counts.of(one, agency.pk)) for one in figures]}
            for agency in shown
        ],
        "totals": _totals(figures, counts, urls, actor),
    }


def _open_cases(counts: Counts, agencies: Mapping[int, Agency], urls: Urls) -> list[dict[str, Any]]:
    one = next(one for one in FIGURES if one.subject is CASES and one.key == "open")
    rows = [
        {"label": agencies[pk].name, "value": counts.of(one, pk), "url": urls[one](agencies[pk].code)}
        for pk in counts.agencies([one])
    ]
    return sorted(rows, key=lambda row: -row["value"])
