"""Handling codes belong to the source, and a case with a criminal indication does not just end."""

import pytest

from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.intake.actions import attach_lead, promote_lead
from cases.intake.models import Lead
from cases.sharing.actions import share_case
from cases.sharing.models import Share
from coordination.actions.performing import perform
from tests import stories
from tests.refusals import invalid_at, refused_for

CASES, LEADS = RESOURCES["cases"], RESOURCES["leads"]


def from_commerce(cast, handling="H2"):
    """A lead that the commerce bureau gave customs."""
    lead = stories.lead(cast, handling_code=handling)
    Lead.objects.filter(pk=lead.pk).update(source_agency=Agency.objects.get(code="MOFCOM_SCB"))
    return Lead.objects.get(pk=lead.pk)


def test_an_officer_cannot_lower_the_code_of_the_source_alone(cast):
    lead = from_commerce(cast)
    with refused_for("second_person"):
        promote_lead(lead, actor=cast["customs.head"], title="T", handling="H0")

    asked = perform(LEADS, cast["customs.officer"], lead, "promote", {"title": "T", "handling": "H0"}).created
    assert (asked.kind, asked.confirmer_agency.code) == ("consent", "MOFCOM_SCB")
    assert not Case.objects.exists()
    assert cast.browser("commerce.officer").post(f"/confirmations/{asked.pk}/do/confirm/", {}).status_code in (403, 404)
    stories.walk(cast, asked, [("confirm", "commerce.lead", {})])
    assert Case.objects.get().handling == "H0"


def test_the_own_lead_consents_for_the_own_source_and_the_page_says_who_is_asked(cast):
    lead = stories.lead(cast, handling_code="H2")
    made = perform(LEADS, cast["customs.lead"], lead, "promote", {"title": "T", "handling": "H2"}).created
    page = f"/cases/{made.pk}/do/classify/"
    values = {"title": "T", "severity": "low", "handling": "H1", "version": Case.objects.get(pk=made.pk).version}
    cast.browser("customs.officer").post(page, values)
    assert Case.objects.get(pk=made.pk).handling == "H2"
    assert Confirmation.objects.get().confirmer_agency.code == made.lead.code
    cast.browser("customs.lead").post(page, values)
    assert Case.objects.get(pk=made.pk).handling == "H1"


def test_sharing_h2_with_another_agency_needs_the_originator_which_may_refuse(cast):
    case = promote_lead(from_commerce(cast), actor=cast["customs.officer"], title="T", handling="H2").thing.case
    answers = {"agency": "MPS_ECID", "profile": "full", "reason": "joint work"}
    with pytest.raises(TransitionRefused):
        share_case(case, actor=cast["customs.head"], **answers)
    asked = perform(CASES, cast["customs.officer"], case, "share", answers).created
    stories.walk(cast, asked, [("refuse", "commerce.lead", {"reason": "Our source would be known"})])
    assert not Share.objects.filter(agency__code="MPS_ECID").exists()

    share_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="full", reason="it is their source")
    asked = perform(CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), "share", answers).created
    stories.walk(cast, asked, [("confirm", "commerce.lead", {})])
    assert Share.objects.filter(agency__code="MPS_ECID").exists()


def test_each_agency_that_gave_a_stricter_code_is_asked_in_turn(cast):
    case = promote_lead(from_commerce(cast, "H3"), actor=cast["customs.officer"], title="T", handling="H3").thing.case
    second = stories.lead(cast, handling_code="H2")
    Lead.objects.filter(pk=second.pk).update(source_agency=Agency.objects.get(code="MPS_ECID"))
    attach_lead(Lead.objects.get(pk=second.pk), actor=cast["customs.officer"], case=str(case.pk))
    values = {"title": "T", "severity": "low", "handling": "H1"}
    first = perform(CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), "classify", values).created
    assert first.confirmer_agency.code == "MOFCOM_SCB"
    stories.walk(cast, first, [("confirm", "commerce.lead", {})])
    assert Case.objects.get(pk=case.pk).handling == "H3"
    last = Confirmation.objects.get(state="REQUESTED")
    assert last.confirmer_agency.code == "MPS_ECID"
    stories.walk(cast, last, [("confirm", "police.lead", {})])
    assert Case.objects.get(pk=case.pk).handling == "H1"


def test_sharing_with_one_source_needs_the_consent_of_the_other_and_a_letter_is_no_way_around(cast):
    case = promote_lead(from_commerce(cast), actor=cast["customs.officer"], title="T", handling="H2").thing.case
    letter = {"receiver": "GACC_ASB", "title": "T", "text": "Look into it", "shares": "full"}
    made = perform(CASES, cast["customs.officer"], case, "assign_down", letter).created
    sent = RESOURCES["instructions"].workflow_of(made).unmet("send", cast["customs.officer"], made)
    assert "consent" in [one.code for one in sent]
    second = stories.lead(cast, handling_code="H2")
    Lead.objects.filter(pk=second.pk).update(source_agency=Agency.objects.get(code="MPS_ECID"))
    attach_lead(Lead.objects.get(pk=second.pk), actor=cast["customs.officer"], case=str(case.pk))
    answers = {"agency": "MPS_ECID", "profile": "full", "reason": "it is one source"}
    asked = perform(CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), "share", answers).created
    assert asked.confirmer_agency.code == "MOFCOM_SCB"


