"""Custody lasts no longer than the stage of the case, after an arrest by any authority (CPL art. 98)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel.work import atomic
from cases.clocks.actions import extend_clock, restart_clock
from cases.clocks.correcting import shift_clocks
from cases.clocks.counting import SHANGHAI, add_months
from cases.clocks.models import Clock
from cases.proceedings.jobs import lapse
from cases.proceedings.measure_actions import move_measure
from cases.proceedings.standing import person_statuses
from tests import stories

LIMITS = ("CRM_HELD_REVIEW", "CRM_HELD_SUPPL", "CRM_HELD_TRIAL", "CRM_HELD_APPEAL")
REASONS = {"reason": "as the court says", "outcome_reason": "as the court says"}
GUILTY = {"charge": "Smuggling", "sentence": "fixed_term", "sentence_months": 36}


def walk(cast, line, *verbs):
    stories.suspect_walk(cast, line, *((verb, {}) if isinstance(verb, str) else verb for verb in verbs))


def proceed(cast, line, *verbs):
    for verb in verbs:
        stories.walk(cast, line.proceeding, [(verb, "antismuggling.lead", REASONS)])
    line.refresh_from_db()


def limits(measure):
    codes = Clock.objects.running().about(measure).values_list("rule__code", flat=True)
    return [code for code in codes if code in LIMITS]


def limit_of(measure):
    return Clock.objects.running().about(measure).get(rule__code__in=LIMITS)


def stage_of(line, code):
    return Clock.objects.running().filter(subject_id__in=[line.pk, line.proceeding_id]).get(rule__code=code)


@pytest.fixture
def line(cast):
    return stories.suspect(cast)


@pytest.fixture
def arrest(cast, line):
    return stories.arrested(cast, line)


def arrested_by_court(cast, line, authority="court"):
    walk(cast, line, ("execute_arrest", {"authority": authority}))
    return line.measures.get(kind="arrest")


def test_each_stage_limits_the_custody_in_place_of_the_one_before(cast, line, arrest):
    seen = [limits(arrest)]
    for verb in ("prosecute_opinion", "return", "prosecute_opinion", "prosecute", "adjourn", "resume_trial"):
        proceed(cast, line, verb)
        seen.append(limits(arrest))
    proceed(cast, line, "judge")
    seen.append(limits(arrest))
    walk(cast, line, ("convict", GUILTY))
    seen.append(limits(arrest))
    walk(cast, line, "appeal")
    seen.append(limits(arrest))
    walk(cast, line, "remand")
    seen.append(limits(arrest))
    review, supplement, trial, appeal = ([code] for code in LIMITS)
    assert seen == [[], review, supplement, review, trial, supplement, trial, [], [], appeal, trial]


@pytest.mark.parametrize("authority", ["procuratorate", "court"])
def test_an_arrest_that_procuratorate_or_court_decides_ends_with_the_stage_and_not_a_stage_after_it(
    cast, line, authority
):
    proceed(cast, line, "prosecute_opinion")
    stage = stage_of(line, "CRM_PROSECUTE")
    Clock.objects.filter(pk=stage.pk).update(started_at=stage.started_at - timedelta(days=10))
    arrest = arrested_by_court(cast, line, authority)
    began = timezone.localtime(stage.started_at - timedelta(days=10)).date()
    assert timezone.localtime(limit_of(arrest).due_at).date() == add_months(began, 1)
    assert arrest.authority == authority


def test_an_arrest_decided_while_the_file_is_back_with_the_police_ends_with_that_month(cast, line):
    proceed(cast, line, "prosecute_opinion", "return")
    assert limits(arrested_by_court(cast, line, "procuratorate")) == ["CRM_HELD_SUPPL"]


def test_an_extension_of_the_stage_extends_the_custody(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    before = limit_of(arrest).due_at
    stage = stage_of(line, "CRM_PROSECUTE")
    extend_clock(stage, actor=cast["antismuggling.lead"], step="1", paper="检审延", reason="重大、复杂")
    assert limit_of(arrest).due_at == before + timedelta(days=15)
    row = person_statuses([line])[0].held[0]
    assert (row.end.rule.code, row.granted, row.left) == ("CRM_HELD_REVIEW", 1, [])


def test_a_restarted_stage_restarts_the_custody(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    stage, before = stage_of(line, "CRM_PROSECUTE"), limit_of(arrest).due_at
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        restart_clock(
            stage, actor=cast["antismuggling.lead"], ground="jurisdiction", paper="改管", reason="changed"
        )  # fmt: skip
        assert limit_of(arrest).due_at > before


def test_a_corrected_day_of_the_transfer_moves_the_end_of_the_custody_with_it(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    stage = stage_of(line, "CRM_PROSECUTE")
    earlier = stage.started_at - timedelta(days=3)
    with atomic():
        shift_clocks(
            line.proceeding,
            was=stage.started_at,
            at=earlier,
            actor=cast["antismuggling.lead"],
            paper="更正",
            reason="typo",
        )
    wanted = add_months(timezone.localtime(earlier).date(), 1)
    assert timezone.localtime(limit_of(arrest).due_at).date() == wanted


def test_the_page_shows_the_remaining_extensions_of_the_stage(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion", "prosecute")
    row = person_statuses([line])[0].held[0]
    assert (row.end.rule.code, row.granted, row.extensions_left) == ("CRM_HELD_TRIAL", 0, "to 3 months in all")


def test_the_stage_rolls_over_a_holiday_and_the_custody_does_not(cast, line, arrest):
    """A month and a day from 15 January 2026 end on 16 February, in Spring Festival (CPL art. 105)."""
    proceed(cast, line, "prosecute_opinion")
    custody, stage = limit_of(arrest), stage_of(line, "CRM_PROSECUTE")
    start = datetime(2026, 1, 15, 10, tzinfo=SHANGHAI)
    Clock.objects.filter(pk__in=[custody.pk, stage.pk]).update(started_at=start)
    stage.refresh_from_db()
    given = {"step": "1", "length": 1, "paper": "延", "reason": "complex", "happened_at": stage.state_since}
    extend_clock(stage, actor=cast["antismuggling.lead"], **given)
    stage.refresh_from_db()
    custody.refresh_from_db()
    assert timezone.localtime(stage.due_at).isoformat()[:10] == "2026-02-24"
    assert timezone.localtime(custody.due_at).isoformat()[:10] == "2026-02-16"


def test_past_the_limit_the_custody_is_over_and_bail_replaces_it(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    Clock.objects.filter(pk=limit_of(arrest).pk).update(due_at=arrest.since - timedelta(seconds=1))
    assert (lapse(), lapse()) == (1, 0)
    arrest.refresh_from_db()
    assert (arrest.state, arrest.over_because) == ("OVER", "expired")
    walk(cast, line, ("bail", {"authority": "procuratorate"}))
    arrest.refresh_from_db()
    assert (arrest.state, arrest.ending) == ("ENDED", "changed")
    assert limits(arrest) == []


def test_a_stage_ended_in_time_and_recorded_late_had_not_expired(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    held = limit_of(arrest)
    arrest.refresh_from_db()
    type(arrest).objects.filter(pk=arrest.pk).update(state="OVER", over_because="expired")
    assert held.due_at > timezone.now()
    proceed(cast, line, "prosecute")
    assert limits(arrest) == ["CRM_HELD_TRIAL"]
    assert lapse() == 1
    arrest.refresh_from_db()
    assert arrest.state == "RUNNING"


def test_custody_past_the_stage_is_not_revived_by_the_next_one(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    Clock.objects.filter(pk=limit_of(arrest).pk).update(due_at=arrest.since - timedelta(seconds=1))
    lapse()
    proceed(cast, line, "prosecute")
    assert limits(arrest) == []
    assert lapse() == 0
    arrest.refresh_from_db()
    assert arrest.state == "OVER"


def test_a_release_ends_the_limit_and_no_new_one_starts(cast, line, arrest):
    proceed(cast, line, "prosecute_opinion")
    move_measure(arrest, "release", actor=cast["antismuggling.officer"], reason="no longer needed")
    assert limits(arrest) == []
    bail = stories.measure(cast, line, "bail")
    assert limits(bail) == []
