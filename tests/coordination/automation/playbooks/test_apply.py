"""When a proceeding opens or changes state, the steps of its playbooks become tasks."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from cases.casefile.correcting import set_violation_types
from cases.casefile.models import Case, Hold
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Clock
from cases.proceedings.models import Proceeding
from cases.sharing.actions import share_case
from coordination.automation.playbooks.actions import (
    apply_due,
    apply_playbook,
    follow_clocks,
    renew_playbook,
    skip_past_events,
    start_playbook,
)
from coordination.automation.playbooks.jobs import follow as sweep
from coordination.automation.playbooks.models import Playbook, PlaybookStep, PlaybookUse
from coordination.automation.playbooks.reading import rows_of
from coordination.automation.playbooks.reference import create_version
from coordination.exchange.tasks.actions import transition_task
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.kept_stories import story
from tests.refusals import refused_for

from .following import follow, proposals

S = Task.State


@story
def of_type(cast, made, *codes):
    """The case names these violations."""
    set_violation_types(made, actor=cast["customs.officer"], violation_types=codes, reason="As the analysis found")
    return Case.objects.get(pk=made.pk)


def matter(cast, state="VERIFY", *codes, **rest):
    """A customs proceeding in a case of false declaration."""
    return stories.proceeding(
        cast, state, of_type(cast, stories.case(cast, **rest), *(codes or ("false_declaration",)))
    )


def under_way(cast, *given):
    """A customs proceeding with the steps of its playbooks."""
    opened = matter(cast, *given)
    follow(cast)
    return opened


def steps(proceeding, **which):
    return set(Task.objects.filter(proceeding=proceeding, **which).exclude(step="").values_list("step", flat=True))


def task_of(proceeding, step):
    return Task.objects.get(proceeding=proceeding, step=step)


def expected(code, kind, *states, owners=("own", "customs")):
    book = Playbook.objects.newest().get(violation_type__code=code)
    return set(book.steps.filter(kind=kind, state__in=states, owner__in=owners).values_list("code", flat=True))


def newer(step="SECOND_INSPECTION", code="false_declaration"):
    """A version with one more step."""
    newest = Playbook.objects.newest().get(violation_type__code=code)
    rows = rows_of(newest.steps.all())
    extra = next(row for row in rows if row["kind"] == "customs" and row["code"] == "INSPECT")
    extra = {**extra, "code": step, "name_zh": "复查", "name_en": "Inspect again", "depends_on": []}
    return create_version(newest.violation_type, [*rows, extra], after=newest, source=Playbook.Source.CENTRE)


def test_a_playbook_that_fits_is_proposed_and_starts_when_it_is_confirmed(cast):
    opened = matter(cast)
    sweep()
    (proposal,) = proposals()
    assert not steps(opened)
    assert (proposal.proposes, proposal.agency, proposal.state) == ("false_declaration", opened.agency, S.CLAIMED)
    assert str(proposal.assignee_id) == cast["customs.officer"].id  # who handles the proceeding
    with pytest.raises(Forbidden):
        start_playbook(proposal, actor=cast["commerce.officer"])
    start_playbook(proposal, actor=cast["customs.officer"])
    assert Task.objects.get(pk=proposal.pk).state == S.DONE
    wanted = expected("false_declaration", "customs", "VERIFY")
    assert wanted
    assert steps(opened) == wanted
    assert PlaybookUse.objects.get(proceeding=opened).playbook.version == 1


def test_the_agency_is_asked_where_a_proceeding_has_no_handler(cast):
    opened = matter(cast)
    Proceeding.objects.filter(pk=opened.pk).update(handler=None)
    sweep()
    (proposal,) = proposals()
    assert (proposal.state, proposal.assignee) == (S.OPEN, None)


def test_a_playbook_that_is_not_needed_is_not_proposed_again_and_may_still_be_applied(cast):
    opened = matter(cast)
    sweep()
    (proposal,) = proposals()
    for verb in ("complete", "cancel", "decline"):
        with pytest.raises(Forbidden):
            transition_task(proposal, verb, actor=cast["customs.officer"], reason="No", result="No")
    with pytest.raises(Invalid):
        transition_task(proposal, "waive", actor=cast["customs.officer"])
    transition_task(proposal, "waive", actor=cast["customs.officer"], reason="Settled by telephone")
    sweep()
    assert not proposals().exists()
    assert not steps(opened)
    apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")
    assert steps(opened)


def test_applying_a_playbook_by_hand_ends_its_proposal(cast):
    opened = matter(cast)
    sweep()
    apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")
    assert not proposals().exists()


def test_a_proposal_lapses_with_its_proceeding_and_returns_with_it(cast):
    opened = matter(cast, "FILED_ADM")
    sweep()
    stories.walk(cast, opened, [("drop", "customs.lead", {"outcome_reason": "Declared rightly"})])
    sweep()
    assert not proposals().exists()
    stories.walk(cast, opened, [("reopen", "customs.lead", {"reason": "New facts"})])
    sweep()
    assert proposals().get().proposes == "false_declaration"


def test_each_agency_has_one_row_of_a_playbook_the_next_step(cast):
    case = of_type(cast, stories.shared_case(cast), "false_declaration")
    moved = stories.proceeding(cast, "INVESTIGATE", case)
    follow(cast)
    own = WorkItem.objects.filter(kind="task", side="does", agency_id=moved.agency_id, case_id=case.pk)
    assert len(steps(moved, agency=moved.agency)) > 5
    assert own.count() == 1
    first = Task.objects.get(pk=own.get().object_id)
    assert not first.depends_on.open().exists()
    assert WorkItem.objects.filter(kind="task", side="does", agency_id=cast["commerce.officer"].agency_id).count() == 1

    # Claimed it is on the desk of its handler, and the next one waits for someone.
    stories.walk(cast, first, [("claim", "customs.officer", {})])
    assert set(own.values_list("free", flat=True)) == {True, False}
    assert own.count() == 2
    stories.walk(cast, first, [("release", "customs.officer", {"reason": "Ill"})])
    assert [row.object_id for row in own] == [first.pk]


def test_home_and_board_show_one_step_and_how_many_follow(cast):
    opened = under_way(cast)
    left = len(steps(opened)) - 1
    home = cast.browser("customs.officer").get("/").text
    assert f"Playbook: {left} more steps" in home
    board = cast.browser("customs.officer").get("/board/").text
    titles = Task.objects.filter(proceeding=opened).exclude(step="")
    assert sum(f"/tasks/{task.pk}/" in board for task in titles) == 1


def test_each_state_it_reached_brings_its_own_steps_also_if_the_worker_was_down(cast):
    opened = under_way(cast)
    stories.walk(cast, opened, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9001号"})])
    follow(cast)
    assert steps(opened) == expected("false_declaration", "customs", "VERIFY", "FILED_ADM")
    moved = under_way(cast, "INVESTIGATE")
    assert steps(moved) == expected("false_declaration", "customs", "VERIFY", "FILED_ADM", "INVESTIGATE")


def test_a_violation_that_is_named_later_brings_its_playbook(cast):
    opened = stories.proceeding(cast)
    follow(cast)
    assert not steps(opened)
    of_type(cast, opened.case, "concealment")
    follow(cast)
    assert "SCAN_IMAGES" in steps(opened)


def test_two_violations_ask_for_a_common_step_once_also_if_applied_twice(cast):
    opened = under_way(cast, "VERIFY", "false_declaration", "concealment")
    assert PlaybookUse.objects.filter(proceeding=opened).count() == 2
    assert {"INSPECT", "SCAN_IMAGES", "PRICE_BAND"} <= steps(opened)
    assert Task.objects.filter(proceeding=opened, step="INSPECT").count() == 1
    tasks, events = Task.objects.count(), Event.objects.count()
    follow(cast)
    apply_due(opened.case_id)
    assert (Task.objects.count(), Event.objects.count()) == (tasks, events)


def test_a_later_playbook_does_not_duplicate_running_work(cast):
    opened = matter(cast)
    Playbook.objects.update(published_at=timezone.now() + timedelta(seconds=1))
    follow(cast)
    assert not steps(opened)
    apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")
    assert steps(opened)


def test_matters_taken_over_as_they_stood_get_steps_only_once_they_move(cast):
    opened = matter(cast)
    skip_past_events()
    follow(cast)
    assert not steps(opened)
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        opened = matter(cast)
        follow(cast)
    assert steps(opened)


def test_a_criminal_case_has_the_steps_of_the_police(cast):
    case = of_type(cast, stories.case(cast), "false_declaration")
    stories.transfer(cast, "FILED", case)
    follow(cast)
    filed = Proceeding.objects.get(case=case, kind="criminal")
    assert {"C_PLAN", "C_INTERROGATE", "C_CUSTOMS_DATA"} <= steps(filed)
    assert task_of(filed, "C_CUSTOMS_DATA").agency.code == "GACC"
    assert task_of(filed, "C_CUSTOMS_DATA").state == S.ASKED
    assert "C_CONTROL" not in steps(filed)  # commerce does not share the case


def test_no_step_goes_to_an_agency_that_does_not_use_the_system(cast):
    opened = matter(cast)
    Agency.objects.filter(pk=opened.agency_id).update(signs_in=False)
    follow(cast)
    assert not steps(opened)


def test_another_agency_is_asked_only_once_it_shares_the_case(cast):
    moved = under_way(cast, "FILED_ADM")
    assert "CONTROL_STATUS" not in steps(moved)
    assert not Task.objects.visible_to(cast["commerce.officer"]).exists()
    share_case(moved.case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="status", reason="joint work")
    follow(cast)
    asked = task_of(moved, "CONTROL_STATUS")
    assert (asked.agency.code, asked.asked_by.code, asked.state) == ("MOFCOM_SCB", "GACC", S.ASKED)
    assert asked in Task.objects.visible_to(cast["commerce.officer"])


def test_a_step_of_a_unit_goes_to_its_desk_where_the_agency_has_it(cast):
    opened = under_way(cast)
    assert task_of(opened, "INSPECT").unit.code == "GACC_PORT"
    assert task_of(opened, "SOURCE_FILE").unit is None


def test_steps_wait_for_those_before_them_also_for_one_that_came_later(cast):
    moved = under_way(cast, "INVESTIGATE")
    assert task_of(moved, "INSPECT") in task_of(moved, "SAMPLE").depends_on.all()
    judged = task_of(moved, "THRESHOLD")
    assert not judged.depends_on.filter(step="CONTROL_STATUS").exists()
    share_case(moved.case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="full", reason="joint work")
    follow(cast)
    assert judged.depends_on.filter(step="CONTROL_STATUS").exists()


def test_missing_steps_are_added_by_hand_and_listed(cast):
    opened = under_way(cast)
    Task.objects.filter(proceeding=opened, step="INSPECT").delete()
    apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")
    assert PlaybookUse.objects.get(proceeding=opened).added == ["INSPECT"]
    event = Event.objects.filter(verb="apply_playbook", actor_kind="user").latest("pk")
    assert event.note.data["added"] == ["INSPECT"]
    assert event.visibility == "own"
    apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")
    assert PlaybookUse.objects.get(proceeding=opened).added == []


def test_a_forbidden_or_unknown_playbook_is_refused_with_the_reason(cast):
    opened = matter(cast)
    with pytest.raises(Forbidden):
        apply_playbook(opened, actor=cast["commerce.officer"], playbook="false_declaration")
    with pytest.raises(Invalid):
        apply_playbook(opened, actor=cast["customs.officer"], playbook="watch_list_listing")
    assert not steps(opened)


def test_a_case_keeps_its_version_until_the_new_one_is_adopted(cast):
    opened = under_way(cast)
    later = newer()
    stories.walk(cast, opened, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9002号"})])
    follow(cast)
    assert "SECOND_INSPECTION" not in steps(opened)
    assert PlaybookUse.objects.get(proceeding=opened).playbook.version == 1
    before = {task.pk: (task.title, task.due_at) for task in Task.objects.filter(proceeding=opened)}
    renew_playbook(opened, actor=cast["customs.officer"], playbook=f"false_declaration:{later.version}")
    assert PlaybookUse.objects.get(proceeding=opened).added == ["SECOND_INSPECTION"]
    assert PlaybookUse.objects.get(proceeding=opened).playbook == later
    assert before == {task.pk: (task.title, task.due_at) for task in Task.objects.filter(pk__in=before)}


def test_only_the_version_that_was_shown_can_be_taken(cast):
    opened = under_way(cast)
    with pytest.raises(TransitionRefused):  # there is none
        renew_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration:1")
    shown = newer()
    newer("THIRD_INSPECTION")
    with pytest.raises(Invalid):
        renew_playbook(opened, actor=cast["customs.officer"], playbook=f"false_declaration:{shown.version}")


def test_a_proceeding_that_begins_now_begins_with_the_newest(cast):
    newer()
    opened = under_way(cast)
    assert "SECOND_INSPECTION" in steps(opened)


def test_an_open_mandatory_step_keeps_the_case_from_closing_and_wants_a_result(cast):
    opened = under_way(cast)
    holds = set(Hold.objects.standing().filter(case=opened.case, because="task").values_list("source", flat=True))
    assert holds == set(Task.objects.filter(proceeding=opened, mandatory=True).values_list("pk", flat=True))
    inspect = task_of(opened, "INSPECT")
    stories.walk(cast, inspect, [("claim", "customs.officer", {})])
    for nothing in ("", None):
        with pytest.raises(Invalid):
            transition_task(inspect, "complete", actor=cast["customs.officer"], result=nothing)
    stories.walk(cast, inspect, [("complete", "customs.officer", {"result": "锑锭"})])
    assert inspect.pk not in Hold.objects.standing().values_list("source", flat=True)


def test_only_a_lead_waives_a_step_and_with_a_reason(cast):
    opened = under_way(cast)
    inspect = task_of(opened, "INSPECT")
    stories.walk(cast, inspect, [("claim", "customs.officer", {})])
    for verb in ("cancel", "decline"):
        with refused_for("mandatory"):
            transition_task(inspect, verb, actor=cast["customs.officer"], reason="No time")
    with pytest.raises(Forbidden):
        transition_task(inspect, "waive", actor=cast["customs.officer"], reason="No time")
    with pytest.raises(Invalid):
        transition_task(inspect, "waive", actor=cast["customs.lead"])
    transition_task(inspect, "waive", actor=cast["customs.lead"], reason="The goods have left")
    assert task_of(opened, "INSPECT").state == S.WAIVED
    assert not Hold.objects.standing().filter(source=inspect.pk).exists()
    event = Event.objects.get(object_id=inspect.pk, verb="waive")
    assert event.note.reason == "The goods have left"
    follow(cast)
    apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")
    assert Task.objects.filter(proceeding=opened, step="INSPECT").count() == 1
    with pytest.raises(TransitionRefused):
        transition_task(stories.task(cast), "waive", actor=cast["customs.lead"], reason="Not needed")


def test_an_optional_step_may_be_cancelled_by_any_staff(cast):
    opened = under_way(cast)
    optional = task_of(opened, "PRICE_BAND")
    transition_task(optional, "cancel", actor=cast["customs.officer"], reason="Nothing to compare with")
    follow(cast)
    assert task_of(opened, "PRICE_BAND").state == S.CANCELLED


def test_a_declined_step_holds_the_case_until_asked_again_or_waived(cast):
    case = of_type(cast, stories.shared_case(cast), "false_declaration")
    moved = stories.proceeding(cast, "FILED_ADM", case)
    follow(cast)
    asked = task_of(moved, "CONTROL_STATUS")
    stories.walk(cast, asked, [("decline", "commerce.lead", {"reason": "No sample"})])
    assert Hold.objects.standing().filter(source=asked.pk).exists()
    stories.walk(cast, asked, [("ask_again", "customs.officer", {"reason": "The sample is on its way"})])
    assert (asked.state, asked.assignee) == (S.ASKED, None)
    stories.walk(cast, asked, [("decline", "commerce.lead", {"reason": "Still none"})])
    stories.walk(cast, asked, [("waive", "customs.lead", {"reason": "Identified by the laboratory"})])
    assert not Hold.objects.standing().filter(source=asked.pk).exists()


def test_open_steps_lapse_with_their_proceeding_and_return_with_it(cast):
    moved = under_way(cast, "FILED_ADM")
    inspect = task_of(moved, "INSPECT")
    stories.walk(cast, inspect, [("claim", "customs.officer", {}), ("complete", "customs.officer", {"result": "锑锭"})])
    stories.walk(cast, moved, [("drop", "customs.lead", {"outcome_reason": "Declared rightly"})])
    follow(cast)
    assert steps(moved, state=S.DONE) == {"INSPECT"}
    lapsed = steps(moved, state=S.LAPSED)
    assert lapsed
    assert not Hold.objects.standing().filter(case=moved.case, because="task").exists()
    stories.walk(cast, moved, [("reopen", "customs.lead", {"reason": "New facts"})])
    follow(cast)
    assert steps(moved, state=S.OPEN) == lapsed
    assert not steps(moved, state=S.DONE) & lapsed


def test_a_closed_case_is_left_alone(cast):
    opened = matter(cast)
    Case.objects.filter(pk=opened.case_id).update(state="CLOSED")
    assert apply_due(opened.case_id) is False
    with pytest.raises(TransitionRefused):
        apply_playbook(opened, actor=cast["customs.officer"], playbook="false_declaration")


# Due times -----------------------------------------------------------------------------------------------------------
def local(moment):
    return timezone.localtime(moment)


def test_days_are_counted_by_the_working_calendar_or_straight_on(cast):
    Playbook.objects.update(published_at=datetime(2026, 1, 1, tzinfo=UTC))
    PlaybookStep.objects.filter(code="DECL_SET").update(day_unit="calendar_day", days=3)
    # Before the National Day holidays, which are followed by a working Saturday.
    with time_machine.travel(datetime(2026, 9, 30, 10, tzinfo=SHANGHAI), tick=False):
        opened = matter(cast)
        follow(cast)
    assert f"{local(task_of(opened, 'SOURCE_FILE').due_at):%F %T}" == "2026-10-09 23:59:59"
    assert f"{local(task_of(opened, 'DECL_SET').due_at):%F}" == "2026-10-03"


def test_no_task_is_overdue_at_birth(cast):
    opened = matter(cast)
    with time_machine.travel(timezone.now() + timedelta(days=90)):
        follow(cast)
        due = [task.due_at for task in Task.objects.filter(proceeding=opened) if task.due_at]
        assert due
        assert min(due) > timezone.now()


def test_a_deadline_that_follows_a_period_moves_with_it(cast):
    moved = under_way(cast, "INVESTIGATE")
    assert follow_clocks() == 0
    clock = Clock.objects.running().get(subject_id=moved.pk, rule__code="CUS_DECISION")
    report = task_of(moved, "REPORT")
    assert report.due_at == clock.due_at
    later = clock.due_at + timedelta(days=30)
    Clock.objects.filter(pk=clock.pk).update(due_at=later)
    assert follow_clocks() == 2  # the report and the notice
    report.refresh_from_db()
    assert report.due_at == later
    Clock.objects.filter(pk=clock.pk).update(due_at=None)  # suspended
    follow_clocks()
    report.refresh_from_db()
    assert report.due_at is None
    assert follow_clocks() == 0
    with pytest.raises(TransitionRefused) as refusal:
        transition_task(
            report, "set_due", actor=cast["customs.officer"], due_at=timezone.now() + timedelta(days=9), reason="x"
        )
    assert "due_at" in [one.code for one in refusal.value.missing]


def test_a_step_before_its_period_runs_has_no_deadline_yet(cast):
    opened = matter(cast)
    PlaybookStep.objects.filter(code="SOURCE_FILE").update(days=None, day_unit="", follows="CUS_DECISION")
    follow(cast)
    assert task_of(opened, "SOURCE_FILE").due_at is None
    stories.walk(cast, opened, [("file", "customs.lead", {"external_number": "沪关缉违字〔2026〕9003号"})])
    follow(cast)
    clock = Clock.objects.running().get(subject_id=opened.pk, rule__code="CUS_DECISION")
    assert task_of(opened, "SOURCE_FILE").due_at == clock.due_at
