"""A proceeding closes only when every line has ended and no property is detained."""

from agencies.kernel.resource import RESOURCES
from tests import stories


def unmet(cast, proceeding):
    workflow = RESOURCES["proceedings"].workflow_of(proceeding)
    return {missing.code for missing in workflow.unmet("close", cast["customs.lead"], proceeding)}


def test_goods_still_detained_keep_it_open(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    held = stories.property_measure(cast, proceeding)
    stories.walk(cast, proceeding, [("drop", "customs.lead", {"outcome_reason": "No violation"})])
    assert unmet(cast, proceeding) == {"measures"}
    stories.walk(cast, held, [("release", "customs.officer", {"paper": "解除扣留1号", "reason": "Nothing found"})])
    assert unmet(cast, proceeding) == set()


def test_a_party_without_an_outcome_keeps_it_open(cast):
    line = stories.decision(cast)
    assert unmet(cast, line.proceeding) == {"lines"}
    stories.walk(cast, line, [("drop", "customs.officer", {"reason": "Not involved"})])
    assert unmet(cast, line.proceeding) == set()
