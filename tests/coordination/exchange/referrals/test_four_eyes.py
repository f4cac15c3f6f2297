"""A transfer is not decided by its author."""

from agencies.kernel.resource import RESOURCES
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from tests import stories
from tests.refusals import refused_for


def drafted_by_the_head(cast):
    team = [cast["customs.officer"].id, cast["customs.lead"].id]
    data = {"receiver": "GACC_ASB", "offence": "SMUG_PROHIBITED", "title": "Transfer", "report": "Facts", "team": team}
    return perform(RESOURCES["cases"], cast["customs.head"], stories.case(cast), "draft_transfer", data).created


def test_a_head_who_drafted_the_report_does_not_approve_it(cast):
    draft = drafted_by_the_head(cast)
    Referral.objects.filter(pk=draft.pk).update(state="HEAD_DECISION")
    with refused_for("own_report"):
        stories.walk(cast, Referral.objects.get(pk=draft.pk), [("approve", "customs.head", {})])


def test_it_is_not_even_submitted_while_no_one_else_can_decide(cast):
    with refused_for("approver"):
        stories.walk(cast, drafted_by_the_head(cast), [("submit", "customs.officer", {})])
