"""Work items agree with the resources: each queue, counter and workload equals a direct query."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel.resource import resource_of
from agencies.work.actions import differences
from agencies.work.jobs import RowsDiffer, compare
from agencies.work.models import WorkItem
from agencies.work.reading import DeskReader
from agencies.work.rebuilding import rebuild
from coordination.exchange.tasks.actions import send_back_task
from coordination.exchange.tasks.models import Task
from coordination.workspace.approvals import decides_for, kinds
from coordination.workspace.queues import counts
from coordination.workspace.waiting import PARTS_OF_WORK, QUEUES, queue
from tests import stories
from tests.kept_stories import story

from . import oracle


def asked_of_rows(key, actor, now):
    return sorted(queue(key, DeskReader(actor, now)).values_list("kind", "object_id"))


@pytest.fixture
@story
def matters(cast):
    """Objects of every resource, in states in which different agencies have the next step."""
    case = stories.shared_case(cast)
    for state in ("ASKED", "OPEN", "CLAIMED", "DONE"):
        task = stories.task(cast, state, case)
    send_back_task(task, actor=cast["customs.officer"], reason="The years before 2025 are missing")
    stories.lead(cast)
    for state in ("DRAFT_REPORT", "HEAD_DECISION", "DELIVERED", "SUPPLEMENT", "SUPERVISED"):
        stories.transfer(cast, state)
    stories.assistance(cast, "SENT")
    stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast))
    opinion = stories.agency_opinion(cast, "WITH_LEAD")
    stories.instruction(cast, "SENT", matter=opinion.case)
    for state in ("CALLED", "MINUTES"):
        stories.conference(cast, state, case)
    stories.walk(cast, stories.agency_opinion(cast, "WITH_LEAD"), [("send_back", "commerce.lead", {"reason": "Why?"})])
    stories.agency_opinion(cast, "GIVEN")
    approved = stories.transfer(cast, "APPROVED")
    for form in ("TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST"):
        stories.paper(cast, "DRAFT", approved, form)
    stories.correction(cast)
    goods = stories.lot(cast, stories.shared_case(cast))
    stories.walk(cast, goods, [("hand_over", "customs.officer", {"receiver": "MOFCOM_SCB", "paper": "交1号"})])


WORKERS = ("customs.officer", "customs.head", "commerce.lead", "police.officer", "antismuggling.officer", "procurator")


@pytest.mark.slow
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=60)])
def test_every_queue_of_every_person_agrees_with_the_resources(cast, matters, later):
    now, found = timezone.now() + later, 0
    with time_machine.travel(now, tick=False):
        for who in WORKERS:
            for key in oracle.QUEUES:
                things = oracle.queue(key, cast[who], now)
                assert asked_of_rows(key, cast[who], now) == things, (who, key)
                found += len(things)
    assert found > 30


@pytest.mark.slow
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=60)])
def test_every_queue_is_counted_as_it_is_listed_and_every_item_of_the_work_is_in_one_part(cast, matters, later):
    now, found = timezone.now() + later, 0
    with time_machine.travel(now, tick=False):
        for who in WORKERS:
            listed = {key: asked_of_rows(key, cast[who], now) for key in QUEUES}
            assert counts(cast[who]) == {key: len(rows) for key, rows in listed.items()}, who
            whole = asked_of_rows("work", cast[who], now)
            assert sorted(item for part in PARTS_OF_WORK for item in asked_of_rows(part, cast[who], now)) == whole, who
            assert len(whole) == len(set(whole)), who
            found += len(whole)
    assert found > 10


def test_the_work_of_an_officer_is_what_is_before_them_without_decisions_of_the_head(cast, matters):
    now = timezone.now()
    before = sorted(
        {
            (resource_of(row).kind, row.pk)
            for rows in oracle.before_me(oracle.OpenWork(cast["customs.officer"], now))
            for row in rows.distinct()
            if row.state != "HEAD_DECISION" and not getattr(row, "source", None)
        }
    )
    letters = {item for item in asked_of_rows("work", cast["customs.officer"], now) if item[0] in ("reminder", "clock")}
    assert set(asked_of_rows("work", cast["customs.officer"], now)) - letters == set(before)


def test_every_waiting_decision_has_a_row(cast, matters):
    for who in ("customs.head", "commerce.head", "police.head"):
        reader = DeskReader(cast[who], timezone.now())
        for kind in kinds():
            if kind.decision.has_work:
                waits = kind.decision.of_agencies(kind.visible_to(reader.actor), decides_for(reader.actor))
                rows = WorkItem.objects.filter(decides="head", agency_id__in=decides_for(reader.actor))
                rows = rows.filter(kind=kind.registered.kind)
                assert set(waits.values_list("pk", flat=True)) <= set(rows.values_list("object_id", flat=True))


def test_rebuilding_writes_only_wrong_rows(cast, matters):
    assert sum(part.written for kind in ("task", "referral") for part in rebuild(kind)) == 0
    before = WorkItem.objects.count()
    WorkItem.objects.filter(kind="task").delete()
    WorkItem.objects.filter(kind="referral").update(free=True, state="READ")
    with pytest.raises(RowsDiffer, match="referral, task"):
        compare()
    assert sum(part.written for kind in ("task", "referral") for part in rebuild(kind)) > 0
    assert compare() == 0
    assert WorkItem.objects.count() == before


def test_rows_of_finished_items_are_deleted(cast, matters):
    gone = Task.objects.open().first()
    WorkItem.objects.filter(object_id=gone.pk).update(kind="lead")
    assert ("lead", gone.pk) in set(differences(["lead"]))
    assert [part.written for part in rebuild("lead")][-1] > 0
    assert not set(differences(["lead"]))
    list(rebuild("task"))
