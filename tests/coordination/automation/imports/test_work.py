"""The work on an import: killed, stopped, continued by a colleague, delivered twice, and forgotten after its time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import TransitionRefused
from agencies.people.models import Membership, User
from agencies.runs.actions import cancel_run
from agencies.runs.models import Run
from agencies.runs.worker import MOST_ATTEMPTS, work
from cases.intake.models import Lead
from coordination.automation.imports import working
from coordination.automation.imports.actions import check_import, delete_old_rows, resume_import, take_import
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.models import KEPT, Import
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories
from tests.refusals import refused_for

pytestmark = pytest.mark.both_databases  # jobs take rows in batches under locks

OFFICER, COLLEAGUE = "customs.officer", "customs.lead"
ROWS = 7


class Killed(BaseException):
    """The death of a worker: neither handlers nor commits run after it."""


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(type(KINDS["leads"]), "batch", 2)
    monkeypatch.setattr(working, "WITHDRAWN", 2)


@pytest.fixture
def checked(cast, small_batches):
    return stories.import_story(cast, "CHECKED", rows=[stories.lead_line(n) for n in range(1, ROWS + 1)])


def kill_at(monkeypatch, batch):
    """Kills the worker in the middle of this batch, after its rows were taken and before their results are stored."""
    take, calls = KINDS["leads"].take, []

    def killed(rows, actor, imported):
        calls.append(rows)
        results = take(rows, actor, imported)
        if len(calls) == batch:
            raise Killed
        return results

    monkeypatch.setattr(KINDS["leads"], "take", killed, raising=False)


def test_a_killed_worker_loses_one_batch_and_no_row_is_doubled(cast, checked, monkeypatch):
    take_import(checked, actor=cast[OFFICER])
    with monkeypatch.context() as patch:
        kill_at(patch, 2)
        with pytest.raises(Killed):
            work(WORKS)
    assert Lead.objects.count() == 2
    checked.refresh_from_db()
    assert (checked.run.done, checked.run.total) == (2, ROWS)
    Run.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    stories.work_off()
    checked.refresh_from_db()
    assert (checked.state, checked.found["taken"], checked.run.done) == ("TAKEN", {"new": ROWS}, ROWS)
    assert Lead.objects.count() == ROWS
    assert set(Lead.objects.values_list("revision", flat=True)) == {1}


def test_stopped_work_is_continued_by_a_colleague_from_where_it_stopped(cast, checked, monkeypatch):
    take_import(checked, actor=cast[OFFICER])
    with monkeypatch.context() as patch:
        kill_at(patch, 3)
        with pytest.raises(Killed):
            work(WORKS)
    checked.refresh_from_db()
    with refused_for("running"):
        resume_import(checked, actor=cast[COLLEAGUE])
    first = checked.run
    cancel_run(first, actor=cast[OFFICER])
    stories.work_off()
    assert Lead.objects.count() == 4, "nothing goes on by itself"
    checked.refresh_from_db()
    resume_import(checked, actor=cast[COLLEAGUE])
    stories.work_off()
    checked.refresh_from_db()
    assert (checked.state, Lead.objects.count()) == ("TAKEN", ROWS)
    assert (checked.run.started_by.username, checked.run.done) == (COLLEAGUE, 3)
    assert first.pk != checked.run_id


def test_the_first_run_writes_nothing_once_another_has_gone_on(cast, checked):
    take_import(checked, actor=cast[OFFICER])
    checked.refresh_from_db()
    first = checked.run
    cancel_run(first, actor=cast[OFFICER])
    checked.refresh_from_db()
    resume_import(checked, actor=cast[COLLEAGUE])
    stories.work_off()
    Run.objects.filter(pk=first.pk).update(state="OPEN", ended_at=None)
    stories.work_off()
    first.refresh_from_db()
    assert (first.state, first.done, Lead.objects.count()) == ("DONE", 0, ROWS)


def test_work_of_a_disabled_account_stops_and_a_colleague_continues_it(cast, checked):
    take_import(checked, actor=cast[OFFICER])
    User.objects.filter(username=OFFICER).update(is_active=False)
    stories.work_off()
    checked.refresh_from_db()
    assert (checked.state, checked.run.state, Lead.objects.count()) == ("TAKING", "FAILED", 0)
    resume_import(checked, actor=cast[COLLEAGUE])
    stories.work_off()
    assert Lead.objects.count() == ROWS


def test_work_of_a_person_who_may_no_longer_import_stops(cast, checked):
    take_import(checked, actor=cast[OFFICER])
    Membership.objects.filter(user__username=OFFICER).delete()
    for _attempt in range(MOST_ATTEMPTS):
        stories.work_off()
        Run.objects.update(leased_until=None)
    checked.refresh_from_db()
    assert (checked.run.state, checked.run.error, Lead.objects.count()) == ("FAILED", "Forbidden", 0)
    resume_import(checked, actor=cast[COLLEAGUE])
    stories.work_off()
    assert Lead.objects.count() == ROWS


def test_two_rows_of_one_number_are_taken_together_in_their_order(cast, small_batches):
    rows = [stories.lead_line(n) for n in (1, 2, 3)] + [stories.lead_line(1, 标题="后")]
    made = stories.import_story(cast, rows=rows)
    assert stories.results_of(made) == {2: "new", 3: "new", 4: "new", 5: "revised"}
    assert Lead.objects.get(source_ref="R-1").title == "后"


def test_an_import_is_taken_over_once(cast, checked):
    take_import(checked, actor=cast[OFFICER], version=checked.version)
    with pytest.raises(TransitionRefused):
        take_import(checked, actor=cast[COLLEAGUE], version=checked.version)


def test_a_second_check_begins_anew(cast, checked):
    check_import(checked, actor=cast[OFFICER], mapping=checked.mapping, fixed={"leads": {"severity": "high"}})
    stories.work_off()
    checked.refresh_from_db()
    assert checked.found == {"checked": {"new": ROWS}}


def test_rows_are_deleted_when_their_time_is_over(cast, checked):
    take_import(checked, actor=cast[OFFICER])
    stories.work_off()
    assert delete_old_rows() == 0
    Import.objects.update(state_since=timezone.now() - KEPT - timedelta(days=1))
    assert (delete_old_rows(), delete_old_rows()) == (1, 0)
    checked.refresh_from_db()
    assert (checked.rows.count(), checked.found["taken"], checked.kept_until) == (0, {"new": ROWS}, None)
    page = cast.browser(OFFICER).get(f"/imports/{checked.pk}/").content.decode()
    assert "no longer kept" in page
    assert Lead.objects.count() == ROWS


def test_a_table_whose_rows_are_deleted_is_neither_checked_nor_taken_over(cast, checked):
    Import.objects.update(state_since=timezone.now() - KEPT - timedelta(days=1))
    assert delete_old_rows() == 1
    checked.refresh_from_db()
    for act in (take_import, check_import):
        with refused_for("deleted"):
            act(checked, actor=cast[OFFICER])
    checked.refresh_from_db()
    assert checked.state == "CHECKED"


@pytest.mark.slow
def test_a_large_table_costs_a_few_queries_a_batch(cast, django_assert_max_num_queries):
    made = stories.uploaded_import(cast, [stories.lead_line(n) for n in range(400)])
    check_import(made, actor=cast[OFFICER])
    stories.work_off()
    made.refresh_from_db()
    take_import(made, actor=cast[OFFICER])
    with django_assert_max_num_queries(200):
        stories.work_off()
    assert Lead.objects.count() == 400
