"""行转刑, 刑转行: an anti-smuggling bureau is one agency in two capacities, with a wall between its proceedings."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic
from agencies.people.reassigning import reassign
from agencies.work.models import WorkItem
from cases.casefile.actions import stream_of
from cases.casefile.models import Case, Hold
from cases.clocks.models import Clock
from cases.proceedings.access import reads_inside
from cases.proceedings.actions import add_line, file_criminal
from cases.proceedings.models import Decision, Proceeding, Suspect, walled_ids, walled_off
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.tooling.invariants import faults
from tests import stories
from tests.refusals import refused_for

OFFICER, LEAD, HEAD = "antismuggling.officer", "antismuggling.lead", "antismuggling.head"
STATES = ["DRAFT_REPORT", "HEAD_DECISION", "CONVERTED", "REFUSED_INTERNAL", "WITHDRAWN"]


@pytest.mark.parametrize("state", STATES)
def test_it_is_the_bureaus_own_in_every_state(cast, state):
    conversion = stories.conversion(cast, state)
    assert shown(conversion, cast[OFFICER])["sight"] == "full"
    for stranger in ("customs.officer", "commerce.officer", "police.officer", "procurator"):
        assert shown(conversion, cast[stranger]) == {"sight": "nothing"}


def test_the_criminal_proceeding_opens_with_the_approval_of_the_office_holder(cast):
    waiting = stories.conversion(cast, "HEAD_DECISION")
    assert not Proceeding.objects.filter(case=waiting.case, kind="criminal").exists()
    with pytest.raises(Forbidden):
        stories.walk(cast, waiting, [("file", LEAD, {"external_number": "1"})])
    stories.walk(cast, waiting, [("file", HEAD, {"external_number": "缉立字〔2026〕1号"})])
    crime = waiting.proceeding
    assert (crime.agency.code, crime.kind, crime.converted_from) == ("GACC_ASB", "criminal", waiting.origin)
    assert crime.offence.code == "SMUG_PROHIBITED"
    assert waiting.number


def test_the_administrative_proceeding_ends_and_its_fines_wait(cast):
    inside = stories.bureau_proceeding(cast)
    party = inside.case.parties.get()
    add_line(inside, actor=cast[OFFICER], party=str(party.pk))
    stories.conversion(cast, "CONVERTED", inside)
    inside.refresh_from_db()
    assert (inside.state, inside.outcome) == ("TRANSFERRED", "transferred")
    assert inside.decisions.get().state == "TRANSFERRED"
    held = Hold.objects.standing().filter(case=inside.case, verb=Hold.Verb.PUNISH)
    assert held.concerning(party.pk, None).exists()


def test_for_one_of_two_parties_the_administrative_proceeding_goes_on(cast):
    inside = stories.bureau_proceeding(cast)
    first, second = inside.case.parties.get(), inside.case.parties.create(name="Second Ltd")
    for party in (first, second):
        add_line(inside, actor=cast[OFFICER], party=str(party.pk))
    stories.conversion(cast, "CONVERTED", inside, parties=[str(second.pk)])
    inside.refresh_from_db()
    assert inside.state == "INVESTIGATE"
    assert dict(inside.decisions.values_list("party__name", "state"))["Second Ltd"] == "TRANSFERRED"
    held = Hold.objects.standing().filter(case=inside.case, verb=Hold.Verb.PUNISH)
    assert not held.concerning(first.pk, None).exists()
    assert held.concerning(second.pk, None).exists()


def test_it_is_not_approved_by_a_member_of_the_team_nor_by_the_other_decision(cast):
    conversion = stories.conversion(cast, "HEAD_DECISION")
    stories.joins_team(cast, conversion, HEAD, "referral")
    with refused_for("own_report"):
        stories.walk(cast, conversion, [("file", HEAD, {"external_number": "1"})])
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, conversion, [("take_back", HEAD, {})])
    assert "direction" in {missing.code for missing in no.value.missing}


def test_what_is_missing_is_named_at_once(cast):
    conversion = stories.conversion(cast, team=[], report="", offence="")
    with refused_for("offence", "report", "team"):
        stories.walk(cast, conversion, [("submit", OFFICER, {})])


def test_a_criminal_proceeding_is_not_converted_to_a_criminal_one(cast):
    case = stories.case(cast, OFFICER)
    crime = file_criminal(case, actor=cast[HEAD], reason="own lead", external_number="缉立字〔2026〕7号")
    conversion = stories.conversion(cast, origin=crime)
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, conversion, [("submit", OFFICER, {})])
    assert "origin" in {missing.code for missing in no.value.missing}


def converted(cast):
    """A conversion to the criminal side whose only suspect was then released."""
    inside = stories.bureau_proceeding(cast)
    party = inside.case.parties.get()
    add_line(inside, actor=cast[OFFICER], party=str(party.pk))
    crime = stories.conversion(cast, "CONVERTED", inside).proceeding
    stories.let_go(cast, crime)
    return inside, crime


def test_back_on_the_administrative_side_the_same_proceeding_runs_again(cast):
    inside, crime = converted(cast)
    back = stories.conversion(cast, "HEAD_DECISION", crime, ground="to_administrative")
    stories.walk(cast, back, [("take_back", HEAD, {"resumed": str(inside.pk)})])
    inside.refresh_from_db()
    assert (back.state, back.resumed, inside.state) == ("CONVERTED", inside, "INVESTIGATE")
    assert inside.decisions.get().state == "OPEN"
    assert not Hold.objects.standing().filter(case=inside.case, verb=Hold.Verb.PUNISH).exists()
    assert Clock.objects.running().about(inside).filter(rule__code="CUS_DECISION").exists()


def test_no_one_goes_back_whom_the_criminal_proceeding_still_is_about(cast):
    crime = stories.conversion(cast, "CONVERTED").proceeding
    stories.suspect(cast, crime)
    back = stories.conversion(cast, origin=crime, ground="to_administrative")
    with refused_for("held"):
        stories.walk(cast, back, [("submit", OFFICER, {})])


# The wall ------------------------------------------------------------------------------------------------------------
def two_sides(cast):
    """The officer handles the bureau's administrative proceeding, the lead an independent criminal one."""
    inside = stories.bureau_proceeding(cast)
    number = f"缉立字〔2026〕{stories.serial()}号"
    crime = file_criminal(inside.case, actor=cast[HEAD], reason="own lead", external_number=number)
    Proceeding.objects.filter(pk=crime.pk).update(handler=cast[LEAD].id)
    crime.refresh_from_db()
    party = inside.case.parties.get()
    add_line(crime, actor=cast[LEAD], party=str(party.pk))
    add_line(inside, actor=cast[OFFICER], party=str(party.pk))
    return inside, crime


