"""After a judgment: a fine of the court bars a second fine for the same act, and nothing else (APL art. 35)."""

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Hold
from cases.clocks.models import Clock
from cases.proceedings.actions import create_proceeding
from cases.proceedings.models import Decision, Proceeding, Suspect
from cases.proceedings.persons import add_suspect
from tests import stories

pytestmark = pytest.mark.both_databases  # holds of courts and police are rows with constraints

BUREAU, HEAD = "antismuggling.officer", "customs.head"
CONVICTED = {"charge": "走私国家禁止进出口的货物罪", "sentence": "fixed_term", "sentence_months": 24}


def matter(cast, **notice):
    """A customs decision before it is taken, and a suspect: the same company, on the same case."""
    values = {"proposed_penalties": ["fine", "revoke"], "proposed_fine_cny": "300000", **notice}
    line = stories.reviewed(cast, **values)
    police = cast["antismuggling.head"]
    inside = create_proceeding(
        *(line.proceeding.case, police_agency(cast)),
        **{"actor": police, "external_number": f"缉立{stories.serial()}", "kind": "criminal", "at": timezone.now()},
    )
    add_suspect(inside, actor=cast[BUREAU], party=str(line.party_id))
    return line, Suspect.objects.get(proceeding=inside)


def police_agency(cast):
    return cast.user("antismuggling.head").agency


def judge(cast, suspect, verdict="convict", **given):
    """To the final judgment of the second instance."""
    stories.judged(cast, suspect.proceeding)
    suspect.refresh_from_db()
    values = {**CONVICTED, **given} if verdict == "convict" else {"reason": "No punishment", **given}
    ends = [(verdict, BUREAU, values), ("appeal", BUREAU, {}), ("uphold_judgment", BUREAU, {})]
    stories.walk(cast, suspect, ends)
    assert suspect.state == "FINAL"


def unmet(cast, line, verb):
    return {one.code: one.detail for one in RESOURCES["decisions"].workflow_of(line).unmet(verb, cast[HEAD], line)}


def decide(cast, line, **given):
    stories.walk(cast, line, [("decide", HEAD, given)])


def commerce(line):
    Proceeding.objects.filter(pk=line.proceeding_id).update(kind="commerce")
    return Decision.objects.get(pk=line.pk)


def test_until_the_judgment_is_final_the_refusal_names_the_criminal_proceedings(cast):
    line, suspect = matter(cast)
    for verb in ("decide", "mitigate", "no_penalty"):
        assert "criminal proceedings about the same act are not over" in unmet(cast, line, verb)["hold:punish"]
    stories.judged(cast, suspect.proceeding)
    assert "hold:punish" in unmet(cast, line, "decide")


def test_a_fine_of_the_court_bars_a_fine_and_not_the_revocation_of_a_licence(cast):
    line, suspect = matter(cast)
    judge(cast, suspect, fine_cny="500000")
    assert unmet(cast, line, "decide") == unmet(cast, line, "no_penalty") == {}
    with pytest.raises(TransitionRefused, match="a court has fined the same act"):
        decide(cast, line, fine_cny="300000", penalties=["fine", "revoke"])
    decide(cast, line, penalties=["revoke"])
    assert (line.state, line.penalties, line.fine_cny) == ("DECIDED", ["revoke"], None)


def test_a_party_that_the_court_fined_may_be_decided_about_without_a_penalty(cast):
    line, suspect = matter(cast)
    judge(cast, suspect, fine_cny="500000")
    given = {"ground": "The court fined it.", "ground_kind": "APL35", "decision_number": "1"}
    stories.walk(cast, line, [("no_penalty", HEAD, given)])
    assert line.result == "no_penalty"


EXEMPT = {"charge": "走私罪", "reason": "Slight"}


@pytest.mark.parametrize(("verdict", "given"), [("convict", {}), ("exempt", EXEMPT), ("acquit", {})])
def test_without_a_fine_of_the_court_the_act_may_be_fined(cast, verdict, given):
    line, suspect = matter(cast)
    judge(cast, suspect, verdict, **given)
    decide(cast, line, fine_cny="300000", penalties=["fine"])
    assert line.fine_cny == 300_000


def test_a_fine_of_one_party_does_not_bar_that_of_another(cast):
    line, suspect = matter(cast)
    other = line.proceeding.case.parties.create(name="Another")
    add_suspect(suspect.proceeding, actor=cast[BUREAU], party=str(other.pk))
    Hold.objects.filter(source=suspect.pk).delete()
    suspect.delete()
    judge(cast, Suspect.objects.get(party=other), fine_cny="500000")
    decide(cast, line, fine_cny="300000", penalties=["fine"])
    assert line.state == "DECIDED"


def test_a_ban_begins_with_the_final_judgment_where_no_penalty_was_imposed(cast):
    line, suspect = matter(cast)
    Decision.objects.filter(pk=line.pk).update(state="OPEN")
    line = commerce(line)
    assert "punished" in unmet(cast, line, "ban")
    judge(cast, suspect, fine_cny="500000")
    stories.walk(cast, line, [("ban", HEAD, {"reason": "Convicted", "barred_persons": "The manager"})])
    clock = Clock.objects.running().about(line).get(rule__code="LICENCE_BAN")
    assert clock.started_at == Suspect.objects.get(pk=suspect.pk).state_since
    stories.walk(cast, line, [("drop", "customs.officer", {"reason": "Nothing else to decide"})])
    assert Clock.objects.running().about(line).filter(rule__code="LICENCE_BAN").exists()
    stories.walk(cast, line, [("lift_ban", HEAD, {"reason": "Lifted"})])


def test_persons_are_barred_for_life_only_after_a_criminal_penalty(cast):
    line = commerce(stories.served(cast))
    with pytest.raises(Invalid, match="No final judgment"):
        stories.walk(cast, line, [("ban", HEAD, {"reason": "Grave", "barred_for_life": True})])
    line, suspect = matter(cast)
    line.party.kind = "person"
    line.party.save()
    Decision.objects.filter(pk=line.pk).update(state="OPEN")
    judge(cast, suspect)
    line = commerce(line)
    stories.walk(cast, line, [("ban", HEAD, {"reason": "Convicted", "barred_for_life": True})])
    assert line.barred_for_life
    assert not Clock.objects.about(line).filter(rule__code="LICENCE_BAN").exists()  # a bar for life has no end


def test_a_decision_of_no_penalty_starts_no_ban(cast):
    line = stories.reviewed(cast)
    given = {"ground": "x", "ground_kind": "APL33_2", "decision_number": "1"}
    served = {"service": "on_the_spot", **stories.by_person("serve")}
    stories.walk(cast, line, [("no_penalty", HEAD, given), ("serve", "customs.officer", served)])
    assert "punished" in unmet(cast, commerce(line), "ban")


def test_a_transfer_that_the_court_has_decided_no_longer_blocks_the_penalty(cast):
    line, suspect = matter(cast)
    line.assessments.create(
        **{"conclusion": "transfer", "reasons": "x", "verdict": "above", "assessed_at": timezone.now()},
        **{"weight_kg": 99_999, "value_cny": 99_999_999, "assessed_by": cast.user("customs.officer")},
    )
    assert "transfer_due" in unmet(cast, line, "decide")
    judge(cast, suspect)
    assert unmet(cast, line, "decide") == {}
