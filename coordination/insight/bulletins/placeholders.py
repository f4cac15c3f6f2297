"""Placeholders of figures in the text of a bulletin, such as {cases_opened:change} or {seized_kg?mineral=gallium}.

A placeholder names a metric, after "?" its filters, and after ":" how the figure is presented: nothing for the value,
`change` for its change against the period before, `top 5 mineral` for the largest values by a dimension.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.measures import TIMES
from coordination.insight.metrics.registry import METRICS

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
WRITTEN = re.compile(
    r"^(?P<metric>\w+)(?:\?(?P<filters>[^:?]+))?(?::\s*(?P<show>change|top\s+(?P<n>\d+)\s+(?P<by>\w+)))?$"
)
PERIOD = "period"  # the first and last day
MOST = 20


@dataclass(frozen=True)
class BoundFigure:
    """A figure as the text binds it. `show` is "value", "change" or "top"."""

    key: str
    metric: str
    filters: tuple[tuple[str, str], ...] = ()
    show: str = "value"
    n: int = 0
    by: str = ""


def parts_of(text: str) -> Iterator[str | BoundFigure | None]:
    """The text in parts: words, figures, and None for the period. Raises ValueError with the reason."""
    last = 0
    for found in PLACEHOLDER.finditer(text):
        yield text[last : found.start()]
        yield None if found[1] == PERIOD else bound_by(found[1])
        last = found.end()
    yield text[last:]


def figures_in(*texts: str) -> list[BoundFigure]:
    """The figures of the texts, each once, in order."""
    return list(dict.fromkeys(part for text in texts for part in parts_of(text) if isinstance(part, BoundFigure)))


def bound_by(written: str) -> BoundFigure:
    """Raises ValueError for what names no figure."""
    found = WRITTEN.match(written)
    metric = METRICS.get(found["metric"]) if found else None
    if found is None or metric is None:
        raise ValueError(_("{%(written)s} names no figure. Write it as {cases_opened:change}.") % {"written": written})
    filters = _filters(written, found["filters"] or "")
    by, n = found["by"] or "", int(found["n"] or 0)
    for name in (*dict(filters), *([by] if by else [])):
        if name not in metric.dimensions or name in TIMES:
            detail = _("{%(written)s}: %(name)s does not divide this figure.")
            raise ValueError(detail % {"written": written, "name": name})
    if by and (not 0 < n <= MOST or metric.is_duration or by == "officer"):
        raise ValueError(_("{%(written)s}: this list is not possible.") % {"written": written})
    show = "top" if by else "change" if found["show"] else "value"
    return BoundFigure(written, metric.key, filters, show, n, by)


def _filters(written: str, text: str) -> tuple[tuple[str, str], ...]:
    pairs = [one.partition("=")[::2] for one in text.split("&") if one]
    if any(not name or not value or name == "officer" for name, value in pairs):
        raise ValueError(_("{%(written)s}: write a filter as name=value.") % {"written": written})
    return tuple(sorted((name.strip(), value.strip()) for name, value in pairs))


def check_texts(**texts: str) -> None:
    """Raises Invalid that names each text with a placeholder that binds nothing."""
    errors = []
    for name, text in texts.items():
        try:
            figures_in(text)
        except ValueError as wrong:
            errors.append(FieldError(f"/{name}", "placeholder", str(wrong)))
            continue
        if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            errors.append(FieldError(f"/{name}", "placeholder", _("A brace has no partner.")))
    if errors:
        raise Invalid(errors)


def typed_numbers(text: str) -> list[str]:
    """Numbers that were typed instead of bound. Years, headings and dates are numbers too, so a person judges them."""
    return re.findall(r"\d[\d,.]*", PLACEHOLDER.sub("", text))
