"""Pages of thresholds: the list, one with its numbers, and the form that any figure leads to."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from agencies.idempotency.actions import once
from agencies.journal.models import Event
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.people.forms import add_refusal
from coordination.insight.metrics.asking import Question, ask, ask_many
from coordination.insight.metrics.links import url_of
from coordination.insight.metrics.questions import narrowed, question_of
from coordination.insight.metrics.registry import METRICS

from .actions import watch_figure
from .asking import figure_in_words, in_words, number_of
from .asking import question_of as question_about
from .filters import DEFAULT_SORT, SORTS, ThresholdFilter
from .forms import ThresholdForm
from .models import Threshold


@page(FIGURES)
def thresholds(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    cut = ThresholdFilter(request.GET, Threshold.objects.visible_to(actor), actor=actor)
    found = page_of(cut.qs, request.GET, sorts=SORTS, default=DEFAULT_SORT, size=rows_shown(request.GET))
    watched = [one for one in found.items if one.state != Threshold.State.ENDED]
    answers = ask_many(actor, [question_about(one) for one in watched])
    now = {one.pk: answer.total for one, answer in zip(watched, answers, strict=True)}
    lines = [(one, in_words(one), *_shown(one, now.get(one.pk))) for one in found.items]
    return render(request, "thresholds/thresholds.html", {"page": found, "lines": lines})


def _shown(threshold: Threshold, point: Any) -> tuple[str, str]:
    """The present number and the address of its rows."""
    if point is None or point.value is None:
        return "–", ""
    return number_of(threshold.metric, point.value), point.url


@page(FIGURES)
def threshold(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(Threshold.objects.visible_to(actor), pk=pk)
    answer = ask(actor, question_about(found))
    number, url = _shown(found, answer.total)
    context = {
        "threshold": found,
        "words": in_words(found),
        "definition": METRICS[found.metric].definition,
        "now": number,
        "now_url": url,
        "as_of": answer.as_of,
        "left_out": answer.left_out,
        "crossing": _crossing(found) if found.found else None,
        "events": Event.objects.filter(object_kind="threshold", object_id=pk).select_related("note").order_by("-id"),
    }
    return render(request, "thresholds/threshold.html", context)


def _crossing(threshold: Threshold) -> dict[str, Any]:
    """The numbers at the crossing, with exactly the rows that were known on that day."""
    found = threshold.found
    first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    then = Question(threshold.metric, first, last, filters=threshold.filters, known_on=last)
    return {**found, "number": number_of(threshold.metric, found["value"]), "url": url_of(then)}


@page(FIGURES)
def threshold_new(request: HttpRequest, metric: str) -> HttpResponse:
    """The address has the filters of the figure, as that of its rows."""
    if metric not in METRICS:
        raise Http404
    actor = actor_of(request)
    asked = question_of(actor, metric, request.GET)
    question = replace(narrowed(asked, request.GET.get("value", "")), known_on=None)
    answer = ask(actor, question)
    filters = dict(question.filters)
    form = ThresholdForm(request.POST if request.method == "POST" else None, metric=metric)
    if request.method == "POST" and form.is_valid():
        given = {**form.given, "metric": metric, "filters": filters}
        try:
            return redirect(once(request, lambda: _address(watch_figure(actor=actor, **given))))
        except (Invalid, TransitionRefused) as no:
            add_refusal(form, no)
    context = {
        "form": form,
        "words": figure_in_words(metric, filters),
        "definition": METRICS[metric].definition,
        "now": "–" if answer.total.value is None else number_of(metric, answer.total.value),
        "now_url": answer.total.url,
        "left_out": answer.left_out,
    }
    return render(request, "thresholds/new.html", context, status=400 if form.errors else 200)


def _address(threshold: Threshold) -> str:
    return reverse("threshold", args=[threshold.pk])
