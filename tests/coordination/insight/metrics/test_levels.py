"""What is counted as there begins and ends when it did: no level is negative on any day."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from cases.proceedings.persons import move_criminal
from coordination.exchange.tasks.actions import ask_task, claim_task, transition_task
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import follow, rebuild
from coordination.insight.metrics.levels import reversed_objects
from coordination.insight.metrics.models import Fact
from tests import stories
from tests.refusals import invalid_at

PAPER = "记录〔2026〕1号"


def levels(actor, days):
    """The open tasks at the end of each of the last days, the oldest first."""
    today = times.today()
    answer = ask(actor, Question("tasks_open", today - timedelta(days=days), today, by="day"))
    return [one.value for one in answer.points]


@pytest.mark.slow
def test_a_task_recorded_days_later_is_open_from_the_day_on_which_it_was_asked(cast):
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        case = stories.case(cast)
    officer, now = cast["customs.officer"], timezone.now()
    task = ask_task(
        case,
        actor=officer,
        agency="GACC",
        title="Check licences",
        happened_at=now - timedelta(days=9),
        paper=PAPER,
    )
    claim_task(task, actor=officer, happened_at=now - timedelta(days=8), paper=PAPER)
    task.refresh_from_db()
    early = {"happened_at": now - timedelta(days=10), "paper": PAPER}
    with invalid_at("/happened_at"):
        transition_task(task, "complete", actor=officer, result="None found", **early)
    done = {"happened_at": now - timedelta(days=4), "paper": PAPER}
    transition_task(task, "complete", actor=officer, result="None found", **done)
    follow()
    assert levels(cast["centre.supervisor"], 10) == [0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert list(reversed_objects()) == []
    for _progress in rebuild(from_nothing=True):
        pass
    assert levels(cast["centre.supervisor"], 10) == [0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]


@pytest.mark.slow
def test_a_step_of_a_referral_is_open_from_the_act_that_asked_for_it(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    accepted = timezone.now() + timedelta(days=2)
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        stories.walk(cast, transfer, [("accept", "antismuggling.officer", {"happened_at": accepted, "paper": PAPER})])
        step = Task.objects.get(source=transfer.pk, step="DECIDE_FILING")
        claim_task(step, actor=cast["antismuggling.officer"])
        follow()
    began = Fact.objects.filter(measure="tasks.stock", object_id=step.pk)
    assert {(one.day, one.n) for one in began} == {(timezone.localdate(accepted), 1)}
    assert list(reversed_objects()) == []


def test_a_proceeding_does_not_end_a_stage_of_its_suspect_that_began_later(cast):
    line = stories.suspect(cast)
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        stories.arrested(cast, line)
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        early = {"happened_at": timezone.now() - timedelta(days=5), "paper": PAPER, "reason": "proven"}
        with pytest.raises(Invalid) as no:
            move_criminal(line.proceeding, "prosecute_opinion", actor=cast["antismuggling.lead"], **early)
        assert [(one.pointer, one.code) for one in no.value.errors] == [("/happened_at", "order")]


@pytest.mark.slow
def test_a_suspect_is_counted_from_the_act_that_added_them(cast):
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        inside = stories.criminal(cast)
    line = stories.suspect(cast, inside, happened_at=timezone.now() - timedelta(days=9), paper=PAPER)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        stories.arrested(cast, line)
        follow()
    stays = Fact.objects.filter(
        object_id=line.pk, measure="stays", shared=False, label_set__labels__value="suspect:INVESTIGATED"
    )
    assert [one.bucket for one in stays] == [10]
