"""What the pages of thresholds show: their numbers of today."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import QueryDict

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from coordination.insight.metrics.asking import Question
from coordination.insight.metrics.links import url_of
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.words import n_of_d

from .asking import ThresholdAnswers, ask_for, in_words, number_of, why_lost
from .models import Threshold


def list_parts(thresholds: Sequence[Threshold], actor: Actor) -> dict[str, Any]:
    asked = ask_for(actor, [one for one in thresholds if one.state != Threshold.State.ENDED])
    return {
        "lines": [line_of(one, asked) for one in thresholds],
        "as_of": next((one.as_of for one in asked.answers.values()), None),
    }


def line_of(threshold: Threshold, asked: ThresholdAnswers) -> dict[str, Any]:
    """Words, the present number with the address of its rows, and why it can no longer be asked."""
    lost, answer = asked.lost.get(threshold.pk, threshold.lost), asked.answers.get(threshold.pk)
    found = {"threshold": threshold, "now": "–", "now_url": "", "of": ""}
    if answer is not None and answer.total.value is not None:
        point = answer.total
        found |= {"now": number_of(threshold.metric, point.value), "now_url": point.url, "of": n_of_d(point)}
    words = str(threshold) if lost else in_words(threshold)
    return {**found, "words": words, "lost": why_lost(threshold, lost) if lost else ""}


def page_parts(threshold: Threshold, actor: Actor, params: QueryDict) -> dict[str, Any]:
    asked = ask_for(actor, [] if threshold.state == Threshold.State.ENDED else [threshold])
    metric, answer = METRICS.get(threshold.metric), asked.answers.get(threshold.pk)
    events = Event.objects.filter(object_kind="threshold", object_id=threshold.pk)
    return {
        **line_of(threshold, asked),
        "definition": metric.definition if metric else "",
        "as_of": answer.as_of if answer else None,
        "crossing": _crossing(threshold) if threshold.found and metric else None,
        "events": events.select_related("note").order_by("-id"),
    }


def _crossing(threshold: Threshold) -> dict[str, Any]:
    """The numbers at the crossing, with the rows that count for its period now."""
    found = threshold.found
    first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    then = Question(threshold.metric, first, last, filters=threshold.filters)
    return {**found, "number": number_of(threshold.metric, found["value"]), "url": url_of(then)}