def test_who_handles_the_one_side_neither_reads_nor_acts_on_the_other(cast):
    inside, crime = two_sides(cast)
    assert not reads_inside(cast[OFFICER], crime)
    assert not reads_inside(cast[LEAD], inside)
    assert reads_inside(cast[OFFICER], inside)
    assert reads_inside(cast[HEAD], inside)
    assert reads_inside(cast[HEAD], crime)
    assert not Suspect.objects.visible_to(cast[OFFICER]).exists()
    assert not Decision.objects.visible_to(cast[LEAD]).exists()
    assert Suspect.objects.visible_to(cast[LEAD]).exists()
    assert RESOURCES["proceedings"].buttons(cast[OFFICER], crime) == []
    with pytest.raises(Forbidden):
        add_line(crime, actor=cast[OFFICER], party=str(crime.case.parties.get().pk))


def test_nor_do_lists_disclose_its_periods(cast):
    """Lists, counts and exports of deadlines: a rule's name alone would disclose a detention."""
    _inside, crime = two_sides(cast)
    line = crime.suspects.get()
    line.party.kind = "person"
    line.party.save()
    stories.suspect_walk(cast, line, ("detain", {"paper": "缉拘〔2026〕1号"}))
    codes = set(Clock.objects.filter(subject_kind="measure").values_list("rule__code", flat=True))
    assert codes
    for who, knows in ((OFFICER, set()), (LEAD, codes), (HEAD, codes)):
        seen = Clock.objects.visible_to(cast[who]).filter(subject_kind="measure")
        assert set(seen.values_list("rule__code", flat=True)) == knows
        client = cast.browser(who)
        listed = client.get(reverse("running_clocks"), {"rule": "CRM_CUSTODY"})
        assert len(listed.context["page"].items) == len(knows & {"CRM_CUSTODY"})
        written = client.post(reverse("list_csv", args=["running_clocks"])).content.decode()
        assert ("CRM_CUSTODY" in written) == bool(knows)


