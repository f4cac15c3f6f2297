"""Numbers in words: values with their unit, changes between two sides, and sentences with linked numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from agencies.kernel.texts import Text
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import ChartCell, Number
from coordination.insight.metrics.registry import METRICS

TONNE = 1_000  # kg from which tonnes are shown
ENOUGH = 5  # of fewer, a share or a median says too little
NAMED = 3  # reasons that a sentence names; the others are counted
LARGE = 10_000  # yuan from which a sum is large
WORSE, BETTER, SAME = "worse", "better", ""


def shown(value: Number | None, unit: str) -> str:
    """The value with its unit; a dash if there is nothing to divide."""
    if value is None:
        return "–"
    match unit:
        case "ratio":
            return f"{number_format(_rounded(percent(value)), use_l10n=True)}%"
        case "days":
            days = round(value)
            return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        case "kg" if Decimal(value) >= TONNE:
            return _("%(tonnes)s t") % {"tonnes": number_format(_rounded(Decimal(value) / TONNE), use_l10n=True)}
        case "kg":
            return _("%(kg)s kg") % {"kg": number_format(_rounded(Decimal(value)), use_l10n=True)}
        case "cny" if value >= LARGE:
            unit_of_sum = Decimal(pgettext("unit in which a large sum is counted", "1"))  # Chinese: 万元
            return pgettext("large sum", "CNY %(sum)s") % {"sum": _short(Decimal(int(value)) / unit_of_sum)}
        case "cny":
            return _("CNY %(sum)s") % {"sum": number_format(int(value), use_l10n=True, force_grouping=True)}
    return number_format(value, use_l10n=True, force_grouping=True)


def percent(value: Number) -> Decimal:
    """A ratio in percent. Ratios are shares from 0 to 1."""
    return 100 * Decimal(value)


def drawn(value: Number | None, unit: str) -> Number | None:
    """The value that a chart draws and a file contains."""
    if value is None or isinstance(value, int):
        return value
    return _rounded(percent(value)) if unit == "ratio" else _rounded(Decimal(value))


def _short(value: Decimal) -> str:
    """Exact: a sum in yuan has no more than four decimals in units of 万元."""
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _rounded(value: Decimal) -> Decimal:
    one = value.quantize(Decimal("0.1"))
    return one.quantize(Decimal(1)) if one == one.to_integral() else one


def cell_of(point: Point | None, unit: str) -> ChartCell:
    """A cell of a chart from one point of an answer."""
    if point is None:
        return ChartCell("0", 0) if unit == "count" else ChartCell("–")
    n, d = (point.numerator, point.denominator) if point.is_share else (None, None)
    return ChartCell(shown(point.value, unit), drawn(point.value, unit), point.url, of_words(n, d), n=n, d=d)


def definitions(*metrics: str) -> str:
    return " ".join(dict.fromkeys(str(METRICS[one].definition) for one in metrics))


def n_of_d(point: Point) -> str:
    return of_words(point.numerator, point.denominator) if point.is_share else ""


def of_words(n: int | None, d: int | None) -> str:
    return "" if n is None or d is None else _("%(n)s of %(d)s") % {"n": n, "d": d}


def share_of_step(number: int, before: int) -> str:
    """How many of the step before are in this one; nothing of few."""
    if before < ENOUGH:
        return ""
    return _("%(share)s%% of the %(before)s of the step before") % {"share": 100 * number // before, "before": before}


def reasons(ended: Sequence[Point], waiting: Point | None = None) -> str:
    """What did not go on, in words: what is open, and the most frequent reasons, most first."""
    words = [_("%(number)s open") % {"number": waiting.value}] if waiting is not None and waiting.value else []
    words += [f"{one.value} {one.label}" for one in ended[:NAMED]]
    rest = sum(int(one.value or 0) for one in ended[NAMED:])
    if rest:
        words.append(ngettext("%(number)s other", "%(number)s others", rest) % {"number": rest})
    return " · ".join(words)


def is_enough(point: Point) -> bool:
    """Whether a share or a median is of enough to be compared, drawn or coloured. Counts always are."""
    return point.denominator is None or point.denominator >= ENOUGH


@dataclass(frozen=True)
class ValueChange:
    """How a value differs from the other side. `tone` is worse, better or nothing; the words say it too."""

    text: Text
    tone: str = SAME
    up: bool | None = None


def change_of(now: Point, before: Point, metric: str, beside: Text = "") -> ValueChange:
    """How a figure differs from that of the other side; what is of few is not compared."""
    if not (is_enough(now) and is_enough(before)):
        return ValueChange(_("no comparison of fewer than %(enough)s") % {"enough": ENOUGH})
    return change(now.value, before.value, metric, beside)


def change(now: Number | None, before: Number | None, metric: str, beside: Text = "") -> ValueChange:
    """The difference in words; with `beside`, what it is compared with."""
    unit, better = METRICS[metric].unit, METRICS[metric].better
    if now is None or before is None:
        return ValueChange(_("no comparison"))
    difference = now - before
    if not difference:
        return ValueChange(_("as in the other period") if not beside else _("as %(beside)s") % {"beside": beside})
    up = difference > 0
    tone = SAME if not better else BETTER if up == (better == "up") else WORSE
    size = _size(max(difference, -difference), unit)
    more, fewer = (
        (_("%(size)s higher"), _("%(size)s lower")) if unit == "ratio" else (_("%(size)s more"), _("%(size)s fewer"))
    )
    text = (more if up else fewer) % {"size": size}
    if beside:
        text = _("%(text)s than %(beside)s") % {"text": text, "beside": beside}
    judged = {BETTER: _("better"), WORSE: _("worse")}.get(tone)
    return ValueChange(_("%(text)s, %(judged)s") % {"text": text, "judged": judged} if judged else text, tone, up)


def _size(value: Number, unit: str) -> str:
    if unit == "ratio":
        return _("%(points)s points") % {"points": number_format(_rounded(percent(value)), use_l10n=True)}
    return shown(value, unit)


def link(text: Any, url: str, *, overdue: bool = False) -> SafeString:
    """A number in a sentence, linked to the rows that it counts."""
    if not url:
        return format_html("<strong>{}</strong>", text)
    mark = "cv-said cv-said-overdue" if overdue else "cv-said"
    return format_html('<a class="{}" href="{}">{}</a>', mark, url, text)


def cases_in_words(number: Number | None) -> str:
    return ngettext("%(number)s case", "%(number)s cases", int(number or 0)) % {"number": number or 0}
