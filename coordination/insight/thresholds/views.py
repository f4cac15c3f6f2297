"""Pages of thresholds: the list, one with its numbers, and the form that any figure leads to."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from agencies.idempotency.actions import once
from agencies.journal.models import Event
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.people.forms import add_refusal, form_page, post_data
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.links import url_of
from coordination.insight.metrics.questions import narrowed, question_of
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.words import n_of_d

from .actions import watch_figure
from .asking import ThresholdAnswers, ask_for, figure_in_words, in_words, number_of, why_lost
from .filters import DEFAULT_SORT, SORTS, ThresholdFilter
from .forms import ThresholdForm
from .models import Threshold


@page(FIGURES)
def thresholds(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    cut = ThresholdFilter(request.GET, Threshold.objects.visible_to(actor), actor=actor)
    found = page_of(cut.qs, request.GET, sorts=SORTS, default=DEFAULT_SORT, size=rows_shown(request.GET))
    watched = [one for one in found.items if one.state != Threshold.State.ENDED]
    asked = ask_for(actor, watched)
    lines = [_line(one, asked) for one in found.items]
    as_of = next((one.as_of for one in asked.answers.values()), None)
    return render(request, "thresholds/thresholds.html", {"page": found, "lines": lines, "as_of": as_of})


def _line(threshold: Threshold, asked: ThresholdAnswers) -> dict[str, Any]:
    """Words, the present number with the address of its rows, and why it can no longer be asked."""
    lost, answer = asked.lost.get(threshold.pk, threshold.lost), asked.answers.get(threshold.pk)
    found = {"threshold": threshold, "now": "–", "now_url": "", "of": ""}
    if answer is not None and answer.total.value is not None:
        point = answer.total
        found |= {"now": number_of(threshold.metric, point.value), "now_url": point.url, "of": n_of_d(point)}
    words = str(threshold) if lost else in_words(threshold)
    return {**found, "words": words, "lost": why_lost(threshold, lost) if lost else ""}


@page(FIGURES)
def threshold(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(Threshold.objects.visible_to(actor), pk=pk)
    asked = ask_for(actor, [] if found.state == Threshold.State.ENDED else [found])
    metric, answer = METRICS.get(found.metric), asked.answers.get(found.pk)
    context = {
        **_line(found, asked),
        "definition": metric.definition if metric else "",
        "as_of": answer.as_of if answer else None,
        "crossing": _crossing(found) if found.found and metric else None,
        "events": Event.objects.filter(object_kind="threshold", object_id=pk).select_related("note").order_by("-id"),
    }
    return render(request, "thresholds/threshold.html", context)


def _crossing(threshold: Threshold) -> dict[str, Any]:
    """The numbers at the crossing, with the rows that count for its period now."""
    found = threshold.found
    first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    then = Question(threshold.metric, first, last, filters=threshold.filters)
    return {**found, "number": number_of(threshold.metric, found["value"]), "url": url_of(then)}


@page(FIGURES)
def threshold_new(request: HttpRequest, metric: str) -> HttpResponse:
    """The address has the filters of the figure, as that of its rows."""
    if metric not in METRICS:
        raise Http404
    refuse_repeated(request.GET)
    actor = actor_of(request)
    asked = question_of(actor, metric, request.GET)
    question = narrowed(asked, request.GET.get("value", ""))
    answer = ask(actor, question)
    filters = dict(question.filters)
    form = ThresholdForm(post_data(request), metric=metric)
    if request.method == "POST" and form.is_valid():
        given = {**form.given, "metric": metric, "filters": filters}
        try:
            with once(request) as sent:
                sent.target = sent.target or _address(watch_figure(actor=actor, **given))
            return redirect(sent.target)
        except (Invalid, TransitionRefused) as no:
            add_refusal(form, no)
    context = {
        "form": form,
        "words": figure_in_words(metric, filters),
        "definition": METRICS[metric].definition,
        "now": "–" if answer.total.value is None else number_of(metric, answer.total.value),
        "now_url": answer.total.url,
        "of": n_of_d(answer.total),
        "left_out": answer.left_out,
    }
    return form_page(request, "thresholds/new.html", context)


def _address(threshold: Threshold) -> str:
    return reverse("threshold", args=[threshold.pk])
