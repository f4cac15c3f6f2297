"""案件移送 between administrative agencies: competence, and who decides when both decline (APL arts. 22–25)."""

import pytest

from agencies.journal.models import Event
from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency, common_superior
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.proceedings.models import Decision, Proceeding
from coordination.exchange.referrals.actions import CASE_ACTIONS
from coordination.exchange.referrals.models import Letter, Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.refusals import invalid_at, refused_for

SENDER, RECEIVER, CENTRE = "customs.officer", "commerce.officer", "centre.coordinator"


def test_the_package_names_the_files_and_the_receiver_does_not_see_the_case_before_it_accepts(cast):
    matter = stories.matter(cast, "SENT")
    result = shown(matter, cast[RECEIVER])
    assert result["packages"][0]["content"]["letter"]["enclosures"] == "File of 40 pages"
    assert result["case"] is None
    assert not Case.objects.visible_to(cast[RECEIVER]).filter(pk=matter.case_id).exists()


def test_acceptance_opens_the_receivers_proceeding_and_ends_the_senders(cast):
    matter = stories.matter(cast, "RECEIVED")
    opened, origin = matter.proceeding, Proceeding.objects.get(pk=matter.origin_id)
    assert (opened.agency.code, opened.kind, opened.state) == ("MOFCOM_SCB", "commerce", "VERIFY")
    assert (origin.state, origin.outcome) == ("TRANSFERRED", "handed_on")
    assert not Clock.objects.running().about(origin).filter(rule__code="CUS_DECISION").exists()
    assert Case.objects.visible_to(cast[RECEIVER]).filter(pk=matter.case_id).exists()


def test_lines_without_a_decision_go_with_it_and_decided_ones_stay(cast):
    inside = stories.proceeding(cast, "INVESTIGATE")
    second = inside.case.parties.create(name="Second Ltd")
    line = stories.decision(cast, inside)
    fined = Decision.objects.create(proceeding=inside, party=second, state="SERVED", result="penalty")
    stories.matter(cast, "RECEIVED", within=inside)
    line.refresh_from_db()
    fined.refresh_from_db()
    inside.refresh_from_db()
    assert (line.state, fined.state) == ("TRANSFERRED", "SERVED")
    assert inside.state == "INVESTIGATE"  # it continues for the remaining party


def test_only_the_named_party_goes(cast):
    inside = stories.proceeding(cast, "INVESTIGATE")
    second = inside.case.parties.create(name="Second Ltd")
    line = stories.decision(cast, inside)
    other = Decision.objects.create(proceeding=inside, party=second)
    matter = stories.matter(cast, within=inside)
    matter.parties.set([second])
    stories.walk(cast, matter, [("send", "customs.lead", {}), ("accept", RECEIVER, {})])
    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.state, other.state) == ("OPEN", "TRANSFERRED")


def test_it_goes_to_agencies_that_conduct_administrative_proceedings(cast):
    data = {"receiver": "SPP", "title": "Matter", "report": "Facts"}
    with invalid_at("/receiver"):
        CASE_ACTIONS["transfer_matter"](stories.case(cast), actor=cast[SENDER], **data)


def test_what_was_returned_is_completed_and_sent_again_under_its_number(cast):
    matter = stories.matter(cast, "RETURNED")
    number = matter.number
    said = {"title": matter.title, "report": "Pages 3 to 9"}
    stories.walk(cast, matter, [("change", SENDER, said), ("send", "customs.lead", {})])
    assert (matter.state, matter.number, matter.packages.count()) == ("SENT", number, 2)


@pytest.mark.parametrize("state", ["NOT_COMPETENT", "CENTRE_ASKED", "OPINED", "AT_OFFICE"])
def test_either_may_give_way_while_it_is_disputed(cast, state):
    matter = stories.matter(cast, state)
    buttons = {b.verb for b in RESOURCES["referrals"].buttons(cast["commerce.lead"], matter)}
    assert "accept" in buttons
    assert "keep" in {b.verb for b in RESOURCES["referrals"].buttons(cast["customs.lead"], matter)}


def test_once_designated_the_receiver_cannot_decline_and_the_sender_cannot_keep(cast):
    matter = stories.matter(cast, "DESIGNATED")
    assert {b.verb for b in RESOURCES["referrals"].buttons(cast["commerce.lead"], matter)} == {
        "accept",
        "confirm_correction",
    }
    assert {b.verb for b in RESOURCES["referrals"].buttons(cast["customs.lead"], matter)} == {"ask_correction"}


