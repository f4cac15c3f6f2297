"""No fine for a party and act while the police decide about them; others are not affected (D310 art. 11)."""

import pytest

from agencies.kernel.errors import TransitionRefused
from cases.casefile.actions import lift_party_holds
from cases.casefile.models import Hold
from cases.proceedings.actions import add_line
from cases.proceedings.models import Decision
from cases.proceedings.persons import add_suspect
from tests import stories
from tests.kept_stories import story

SENDER, HEAD = "customs.officer", "antismuggling.head"


@story
def two_parties(cast):
    """A case of two: A, who declared falsely, and B, who carried."""
    matter = stories.case(cast)
    first = matter.parties.get()
    second = matter.parties.create(name="Carrier Ltd", role="carrier")
    return matter, first, second


@story
def transfer_of(cast, matter, *parties, acts=(), state="DELIVERED"):
    made = stories.transfer(cast, "APPROVED", matter)
    made.parties.set(parties)
    made.acts.set(acts)
    ways = {
        "DELIVERED": [("deliver", SENDER, {})],
        "NOT_FILED": [
            ("deliver", SENDER, {}),
            ("accept", "antismuggling.officer", {}),
            ("not_file", HEAD, {"ending_reason": "No crime"}),
        ],
        "FILED": [
            ("deliver", SENDER, {}),
            ("accept", "antismuggling.officer", {}),
            ("file", HEAD, {"external_number": f"海缉立〔2026〕{stories.serial()}号"}),
        ],
    }
    stories.walk(cast, made, ways[state])
    return made


def held(matter, party, act=None):
    """Whether a fine for this party (and act) is on hold."""
    holds = Hold.objects.standing().filter(case=matter, verb=Hold.Verb.PUNISH)
    return holds.concerning(party.pk, act and act.pk).exists()


def test_no_fine_for_the_same_party_and_act_while_the_police_decide_other_parties_unaffected(cast):
    matter, first, second = two_parties(cast)
    transfer_of(cast, matter, first)
    assert (held(matter, first), held(matter, second)) == (True, False)


def test_a_transfer_that_names_no_one_is_about_all(cast):
    matter, first, second = two_parties(cast)
    transfer_of(cast, matter)
    assert held(matter, first)
    assert held(matter, second)


def test_another_act_of_the_same_party_is_not_held(cast):
    matter, first, _second = two_parties(cast)
    smuggled, misdeclared = (matter.acts.create(title=title) for title in ("smuggled", "misdeclared"))
    transfer_of(cast, matter, first, acts=[smuggled])
    assert (held(matter, first, smuggled), held(matter, first, misdeclared)) == (True, False)


def test_an_act_that_names_its_parties_is_theirs_alone(cast):
    matter, first, second = two_parties(cast)
    act = matter.acts.create(title="smuggled")
    act.parties.set([second])
    transfer_of(cast, matter, acts=[act])
    assert (held(matter, first, act), held(matter, second, act)) == (False, True)


def test_the_fine_is_refused_and_the_refusal_names_the_police(cast):
    inside = stories.proceeding(cast, "INVESTIGATE")
    first = inside.case.parties.get()
    add_line(inside, actor=cast[SENDER], party=str(first.pk))
    transfer_of(cast, inside.case, first)
    Decision.objects.update(state="REVIEW")
    line = Decision.objects.get()
    fine = {"decision_number": "1", "fine_cny": 1, "reason": ""}
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, line, [("decide", "customs.head", fine)])
    assert "hold:punish" in [missing.code for missing in no.value.missing]


@pytest.mark.parametrize(
    "state", ["NOT_FILED", "RECONSIDERATION", "UPHELD", "SUPERVISED", "NOT_FILED_FINAL", "WITHDRAWN"]
)
def test_fines_wait_while_a_remedy_is_open_and_until_the_matter_is_the_agencys_again(cast, state):
    transfer = stories.transfer(cast, state)
    waits = state not in ("NOT_FILED_FINAL", "WITHDRAWN")
    assert held(transfer.case, transfer.case.parties.get()) == waits


def test_filing_hands_the_hold_to_the_criminal_proceeding_for_the_same_parties(cast):
    matter, first, second = two_parties(cast)
    transfer = transfer_of(cast, matter, first, state="FILED")
    assert (held(matter, first), held(matter, second)) == (True, False)
    assert Hold.objects.standing().get(verb="punish").source == transfer.proceeding_id


@pytest.mark.parametrize("named", [True, False], ids=["both named", "all"])
def test_one_party_goes_back_and_the_other_stays_held(cast, named):
    matter, first, second = two_parties(cast)
    transfer = transfer_of(cast, matter, *([first, second] if named else []), state="FILED")
    lift_party_holds([transfer.proceeding_id], Hold.Verb.PUNISH, [first.pk])
    assert (held(matter, first), held(matter, second)) == (False, True)


def test_what_was_imposed_before_keeps_running(cast):
    """A transfer does not stop warnings and suspensions already imposed (D310 art. 11(2))."""
    inside = stories.proceeding(cast, "INVESTIGATE")
    line = stories.decision(cast, inside)
    Decision.objects.filter(pk=line.pk).update(state="SERVED")
    transfer_of(cast, inside.case, line.party)
    line.refresh_from_db()
    stories.walk(cast, line, [("perform", SENDER, {})])
    assert line.state == "PERFORMED"


def test_a_first_suspect_does_not_set_the_other_transferred_party_free(cast):
    matter, first, second = two_parties(cast)
    third = matter.parties.create(name="Buyer Ltd", role="consignee")
    opened = transfer_of(cast, matter, first, second, state="FILED").proceeding
    add_suspect(opened, actor=cast["antismuggling.officer"], party=str(first.pk))
    assert [held(matter, party) for party in (first, second, third)] == [True, True, False]