def test_nor_learns_of_it_from_the_case(cast):
    _inside, crime = two_sides(cast)
    line = Suspect.objects.get(proceeding=crime)
    stories.suspect_walk(cast, line, ("drop", {"reason": "Canary reason"}))
    for who, text in ((OFFICER, False), (LEAD, True)):
        page = cast.browser(who).get(reverse("case", args=[crime.case_id]), {"tab": "timeline"})
        assert ("Canary reason" in page.content.decode()) == text, who
        report = cast.browser(who).get(reverse("case_report_print", args=[crime.case_id]))
        assert ("Canary reason" in report.content.decode()) == text, who


def walls_of(cast, who):
    """The proceedings hidden from this person, as they are stored and as they follow from the present handlers."""
    stored = set(walled_ids(cast[who]).values_list("object_id", flat=True))
    assert stored == set(walled_off(cast[who]).values_list("pk", flat=True)), who
    return stored


def test_the_walls_are_stored_with_the_change_that_moves_them(cast):
    inside, crime = two_sides(cast)
    assert (walls_of(cast, OFFICER), walls_of(cast, LEAD)) == ({crime.pk}, {inside.pk})
    head = cast.user(HEAD)
    crime.refresh_from_db()
    with atomic():
        reassign(crime, {"handler": head}, stream_of(crime.case_id), head, cast[HEAD], "Left")
    assert (walls_of(cast, OFFICER), walls_of(cast, LEAD)) == ({crime.pk}, set())
    stories.joins_team(cast, crime, OFFICER, "proceeding")
    assert walls_of(cast, OFFICER) == set()  # who handles both sides knows both


def test_a_lost_wall_is_found_and_derived_again(cast):
    _inside, crime = two_sides(cast)
    WorkItem.objects.filter(kind="wall").delete()
    assert [(one.kind, one.column) for one in faults()] == [("wall", "person")] * 2
    call_command("rebuild_projections", kind="wall")
    assert walls_of(cast, OFFICER) == {crime.pk}


def test_a_conversion_joins_the_two(cast):
    inside = stories.bureau_proceeding(cast)
    crime = stories.conversion(cast, "CONVERTED", inside).proceeding
    Proceeding.objects.filter(pk=crime.pk).update(handler=cast[LEAD].id)
    crime.refresh_from_db()
    assert reads_inside(cast[OFFICER], crime)
    assert reads_inside(cast[LEAD], inside)


def test_the_wall_is_in_a_bureau_only(cast):
    customs = stories.proceeding(cast, "INVESTIGATE")
    assert reads_inside(cast["customs.officer"], customs)
    assert reads_inside(cast["customs.lead"], customs)


def test_counted_once_it_is_shown_in_both_lines(cast):
    conversion = stories.conversion(cast, "CONVERTED")
    inside, crime = conversion.origin, conversion.proceeding
    case = Case.objects.get(pk=inside.case_id)
    assert list(Proceeding.objects.filter(case=case).counted()) == [crime]
    for shown_one, words in ((inside, "Converted to"), (crime, "Converted from")):
        page = cast.browser(OFFICER).get(reverse("proceeding", args=[shown_one.pk]))
        assert words in page.content.decode()


def test_it_is_started_by_a_bureau_alone(cast):
    with pytest.raises(Forbidden):
        perform(RESOURCES["cases"], cast["customs.officer"], stories.case(cast), "convert", {})
    assert not Referral.objects.exists()
