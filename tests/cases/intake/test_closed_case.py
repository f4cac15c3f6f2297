"""Leads and a closed case: the case is unchanged until its lead agency reopens it."""

import pytest

from agencies.kernel.errors import TransitionRefused
from cases.casefile.models import Case
from cases.intake.actions import attach_lead, detach_lead
from tests import stories
from tests.refusals import refused_for


def close(cast, case):
    steps = [
        ("conclude", "customs.officer", {"outcome": "No offence", **stories.NO_CRIME}),
        ("close", "customs.lead", {"reason": "done"}),
    ]
    stories.walk(cast, case, steps)


def test_nothing_is_attached_to_a_closed_case(cast):
    case, lead = stories.case(cast), stories.lead(cast)
    close(cast, case)
    with refused_for("case"):
        attach_lead(lead, actor=cast["customs.officer"], case=str(case.pk))
    assert Case.objects.get(pk=case.pk).parties.count() == 1


def test_nothing_is_detached_from_a_closed_case(cast):
    case, lead = stories.case(cast), stories.lead(cast)
    attach_lead(lead, actor=cast["customs.officer"], case=str(case.pk))
    close(cast, case)
    lead.refresh_from_db()
    with pytest.raises(TransitionRefused):
        detach_lead(lead, actor=cast["customs.officer"], reason="not ours")
    assert Case.objects.get(pk=case.pk).parties.count() == 2
    stories.walk(cast, case, [("reopen", "customs.lead", {"reason": "a lead was wrong"})])
    detach_lead(lead, actor=cast["customs.officer"], reason="not ours")
    assert Case.objects.get(pk=case.pk).parties.count() == 1
