"""One agency asks another: it accepts or declines and does the task; the asking agency sees only its state."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from cases.casefile.models import Hold
from coordination.actions.performing import perform
from coordination.exchange.tasks.actions import accept_task, ask_task, send_back_task, set_due, transition_task
from coordination.exchange.tasks.facts import FACTS, is_settled
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from tests import stories
from tests.refusals import refused_for

POWDER = {"description": "another powder", "nature": "goods", "basis": "unknown"}


def shown(cast, who, task):
    return cast.browser(who).get(reverse("task", args=[task.pk])).content.decode()


def own_task(cast, **given):
    return ask_task(stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="Weigh again", **given)


def missing(refusal):
    return [one.code for one in refusal.value.missing]


def test_another_agency_is_asked_and_ones_own_is_notified(cast):
    assert stories.task(cast, "ASKED").state == "ASKED"
    assert own_task(cast).state == "OPEN"


def test_no_one_works_on_a_task_their_agency_has_not_accepted(cast):
    with pytest.raises(TransitionRefused):
        transition_task(stories.task(cast, "ASKED"), "claim", actor=cast["commerce.officer"])


def test_who_accepts_may_take_it_on_at_once(cast):
    task = stories.task(cast, "ASKED")
    accept_task(task, actor=cast["commerce.officer"], claim=True)
    task.refresh_from_db()
    assert (task.state, str(task.assignee_id)) == ("CLAIMED", cast["commerce.officer"].id)


def test_the_asker_is_notified_of_the_answer_and_not_of_hand_overs(cast):
    task = stories.task(cast, "CLAIMED")
    noted = "He is on leave from Monday"
    stories.walk(cast, task, [("hand_over", "commerce.officer", {"to": cast["commerce.lead"].id, "reason": noted})])
    result = shown(cast, "customs.officer", task)
    assert "accepted the task" in result
    assert "In progress" in result
    for inside in (noted, "reassigned the task", "claimed the task", cast.user("commerce.lead").name_en):
        assert inside not in result
    assert noted in shown(cast, "commerce.officer", task)
    drain()
    answer = [one.about for one in cast.browser("customs.officer").get("/").context["mine"]]
    assert answer == ["Check licences"]


def test_a_refusal_comes_with_its_reason(cast):
    task = stories.task(cast, "ASKED")
    with pytest.raises(Forbidden):
        transition_task(task, "decline", actor=cast["commerce.officer"], reason="Not ours")
    transition_task(task, "decline", actor=cast["commerce.lead"], reason="The county bureau has the file")
    assert "The county bureau has the file" in shown(cast, "customs.officer", task)
    assert not Hold.objects.standing().filter(source=task.pk).exists()


def test_a_result_that_does_not_answer_goes_back_to_the_same_desk(cast):
    task = stories.task(cast, "DONE")
    send_back_task(task, actor=cast["customs.officer"], reason="The years before 2025 are missing")
    task.refresh_from_db()
    assert (task.state, str(task.assignee_id)) == ("CLAIMED", cast["commerce.officer"].id)
    assert task.returned_at
    assert Hold.objects.standing().filter(source=task.pk, verb="close").exists()


def test_the_asker_moves_the_deadline_but_not_into_the_past(cast):
    task, later = stories.task(cast), timezone.now() + timedelta(days=9)
    set_due(task, actor=cast["customs.officer"], due_at=later, reason="The holidays")
    task.refresh_from_db()
    assert task.due_at == later
    with pytest.raises(Invalid):
        set_due(task, actor=cast["customs.officer"], due_at=timezone.now() - timedelta(days=1), reason="Typing error")
    with pytest.raises(Forbidden):
        set_due(task, actor=cast["commerce.lead"], due_at=later, reason="Too early for us")


def test_a_task_asked_last_week_may_be_overdue_when_recorded(cast):
    now = timezone.now()
    given = {"happened_at": now - timedelta(days=7), "paper": "电话记录〔2026〕3号", "due_at": now - timedelta(days=2)}
    task = own_task(cast, **given)
    assert Task.objects.overdue().filter(pk=task.pk).exists()
    with pytest.raises(Invalid):
        own_task(cast, due_at=now - timedelta(minutes=1))


def test_a_task_waits_for_those_before_it(cast):
    first = own_task(cast)
    second = ask_task(
        first.case, actor=cast["customs.officer"], agency="GACC", title="Write the report", depends_on=[str(first.pk)]
    )
    for task in (first, second):
        stories.walk(cast, task, [("claim", "customs.officer", {})])
    with refused_for("depends_on"):
        transition_task(second, "complete", actor=cast["customs.officer"], result="Written")
    assert "Weigh again" in shown(cast, "customs.officer", second)
    stories.walk(cast, first, [("complete", "customs.officer", {"result": "24 t"})])
    stories.walk(cast, second, [("complete", "customs.officer", {"result": "Written"})])
    assert second.state == "DONE"


def test_what_it_waits_for_at_another_agency_is_not_named(cast):
    case = stories.shared_case(cast)
    inside = ask_task(case, actor=cast["customs.officer"], agency="GACC", title="Ask the informant again")
    task = ask_task(
        case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Check licences", depends_on=[str(inside.pk)]
    )
    result = shown(cast, "commerce.officer", task)
    assert "a task of another agency" in result
    assert inside.title not in result
    assert cast.browser("commerce.officer").get(f"/api/v1/tasks/{task.pk}/").json()["depends_on"] == []


def test_only_open_tasks_of_the_case_that_the_asker_sees_can_come_first(cast):
    elsewhere = stories.task(cast)
    with pytest.raises(Invalid):
        ask_task(
            stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="x", depends_on=[str(elsewhere.pk)]
        )


def test_what_may_be_left_undone_keeps_no_case_open(cast):
    task = own_task(cast, optional=True)
    assert not Hold.objects.standing().filter(source=task.pk).exists()


def test_papers_and_facts_that_are_wanted_are_all_named_at_once(cast):
    task = own_task(cast)
    Task.objects.filter(pk=task.pk).update(papers=["PRENOTICE"], facts=["hs_code", "parties"])
    task.case.items.update(hs_code="")
    stories.walk(cast, task, [("claim", "customs.officer", {})])
    with pytest.raises(TransitionRefused) as refusal:
        transition_task(Task.objects.get(pk=task.pk), "complete", actor=cast["customs.officer"], result="Done")
    assert missing(refusal) == ["papers", "facts"]
    assert "the HS code of every item" in str(refusal.value.missing[1].detail)


@pytest.mark.parametrize("code", FACTS)
def test_no_fact_is_known_of_an_empty_case(cast, code):
    case = stories.case(cast)
    for rows in (case.parties, case.items, case.shipments, case.acts):
        rows.all().delete()
    case.violation_types.clear()
    assert not FACTS[code].known(case)


def test_the_asking_agency_records_the_answer_of_an_absent_agency(cast):
    task = stories.task(cast, "ASKED")
    Agency.objects.filter(code="MOFCOM_SCB").update(signs_in=False)
    answered = str(stories.incoming(cast, matter=task.case, agency="MOFCOM_SCB").pk)
    for verb, given in (("accept", {}), ("complete", {"result": "No licence was issued"})):
        found = RESOURCES["tasks"].find(cast["customs.officer"], task.pk)
        perform(RESOURCES["tasks"], cast["customs.officer"], found, verb, {"paper": answered, **given})
    task.refresh_from_db()
    assert task.state == "DONE"
    assert {event.on_behalf_of_id for event in Event.objects.filter(object_id=task.pk).exclude(verb="ask")} == {
        task.agency_id
    }
    with pytest.raises(TransitionRefused):
        send_back_task(task, actor=cast["customs.officer"], reason="Too short")


def test_a_lead_finds_a_fact_unknown_and_the_column_stays_empty(cast):
    """The finding settles the fact for the rows that lack it, for every task; a new item needs its own value."""
    case = stories.case(cast, items=[{"description": "powder"}])
    task = ask_task(case, actor=cast["customs.officer"], agency="GACC", title="Weigh")
    Task.objects.filter(pk=task.pk).update(facts=["weight"])
    stories.walk(cast, task, [("claim", "customs.officer", {})])
    found = {"facts": ["weight"], "reason": "The goods are gone and no paper states it"}
    for who in ("customs.officer", "commerce.lead"):
        with pytest.raises(Forbidden):
            perform(RESOURCES["tasks"], cast[who], Task.objects.get(pk=task.pk), "find_unknown", found)
    perform(RESOURCES["tasks"], cast["customs.lead"], Task.objects.get(pk=task.pk), "find_unknown", found)

    assert case.items.get().net_weight_kg is None
    assert is_settled(case, "weight")
    perform(RESOURCES["cases"], cast["customs.officer"], case, "add_item", POWDER)
    assert not is_settled(case, "weight")
