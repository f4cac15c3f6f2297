"""Suspects: those of one case end separately, and unlawful steps are refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import TransitionRefused
from cases.casefile.models import Hold
from cases.clocks.models import Clock
from cases.proceedings.standing import person_statuses
from tests import stories
from tests.refusals import invalid_at, refused_for
from tests.stories.basics import running

POLICE, CHIEF = "antismuggling.officer", "antismuggling.lead"


def walk(cast, line, *verbs):
    stories.suspect_walk(cast, line, *((verb, {}) if isinstance(verb, str) else verb for verb in verbs))


def unmet(cast, line, verb, **given):
    with pytest.raises(TransitionRefused) as no:
        walk(cast, line, (verb, given))
    return {missing.code for missing in no.value.missing}


def proceed(cast, inside, *verbs):
    stories.walk(cast, inside, [(verb, CHIEF, {} if isinstance(given, str) else given) for verb, given in verbs])


def sent(cast, line):
    proceed(cast, line.proceeding, ("prosecute_opinion", ""))
    line.refresh_from_db()


@pytest.fixture
def line(cast):
    return stories.suspect(cast)


@pytest.fixture
def judged(cast, line):
    """Prosecuted; the court has judged the case."""
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    return line


# Arrest --------------------------------------------------------------------------------------------------------------
def test_the_procuratorate_has_seven_days_for_a_detained_suspect_and_fifteen_otherwise(cast, line):
    detention = stories.measure(cast, line)
    walk(cast, line, "request_arrest")
    assert "CRM_ARREST_DECIDE" in running(detention)
    free = stories.suspect(cast, line.proceeding)
    walk(cast, free, "request_arrest")
    clock = Clock.objects.about(free).get()
    assert (clock.rule.code, clock.rule.length) == ("CRM_ARREST_FREE", 15)


def test_an_arrest_is_executed_only_once_it_is_approved(cast, line):
    walk(cast, line, "detain", "request_arrest")
    assert "state" in unmet(cast, line, "arrest")
    walk(cast, line, "approve_arrest", "arrest")
    arrest = line.measures.standing().get()
    assert (arrest.kind, arrest.authority) == ("arrest", "procuratorate")
    assert {"CRM_INVEST", "CRM_FAMILY", "CRM_QUESTION"} <= running(arrest)
    assert running(line) == {"CRM_RECEIPT"}
    walk(cast, line, "report_execution")
    assert running(line) == set()


def test_after_a_refused_arrest_the_release_is_due_at_once_and_reported(cast, line):
    detention = stories.measure(cast, line)
    walk(cast, line, "request_arrest", "refuse_arrest")
    detention.refresh_from_db()
    assert (detention.state, detention.over_because) == ("OVER", "refused")
    assert running(line) == {"CRM_ARREST_RECON"}
    stories.walk(cast, detention, [("release", POLICE, {"reason": "not approved"})])
    assert running(line) == {"CRM_ARREST_RECON", "CRM_RECEIPT"}


def test_a_refusal_is_contested_at_two_levels_and_no_more(cast, line):
    walk(cast, line, "detain", "request_arrest", "refuse_arrest")
    walk(cast, line, "contest_refusal", "uphold_refusal", "contest_refusal", "uphold_refusal")
    assert line.state == "INVESTIGATED"
    assert unmet(cast, line, "contest_refusal") == {"right"}


def test_the_procuratorate_answers_in_seven_days_and_the_higher_one_in_fifteen(cast, line):
    """SPPR arts. 290, 291."""
    walk(cast, line, "detain", "request_arrest", "refuse_arrest", "contest_refusal")
    assert running(line) == {"CRM_ARREST_RECON_DECIDE"}
    walk(cast, line, "uphold_refusal", "contest_refusal")
    assert running(line) == {"CRM_ARREST_REVIEW_DECIDE"}
    walk(cast, line, "approve_arrest")
    assert (line.state, running(line)) == ("ARREST_APPROVED", set())


def test_a_lapsed_right_cannot_be_used(cast, line):
    walk(cast, line, "detain", "request_arrest", "refuse_arrest")
    Clock.objects.about(line).update(due_at=timezone.now() - timedelta(minutes=1))
    assert unmet(cast, line, "contest_refusal") == {"lapsed"}


def test_a_court_may_order_the_arrest_of_a_defendant(cast, judged):
    walk(cast, judged, ("execute_arrest", {"authority": "court"}))
    arrest = judged.measures.standing().get()
    assert (arrest.kind, arrest.authority) == ("arrest", "court")
    assert "CRM_INVEST" not in running(arrest)


# Prosecution ---------------------------------------------------------------------------------------------------------
def test_a_case_without_suspects_is_not_sent_for_prosecution(cast):
    inside = stories.criminal(cast)
    with refused_for("suspects"):
        proceed(cast, inside, ("prosecute_opinion", ""))


def test_an_arrest_under_review_keeps_the_case_from_being_sent(cast, line):
    walk(cast, line, "detain", "request_arrest")
    with pytest.raises(TransitionRefused) as no:
        proceed(cast, line.proceeding, ("prosecute_opinion", ""))
    assert "arrest" in {missing.code for missing in no.value.missing}


def test_suspects_are_sent_with_their_case_and_periods_restart(cast, line):
    inside = line.proceeding
    arrest = stories.arrested(cast, line)
    sent(cast, line)
    assert line.state == "UNDER_REVIEW"
    assert "CRM_INVEST" not in running(arrest)
    for _ in range(2):
        proceed(cast, inside, ("return", {"reason": "unclear"}))
        assert running(inside) == {"CRM_SUPPLEMENT"}
        line.refresh_from_db()
        assert line.state == "SUPPLEMENT"
        proceed(cast, inside, ("prosecute_opinion", ""))
        assert running(inside) == {"CRM_PROSECUTE"}
    with refused_for("supplements"):
        proceed(cast, inside, ("return", {"reason": "still unclear"}))
    assert inside.supplements == 2


def test_non_prosecution_says_its_kind_and_frees_the_person(cast, line):
    arrest = stories.arrested(cast, line)
    sent(cast, line)
    walk(cast, line, ("not_prosecute", {"nonprosecution": "insufficient"}))
    arrest.refresh_from_db()
    assert (line.state, line.nonprosecution) == ("NOT_PROSECUTED", "insufficient")
    assert (arrest.state, arrest.over_because) == ("OVER", "freed")
    assert running(line) == {"CRM_NONPROS_RECON"}


def test_with_the_last_suspect_the_proceeding_is_not_prosecuted(cast, line):
    other = stories.suspect(cast, line.proceeding)
    sent(cast, line)
    other.refresh_from_db()
    walk(cast, line, ("not_prosecute", {"nonprosecution": "statutory"}))
    line.proceeding.refresh_from_db()
    assert line.proceeding.state == "TRANSFER_PROS"
    walk(cast, other, ("not_prosecute", {"nonprosecution": "discretionary"}))
    line.proceeding.refresh_from_db()
    assert (line.proceeding.state, line.proceeding.outcome) == ("NOT_PROSECUTED", "not_prosecuted")


def test_a_non_prosecution_that_is_revoked_takes_the_case_back_to_review(cast, line):
    sent(cast, line)
    walk(cast, line, ("not_prosecute", {"nonprosecution": "statutory"}))
    walk(cast, line, "contest_nonprosecution", "uphold_nonprosecution", "contest_nonprosecution")
    walk(cast, line, "revoke_nonprosecution")
    line.proceeding.refresh_from_db()
    assert (line.state, line.proceeding.state) == ("UNDER_REVIEW", "TRANSFER_PROS")
    assert running(line.proceeding) == {"CRM_PROSECUTE"}


# Judgment ------------------------------------------------------------------------------------------------------------
def test_no_suspect_is_guilty_before_a_court_has_judged_and_an_adjourned_trial_restarts(cast, line):
    sent(cast, line)
    proceed(cast, line.proceeding, ("prosecute", ""))
    line.refresh_from_db()
    assert unmet(cast, line, "convict", charge="Smuggling") == {"judgment"}
    proceed(cast, line.proceeding, ("adjourn", {"reason": "new evidence"}))
    assert running(line.proceeding) == {"CRM_SUPPLEMENT"}
    proceed(cast, line.proceeding, ("resume_trial", ""))
    assert running(line.proceeding) == {"CRM_TRIAL"}


def test_a_judgment_is_final_without_an_appeal_in_time(cast, judged):
    walk(cast, judged, ("convict", {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 36}))
    assert unmet(cast, judged, "finalise") == {"appeal"}
    Clock.objects.about(judged).update(due_at=timezone.now() - timedelta(minutes=1))
    walk(cast, judged, "finalise")
    judged.proceeding.refresh_from_db()
    assert (judged.state, judged.proceeding.state) == ("FINAL", "FINAL")


def test_each_defendant_appeals_separately(cast, line):
    other = stories.suspect(cast, line.proceeding)
    stories.judged(cast, line.proceeding)
    for one in (line, other):
        one.refresh_from_db()
        walk(cast, one, ("convict", {"charge": "Smuggling", "fine_cny": "1000", "sentence": "fine_only"}))
    walk(cast, line, "appeal")
    other.refresh_from_db()
    line.proceeding.refresh_from_db()
    assert (line.state, other.state, line.proceeding.state) == ("APPEAL", "JUDGED", "APPEAL")
    assert running(line) == {"CRM_APPEAL_TRIAL"}


def test_a_changed_sentence_takes_the_place_of_the_first(cast, judged):
    first = {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 36, "suspended_months": 48}
    walk(cast, judged, ("convict", first), "appeal")
    walk(cast, judged, ("change_sentence", {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 20}))
    assert (judged.state, judged.sentence_months, judged.suspended_months) == ("FINAL", 20, None)


def test_a_case_sent_back_is_tried_again(cast, judged):
    walk(cast, judged, ("convict", {"charge": "Smuggling", "sentence_months": 36, "sentence": "fixed_term"}), "appeal")
    walk(cast, judged, "remand")
    assert (judged.state, judged.verdict, judged.sentence_months) == ("PROSECUTED", "", None)
    assert running(judged) == {"CRM_TRIAL"}
    walk(cast, judged, "acquit")
    assert judged.verdict == "acquitted"


@pytest.mark.parametrize("verb", ["acquit", "exempt"])
def test_an_acquitted_or_exempted_defendant_is_released_before_the_judgment_is_final(cast, line, verb):
    arrest = stories.arrested(cast, line)
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    walk(cast, line, (verb, {"charge": "Smuggling"} if verb == "exempt" else {}))
    arrest.refresh_from_db()
    assert arrest.state == "OVER"


def test_a_final_sentence_takes_the_place_of_the_arrest(cast, line):
    arrest = stories.arrested(cast, line)
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    walk(cast, line, ("convict", {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 36}))
    walk(cast, line, "appeal", "uphold_judgment")
    arrest.refresh_from_db()
    assert (arrest.state, arrest.ending) == ("ENDED", "judged")


# Other ends ----------------------------------------------------------------------------------------------------------
def test_withdrawing_the_case_ends_it_for_every_suspect_and_the_sender_is_notified(cast, line):
    detention = stories.measure(cast, line)
    proceed(cast, line.proceeding, ("withdraw", {"outcome_reason": "no crime"}))
    line.refresh_from_db()
    detention.refresh_from_db()
    assert (line.state, detention.state) == ("DROPPED", "OVER")
    assert running(line.proceeding) == {"CRM_VICTIM_NOTICE"}


def test_a_hand_over_to_other_police_includes_the_suspects_and_notifies_the_sender(cast, line):
    detention = stories.measure(cast, line)
    proceed(cast, line.proceeding, ("hand_on", {"to_agency": "Other police", "outcome_reason": "not ours"}))
    line.refresh_from_db()
    detention.refresh_from_db()
    assert (line.state, detention.state, detention.ending) == ("MOVED", "ENDED", "handed")
    clock = Clock.objects.about(line.proceeding).running().get()
    assert (clock.rule.code, clock.rule.length) == ("CRM_HANDED_NOTICE", 3)
    proceed(cast, line.proceeding, ("tell_handing_on", ""), ("close", ""))
    assert line.proceeding.state == "CLOSED"


def test_a_dropped_suspect_can_be_investigated_again_while_the_case_is_open(cast, line):
    walk(cast, line, "drop", "reopen")
    assert line.state == "INVESTIGATED"
    walk(cast, line, "drop")
    proceed(cast, line.proceeding, ("withdraw", {"outcome_reason": "no crime"}))
    assert unmet(cast, line, "reopen") == {"proceeding"}


# Fines of other agencies ---------------------------------------------------------------------------------------------
def held(line, verb="punish"):
    return set(Hold.objects.standing().filter(source=line.pk, verb=verb).values_list("party", flat=True))


def test_fines_are_blocked_for_the_suspect_only(cast, line):
    assert held(line) == {line.party_id}
    standing = Hold.objects.standing().filter(source=line.proceeding_id, verb="punish")
    assert not standing.exists()  # from the first suspect on holds are per person, not for the whole case


@pytest.mark.parametrize("verb", ["drop", "not_prosecute"])
def test_an_end_without_punishment_allows_a_fine_by_other_agencies(cast, line, verb):
    if verb == "not_prosecute":
        sent(cast, line)
    walk(cast, line, (verb, {"nonprosecution": "discretionary"} if verb == "not_prosecute" else {}))
    assert held(line) == set()


def test_after_a_courts_punishment_no_agency_fines_the_same_act(cast, judged):
    walk(cast, judged, ("convict", {"charge": "Smuggling", "sentence": "fine_only", "fine_cny": "1000"}), "appeal")
    assert held(judged) == {judged.party_id}
    walk(cast, judged, "uphold_judgment")
    assert (held(judged), held(judged, "fine")) == (set(), {judged.party_id})


def test_the_court_sets_an_administrative_fine_off_up_to_its_own(cast):
    inside = stories.criminal(cast)
    line = stories.suspect(cast, inside)
    stories.judged(cast, inside)
    line.refresh_from_db()
    values = {"charge": "Smuggling", "sentence": "fine_only", "fine_cny": "500", "set_off_cny": "501"}
    with invalid_at("/set_off_cny"):
        walk(cast, line, ("convict", values))
    walk(cast, line, ("convict", values | {"set_off_cny": "300"}))
    assert person_statuses([line])[0].fate.endswith("fine of CNY 500, of which CNY 300 set off")
