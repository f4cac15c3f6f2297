"""docs/clocks.md agrees with the rules, and every rule runs or states why not."""

import pytest
from django.core.management import call_command

from agencies.kernel.reference import read_csv
from cases.clocks.models import PeriodRule
from cases.clocks.reference import DATA
from dev.management.commands.clock_docs import started_rules

pytestmark = pytest.mark.django_db


def test_the_page_is_current() -> None:
    call_command("clock_docs", "--check")


def test_a_rule_either_starts_or_states_why_not() -> None:
    waiting = {row["rule"] for row in read_csv(DATA / "waiting.csv")}
    codes = set(PeriodRule.objects.values_list("code", flat=True))
    assert started_rules() | waiting == codes
    assert not started_rules() & waiting


def test_the_maximum_of_a_rule_is_the_sum_of_its_steps() -> None:
    """The rule table gives the statutory maximum, the steps how it is reached."""
    longest = {row["code"]: row["max_total"] for row in read_csv(DATA / "clocks.csv")}
    for rule in PeriodRule.objects.prefetch_related("extension_steps"):
        steps = list(rule.extension_steps.all())
        if not steps or longest[rule.code] in ("renewable", "configurable") or any(s.length is None for s in steps):
            continue
        total = {rule.unit: rule.length or 0}
        for step in steps:
            if step.to_total:
                total = {step.unit: step.length or 0}
            else:
                total[step.unit] = total.get(step.unit, 0) + (step.length or 0) * (step.times or 1)
        assert " ".join(f"{number} {unit}" for unit, number in total.items()) == longest[rule.code], rule.code
