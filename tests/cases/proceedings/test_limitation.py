"""A violation found more than two years after its end is not punished; five if life or finance was harmed (APL art.
36).
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.clocks.models import Clock
from cases.proceedings.models import Decision
from cases.proceedings.workflow.decision_conditions import limitation_ends
from tests import stories


def about_act(cast, ended):
    line = stories.decision(cast)
    act = line.proceeding.case.acts.create(title="Exported", conduct_until=ended)
    Decision.objects.filter(pk=line.pk).update(act=act)
    return Decision.objects.get(pk=line.pk)


def find(cast, line, on, **more):
    stories.walk(cast, line, [("record_finding", "customs.officer", {"found_on": on, **more})])


def barred(cast, line):
    unmet = RESOURCES["decisions"].workflow_of(line).unmet("decide", cast["customs.head"], line)
    return "limitation" in {missing.code for missing in unmet}


def test_limitation_runs_from_the_end_of_the_act_and_stops_when_it_is_found(cast):
    line = about_act(cast, date(2025, 3, 3))
    find(cast, line, date(2026, 3, 3))
    clock = Clock.objects.about(line).get(rule__code="ADM_LIMITATION")
    assert clock.started_at.date() in (date(2025, 3, 2), date(2025, 3, 3))  # midnight of Shanghai
    assert clock.state == "STOPPED"
    assert not barred(cast, line)


@pytest.mark.parametrize(("more", "is_barred"), [({}, True), ({"long_limitation": True}, False)])
def test_a_violation_found_too_late_is_not_punished(cast, more, is_barred):
    line = about_act(cast, date(2022, 3, 3))
    find(cast, line, date(2025, 3, 3), **more)
    assert barred(cast, line) is is_barred


def test_limitation_needs_the_last_day_of_the_act_and_a_discovery_that_is_not_in_the_future(cast):
    with pytest.raises(TransitionRefused, match="last day"):
        find(cast, stories.decision(cast), date(2026, 3, 3))
    with pytest.raises(Invalid):
        find(cast, about_act(cast, date(2025, 3, 3)), timezone.localdate() + timedelta(days=2))


@pytest.mark.django_db
def test_two_years_and_five(cast):
    assert limitation_ends(date(2024, 2, 29), False) == date(2026, 2, 28)
    assert limitation_ends(date(2020, 3, 2), True) == date(2025, 3, 3)  # the 2nd is a Sunday
