"""The form for a threshold, to which any figure leads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from agencies.idempotency.actions import once
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.people.forms import add_refusal, form_page, post_data
from coordination.insight.metrics.asking import ask
from coordination.insight.metrics.questions import narrowed, question_of
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.words import n_of_d

from .actions import watch_figure
from .asking import figure_in_words, number_of
from .forms import ThresholdForm
from .models import Threshold


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
