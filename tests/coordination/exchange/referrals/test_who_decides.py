"""Who decides: the holder of the office that the article names, who may return a proposal for revision."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.kernel.errors import Forbidden
from agencies.people.models import OfficeHolder
from agencies.people.sight import actor_for
from agencies.work.models import WorkItem
from tests import stories
from tests.refusals import invalid_at, refused_for

OFFICER, HEAD, DEPUTY = "antismuggling.officer", "antismuggling.head", "antismuggling.deputy"
NUMBER = {"external_number": "海缉立〔2026〕801号"}
PROPOSED = {"proposed": "file", "proposal": "The false declaration is proven by the test report."}


def test_a_deputy_decides_where_the_law_says_a_responsible_person(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, transfer, [("file", DEPUTY, NUMBER)])
    assert transfer.state == "FILED"


def test_but_not_where_it_says_the_main_responsible_person(cast: Any) -> None:
    deputy = cast.user("customs.legal")
    OfficeHolder.objects.create(user=deputy, agency=deputy.agency, is_deputy=True, document="署党委〔2026〕1号")
    for state, step in (
        ("HEAD_DECISION", ("approve", "customs.legal", {})),
        ("DELIVERED", ("call_off", "customs.legal", {"ending_reason": "x"})),
    ):
        transfer = stories.transfer(cast, state)
        cast.clear()
        with pytest.raises(Forbidden):
            stories.walk(cast, transfer, [step])


def test_officers_withdraw_a_draft_but_not_a_report_once_submitted(cast: Any) -> None:
    draft = stories.transfer(cast)
    stories.walk(cast, draft, [("withdraw", "customs.officer", {"ending_reason": "No offence"})])
    assert draft.state == "WITHDRAWN"
    returned = stories.transfer(cast, "HEAD_DECISION")
    stories.walk(cast, returned, [("revise", "customs.head", {"reason": "Weigh the goods"})])
    with refused_for("submitted"):
        stories.walk(cast, returned, [("withdraw", "customs.officer", {"ending_reason": "Never mind"})])
    stories.walk(cast, returned, [("call_off", "customs.head", {"ending_reason": "Below the threshold"})])
    assert returned.state == "WITHDRAWN"


def test_a_report_returned_for_revision_is_submitted_again(cast: Any) -> None:
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.walk(cast, transfer, [("revise", "customs.head", {"reason": "Weigh the goods"})])
    assert (transfer.state, transfer.holder.code, transfer.due_at) == ("DRAFT_REPORT", "GACC", None)
    here = f"/referrals/{transfer.pk}/"
    for url in (here, f"{here}do/edit/"):  # what to revise is beside the report and its form
        assert "Weigh the goods" in cast.browser("customs.officer").get(url).text
    stories.walk(cast, transfer, [("submit", "customs.officer", {})])
    assert transfer.to_revise == ""
    stories.walk(cast, transfer, [("approve", "customs.head", stories.ON_PAPER)])
    assert transfer.state == "APPROVED"


def test_who_refused_decides_again_only_alone_and_with_a_reason(cast: Any) -> None:
    transfer = stories.transfer(cast, "RECONSIDERATION")
    with refused_for("own_refusal"):
        stories.walk(cast, transfer, [("uphold", HEAD, {"letter": "Nothing new"})])
    OfficeHolder.objects.filter(user=cast.user(DEPUTY)).delete()
    with invalid_at("/same_person_because"):
        stories.walk(cast, transfer, [("uphold", HEAD, {"letter": "Nothing new"})])
    alone = {"letter": "Nothing new", "same_person_because": "The deputy has retired."}
    stories.walk(cast, transfer, [("uphold", HEAD, alone)])
    assert transfer.state == "UPHELD"


def test_a_proposal_waits_for_the_responsible_person_who_takes_or_returns_it(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, transfer, [("propose", OFFICER, PROPOSED)])
    waiting = WorkItem.objects.filter(object_id=transfer.pk, decides="head")
    assert [item.agency_id for item in waiting] == [cast[HEAD].agency_id]
    stories.walk(cast, transfer, [("return_proposal", DEPUTY, {"reason": "Name the witness"})])
    assert not waiting.all().exists()
    assert WorkItem.objects.get(object_id=transfer.pk, side="does").returned
    assert transfer.proposal == PROPOSED["proposal"]
    again = {"proposed": "not_file", "proposal": "The witness withdrew."}
    stories.walk(cast, transfer, [("propose", OFFICER, again), ("not_file", DEPUTY, {"ending_reason": "No intent"})])
    assert (transfer.state, transfer.proposed, transfer.proposal, transfer.decider) == ("NOT_FILED", "", "", None)


def test_police_may_file_on_new_facts_after_the_objections_ended(cast: Any) -> None:
    """MPSP art. 178(3)."""
    transfer = stories.transfer(cast, "NOT_FILED_FINAL")
    stories.walk(cast, transfer, [("file", DEPUTY, NUMBER)])
    assert (transfer.state, transfer.proceeding.kind) == ("FILED", "criminal")


@pytest.mark.parametrize("who", [HEAD, DEPUTY])
def test_the_approvals_page_shows_the_proposal_and_returns_it(cast: Any, who: str) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, transfer, [("propose", OFFICER, PROPOSED)])
    page = cast.browser(who).get(reverse("approvals")).content.decode()
    assert PROPOSED["proposal"] in page
    assert "verb=return_proposal" in page
    answer = cast.browser(who).post(
        f"{reverse('approvals')}?resource=referrals&id={transfer.pk}&verb=return_proposal",
        {"reason": "Name the witness", "version": transfer.version},
    )
    assert answer.status_code == 302
    transfer.refresh_from_db()
    assert transfer.decider is None


def test_a_deputy_has_no_approvals_of_the_main_responsible_person(cast: Any) -> None:
    stories.transfer(cast, "HEAD_DECISION")
    deputy = cast.user("customs.legal")
    OfficeHolder.objects.create(user=deputy, agency=deputy.agency, is_deputy=True, document="署党委〔2026〕1号")
    assert actor_for(deputy).deputy_of
    page = cast.browser("customs.legal").get(reverse("approvals")).content.decode()
    assert "No matter is waiting for a decision" in page
