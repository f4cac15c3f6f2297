"""A transfer is not decided by its author."""

import pytest

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from tests import stories


def drafted_by_the_head(cast):
    team = [cast["customs.officer"].id, cast["customs.lead"].id]
    data = {"receiver": "GACC_ASB", "offence": "SMUG_PROHIBITED", "title": "Transfer", "report": "Facts", "team": team}
    return perform(RESOURCES["cases"], cast["customs.head"], stories.case(cast), "draft_transfer", data).created


def test_a_head_who_drafted_the_report_does_not_approve_it(cast):
    draft = drafted_by_the_head(cast)
    Referral.objects.filter(pk=draft.pk).update(state="HEAD_DECISION")
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, Referral.objects.get(pk=draft.pk), [("approve", "customs.head", {})])
    assert [missing.code for missing in no.value.missing] == ["own_report"]


def test_it_is_not_even_submitted_while_no_one_else_can_decide(cast):
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, drafted_by_the_head(cast), [("submit", "customs.officer", {})])
    assert [missing.code for missing in no.value.missing] == ["approver"]
