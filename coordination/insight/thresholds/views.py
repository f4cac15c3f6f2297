"""The form for a threshold, to which any figure leads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from agencies.idempotency.actions import once
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.permissions import FIGURES, actor_of, page
from agencies.people.forms import form_page, post_data, submit_form
from coordination.insight.metrics.asking import ask
from coordination.insight.metrics.questions import narrowed, question_of
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.words import n_of_d

from .actions import watch_figure
from .asking import figure_in_words, number_of
from .forms import ThresholdForm


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
    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or _watch(form, actor, filters)
        if sent.target:
            return redirect(sent.target)
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


def _watch(form: ThresholdForm, actor: Actor, filters: dict[str, str]) -> str:
    """Returns the address of the threshold, or "" if there are errors, which the form then shows."""
    made = submit_form(
        form, lambda _given: watch_figure(actor=actor, metric=form.metric, filters=filters, **form.given)
    )
    return reverse("threshold", args=[made.pk]) if made else ""
