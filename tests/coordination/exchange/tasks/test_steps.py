"""A step of a referral is a task that ends with the referral's own action."""

import pytest

from agencies.kernel.errors import TransitionRefused
from coordination.exchange.tasks.actions import claim_task, transition_task
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.refusals import refused_for


@pytest.mark.parametrize(
    ("verb", "given"), [("complete", {"result": "signed"}), ("decline", {"reason": "no"}), ("cancel", {"reason": "no"})]
)
def test_no_one_ticks_off_a_receipt_that_was_not_signed(cast, verb, given):
    stories.transfer(cast, "DELIVERED")
    step = Task.objects.get(step="SIGN_RECEIPT")
    claim_task(step, actor=cast["antismuggling.lead"])
    presser = cast["customs.officer" if verb == "cancel" else "antismuggling.lead"]
    with refused_for("step"):
        transition_task(step, verb, actor=presser, **given)


def test_signing_the_receipt_ends_its_step(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    stories.walk(cast, transfer, [("accept", "antismuggling.officer", {})])
    assert Task.objects.get(step="SIGN_RECEIPT").state == "DONE"


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("ask_reconsideration", {"letter": "There was intent"}),
        ("suggest_supervision", {"procuratorate": "SPP", "grounds": "There was intent"}),
        ("accept_non_filing", {}),
    ],
)
def test_what_to_do_about_a_non_filing_is_ended_by_doing_it(cast, verb, given):
    transfer = stories.transfer(cast, "NOT_FILED")
    step = Task.objects.get(step="CONSIDER_RECONSIDERATION")
    claim_task(step, actor=cast["customs.officer"])
    with pytest.raises(TransitionRefused):
        transition_task(step, "complete", actor=cast["customs.officer"], result="We accept the decision.")
    stories.walk(cast, transfer, [(verb, "customs.officer", given)])
    step.refresh_from_db()
    assert step.state == "DONE"
