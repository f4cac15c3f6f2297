"""Texts for when a step is due."""

from functools import cache

from django.utils.translation import gettext, gettext_lazy, ngettext

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv
from agencies.kernel.texts import Text
from cases.clocks.reference import DATA

from .models import DueUnit, PlaybookStep

NO_DEADLINE = gettext_lazy("no deadline")


def due_text(step: PlaybookStep) -> Text:
    """The due time: relative to the state of the proceeding, or the period that the step follows."""
    if step.follows:
        return gettext("with the period “%(rule)s”") % {"rule": rule_name(step.follows)}
    if step.days is None:
        return NO_DEADLINE
    data = {"count": step.days, "state": step.get_state_display()}
    if step.day_unit == DueUnit.WORKING_DAY:
        return (
            ngettext("%(count)s working day after “%(state)s”", "%(count)s working days after “%(state)s”", step.days)
            % data
        )
    return ngettext("%(count)s day after “%(state)s”", "%(count)s days after “%(state)s”", step.days) % data


def rule_name(code: str) -> str:
    """Name of a rule from the product's file, which saves a query for each step."""
    return pick(*_rule_names().get(code, (code, code)))


@cache
def _rule_names() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["name_zh"], row["name_en"]) for row in read_csv(DATA / "clocks.csv")}