def test_a_stricter_lead_raises_the_code_of_the_case_it_comes_to(cast):
    case = stories.case(cast)
    attach_lead(from_commerce(cast), actor=cast["customs.officer"], case=str(case.pk))
    assert Case.objects.get(pk=case.pk).handling == "H2"


@pytest.mark.parametrize(
    "items", [[{"description": "powder"}], [{"description": "ingot", "net_weight_kg": "25000"}], []]
)
def test_a_case_with_a_criminal_indication_ends_with_a_coded_ground_and_a_reason(cast, items):
    case = stories.case(cast, items=items)
    with invalid_at("/no_crime_ground", "/reason"):
        perform(CASES, cast["customs.officer"], case, "conclude", {"outcome": "Nothing"})
    given = {"outcome": "Nothing", "no_crime_ground": "unproven", "reason": "The goods are gone"}
    perform(CASES, cast["customs.officer"], case, "conclude", given)
    assert "cannot be completed" in cast.browser("customs.officer").get(f"/cases/{case.pk}/").text


@pytest.mark.slow
def test_a_small_known_amount_a_proceeding_or_a_transfer_needs_no_ground(cast):
    small = [{"description": "powder", "net_weight_kg": "1", "value": "1", "currency": "CNY"}]
    below, moved = stories.case(cast, items=small), stories.case(cast)
    stories.transfer(cast, "NOT_FILED_FINAL", moved)
    for case in (below, Case.objects.get(pk=moved.pk)):
        perform(CASES, cast["customs.officer"], case, "conclude", {"outcome": "Nothing"})
        assert Case.objects.get(pk=case.pk).state == "CONCLUDED"


@pytest.mark.slow
@pytest.mark.parametrize(
    "verb", ["request_assistance", "transfer_lead", "give_notice", "send_copy", "transfer_eco_lead"]
)
def test_no_letter_takes_an_h2_case_out_without_the_originator(cast, verb):
    case = promote_lead(from_commerce(cast), actor=cast["customs.officer"], title="T", handling="H2").thing.case
    values = {"receiver": "MPS_ECID", "title": "Licences", "report": "Which were used?"}
    drafted = perform(CASES, cast["customs.officer"], case, verb, values).created
    with refused_for("second_person"):
        stories.walk(cast, drafted, [("send", "customs.head", {})])
    asked = perform(RESOURCES["referrals"], cast["customs.officer"], drafted, "send", {}).created
    assert asked.confirmer_agency.code == "MOFCOM_SCB"
    shown = cast.browser("commerce.lead").get(f"/confirmations/{asked.pk}/").text
    assert "Which were used?" in shown
    assert ("Example Metals Ltd" in shown) == (verb not in ("give_notice", "send_copy"))
    stories.walk(cast, asked, [("confirm", "commerce.lead", {})])
    drafted.refresh_from_db()
    assert drafted.state == "SENT"


def test_consent_is_to_the_letter_as_it_was_and_its_reader_and_source_need_none(cast):
    case = promote_lead(from_commerce(cast), actor=cast["customs.officer"], title="T", handling="H2").thing.case
    values = {"receiver": "MPS_ECID", "title": "Licences", "report": "Which were used?", "internal_remark": "Quietly"}
    drafted = perform(CASES, cast["customs.officer"], case, "request_assistance", values).created
    asked = perform(RESOURCES["referrals"], cast["customs.officer"], drafted, "send", {}).created
    assert "Quietly" not in cast.browser("commerce.lead").get(f"/confirmations/{asked.pk}/").text
    stories.walk(cast, drafted, [("edit", "customs.officer", {"title": "Licences", "report": "And the source?"})])
    with refused_for("changed"):
        stories.walk(cast, asked, [("confirm", "commerce.lead", {})])
    to_source = perform(
        CASES,
        cast["customs.officer"],
        Case.objects.get(pk=case.pk),
        "request_assistance",
        values | {"receiver": "MOFCOM_SCB"},
    ).created
    stories.walk(cast, to_source, [("send", "customs.officer", {})])
    assert to_source.state == "SENT"


def test_a_status_share_is_no_right_to_the_contents(cast):
    case = promote_lead(from_commerce(cast), actor=cast["customs.officer"], title="T", handling="H2").thing.case
    answers = {"agency": "MPS_ECID", "profile": "status", "reason": "joint work"}
    asked = perform(CASES, cast["customs.officer"], case, "share", answers).created
    stories.walk(cast, asked, [("confirm", "commerce.lead", {})])
    again = perform(
        CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), "share", answers | {"profile": "full"}
    )
    assert again.created.confirmer_agency.code == "MOFCOM_SCB"
