"""An urgent transfer goes at once if clearly above the threshold; its papers follow within three days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from cases.clocks.models import Clock
from cases.controls.models import Offence
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.refusals import invalid_at, refused_for
from tests.stories.basics import running

SENDER, HEAD, POLICE = "customs.officer", "customs.head", "antismuggling.officer"
URGENT = (
    "submit_urgent",
    SENDER,
    {"urgency": "amount", "owed_papers": "Test report", "reason": "The ship leaves tonight"},
)


def draft(cast, **changes):
    made = stories.transfer(cast, "DRAFT_REPORT", stories.case(cast, **changes))
    Referral.objects.filter(pk=made.pk).update(report="")
    made.refresh_from_db()
    return made


def delivered(cast):
    made = draft(cast)
    stories.walk(cast, made, [URGENT, ("approve", HEAD, {}), ("deliver", SENDER, {})])
    return made


def test_plainly_above_the_line_it_needs_no_report_yet(cast):
    made = draft(cast)
    with pytest.raises(TransitionRefused):
        stories.walk(cast, made, [("submit", SENDER, {})])
    stories.walk(cast, made, [URGENT])
    assert (made.state, made.urgent, made.owed_papers) == ("HEAD_DECISION", True, "Test report")


@pytest.mark.parametrize("kg", ["19999", None])
def test_below_the_line_or_not_known_to_be_above_it_is_not_urgent(cast, kg):
    made = draft(cast, items=[{"description": "锑锭", "net_weight_kg": kg}])
    with invalid_at("/urgency"):
        stories.walk(cast, made, [URGENT])


def test_goods_that_are_not_controlled_do_not_make_it_urgent(cast):
    made = draft(cast)
    item = made.case.items.get()
    item.basis = "not_controlled"
    item.save()
    with pytest.raises(Invalid):
        stories.walk(cast, made, [URGENT])


def test_the_amount_makes_only_the_smuggling_of_prohibited_goods_urgent(cast):
    """CLI art. 11(6) is the threshold of CL art. 151(3); CL arts. 153, 225 and 280 have others."""
    made = draft(cast)
    made.offence = Offence.objects.get(code="ILLEGAL_BUSINESS")
    made.save()
    with invalid_at("/urgency"):
        stories.walk(cast, made, [URGENT])
    stories.walk(cast, made, [(*URGENT[:2], {**URGENT[2], "urgency": "other"})])
    assert made.urgent


def test_the_responsible_person_still_decides_before_it_goes(cast):
    made = draft(cast)
    stories.walk(cast, made, [URGENT])
    with pytest.raises(TransitionRefused):
        stories.walk(cast, made, [("deliver", SENDER, {})])
    assert running(made) == {"TRF_APPROVE"}


def test_from_the_hand_over_the_sender_owes_the_papers_for_three_days(cast):
    made = delivered(cast)
    clock = Clock.objects.running().about(made).exclude(rule__code="INT_SIGN").get()
    assert (clock.rule.code, clock.agency.code, clock.partner.code) == ("TRF_SUPPLEMENT", "GACC", "GACC_ASB")
    assert set(Task.objects.open().filter(source=made.pk).values_list("step", "agency__code")) == {
        ("SIGN_RECEIPT", "GACC_ASB"),
        ("SUPPLY_OWED", "GACC"),
    }


@pytest.mark.parametrize("signed", [False, True])
def test_they_may_follow_before_and_after_the_receipt(cast, signed):
    made = delivered(cast)
    if signed:
        stories.walk(cast, made, [("accept", POLICE, {})])
        assert "SUPPLY_OWED" in Task.objects.open().filter(source=made.pk).values_list("step", flat=True)
    stories.walk(cast, made, [("supply_owed", SENDER, {"supplied": "Test report, 3 pages"})])
    assert (made.owed_papers, made.packages.count()) == ("", 2)
    assert "TRF_SUPPLEMENT" not in running(made)
    assert not Task.objects.open().filter(source=made.pk, step="SUPPLY_OWED").exists()


def test_one_that_owes_nothing_has_nothing_to_let_follow(cast):
    with refused_for("owed"):
        stories.walk(cast, stories.transfer(cast, "ACCEPTED"), [("supply_owed", SENDER, {"supplied": "More"})])


def test_papers_that_do_not_follow_are_overdue_and_filing_makes_them_moot(cast):
    made = delivered(cast)
    past = timezone.now() - timedelta(days=1)
    Clock.objects.about(made).filter(rule__code="TRF_SUPPLEMENT").update(
        started_at=past - timedelta(days=3), due_at=past, breach_at=past
    )
    assert Clock.objects.overdue().about(made).exists()
    number = {"external_number": "海缉立〔2026〕903号"}
    stories.walk(cast, made, [("accept", POLICE, {}), ("file", "antismuggling.head", number)])
    assert not Task.objects.open().filter(source=made.pk, step="SUPPLY_OWED").exists()
    assert running(made) == {"INT_RECEIPT"}


def test_the_envelope_shows_that_it_is_urgent_and_the_package_what_follows(cast):
    made = delivered(cast)
    result = shown(made, cast[POLICE])
    assert (result["sight"], result["urgent"]) == ("envelope", True)
    assert "owed_papers" not in result
    stories.walk(cast, made, [("accept", POLICE, {})])
    assert shown(made, cast[POLICE])["owed_papers"] == "Test report"


def test_taken_back_and_submitted_with_its_report_it_is_no_longer_urgent(cast):
    made = draft(cast)
    stories.walk(cast, made, [URGENT, ("approve", HEAD, {}), ("revoke", HEAD, {"reason": "Ship stays"})])
    Referral.objects.filter(pk=made.pk).update(report="Facts.")
    stories.walk(cast, made, [("submit", SENDER, {})])
    assert (made.urgent, made.owed_papers) == (False, "")