def test_agencies_without_a_common_superior_are_referred_to_the_centre(cast):
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, stories.matter(cast, "NOT_COMPETENT"), [("ask_superior", SENDER, {"reason": "x"})])
    assert [missing.code for missing in no.value.missing] == ["superior"]
    assert "centre" in no.value.detail


def under_one_roof(matter):
    """No superior of two demo agencies uses the system, so the economic-crime bureau becomes one."""
    above = Agency.objects.get(code="MPS_ECID")
    Agency.objects.filter(pk__in=[matter.sender_id, matter.receiver_id]).update(parent=above)
    return Referral.objects.get(pk=matter.pk)


def test_two_bureaux_of_one_line_have_their_line_above_them():
    assert common_superior(Agency(code="one"), Agency(code="two")) is None


def test_the_common_superior_of_a_bureau_and_a_district_is_the_customs_administration(db):
    bureau, district = Agency.objects.get(code="GACC_ASB"), Agency.objects.get(code="CUS_5300")
    assert common_superior(bureau, district).code == "GACC"


@pytest.mark.parametrize(("verb", "state"), [("designate_receiver", "DESIGNATED"), ("designate_sender", "KEPT")])
def test_the_common_superior_designates(cast, verb, state):
    matter = under_one_roof(stories.matter(cast, "NOT_COMPETENT"))
    assert shown(matter, cast["police.lead"]) == {"sight": "nothing"}
    stories.walk(cast, matter, [("ask_superior", SENDER, {"reason": "Both decline"})])
    assert shown(matter, cast["police.lead"])["sight"] == "package"
    assert Task.objects.get(source=matter.pk, state="OPEN").agency.code == "MPS_ECID"
    stories.walk(cast, matter, [(verb, "police.lead", {"letter": "Designation 1"})])
    assert matter.state == state
    for who in (SENDER, RECEIVER):
        assert Letter.objects.visible_to(cast[who]).filter(referral=matter).count() == 1


def test_the_centre_reads_a_matter_only_once_it_has_left_the_draft(cast):
    assert shown(stories.matter(cast), cast[CENTRE]) == {"sight": "nothing"}
    assert shown(stories.matter(cast, "CENTRE_ASKED"), cast[CENTRE])["sight"] == "package"


def test_the_centres_opinion_is_notified_to_both_read_by_both_and_accepted_by_taking_the_matter(cast):
    matter = stories.matter(cast, "OPINED")
    assert (matter.competent.code, matter.holder.code) == ("MOFCOM_SCB", "MOFCOM_SCB")
    for who in (SENDER, RECEIVER):
        assert [letter["text"] for letter in shown(matter, cast[who])["letters"]] == ["It is about qualification."]
    opinion = Event.objects.get(object_id=matter.pk, verb="opine")
    assert {matter.sender_id, matter.receiver_id} <= set(opinion.deliveries.values_list("agency_id", flat=True))
    stories.walk(cast, matter, [("accept", RECEIVER, {})])
    assert matter.proceeding.agency.code == "MOFCOM_SCB"


def test_the_opinion_binds_no_one_who_takes_it_to_the_office(cast):
    matter = stories.matter(cast, "AT_OFFICE")
    stories.walk(cast, matter, [("office_sender", CENTRE, {"letter": "协调办〔2026〕2号"})])
    assert matter.state == "KEPT"
    origin = Proceeding.objects.get(pk=matter.origin_id)
    assert origin.state == "INVESTIGATE"  # the sender's proceeding never ended


def test_the_centre_gives_no_opinion_on_a_restricted_case(cast):
    matter = stories.matter(cast, "NOT_COMPETENT")
    Case.objects.filter(pk=matter.case_id).update(handling="H3")
    matter = Referral.objects.get(pk=matter.pk)
    with refused_for("restricted"):
        stories.walk(cast, matter, [("ask_centre", SENDER, {"reason": "x"})])


def test_the_sender_records_the_paper_of_a_district_that_does_not_use_the_system(cast):
    case = stories.case(cast, "antismuggling.officer")
    data = {"receiver": "CUS_5300", "title": "Violation of rules", "report": "No evasion"}
    matter = CASE_ACTIONS["transfer_matter"](case, actor=cast["antismuggling.officer"], **data)
    stories.walk(cast, matter, [("send", "antismuggling.lead", {})])
    kept = stories.incoming(cast, matter=case, agency="CUS_5300", by="antismuggling.officer")
    stories.walk(cast, matter, [("accept", "antismuggling.officer", {"paper": str(kept.pk)})])
    assert (matter.state, matter.proceeding.agency.code, matter.handler) == ("RECEIVED", "CUS_5300", None)
    data = Event.objects.get(object_id=matter.pk, verb="accept")
    assert data.on_behalf_of_id == matter.receiver_id
