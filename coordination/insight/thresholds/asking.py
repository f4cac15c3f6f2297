"""What a threshold asks, in words and as a question about figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from coordination.insight.metrics.asking import Answer, Point, Question, ask_many
from coordination.insight.metrics.months import next_month
from coordination.insight.metrics.registry import DIMENSIONS, METRICS
from coordination.insight.supervision.words import n_of_d

from .models import HEADLINE, Threshold

PERCENT = 100
UNITS = {"ratio": "%", "kg": "kg", "cny": "CNY"}


def question_of(threshold: Threshold, today: date | None = None) -> Question:
    today = today or times.today()
    return Question(threshold.metric, begins(threshold.over, today), today, filters=threshold.filters)


@dataclass
class ThresholdAnswers:
    """The answers by the id of the threshold, and of the others what can no longer be asked (`Threshold.lost`)."""

    answers: dict[UUID, Answer] = field(default_factory=dict)
    lost: dict[UUID, str] = field(default_factory=dict)


def ask_for(actor: Actor, thresholds: Sequence[Threshold]) -> ThresholdAnswers:
    """Asks all together; each by itself if one can no longer be asked, which then disturbs no other."""
    found = ThresholdAnswers()
    try:
        answers = ask_many(actor, [question_of(one) for one in thresholds])
    except Invalid as no:
        if len(thresholds) == 1:
            return ThresholdAnswers(lost={thresholds[0].pk: no.errors[0].pointer.removeprefix("/")})
        for one in thresholds:
            alone = ask_for(actor, [one])
            found.answers |= alone.answers
            found.lost |= alone.lost
        return found
    for threshold, answer in zip(thresholds, answers, strict=True):
        if answer.left_out:  # of other agencies, or of officers for the centre
            found.lost[threshold.pk] = "officer" if actor.is_centre else "agency"
        else:
            found.answers[threshold.pk] = answer
    return found


def why_lost(threshold: Threshold, lost: str) -> str:
    """Why it can no longer be asked, with the value that its owner chose and no present name of it."""
    if lost not in DIMENSIONS:
        return _("This figure is no longer counted.")
    values = {"name": DIMENSIONS[lost].name, "value": threshold.filters.get(lost, "")}
    return _("%(name)s: %(value)s is no longer known, or you may no longer see it.") % values


def begins(over: str, today: date) -> date:
    first = today.replace(day=1)
    match over:
        case Threshold.Over.QUARTER:
            return first.replace(month=3 * ((today.month - 1) // 3) + 1)
        case Threshold.Over.YEAR:
            return first.replace(month=1)
        case Threshold.Over.TWELVE:
            return next_month(first.replace(year=today.year - 1))
    return first


def is_crossed(threshold: Threshold, value: Decimal | int | None) -> bool:
    """A figure with nothing to divide crosses nothing."""
    if value is None:
        return False
    return value > threshold.value if threshold.comparison == Threshold.Comparison.ABOVE else value < threshold.value


def number_of(metric: str, value: Any) -> str:
    """A value of this metric with its unit."""
    unit, number = METRICS[metric].unit, Decimal(str(value))
    shown = (number * PERCENT if unit == "ratio" else number).normalize()
    text = number_format(shown if shown % 1 else int(shown), use_l10n=True, force_grouping=True)
    match unit:
        case "ratio":
            return f"{text}%"
        case "days":
            return _("%(number)s days") % {"number": text}
    return f"{text} {UNITS[unit]}" if unit in UNITS else text


def figure_in_words(metric: str, filters: Mapping[str, str]) -> str:
    """The name of the figure with what it is limited to."""
    limits = [str(DIMENSIONS[name].label_of(value)) for name, value in sorted(filters.items())]
    name = str(METRICS[metric].name)
    return _("%(figure)s (%(limits)s)") % {"figure": name, "limits": _(", ").join(limits)} if limits else name


def in_words(threshold: Threshold) -> str:
    """Such as "Late (Anti-Smuggling Bureau, Referral) above 10, This month". What has ended keeps its words."""
    if threshold.state == Threshold.State.ENDED or threshold.metric not in METRICS:
        return str(threshold)
    values = {
        "figure": figure_in_words(threshold.metric, threshold.filters),
        "number": number_of(threshold.metric, threshold.value),
    }
    if threshold.comparison == Threshold.Comparison.ABOVE:
        text = _("%(figure)s above %(number)s") % values
    else:
        text = _("%(figure)s below %(number)s") % values
    if not METRICS[threshold.metric].is_level:
        text = _("%(text)s, %(period)s") % {"text": text, "period": threshold.get_over_display().lower()}
    return text


def headlines(threshold: Threshold, point: Point | None = None) -> dict[str, str]:
    """Its words in both languages; with a number also how far the figure is."""
    found = {}
    for column, language in (("headline_zh", "zh-hans"), ("headline_en", "en")):
        with override(language):
            text = in_words(threshold)
            if point is not None:
                number, of = number_of(threshold.metric, point.value), n_of_d(point)
                text = _("%(text)s: now %(number)s") % {"text": text, "number": f"{number} ({of})" if of else number}
            found[column] = text[:HEADLINE]
    return found
