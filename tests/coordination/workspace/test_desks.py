"""Nothing on nobody's desk: each open state of each noun with work items is work of an agency and of people there."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import REGISTER, Decider, Side
from agencies.work.models import WorkItem
from agencies.work.reading import DeskReader
from cases.clocks.models import Clock
from cases.custody.models import GoodsLot
from cases.papers.models import Paper
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.workflow import BY_KIND
from coordination.workspace.queues import counts
from coordination.workspace.reassignment import hand_over_all
from coordination.workspace.waiting import queue
from coordination.workspace.worklist import worklist
from dev.no_stall.tables import open_states
from tests import stories

ACTS = {Side.DOES, Side.DECIDES, Side.PERIOD}
# One object of each noun with work items; its state is changed in memory.
MADE: dict[str, Any] = {
    "leads": stories.lead,
    "proceedings": stories.proceeding,
    "referrals": stories.assistance,
    "tasks": stories.task,
    "opinion-rounds": stories.opinion_round,
    "opinions": stories.agency_opinion,
    "instructions": stories.instruction,
    "major-cases": stories.major_case,
    "reminders": stories.reminder,
    "papers": stories.paper,
    "lots": stories.lot,
    "corrections": stories.correction,
    "stops": stories.stop,
    "matches": stories.match,
    "end-use-findings": stories.end_use,
    "exporter-letters": stories.exporter_letter,
    "circulars": stories.circular,
    "customs-queries": stories.customs_query,
    "identifications": stories.identification,
    "reviews": stories.review,
    "inspections": stories.inspection,
    "certificates": stories.certificate,
}
ON_ITS_PROCEEDING = "its proceeding is the open item, with the periods of the decision"
# Why a state that is not final is work of no one here. The `waits.csv` of its noun has its way out.
SILENT: dict[tuple[str, str], str] = {
    ("lead", "ATTACHED"): "only news of its source is work, which other tests show",
    ("paper", "ISSUED"): "nothing is due",
    ("lot", "HELD"): "its measure has the period",
    **{(table, "NOT_FOUND"): "nothing is due" for table in ("stop notice", "inspection request")},
    ("opinion", "GIVEN"): "the round is the open item of who asked",
    ("customs query", "TO_IDENTIFY"): "the identification is the open item",
    **{
        (kind, "AWAITS_RELEASE"): "another agency decides, and the writing agency does not learn which"
        for kind in ("guidance letter", "consultation", "supervisory talk", "warning letter", "suspension notice")
    },
    **{("reminder", state): "who sent it sees it answered on its page" for state in ("ANSWERED", "OFFICE")},
    **{("criminal transfer", "SUPERVISED"): "the supervision is the open item"},
}
NOT_HERE = {
    "cases": "only a changed rule or news of a source is work; its proceedings, referrals and tasks are open items",
    "decisions": ON_ITS_PROCEEDING,
    "conferences": "each participant who did not answer has an item, and none once all have",
    "clocks": "an agency's duty in a proceeding and a party's period are items; others are dates of their subjects",
    "campaigns": "it belongs to the centre",
    "bulletins": "it belongs to the centre",
    "typical-cases": "it belongs to its editors",
}


def read_again(kind: str, thing: Any) -> Any:
    """With what the derivation reads beside the columns."""
    of_all: Any = REGISTER[kind].things()
    of_all.query.where = type(of_all.query.where)()  # whatever its present state is
    return of_all.get(pk=thing.pk)


def test_every_noun_with_work_items_is_checked_here() -> None:
    with_work = {name for name, one in RESOURCES.items() if one.kind in REGISTER}
    assert with_work == set(MADE) | set(NOT_HERE)


@pytest.mark.parametrize("name", MADE)
def test_each_open_state_is_work_of_an_agency_or_says_why_not(cast: Any, name: str) -> None:
    resource, thing = RESOURCES[name], MADE[name](cast)
    thing = read_again(resource.kind, thing)
    if isinstance(thing, GoodsLot):
        thing.offered_to_id = thing.custodian_id
    silent = set()
    for workflow in resource.workflows:
        for state in open_states(workflow):
            if isinstance(thing, Referral):
                thing.kind = next(kind for kind, table in BY_KIND.items() if table is workflow)
            thing.state = state
            rows = [row for row in REGISTER[resource.kind].rows(thing) if row.side in ACTS]
            if (workflow.name, state) in SILENT:
                silent.add((workflow.name, state))
            else:
                assert rows, (workflow.name, state)
                assert all(row.agency_id for row in rows)
    named = {workflow.name for workflow in resource.workflows}
    assert silent == {key for key in SILENT if key[0] in named}


def complete(cast: Any, paper: Paper) -> None:
    text = {"title": paper.title, "addressee": paper.addressee or "接收机关"}
    body = paper.body.replace("【", "").replace("】", "")
    stories.walk(cast, paper, [("edit", "customs.officer", {**text, "body": body})])


def items(cast: Any, who: str) -> set[Any]:
    rows = queue("work", DeskReader(cast[who], timezone.now()))
    return set(rows.filter(kind="paper").values_list("object_id", flat=True))


def test_papers_of_an_approved_transfer_wait_for_the_unit_lead_within_its_24_hours(cast: Any) -> None:
    transfer = stories.transfer(cast, "HEAD_DECISION")
    letter = stories.paper_of(cast, "customs.officer", transfer, "TRF_LETTER")
    complete(cast, letter)
    assert items(cast, "customs.officer") == set()  # it waits for the decision, with its matter
    assert items(cast, "customs.lead") == set()
    stories.walk(cast, transfer, [("approve", "customs.head", stories.ON_PAPER)])
    row = WorkItem.objects.get(kind="paper", object_id=letter.pk)
    hand_over = Clock.objects.running().about(transfer).get(rule__code="TRF_HANDOVER")
    assert (row.decides, row.due_at) == (Decider.LEAD, hand_over.due_at)
    assert items(cast, "customs.lead") == {letter.pk}
    home = worklist(cast["customs.lead"])
    line = next(line for line in home.lines if line.key == ("paper", letter.pk))
    assert (line.due_at, line.why) == (hand_over.due_at, "Complete: a unit lead signs and issues it.")
    assert line.button is not None
    assert line.button.verb == "issue"
    page = cast.browser("customs.lead").get("/queues/?queue=mine").text
    assert letter.title in page
    stories.walk(cast, Paper.objects.get(pk=letter.pk), [("issue", "customs.lead", {})])
    assert items(cast, "customs.lead") == set()
    assert not WorkItem.objects.filter(kind="paper").exists()


def test_an_unfinished_draft_is_work_of_its_drafter_and_names_what_is_missing(cast: Any) -> None:
    paper = stories.paper(cast, "DRAFT", stories.transfer(cast, "APPROVED"), "TRF_INVREP")
    text = {"title": paper.title, "addressee": paper.addressee, "body": "【查明的事实】"}
    stories.walk(cast, paper, [("edit", "customs.officer", text)])
    line = next(line for line in worklist(cast["customs.officer"]).lines if line.key == ("paper", paper.pk))
    assert line.why == "Still to be filled in: 查明的事实."
    assert WorkItem.objects.get(object_id=paper.pk).decides == Decider.NONE


def test_a_new_edition_and_a_colleagues_drafts_are_on_a_desk_too(cast: Any) -> None:
    issued = stories.paper(cast, "ISSUED", form="TRF_GOODSLIST", about=stories.transfer(cast, "APPROVED"))
    stories.walk(cast, issued, [("reissue", "customs.officer", {"reason": "One crate more"})])
    edition = Paper.objects.get(replaces=issued)
    assert items(cast, "customs.officer") == {edition.pk}
    hand_over_all(
        cast.user("customs.officer"), actor=cast["customs.lead"], to=cast.user("customs.legal"), reason="away"
    )
    assert items(cast, "customs.legal") == {edition.pk}


def test_papers_are_on_no_desk_of_another_agency_before_they_are_issued(cast: Any) -> None:
    letter = stories.paper(cast, "DRAFT", stories.transfer(cast, "ACCEPTED"))
    assert not WorkItem.objects.filter(object_id=letter.pk).exclude(agency_id=letter.agency_id).exists()
    for who in ("antismuggling.officer", "antismuggling.lead", "commerce.officer"):
        assert items(cast, who) == set()


def test_an_opinion_without_a_date_comes_before_what_is_due_later(cast: Any) -> None:
    asked = stories.agency_opinion(cast)
    later = stories.task(cast)
    type(later).objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(days=20))
    home = worklist(cast["commerce.officer"])
    assert [(group.key, group.count) for group in home.groups] == [("work_undated", 1), ("work_later", 1)]
    number = counts(cast["commerce.officer"])
    assert (number["work_undated"], number["work_later"]) == (1, 1)
    undated = queue("work_undated", DeskReader(cast["commerce.officer"], timezone.now()))
    assert set(undated.values_list("object_id", flat=True)) == {asked.pk}


def test_an_opinion_that_the_officer_wrote_waits_for_the_unit_lead(cast: Any) -> None:
    opinion = stories.agency_opinion(cast, "WITH_LEAD")
    rows = queue("work", DeskReader(cast["commerce.lead"], timezone.now()))
    assert opinion.pk in set(rows.values_list("object_id", flat=True))


def test_what_was_sent_back_is_returned_work_of_its_author(cast: Any) -> None:
    opinion = stories.agency_opinion(cast, "WITH_LEAD")
    stories.walk(cast, opinion, [("send_back", "commerce.lead", {"reason": "Name the licence."})])
    letter = stories.assistance(cast, "RETURNED")
    for who, thing in (("commerce.officer", opinion), ("customs.officer", letter), ("customs.lead", letter)):
        rows = queue("returned", DeskReader(cast[who], timezone.now()))
        assert thing.pk in set(rows.values_list("object_id", flat=True)), who
        assert thing.pk in set(
            queue("work", DeskReader(cast[who], timezone.now())).values_list("object_id", flat=True)
        ), who


def test_goods_that_were_handed_over_wait_for_the_receiving_agency(cast: Any) -> None:
    lot = stories.lot(cast)
    stories.walk(cast, lot, [("hand_over", "customs.officer", {"receiver": "MOFCOM_SCB", "paper": "交1号"})])
    line = next(line for line in worklist(cast["commerce.officer"]).lines if line.key == ("lot", lot.pk))
    assert line.button is not None
    assert line.button.verb == "receive"


def test_a_proposed_correction_waits_for_a_second_person_and_an_answered_round_for_who_asked(cast: Any) -> None:
    correction = stories.correction(cast)
    assert ("correction", correction.pk) in {line.key for line in worklist(cast["customs.lead"]).lines}
    given = stories.agency_opinion(cast, "GIVEN")
    assert ("round", given.round_id) in {line.key for line in worklist(cast["customs.officer"]).lines}
