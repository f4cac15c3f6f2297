"""抄送: the letter alone, to the procuratorate and the police."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic
from cases.clocks.actions import start_clocks
from cases.clocks.models import Clock
from cases.proceedings.models import Decision
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from tests import stories
from tests.refusals import invalid_at

SENDER, READER = "customs.officer", "procurator"


def test_what_the_letter_encloses_does_not_go_with_it(cast):
    copy = stories.letter(cast, "SENT", kind="copy")
    result = shown(copy, cast[READER])
    assert set(result["packages"][0]["content"]) == {"letter"}
    assert result["case"] is None


def test_copies_go_to_procuratorate_and_police_alone(cast):
    with invalid_at("/receiver"):
        stories.letter(cast, kind="copy", receiver="MOFCOM_SCB")


def test_it_names_the_transfer_of_which_it_is_the_copy(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    copy = stories.letter(cast, kind="copy", matter=transfer.case)
    named(cast, copy, parent=transfer)
    assert copy.parent == transfer


def test_another_agencies_transfer_cannot_be_named(cast):
    copy = stories.letter(cast, kind="copy")
    foreign = stories.transfer(cast, "DELIVERED")
    with pytest.raises(Invalid):
        named(cast, copy, parent=foreign)


def named(cast, copy, **named):
    given = {"title": copy.title, "report": copy.report} | {name: str(one.pk) for name, one in named.items()}
    perform(RESOURCES["referrals"], cast[SENDER], copy, "edit", given)


def copied_decision(cast, **addressees):
    """A penalty imposed before a late transfer, whose copy is due, and the draft that sends it."""
    line = stories.decision(cast)
    Decision.objects.filter(pk=line.pk).update(result="penalty", decision_number="沪关缉罚字〔2026〕9号")
    with atomic():
        start_clocks(
            ["TRF_COPY_DECISION"],
            line,
            case_id=line.proceeding.case_id,
            holder_id=line.proceeding.agency_id,
            at=timezone.now() - timedelta(days=1),
            private=True,
        )
    copy = stories.letter(cast, kind="copy", matter=line.proceeding.case, **addressees)
    named(cast, copy, decision=line)
    return line, copy


def test_the_duty_to_copy_a_penalty_ends_when_police_and_procuratorate_both_have_it(cast):
    line, copy = copied_decision(cast, also_to=["MPS_ECID"])
    assert Clock.objects.running().about(line).get().rule.code == "TRF_COPY_DECISION"
    stories.walk(cast, copy, [("send", SENDER, {})])
    assert Referral.objects.filter(decision=line).count() == 2
    assert not Clock.objects.running().about(line).exists()


def test_the_procuratorate_alone_is_not_enough(cast):
    line, copy = copied_decision(cast)
    stories.walk(cast, copy, [("send", SENDER, {})])
    assert Clock.objects.running().about(line).exists()
