"""Facts that must not be disclosed, not even by blocked actions or changed dates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.proceedings.models import Proceeding
from cases.sharing.actions import accept_lead, end_lapsed_shares, offer_lead, share_case
from cases.sharing.models import Share
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from tests import stories


def led_by_commerce(cast):
    """Customs opened the case, shares it, and handed the lead to commerce."""
    case = stories.shared_case(cast)
    offer_lead(case, actor=cast["customs.lead"], agency="MOFCOM_SCB", reason="licence matter")
    accept_lead(Case.objects.get(pk=case.pk), actor=cast["commerce.lead"])
    return Case.objects.get(pk=case.pk)


def missing_for(cast, who, case, verb):
    return {m.code for m in RESOURCES["cases"].workflow_of(case).unmet(verb, cast[who], case)}


def test_drafts_of_another_agency_are_not_shown_among_holds(cast):
    case = led_by_commerce(cast)
    stories.transfer(cast, "APPROVED", case)
    assert missing_for(cast, "commerce.officer", case, "conclude") == set()


def test_nor_does_its_step_keep_the_case_from_closing(cast):
    case = led_by_commerce(cast)
    stories.walk(cast, case, [("conclude", "commerce.officer", {"outcome": "Nothing found", **stories.NO_CRIME})])
    stories.transfer(cast, "APPROVED", case)
    assert missing_for(cast, "commerce.lead", case, "close") == set()
    stories.walk(cast, case, [("close", "commerce.lead", {"reason": "done"})])
    draft = Referral.objects.get(case=case)
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, draft, [("deliver", "customs.officer", {})])
    assert [missing.code for missing in no.value.missing] == ["case"]


def test_once_handed_over_it_holds_the_case(cast):
    case = led_by_commerce(cast)
    stories.transfer(cast, "DELIVERED", case)
    assert missing_for(cast, "commerce.officer", case, "conclude") == {"hold:conclude"}


def test_a_transfer_between_two_moves_no_date_of_the_case_for_a_third(cast):
    case = stories.shared_case(cast)
    before = Case.objects.get(pk=case.pk)
    transfer = stories.transfer(cast, "ACCEPTED", case)
    after = Case.objects.get(pk=case.pk)
    assert (before.due_at, before.breach_at, before.updated_at) == (after.due_at, after.breach_at, after.updated_at)
    seen = {who: Clock.objects.visible_to(cast[who]).about(transfer).running().count() for who in
            ("customs.officer", "antismuggling.officer", "commerce.officer", "police.officer")}  # fmt: skip
    assert seen == {"customs.officer": 2, "antismuggling.officer": 2, "commerce.officer": 0, "police.officer": 0}


def test_an_agency_that_opened_a_proceeding_keeps_its_sight(cast):
    case = stories.case(cast)
    tomorrow = timezone.localdate() + timedelta(days=1)
    share_case(
        case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="full", reason="one day", until=tomorrow
    )
    perform(RESOURCES["cases"], cast["commerce.officer"], case, "open_proceeding", {"kind": "commerce"})
    assert Share.objects.get(case=case, agency__code="MOFCOM_SCB").until is None


def test_an_agency_that_takes_over_the_lead_keeps_its_sight(cast):
    case = stories.case(cast)
    stories.walk(cast, case, [("share", "customs.officer", share_until(timezone.localdate()))])
    offer_lead(case, actor=cast["customs.lead"], agency="MOFCOM_SCB", reason="licence matter")
    accept_lead(Case.objects.get(pk=case.pk), actor=cast["commerce.lead"])
    assert Share.objects.get(case=case, agency__code="MOFCOM_SCB").until is None


def share_until(day):
    return {"agency": "MOFCOM_SCB", "profile": "full", "reason": "joint work", "until": day}


@pytest.mark.parametrize("passed", [timedelta(days=-1), timedelta(days=1)])
def test_sharing_again_gives_the_later_day_whether_the_first_has_passed_or_not(cast, passed):
    case, later = stories.shared_case(cast), timezone.localdate() + timedelta(days=9)
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(until=timezone.localdate() + passed)
    stories.walk(cast, case, [("share", "customs.officer", share_until(later))])
    assert Share.objects.get(case=case, agency__code="MOFCOM_SCB").until == later
    stories.walk(cast, case, [("share", "customs.officer", share_until(later - timedelta(days=5)))])
    assert Share.objects.get(case=case, agency__code="MOFCOM_SCB").until == later
    assert end_lapsed_shares() == 0
    assert Case.objects.visible_to(cast["commerce.officer"]).filter(pk=case.pk).exists()


def test_an_agency_whose_share_has_ended_has_no_lead_to_accept(cast):
    case = stories.shared_case(cast)
    offer_lead(case, actor=cast["customs.lead"], agency="MOFCOM_SCB", reason="licence matter")
    stories.walk(cast, case, [("unshare", "customs.officer", {"agency": "MOFCOM_SCB", "reason": "done"})])
    assert Case.objects.get(pk=case.pk).lead_offered_to is None


def test_agencies_whose_share_ended_are_not_asked(cast):
    case = stories.shared_case(cast)
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(TransitionRefused) as no:
        stories.task(cast, matter=case)
    assert [missing.code for missing in no.value.missing] == ["share"]


def test_an_agency_keeps_sight_of_the_case_in_which_it_conducted_a_proceeding(cast):
    case = stories.shared_case(cast)
    opened = perform(
        RESOURCES["cases"], cast["commerce.officer"], case, "open_proceeding", {"kind": "commerce"}
    ).created
    ending = [("reject", "commerce.lead", {"outcome_reason": "no offence"}), ("close", "commerce.lead", {})]
    stories.walk(cast, opened, ending)
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, case, [("unshare", "customs.officer", {"agency": "MOFCOM_SCB", "reason": "done"})])
    assert [missing.code for missing in no.value.missing] == ["share:proceeding"]
    assert Proceeding.objects.visible_to(cast["commerce.officer"]).filter(pk=opened.pk).exists()


def test_a_share_ends_with_its_last_day_without_any_job(cast):
    case = stories.case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="full", reason="one day")
    Share.objects.filter(case=case, agency__code="MOFCOM_SCB").update(until=timezone.localdate() - timedelta(days=1))
    assert not Case.objects.visible_to(cast["commerce.officer"]).filter(pk=case.pk).exists()
