"""The periods of review and trial follow from the recorded procedure and the acceptance by the court."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from cases.clocks.models import Clock
from cases.proceedings.models import Measure, Proceeding, Suspect
from tests import stories

OFFICER, LEAD = "antismuggling.officer", "antismuggling.lead"
COURT = {"court": "A city court"}


def running(subject: Any) -> dict[str, Clock]:
    return {clock.rule.code: clock for clock in Clock.objects.running().about(subject)}


def length(clock: Clock) -> int:
    return (timezone.localtime(clock.due_at).date() - timezone.localtime(clock.started_at).date()).days


def under_review(cast: Any) -> tuple[Suspect, Measure, Proceeding]:
    """A person in custody whose case is with the procuratorate."""
    line = stories.suspect(cast)
    arrest = stories.arrested(cast, line)
    inside = Proceeding.objects.get(pk=line.proceeding_id)
    stories.walk(cast, inside, [("prosecute_opinion", LEAD, {})])
    return line, arrest, inside


def prosecuted(cast: Any) -> tuple[Suspect, Measure, Proceeding]:
    line, arrest, inside = under_review(cast)
    stories.walk(cast, inside, [("prosecute", OFFICER, {})])
    return line, arrest, inside


def test_a_fast_track_review_takes_ten_days_from_the_same_receipt_and_so_does_the_custody(cast):
    _line, arrest, inside = under_review(cast)
    began = running(inside)["CRM_PROSECUTE"].started_at
    stories.walk(cast, inside, [("set_review", OFFICER, {"review_procedure": "fast"})])
    assert set(running(inside)) == {"CRM_PROSECUTE_FAST"}
    assert running(inside)["CRM_PROSECUTE_FAST"].started_at == began
    held = running(arrest)
    assert {code for code in held if code.startswith("CRM_HELD")} == {"CRM_HELD_REVIEW_FAST"}
    assert length(held["CRM_HELD_REVIEW_FAST"]) == 10
    with pytest.raises(Invalid):  # the law knows no summary review
        stories.walk(cast, inside, [("set_review", OFFICER, {"review_procedure": "summary"})])
    stories.walk(cast, inside, [("set_review", OFFICER, {"review_procedure": "ordinary"})])
    assert set(running(inside)) == {"CRM_PROSECUTE"}
    assert running(inside)["CRM_PROSECUTE"].started_at == began


def test_until_the_acceptance_is_known_the_trial_is_counted_from_the_prosecution(cast):
    _line, arrest, inside = prosecuted(cast)
    assert set(running(inside)) == {"CRM_TRIAL"}
    assert "CRM_HELD_TRIAL" in running(arrest)


@pytest.mark.parametrize(
    ("procedure", "rule", "custody", "days"),
    [
        ("summary", "CRM_TRIAL_SIMPLE", "CRM_HELD_TRIAL_SIMPLE", 20),
        ("fast", "CRM_TRIAL_FAST", "CRM_HELD_TRIAL_FAST", 10),
        ("ordinary", "CRM_TRIAL", "CRM_HELD_TRIAL", 59),
    ],
)
def test_the_trial_is_counted_from_the_acceptance_in_its_procedure(cast, procedure, rule, custody, days):
    _line, arrest, inside = prosecuted(cast)
    accepted = {**COURT, "trial_procedure": procedure}
    stories.walk(cast, inside, [("accept_trial", OFFICER, accepted)])
    assert (inside.court, inside.trial_procedure) == ("A city court", procedure)
    assert set(running(inside)) == {rule}
    assert running(inside)[rule].started_at == inside.court_accepted_at
    held = {code: clock for code, clock in running(arrest).items() if code.startswith("CRM_HELD")}
    assert set(held) == {custody}
    assert length(held[custody]) >= days
    assert held[custody].due_at <= running(inside)[rule].due_at
    with pytest.raises(TransitionRefused):
        stories.walk(cast, inside, [("accept_trial", OFFICER, accepted)])


def test_a_change_to_the_ordinary_procedure_counts_from_the_decision(cast):
    _line, arrest, inside = prosecuted(cast)
    with pytest.raises(TransitionRefused):
        stories.walk(cast, inside, [("change_trial", OFFICER, {"trial_procedure": "fast", "reason": "No acceptance"})])
    stories.walk(cast, inside, [("accept_trial", OFFICER, {**COURT, "trial_procedure": "fast"})])
    first = running(inside)["CRM_TRIAL_FAST"]
    change = {"trial_procedure": "ordinary", "reason": "The accused does not plead guilty"}
    stories.walk(cast, inside, [("change_trial", OFFICER, change)])
    assert set(running(inside)) == {"CRM_TRIAL"}
    assert running(inside)["CRM_TRIAL"].started_at > first.started_at
    assert "CRM_HELD_TRIAL" in running(arrest)
    stories.walk(cast, inside, [("adjourn", OFFICER, {"reason": "Evidence"}), ("resume_trial", OFFICER, {})])
    assert set(running(inside)) == {"CRM_TRIAL"}
    stories.walk(cast, inside, [("judge", OFFICER, {"outcome_reason": "Judged"})])
    assert running(inside) == {}


def test_the_second_instance_is_counted_from_the_acceptance_of_the_appeal(cast):
    line, arrest, inside = prosecuted(cast)
    stories.walk(cast, inside, [("judge", OFFICER, {"outcome_reason": "Judged"})])
    guilty = {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 12}
    line.refresh_from_db()
    stories.suspect_walk(cast, line, ("convict", guilty), ("appeal", {}))
    first = running(line)["CRM_APPEAL_TRIAL"]
    stories.suspect_walk(cast, line, ("accept_appeal", {}))
    again = running(line)["CRM_APPEAL_TRIAL"]
    assert again.pk != first.pk
    assert again.started_at >= first.started_at
    assert "CRM_HELD_APPEAL" in running(arrest)
    assert running(arrest)["CRM_HELD_APPEAL"].started_at - again.started_at < timedelta(minutes=1)
