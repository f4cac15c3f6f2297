"""Starts and stops clocks by the workflow, and changes them by hand."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.calendar.workdays import NO_CALENDAR, WorkCalendar, load_calendar
from agencies.journal.actions import Audience, notify_person
from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic, touch
from agencies.people.models import OfficeHolder

from .access import HEADS, decides
from .alerts import plan_alerts
from .counting import count, end_of
from .due_times import (
    Why,
    columns_of,
    due_by,
    followed_by,
    note_change,
    recount_clock,
    recount_followers,
    store_due_of,
    store_due_of_fresh,
    store_due_times,
    stream_of_clock,
    subject_of,
)
from .law import rules_on
from .models import (
    Clock,
    ClockApplication,
    ClockExtension,
    ClockPause,
    ExtensionStep,
    PeriodKind,
    PeriodRule,
    Timed,
    Unit,
)
from .restarts import REPORTED, RESTARTS
from .workflow import open_steps


# Clocks of the workflows ---------------------------------------------------------------------------------------------
def start_clocks(
    codes: Iterable[str],
    subject: Timed,
    *,
    case_id: UUID | None,
    holder_id: int,
    at: datetime,
    private: bool = False,
    partner_id: int | None = None,
    fresh: bool = False,
) -> None:
    """Starts one clock per rule about `subject`. A rule that already runs there keeps its first start.

    `fresh`: the subject was created in this transaction, so that running clocks need not be queried.

    `private`: visible only to holder, owing agency and partner, and not counted in the case's own deadline.
    """
    codes = list(codes)
    if not codes:
        return
    rules = rules_on(codes, at)
    placed = {"case_id": case_id, "holder_id": holder_id, "private": private, "partner_id": partner_id}
    started = _clocks(rules, subject, _calendar_for(rules), at, **placed)
    Clock.objects.bulk_create(started, ignore_conflicts=True)  # conflicts are rules that already run here
    if private:  # the case's own deadline counts no private clock
        case_id = None
    if fresh:
        store_due_of_fresh({subject: started}, case_id)
        running = {one.pk for one in started}
    else:
        running = store_due_times(subject, case_id)
    plan_alerts((clock for clock in started if clock.pk in running), now=times.now())


def start_clocks_of_many(codes: Iterable[str], holders: Mapping[Timed, int], *, at: datetime) -> None:
    """Starts one clock per rule about each subject, which its holder has. The subjects were created in this transaction
    and are on no case."""
    rules = rules_on(list(codes), at)
    work = _calendar_for(rules)
    started = {one: _clocks(rules, one, work, at, holder_id=holder) for one, holder in holders.items()}
    clocks = [clock for some in started.values() for clock in some]
    Clock.objects.bulk_create(clocks)
    store_due_of_fresh(started, None)
    plan_alerts(clocks, now=times.now())


def _calendar_for(rules: Iterable[PeriodRule]) -> WorkCalendar:
    return load_calendar() if any(rule.unit != Unit.HOUR for rule in rules) else NO_CALENDAR


def _clocks(
    rules: Iterable[PeriodRule], subject: Timed, work: WorkCalendar, at: datetime, **placed: Any
) -> list[Clock]:
    """The clocks of these rules about a subject, unsaved. `placed` are the columns of their case and agencies."""
    agencies, started = subject.clock_agencies(), []
    for rule in rules:
        clock = Clock(
            rule=rule,
            subject_kind=subject.clock_kind,
            subject_id=subject.pk,
            agency_id=agencies.get(rule.owner_side),
            proceeding_id=subject.clock_proceeding,
            started_at=at,
            state_since=at,
            **placed,
        )
        # A period that follows another may begin in the middle of it.
        due = due_by(followed_by(clock, subject), rule, work) if rule.follows else count(rule.period, at, work)
        for name, value in columns_of(due).items():
            setattr(clock, name, value)
        started.append(clock)
    return started


def stop_clocks(codes: Iterable[str] | None, subject: Timed, *, case_id: UUID | None, at: datetime) -> None:
    """Stops the clocks of the named rules about `subject`, or all of them if `codes` is None."""
    running = Clock.objects.running().about(subject)
    if codes is not None:
        codes = list(codes)
        if not codes:
            return
        running = running.filter(rule__code__in=codes)
    stopped = list(running.values_list("started_at", "private"))
    if not stopped:  # most transitions name rules of which none runs here; the stored due times stay as they are
        touch(subject.clock_kind, subject.pk)
        touch(f"periods of {subject.clock_kind}", subject.pk)
        return
    # A stop recorded for a time before the start would violate the constraint; such a clock has run no time.
    began = [started_at for started_at, _private in stopped]
    if max(began) > at:
        running.filter(started_at__gt=at).update(state=Clock.State.STOPPED, stopped_at=times.now())
    if min(began) <= at:
        running.filter(started_at__lte=at).update(state=Clock.State.STOPPED, stopped_at=at)
    is_private = all(private for _started_at, private in stopped)
    store_due_times(subject, None if is_private else case_id)  # the case's own deadline counts no private clock


def pass_clocks(subject: Timed, *, case_id: UUID | None, to: int) -> None:
    """Passes the running duties about `subject` to another agency, with the time that is left of them."""
    Clock.objects.running().about(subject).filter(agency__isnull=False).update(agency_id=to, holder_id=to)
    store_due_times(subject, case_id)


# Manual changes ------------------------------------------------------------------------------------------------------
def pause_clock(clock: Clock, *, actor: Actor, ground: str, paper: str, **given: Any) -> TransitionResult[Clock]:
    """Pauses the period at `happened_at`. It has no due time until it resumes."""
    with atomic():
        applied = _move(clock, "pause", actor, ground=ground, paper=paper, **given)
        _refuse_after_end(applied)
        named = applied.thing.rule.pause_grounds.filter(ground=ground).first()
        if named is None:
            raise Invalid.field("ground", "choice", _("The rule has no such ground."))
        ClockPause.objects.create(clock=applied.thing, ground=named, paper=paper, since=applied.at)
        recount_clock(
            applied.thing, Why.PAUSE, load_calendar(), at=applied.at, actor=actor, paper=paper, **_reason(given)
        )
        return applied


def defer_clock(
    clock: Clock, *, ground: str, paper: str, since: datetime, last_day: date, at: datetime, actor: Actor
) -> None:
    """Records a deferral requested at `since`. `last_day` replaces the last day and rolls to a working day like any
    other.
    """
    named, until = clock.rule.pause_grounds.get(ground=ground), end_of(last_day)
    ClockPause.objects.create(
        clock=clock, ground=named, paper=paper, since=min(since, until), until=until, last_day=last_day
    )
    recount_clock(clock, Why.PAUSE, load_calendar(), at=at, actor=actor, paper=paper)


def resume_clock(clock: Clock, *, actor: Actor, paper: str, **given: Any) -> TransitionResult[Clock]:
    """Ends the pause at `happened_at`. The paused time does not count."""
    with atomic():
        applied = _move(clock, "resume", actor, paper=paper, **given)
        applied.thing.pauses.filter(until=None).update(until=applied.at)
        recount_clock(
            applied.thing, Why.RESUME, load_calendar(), at=applied.at, actor=actor, paper=paper, **_reason(given)
        )
        return applied


def apply_for_extension(
    clock: Clock, *, actor: Actor, step: str, length: int | None = None, reason: str, **given: Any
) -> TransitionResult[Clock]:
    """Submits an application to the office that grants the extension (报请延长). Only one can be pending."""
    with atomic():
        applied = _move(clock, "apply", actor, step=step, length=length, reason=reason, **given)
        _refuse_after_end(applied)
        wanted = next((one for one in open_steps(applied.thing) if str(one.step) == step and one.office in HEADS), None)
        if wanted is None:
            raise Invalid.field(
                "step", "choice", _("This extension is not available now, or another office grants it.")
            )
        ClockApplication.objects.create(
            clock=applied.thing,
            step=wanted,
            length=_length(wanted, length),
            reason=reason,
            applicant_id=actor.id,
            applied_at=applied.at,
        )
        for person in OfficeHolder.objects.current().filter(agency=clock.owner_id).values_list("user_id", flat=True):
            notify_person(applied.event, person, agency_id=clock.owner_id, because="decides")
        return applied


def _give_back(clock: Clock, verb: str, outcome: str, *, actor: Actor, **given: Any) -> TransitionResult[Clock]:
    with atomic():
        applied = _move(clock, verb, actor, **given)
        answered = applied.thing.applications.select_related("applicant").get(outcome="")
        _answer(applied, outcome, given.get("reason", ""))
        notify_person(applied.event, answered.applicant_id, agency_id=answered.applicant.agency_id, because="asked")
        return applied


def _answer(applied: TransitionResult[Clock], outcome: str, answer: str = "") -> None:
    applied.thing.applications.filter(outcome="").update(outcome=outcome, answered_at=applied.at, answer=answer)


def extend_clock(
    clock: Clock, *, actor: Actor, step: str, paper: str, length: int | None = None, **given: Any
) -> TransitionResult[Clock]:
    """Grants one extension step, at most at its full length, before the period is over."""
    with atomic():
        applied = _move(clock, "extend", actor, step=step, length=length, paper=paper, **given)
        _refuse_after_end(applied)
        chosen = _chosen_step(applied.thing, actor, step)
        ClockExtension.objects.create(
            clock=applied.thing, step=chosen, length=_length(chosen, length), paper=paper, granted_at=applied.at
        )
        _answer(applied, ClockApplication.Outcome.GRANTED)
        recount_clock(
            applied.thing, Why.EXTEND, load_calendar(), at=applied.at, actor=actor, paper=paper, **_reason(given)
        )
        return applied


def stop_clock(clock: Clock, *, actor: Actor, paper: str, **given: Any) -> TransitionResult[Clock]:
    """Stops a period that the law ends and no workflow covers. A breach until then remains."""
    with atomic():
        applied = _move(clock, "stop", actor, paper=paper, **given)
        note_change(applied.thing, Why.STOP, applied.thing, at=applied.at, actor=actor, paper=paper, **_reason(given))
        store_due_of(clock)
        return applied


def restart_clock(clock: Clock, *, actor: Actor, ground: str, paper: str, **given: Any) -> TransitionResult[Clock]:
    """重新计算: ends the period and starts a linked one at `happened_at`, under the rule then in force."""
    with atomic():
        applied = _move(clock, "restart", actor, ground=ground, paper=paper, **given)
        old, work = applied.thing, load_calendar()
        if ground not in RESTARTS[old.rule.code]:
            raise Invalid.field("ground", "choice", _("The rule has no such ground."))
        began = _discovered(old, ground, applied.at)
        rule = next(iter(rules_on([old.rule.code], began)), old.rule)
        columns = ("case_id", "subject_kind", "subject_id", "agency_id", "holder_id", "partner_id", "private")
        fresh = Clock.objects.create(
            rule=rule,
            restarted_from=old,
            started_at=began,
            state_since=applied.at,
            **{name: getattr(old, name) for name in (*columns, "proceeding_id")},
            **columns_of(count(rule.period, began, work)),
        )
        note_change(old, Why.RESTART, old, at=applied.at, actor=actor, paper=paper, **_reason(given))
        plan_alerts([fresh], now=times.now())
        recount_followers(fresh, Why.RESTART, work, at=applied.at, actor=actor, paper=paper)
        store_due_of(fresh)
        return applied


def _discovered(clock: Clock, ground: str, at: datetime) -> datetime:
    """When the period begins anew: with the act, or with the discovery that was to be reported for approval.

    Approving the new period fulfils the duty to report it.
    """
    duty = REPORTED.get(ground)
    if duty is None:
        return at
    same = Clock.objects.running().filter(subject_kind=clock.subject_kind, subject_id=clock.subject_id)
    report = same.filter(rule__code=duty).first()
    if report is None:
        detail = _("Record the discovery first: it is reported for approval within five days (MPSP art. 151).")
        raise TransitionRefused.because("discovery", detail)
    stop_clocks([duty], subject_of(clock), case_id=clock.case_id, at=at)
    return report.started_at


ACTIONS: ActionTable = {
    "restart": restart_clock,
    "pause": pause_clock,
    "resume": resume_clock,
    "apply": apply_for_extension,
    "extend": extend_clock,
    # The due time stays, and the applicant is notified with the reason.
    "refuse": partial(_give_back, verb="refuse", outcome=ClockApplication.Outcome.REFUSED),
    # 退回修改: the applicant is notified of what to revise, and applies again from what was entered.
    "revise": partial(_give_back, verb="revise", outcome=ClockApplication.Outcome.RETURNED),
    "stop": stop_clock,
}


ENDS = ("stop", "restart")


def _move(clock: Clock, verb: str, actor: Actor, **given: Any) -> TransitionResult[Clock]:
    """Applies a transition of the clock. A transition that ends it sets `stopped_at`, which a constraint requires."""
    return apply_transition(
        clock,
        verb,
        actor=actor,
        streams=[stream_of_clock(clock)],
        # Changes by the system to a private clock are visible to the holder of its subject: the system has no agency.
        audience=Audience(counterpart_id=clock.holder_id if actor.is_system else clock.other_side),
        changes={"stopped_at": TIME_OF_ACT} if verb in ENDS else None,
        event_data={"rule": clock.rule.code},
        **given,
    )


def _reason(given: dict[str, Any]) -> dict[str, str]:
    return {"reason": given.get("reason", "")}


def _refuse_after_end(applied: TransitionResult[Clock]) -> None:
    """A period that has ended can be neither paused nor extended. Checked at the time of the act, not of its
    recording. A measure ends by the strict reading: the bank lifts a freeze at its last day.
    """
    clock = applied.thing
    end = clock.due_at if clock.rule.kind == PeriodKind.VALIDITY else clock.breach_at
    if end is not None and applied.at > end:
        ended = date_format(timezone.localtime(end), "DATETIME_FORMAT")
        raise TransitionRefused.because("ended", _("The period ended on %(at)s.") % {"at": ended})


def _chosen_step(clock: Clock, actor: Actor, step: str) -> ExtensionStep:
    for one in open_steps(clock):
        if str(one.step) == step and decides(actor, clock, one):
            return one
    raise Invalid.field("step", "choice", _("This extension is not available now, or another office grants it."))


def _length(step: ExtensionStep, requested: int | None) -> int:
    if requested is None and step.length is None:
        raise Invalid.field("length", "required", _("The law gives no length: enter it."))
    length = requested if requested is not None else step.length
    if length is None or not step.allows(length):
        raise Invalid.field("length", "range", _("At least 1, at most %(most)s.") % {"most": step.length or "–"})
    return length
