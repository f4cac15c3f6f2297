"""Before the decision the party is notified of the proposal and may request a hearing (APL arts. 44, 63, 64)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from cases.clocks.models import Clock
from cases.proceedings.comparing import Sanction
from cases.proceedings.hearings import hearing_required
from tests import stories
from tests.refusals import refused
from tests.stories.basics import running


def lapse(line, code):
    """Moves the end of the period to yesterday."""
    past = timezone.now() - timedelta(days=1)
    Clock.objects.running().about(line).filter(rule__code=code).update(due_at=past, breach_at=past)


def step(cast, line, verb, who="customs.officer", **given):
    """Performs a step that needs a paper and a person."""
    stories.walk(cast, line, [(verb, who, {**stories.by_person(verb), **given})])


def commerce(cast):
    inside = stories.proceeding(cast, "INVESTIGATE")
    type(inside).objects.filter(pk=inside.pk).update(kind="commerce")
    return inside


def settle_statement(cast, line):
    step(cast, line, "waive_statement")


def test_a_statement_is_recorded_once_and_the_decision_waits_for_the_hearing_right_to_lapse(cast):
    line = stories.noticed(cast)
    settle_statement(cast, line)
    said = {"statement": "Later thoughts", **stories.by_person("hear_party")}
    assert refused(cast, line, "hear_party", **said) == {"statement"}
    assert running(line) == {"ADM_HEARING_REQ"}
    assert refused(cast, line, "review") == {"hearing"}
    lapse(line, "ADM_HEARING_REQ")
    assert refused(cast, line, "request_hearing", **stories.by_person("request_hearing")) == {"hearing"}
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert (line.state, running(line)) == ("REVIEW", set())


def test_waiving_the_hearing_does_not_waive_the_statement(cast):
    line = stories.noticed(cast)
    step(cast, line, "waive_hearing")
    assert (line.state, running(line)) == ("PRENOTICE", {"CUS_DEFENCE"})
    assert refused(cast, line, "review") == {"statement"}
    step(cast, line, "hear_party", statement="It asks for leniency.")
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert (line.state, line.statement) == ("REVIEW", "It asks for leniency.")


def test_the_decision_waits_for_the_hearing_to_be_held(cast):
    line = stories.noticed(cast)
    step(cast, line, "request_hearing")
    assert running(line) == {"CUS_HEARING_HOLD", "CUS_DEFENCE"}
    assert refused(cast, line, "review") == {"state", "statement", "hearing"}
    heard = {"hearing_record": "Heard.", **stories.by_person("hold_hearing")}
    assert refused(cast, line, "hold_hearing", **heard) == {"hearing_notice"}
    step(cast, line, "notify_hearing", hearing_on=timezone.now() + timedelta(days=30))
    assert running(line) == {"CUS_HEARING_HOLD", "ADM_HEARING_NOTICE", "CUS_DEFENCE"}
    assert refused(cast, line, "hold_hearing", **heard) == {"hearing_notice"}
    lapse(line, "ADM_HEARING_NOTICE")
    stories.walk(cast, line, [("hold_hearing", "customs.officer", heard)])
    assert (line.state, running(line), line.hearing_record) == ("REVIEW", set(), "Heard.")


def test_a_hearing_is_set_for_a_day_after_seven_working_days_and_no_investigator_chairs_it(cast):
    line = stories.noticed(cast)
    step(cast, line, "request_hearing")
    with pytest.raises(Invalid, match="seven working days"):
        step(cast, line, "notify_hearing", hearing_on=timezone.now() + timedelta(days=3))
    assert "ADM_HEARING_NOTICE" not in running(line)
    step(cast, line, "notify_hearing", hearing_on=timezone.now() + timedelta(days=30))
    lapse(line, "ADM_HEARING_NOTICE")
    with pytest.raises(Invalid, match="another person chairs"):
        step(cast, line, "hold_hearing", hearing_record="Heard.", person=cast.user("customs.officer").name_zh)


def test_after_a_withdrawn_hearing_the_statement_is_still_awaited(cast):
    line = stories.noticed(cast)
    step(cast, line, "request_hearing")
    step(cast, line, "withdraw_hearing", reason="Did not come")
    assert (line.state, running(line)) == ("PRENOTICE", {"CUS_DEFENCE"})
    assert refused(cast, line, "review") == {"statement"}
    lapse(line, "CUS_DEFENCE")
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert (line.state, running(line)) == ("REVIEW", set())


def test_a_commerce_hearing_has_no_limit_of_thirty_days(cast):
    line = stories.noticed(cast, commerce(cast))
    step(cast, line, "request_hearing")
    assert running(line) == {"ADM_DEFENCE"}


@pytest.mark.slow
def test_a_hearing_must_be_offered_where_the_law_requires_it(cast):
    for values in (
        {"proposed_penalties": ["fine"], "proposed_fine_cny": "100000"},
        {"proposed_penalties": ["warning"], "proposed_fine_cny": "100000"},  # a sum stands for its kind
        {"proposed_penalties": ["gains"], "proposed_confiscated_cny": "100000"},
        *({"proposed_penalties": [kind]} for kind in ("suspend", "goods", "downgrade", "restrict", "bar")),
    ):
        line = stories.decision(cast)
        with pytest.raises(Invalid, match="right to a hearing"):
            stories.walk(cast, line, [("notify", "customs.officer", stories.notice(without_hearing=True, **values))])


SMALL = {"without_hearing": True, "proposed_penalties": ["warning", "fine"], "proposed_fine_cny": "5000"}


@pytest.mark.parametrize("kind", ["customs", "commerce"])
def test_the_party_has_its_period_for_a_statement_after_every_notice(cast, kind):
    rule = {"customs": "CUS_DEFENCE", "commerce": "ADM_DEFENCE"}[kind]
    inside = commerce(cast) if kind == "commerce" else None
    line = stories.noticed(cast, inside, **SMALL)
    assert running(line) == {rule}
    assert refused(cast, line, "review") == {"statement"}
    step(cast, line, "hear_party", statement="It admits the facts.")
    assert running(line) == set()
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert line.state == "REVIEW"


def test_a_statement_that_is_not_made_in_time_is_not_waited_for(cast):
    line = stories.noticed(cast, **SMALL)
    lapse(line, "CUS_DEFENCE")
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert (line.state, running(line)) == ("REVIEW", set())


@pytest.mark.parametrize(
    ("kinds", "fine", "gains", "due"),
    [
        (["warning", "criticism"], None, None, False),
        (["fine"], 99_999, None, False),
        (["fine"], 100_000, None, True),
        (["gains"], None, 99_999, False),
        (["gains"], None, None, True),  # unknown is not small
        (["revoke"], None, None, True),
        (["downgrade"], None, None, True),
        ([], 100_000, None, True),
    ],
)
def test_when_a_hearing_is_due(cast, kinds, fine, gains, due):
    assert hearing_required(Sanction.of(kinds, fine, gains, None), stories.decision(cast)) is due


def test_no_notice_without_two_officers(cast):
    line = stories.decision(cast)
    line.proceeding.team.clear()
    assert refused(cast, line, "notify", **stories.notice()) == {"team"}


def test_no_notice_without_an_eligible_decider(cast):
    line = stories.decision(cast)
    stories.joins_team(cast, line.proceeding, "customs.head", "proceeding")
    assert refused(cast, line, "notify", **stories.notice()) == {"decider"}
