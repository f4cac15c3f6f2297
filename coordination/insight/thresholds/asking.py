"""What a threshold asks, in words and as a question about figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.kernel import times
from coordination.insight.metrics.asking import Question, next_start
from coordination.insight.metrics.registry import DIMENSIONS, METRICS, Form

from .models import HEADLINE, Threshold

LEVELS = (Form.STOCK, Form.STANDING)  # they have no period
PERCENT = 100
UNITS = {"ratio": "%", "kg": "kg", "cny": "CNY"}


def has_period(metric: str) -> bool:
    return METRICS[metric].form not in LEVELS


def question_of(threshold: Threshold, today: date | None = None) -> Question:
    today = today or times.today()
    return Question(threshold.metric, begins(threshold.over, today), today, filters=threshold.filters)


def begins(over: str, today: date) -> date:
    first = today.replace(day=1)
    match over:
        case Threshold.Over.QUARTER:
            return first.replace(month=3 * ((today.month - 1) // 3) + 1)
        case Threshold.Over.YEAR:
            return first.replace(month=1)
        case Threshold.Over.TWELVE:
            return next_start(first.replace(year=today.year - 1), "month")
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
    """Such as "Late (Anti-Smuggling Bureau, Referral) above 10, This month"."""
    values = {
        "figure": figure_in_words(threshold.metric, threshold.filters),
        "number": number_of(threshold.metric, threshold.value),
    }
    if threshold.comparison == Threshold.Comparison.ABOVE:
        text = _("%(figure)s above %(number)s") % values
    else:
        text = _("%(figure)s below %(number)s") % values
    if has_period(threshold.metric):
        text = _("%(text)s, %(period)s") % {"text": text, "period": threshold.get_over_display().lower()}
    return text


def headlines(threshold: Threshold, value: Any = None) -> dict[str, str]:
    """Its words in both languages; with a value also how far the figure is."""
    found = {}
    for column, language in (("headline_zh", "zh-hans"), ("headline_en", "en")):
        with override(language):
            text = in_words(threshold)
            if value is not None:
                values = {"text": text, "number": number_of(threshold.metric, value)}
                text = _("%(text)s: now %(number)s") % values
            found[column] = text[:HEADLINE]
    return found
