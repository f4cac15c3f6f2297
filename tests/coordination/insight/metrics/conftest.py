"""What figures count."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import stories
from tests.kept_stories import story
from tests.stories.queries import OPINION


@pytest.fixture
@story
def busy(cast: Any) -> None:
    """Something of every kind, of which one case is restricted."""
    stories.lead(cast)
    stories.shared_case(cast)
    stories.case(cast, handling="H3")
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "NOT_FILED")
    stories.assistance(cast)
    stories.task(cast)
    stories.decided(cast)
    line = stories.suspect(cast)
    stories.measure(cast, line)


@pytest.fixture
@story
def prevention(cast: Any) -> None:
    """Objects of prevention that reached what the figures count. Two are on a restricted case."""
    restricted = stories.case(cast, handling="H3")
    stories.inspection(cast, "DONE", by="customs.officer", matter=restricted)
    stories.query_on_case(cast, "ISSUED", restricted)
    for state in ("HELD", "NOT_FOUND", "ALREADY_RELEASED"):
        stories.stop(cast, state)
    stories.exporter_letter(cast, "ANSWERED", "guidance")
    stories.exporter_letter(cast, "SENT", "consultation", due_at=timezone.now() + timedelta(days=3))
    stories.release(cast, "RELEASED", kind="guidance")
    reviewed = stories.review(cast, "REVIEWED")
    gap = {"gap": str(reviewed.gaps.get().pk)}
    stories.walk(
        cast,
        reviewed,
        [
            ("report_gap", "commerce.officer", {**gap, "report": "A procedure was written."}),
            ("close_gap", "commerce.officer", {**gap, "check_remark": "It was read."}),
        ],
    )
    stories.inspection(cast, "DONE")
    stories.inspection(cast, "REFUSED", by="customs.officer")
    stories.certificate(cast)
    stories.certificate(cast, "DOUBTFUL", by="customs.officer")
    stories.match(cast, "SAME")
    stories.match_in_lead(cast)
    stories.establish(cast, stories.end_use(cast, "CONCLUDED"))
    stories.end_use(cast, "OUTDATED")
    civil = {"conclusion": "none", "because": "It is a university."}
    stories.walk(cast, stories.end_use(cast, "OUTDATED"), [("conclude", "customs.officer", civil)])
    stories.walk(
        cast, stories.risk_finding(cast), [("judge", "customs.officer", {"verdict": "useful", "reason": "So it was."})]
    )
    stories.identification(cast, "OPINION")
    unclear = {**OPINION, "finding": "undetermined", "control_code": ""}
    stories.walk(cast, stories.identification(cast, "RECEIVED"), [("give_opinion", "commerce.lead", unclear)])
    stories.customs_query(cast, "NOT_CONTROLLED")
    stories.customs_query(cast, "LICENCE_NEEDED")
    stories.customs_query(cast, "ISSUED")
    stories.walk(cast, stories.query_without_answer(cast), [("no_reply", "customs.officer", {})])
