"""Which version of a rule applies."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from .models import PeriodRule


def rule_on(code: str, at: datetime) -> PeriodRule | None:
    """Returns the version of a rule in force on the day of its trigger, or None.

    No clock is better than a wrong one. Raises LookupError for an unknown code.
    """
    return next(iter(rules_on([code], at)), None)


def rules_on(codes: Iterable[str], at: datetime) -> list[PeriodRule]:
    """The same for several codes in one query, in their order."""
    day = timezone.localtime(at).date()
    codes = list(dict.fromkeys(codes))
    versions = list(PeriodRule.objects.filter(code__in=codes).order_by("-version"))
    if missing := set(codes) - {rule.code for rule in versions}:
        raise LookupError(f"no clock rule {', '.join(sorted(missing))}: run load_reference")
    in_force = (next((r for r in versions if r.code == code and r.in_force_on(day)), None) for code in codes)
    return [rule for rule in in_force if rule is not None]
