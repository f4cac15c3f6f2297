"""The supervisor's page: what is open, overdue and done, per agency; every number leads to its list."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agencies.kernel.actor import Actor
from agencies.kernel.doors import FIGURES as MAY_SEE_FIGURES
from agencies.kernel.doors import actor_of, page
from agencies.organs.models import Agency
from coordination.deadlines import span

from .durations import longest
from .figures import CASES, FIGURES, SUBJECTS, Counts, Figure, Month, Subject, count_all


@page(MAY_SEE_FIGURES)
def supervision(request: HttpRequest) -> HttpResponse:
    actor, month = actor_of(request), Month.of(timezone.now())
    counts = count_all(actor, month)
    organs = Agency.objects.in_bulk(counts.organs(FIGURES))
    context = {
        "month": month,
        "across_organs": actor.is_centre,
        "tiles": [_cell(one, counts.total(one), month, _own(actor)) for one in FIGURES],
        "tables": [_table(subject, counts, organs, month, actor) for subject in SUBJECTS],
        "longest": [(one, span(one.median)) for one in longest(actor, timezone.now())],
        "chart": _open_cases(counts, organs, month),
    }
    return render(request, "metrics/supervision.html", context)


def _own(actor: Actor) -> str:
    """Who counts for his own agency only is led to that agency's list, not to all he may see."""
    return "" if actor.is_centre else actor.organ_code


def _cell(one: Figure, number: int, month: Month, organ_code: str) -> dict[str, Any]:
    return {"figure": one, "number": number, "url": one.url(month, organ_code)}


def _table(
    subject: Subject, counts: Counts, organs: Mapping[int, Agency], month: Month, actor: Actor
) -> dict[str, Any]:
    figures = [one for one in FIGURES if one.subject is subject]
    shown = sorted(counts.organs(figures))
    return {
        "subject": subject,
        "figures": figures,
        "rows": [
            {
                "organ": organs[pk],
                "cells": [_cell(one, counts.of(one, pk), month, organs[pk].code) for one in figures],
            }
            for pk in shown
        ],
        "totals": [_cell(one, counts.total(one), month, _own(actor)) for one in figures],
    }


def _open_cases(counts: Counts, organs: Mapping[int, Agency], month: Month) -> list[dict[str, Any]]:
    one = next(one for one in FIGURES if one.subject is CASES and one.key == "open")
    rows = [
        {"label": organs[pk].name, "value": counts.of(one, pk), "url": one.url(month, organs[pk].code)}
        for pk in counts.organs([one])
    ]
    return sorted(rows, key=lambda row: -row["value"])
