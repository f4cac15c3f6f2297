"""Help for a state: actions, who may take them, and periods, from workflows and rules."""

import pytest
from django.urls import reverse

from agencies.kernel.resource import resource_of
from coordination.actions.state_help import ways_from
from coordination.exchange.referrals.workflow import CRIMINAL_TRANSFER
from tests import stories
from tests.coordination.test_workflow_matrix import STAGES, put, states_of


def ways(cast, who, thing):
    return {str(way.button): way for way in ways_from(thing, resource_of(thing).workflow_of(thing), cast[who])}


def help_of(cast, who, thing, language="en"):
    return cast.browser(who, language).get(reverse("state_help", args=[resource_of(thing).name, thing.pk]))


def test_only_the_responsible_person_approves_a_transfer_and_the_law_shows_in_three_days(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    approve = ways(cast, "customs.officer", transfer)[str(CRIMINAL_TRANSFER.labels["approve"].button)]
    assert [(who.agency.code, str(who.rank)) for who in approve.who] == [("GACC", "only the responsible person")]
    assert not approve.mine
    assert "TRF_APPROVE" in [rule.code for rule in approve.ends]
    shown = help_of(cast, "customs.officer", transfer).text
    assert "only the responsible person" in shown
    assert help_of(cast, "customs.head", transfer).context["on"]


def test_the_running_period_is_with_its_article(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    (clock, *_others) = help_of(cast, "antismuggling.officer", transfer).context["clocks"]
    shown = help_of(cast, "antismuggling.officer", transfer).text
    assert clock.rule.name in shown
    assert clock.rule.cited in shown


def test_the_whole_agency_sees_its_leads(cast):
    found = ways(cast, "customs.officer", stories.lead(cast))
    assert {str(who.rank) for way in found.values() for who in way.who} == {"any officer"}
    assert [name for name, way in found.items() if not way.mine] == ["Assign to an agency"]


@pytest.mark.slow
def test_help_is_refused_for_an_invisible_object_and_leads_to_the_glossary(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    assert help_of(cast, "antismuggling.officer", transfer).status_code == 404
    assert help_of(cast, "procurator", stories.case(cast)).status_code == 404
    assert cast.browser("customs.officer").get(f"/nonsense/{transfer.pk}/state/").status_code == 404

    url = reverse("state_help", args=["referrals", transfer.pk])
    assert url in cast.browser("customs.officer").get(reverse("referral", args=[transfer.pk])).text
    assert reverse("glossary") in cast.browser("customs.officer").get(url).text


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_every_state_of_every_table_has_its_help(cast, name):
    workflow, make = STAGES[name]
    thing = make(cast)
    for state in states_of(workflow):
        put(thing, state)
        found = ways_from(thing, workflow, cast["customs.officer"])
        open_now = [verb for verb, line in workflow.transitions.items() if state in line.sources and not line.system]
        assert [way.button for way in found] == [workflow.labels[verb].button for verb in open_now]
