"""Starting and stopping clocks by the workflow, manual changes, corrections and recounting."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.calendar.actions import import_schedule
from agencies.calendar.schedule import Day, Diff
from agencies.calendar.workdays import NO_CALENDAR, WorkCalendar, load_calendar
from agencies.journal.actions import Action, Audience, StreamKey, notify_person, record_event
from agencies.journal.models import Event, Stream
from agencies.journal.transitions import Applied, Recording, apply_transition, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic, touch, touch_changed
from agencies.organisations.actions import agency_stream
from agencies.people.models import OfficeHolder
from cases.casefile.actions import stream_of
from cases.casefile.models import Case

from .access import HEADS, decides
from .alerts import plan_alerts
from .counting import SHANGHAI, Due, count, end_of
from .law import rules_on
from .models import (
    Breach,
    Clock,
    ClockApplication,
    ClockChange,
    ClockExtension,
    ClockPause,
    ExtensionStep,
    Kind,
    Rule,
    Timed,
    Unit,
)
from .restarts import REPORTED, RESTARTS
from .workflow import open_steps, workflow_of

Why = ClockChange.Why


def stream_of_clock(clock: Clock) -> StreamKey:
    """The stream of the case, of the lead before there is a case, or of the owing agency where there is no case."""
    if clock.case_id:
        return stream_of(clock.case_id)
    if clock.subject_kind == Stream.Kind.LEAD:
        return StreamKey(Stream.Kind.LEAD, clock.subject_id)
    return agency_stream(clock.owner)


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
    rules, agencies = rules_on(codes, at), subject.clock_agencies()
    work = load_calendar() if any(rule.unit != Unit.HOUR for rule in rules) else NO_CALENDAR
    started = []
    for rule in rules:
        clock = Clock(
            rule=rule,
            case_id=case_id,
            subject_kind=subject.clock_kind,
            subject_id=subject.pk,
            agency_id=agencies.get(rule.owner_side),
            holder_id=holder_id,
            private=private,
            partner_id=partner_id,
            started_at=at,
            state_since=at,
        )
        # A period that follows another may begin in the middle of it.
        due = _due_by(_followed_by(clock, subject), rule, work) if rule.follows else count(rule.period, at, work)
        for name, value in _columns(due).items():
            setattr(clock, name, value)
        started.append(clock)
    Clock.objects.bulk_create(started, ignore_conflicts=True)  # conflicts are rules that already run here
    if fresh:
        running = _store_due(subject, case_id, [(one.pk, one.rule.kind, one.due_at, one.breach_at) for one in started])
    else:
        running = store_due_times(subject, case_id)
    plan_alerts((clock for clock in started if clock.pk in running), now=times.now())


def stop_clocks(codes: Iterable[str] | None, subject: Timed, *, case_id: UUID | None, at: datetime) -> None:
    """Stops the clocks of the named rules about `subject`, or all of them if `codes` is None."""
    running = Clock.objects.running().about(subject)
    if codes is not None:
        codes = list(codes)
        if not codes:
            return
        running = running.filter(rule__code__in=codes)
    began = list(running.values_list("started_at", flat=True))
    if not began:  # most transitions name rules of which none runs here; the stored due times stay as they are
        touch_changed(subject.clock_kind, subject)
        touch(f"periods of {subject.clock_kind}", subject.pk)
        return
    # A stop recorded for a time before the start would violate the constraint; such a clock has run no time.
    if max(began) > at:
        running.filter(started_at__gt=at).update(state=Clock.State.STOPPED, stopped_at=times.now())
    if min(began) <= at:
        running.filter(started_at__lte=at).update(state=Clock.State.STOPPED, stopped_at=at)
    store_due_times(subject, case_id)


def store_due_times(subject: Timed, case_id: UUID | None) -> set[UUID]:
    """Stores the nearest running duty on the subject and on its case. Returns the ids of the clocks that run about
    the subject.
    """
    running = Clock.objects.running().about(subject).values_list("pk", "rule__kind", "due_at", "breach_at")
    return _store_due(subject, case_id, list(running))


RunningRow = tuple[UUID, str, datetime | None, datetime | None]


def _store_due(subject: Timed, case_id: UUID | None, running: list[RunningRow]) -> set[UUID]:
    duties = [(due_at, breach_at) for _pk, kind, due_at, breach_at in running if kind == Kind.DUTY]
    subject.due_at = min((due_at for due_at, _breach in duties if due_at), default=None)
    subject.breach_at = min((breach_at for _due, breach_at in duties if breach_at), default=None)
    _model_of(subject.clock_kind)._base_manager.filter(pk=subject.pk).update(
        due_at=subject.due_at, breach_at=subject.breach_at
    )
    touch_changed(subject.clock_kind, subject)
    touch(f"periods of {subject.clock_kind}", subject.pk)
    if case_id is not None:
        _store_due_of_case(case_id)
    return {pk for pk, *_rest in running}


def _store_due_of_case(case_id: UUID) -> None:
    shown = Clock.objects.running().duties().filter(case_id=case_id, private=False)
    Case.objects.filter(pk=case_id).update(**shown.aggregate(due_at=Min("due_at"), breach_at=Min("breach_at")))


def _model_of(kind: str) -> type[Timed]:
    """Finds the model by kind, because subjects are in higher layers."""
    return next(model for model in apps.get_models() if issubclass(model, Timed) and model.clock_kind == kind)


def _store_due_of(clock: Clock) -> None:
    """The same for the subject of a clock."""
    store_due_times(_subject_of(clock), clock.case_id)


# Manual changes ------------------------------------------------------------------------------------------------------
def pause_clock(clock: Clock, *, actor: Actor, ground: str, paper: str, **given: Any) -> Applied[Clock]:
    """Pauses the period at `happened_at`. It has no due time until it resumes."""
    with atomic():
        applied = _move(clock, "pause", actor, ground=ground, paper=paper, **given)
        _refuse_after_end(applied)
        named = applied.thing.rule.pause_grounds.filter(ground=ground).first()
        if named is None:
            raise Invalid.field("ground", "choice", _("The rule has no such ground."))
        ClockPause.objects.create(clock=applied.thing, ground=named, paper=paper, since=applied.at)
        _recount(applied.thing, Why.PAUSE, load_calendar(), at=applied.at, actor=actor, paper=paper, **_reason(given))
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
    _recount(clock, Why.PAUSE, load_calendar(), at=at, actor=actor, paper=paper)


def resume_clock(clock: Clock, *, actor: Actor, paper: str, **given: Any) -> Applied[Clock]:
    """Ends the pause at `happened_at`. The paused time does not count."""
    with atomic():
        applied = _move(clock, "resume", actor, paper=paper, **given)
        applied.thing.pauses.filter(until=None).update(until=applied.at)
        _recount(applied.thing, Why.RESUME, load_calendar(), at=applied.at, actor=actor, paper=paper, **_reason(given))
        return applied


def apply_for_extension(
    clock: Clock, *, actor: Actor, step: str, length: int | None = None, reason: str, **given: Any
) -> Applied[Clock]:
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


def refuse_extension(clock: Clock, *, actor: Actor, **given: Any) -> Applied[Clock]:
    """Refuses the application. The due time stays, and the applicant is notified with the reason."""
    return _give_back(clock, "refuse", ClockApplication.Outcome.REFUSED, actor=actor, **given)


def return_application(clock: Clock, *, actor: Actor, **given: Any) -> Applied[Clock]:
    """退回修改: the applicant is notified of what to revise, and applies again from what was entered."""
    return _give_back(clock, "revise", ClockApplication.Outcome.RETURNED, actor=actor, **given)


def _give_back(clock: Clock, verb: str, outcome: str, *, actor: Actor, **given: Any) -> Applied[Clock]:
    with atomic():
        applied = _move(clock, verb, actor, **given)
        answered = applied.thing.applications.select_related("applicant").get(outcome="")
        _answer(applied, outcome, given.get("reason", ""))
        notify_person(applied.event, answered.applicant_id, agency_id=answered.applicant.agency_id, because="asked")
        return applied


def _answer(applied: Applied[Clock], outcome: str, answer: str = "") -> None:
    applied.thing.applications.filter(outcome="").update(outcome=outcome, answered_at=applied.at, answer=answer)


def extend_clock(
    clock: Clock, *, actor: Actor, step: str, paper: str, length: int | None = None, **given: Any
) -> Applied[Clock]:
    """Grants one extension step, at most at its full length, before the period is over."""
    with atomic():
        applied = _move(clock, "extend", actor, step=step, length=length, paper=paper, **given)
        _refuse_after_end(applied)
        chosen = _chosen_step(applied.thing, actor, step)
        ClockExtension.objects.create(
            clock=applied.thing, step=chosen, length=_length(chosen, length), paper=paper, granted_at=applied.at
        )
        _answer(applied, ClockApplication.Outcome.GRANTED)
        _recount(applied.thing, Why.EXTEND, load_calendar(), at=applied.at, actor=actor, paper=paper, **_reason(given))
        return applied


def stop_clock(clock: Clock, *, actor: Actor, paper: str, **given: Any) -> Applied[Clock]:
    """Stops a period that the law ends and no workflow covers. A breach until then remains."""
    with atomic():
        applied = _move(clock, "stop", actor, paper=paper, **given)
        _note_change(applied.thing, Why.STOP, applied.thing, at=applied.at, actor=actor, paper=paper, **_reason(given))
        _store_due_of(clock)
        return applied


def restart_clock(clock: Clock, *, actor: Actor, ground: str, paper: str, **given: Any) -> Applied[Clock]:
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
            **{name: getattr(old, name) for name in columns},
            **_columns(count(rule.period, began, work)),
        )
        _note_change(old, Why.RESTART, old, at=applied.at, actor=actor, paper=paper, **_reason(given))
        plan_alerts([fresh], now=times.now())
        _recount_followers(fresh, Why.RESTART, work, at=applied.at, actor=actor, paper=paper)
        _store_due_of(fresh)
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
        raise TransitionRefused([UnmetCondition("discovery", detail)])
    stop_clocks([duty], _subject_of(clock), case_id=clock.case_id, at=at)
    return report.started_at


ACTIONS: dict[str, Callable[..., Any]] = {
    "restart": restart_clock,
    "pause": pause_clock,
    "resume": resume_clock,
    "apply": apply_for_extension,
    "extend": extend_clock,
    "refuse": refuse_extension,
    "revise": return_application,
    "stop": stop_clock,
}


ENDS = ("stop", "restart")


def _move(clock: Clock, verb: str, actor: Actor, **given: Any) -> Applied[Clock]:
    """Applies a transition of the clock. A transition that ends it sets `stopped_at`, which a constraint requires."""
    changes = {"stopped_at": resolve_time_of(given, not_before=clock.state_since)} if verb in ENDS else None
    return apply_transition(
        clock,
        verb,
        actor=actor,
        recording=Recording(workflow_of(clock), "clock", [stream_of_clock(clock)]),
        # Changes by the system to a private clock are visible to the holder of its subject: the system has no agency.
        audience=Audience(counterpart_id=clock.holder_id if actor.is_system else clock.other_side),
        changes=changes,
        event_data={"rule": clock.rule.code},
        **given,
    )


def _reason(given: dict[str, Any]) -> dict[str, str]:
    return {"reason": given.get("reason", "")}


def _refuse_after_end(applied: Applied[Clock]) -> None:
    """A period that has ended can be neither paused nor extended. Checked at the time of the act, not of its
    recording.
    """
    end = applied.thing.breach_at
    if end is not None and applied.at > end:
        ended = date_format(timezone.localtime(end), "DATETIME_FORMAT")
        raise TransitionRefused([UnmetCondition("ended", _("The period ended on %(at)s.") % {"at": ended})])


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


# Corrections ---------------------------------------------------------------------------------------------------------
def shift_clocks(subject: Timed, *, was: datetime, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects the time of an event: what it started or stopped is counted from the new time."""
    details: dict[str, Any] = {"at": times.now(), "actor": actor, "paper": paper, "reason": reason}
    work = load_calendar()
    for clock in Clock.objects.about(subject).filter(started_at=was).select_related("rule"):
        Clock.objects.filter(pk=clock.pk).update(started_at=at, state_since=at)
        clock.started_at = at
        _recount(clock, Why.CORRECTION, work, **details)
        # A breach raised at a wrong time is annulled; the sweep raises the right one.
        raised = Breach.objects.filter(clock=clock, annulled_at=None)
        wrong = raised.exclude(breached_at=clock.breach_at) if clock.breach_at else raised
        wrong.update(annulled_at=times.now(), annulled_because=reason)
        _annul_breach_of_stopped(clock, reason)
    for clock in Clock.objects.about(subject).filter(stopped_at=was).select_related("rule"):
        Clock.objects.filter(pk=clock.pk).update(stopped_at=max(at, clock.started_at))
        clock.stopped_at = max(at, clock.started_at)
        _note_change(clock, Why.CORRECTION, clock, **details)
        _annul_breach_of_stopped(clock, reason)
    store_due_times(subject, _case_of(subject))


def retract_clocks(subject: Timed, *, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects an event that never happened: what it started has run no time, what it stopped runs again."""
    details: dict[str, Any] = {"at": times.now(), "actor": actor, "paper": paper, "reason": reason}
    for clock in Clock.objects.about(subject).filter(started_at=at):
        Clock.objects.filter(pk=clock.pk).update(state=Clock.State.STOPPED, stopped_at=clock.started_at)
        clock.stopped_at = clock.started_at
        _note_change(clock, Why.CORRECTION, clock, **details)
        _annul_breach_of_stopped(clock, reason)
    for clock in Clock.objects.about(subject).filter(stopped_at=at, started_at__lt=at):
        Clock.objects.filter(pk=clock.pk).update(state=Clock.State.RUNNING, stopped_at=None)
        _note_change(clock, Why.CORRECTION, clock, **details)
        plan_alerts([clock], now=times.now())
    store_due_times(subject, _case_of(subject))


def shift_manual_changes(clock: Clock, *, was: datetime, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects the time of a manual change: start or end of a pause, or grant of an extension."""
    clock.pauses.filter(since=was).update(since=at)
    clock.pauses.filter(until=was).update(until=at)
    clock.extensions.filter(granted_at=was).update(granted_at=at)
    _recount(clock, Why.CORRECTION, load_calendar(), at=times.now(), actor=actor, paper=paper, reason=reason)


def retract_manual_changes(clock: Clock, *, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects a manual change that never happened.

    The row of an extension is deleted, so that it may be granted again. The journal and the history of the due time
    keep it.
    """
    clock.extensions.filter(granted_at=at).delete()
    ended = list(clock.pauses.filter(until=at).values_list("pk", flat=True))
    clock.pauses.filter(since=at, until=None).update(until=at)
    clock.pauses.filter(pk__in=ended).update(until=None)
    _recount(clock, Why.CORRECTION, load_calendar(), at=times.now(), actor=actor, paper=paper, reason=reason)


def _case_of(subject: Timed) -> UUID | None:
    return Clock.objects.about(subject).values_list("case_id", flat=True).first()


def _annul_breach_of_stopped(clock: Clock, reason: str) -> None:
    """A duty performed by its end, or that never began, was not missed."""
    if clock.stopped_at is not None and (clock.breach_at is None or clock.stopped_at <= clock.breach_at):
        raised = Breach.objects.filter(clock=clock, annulled_at=None)
        raised.update(annulled_at=times.now(), annulled_because=reason)


# Recounting ----------------------------------------------------------------------------------------------------------
def import_calendar(days: list[Day], *, source: str, document: str, actor: Actor) -> tuple[Diff, int]:
    """Imports a published schedule and recounts the periods that it affects. Returns how many due times changed.

    Paused periods are counted when they resume. If recounting is interrupted, importing again completes it.
    """
    diff = import_schedule(days, source=source, document=document, actor=actor)
    return diff, recount_from(date(min(diff.years), 1, 1)) if diff.years else 0


def moved_by_schedule(first: date) -> QuerySet[Clock]:
    """Clocks that a schedule from `first` on may affect: those that end later, and provisional ones."""
    beyond = Q(provisional=True) | Q(due_at__gte=datetime.combine(first, time.min, SHANGHAI))
    return Clock.objects.filter(beyond, state=Clock.State.RUNNING).exclude(rule__unit=Unit.HOUR)


def recount_from(first: date) -> int:
    """Recounts the affected clocks, each in its own transaction. Returns how many due times changed."""
    return sum(recount(pk) for pk in list(moved_by_schedule(first).values_list("pk", flat=True)))


def recount(pk: UUID) -> bool:
    """Recounts one clock by the current calendar. Returns whether its due time changed."""
    with atomic():
        clock = Clock.objects.select_for_update(of=("self",)).select_related("rule").get(pk=pk)
        if clock.state != Clock.State.RUNNING:
            return False  # stopped or paused meanwhile
        was = clock.due_at
        _recount(clock, Why.CALENDAR, load_calendar(), at=times.now(), actor=SYSTEM)
        if clock.due_at == was:
            return False
        _record_recount(clock, was)
        return True


def due_of(clock: Clock, work: WorkCalendar) -> Due:
    """Counts the due time from start, pauses and extensions on record. A paused clock has none."""
    counted = _followed_by(clock, _subject_of(clock)) if clock.rule.follows else clock
    return _due_by(counted, clock.rule, work)


def _due_by(counted: Clock, rule: Rule, work: WorkCalendar) -> Due:
    """Counts `rule` from the start, pauses and extensions of `counted`, which is the clock itself or the one that it
    follows.
    """
    if counted.is_paused:
        return Due(None, None)
    pauses = list(counted.pauses.all())
    return count(
        rule.period,
        counted.started_at,
        work,
        pauses=[pause.counted for pause in pauses if pause.counted is not None],
        deferred_to=max((pause.last_day for pause in pauses if pause.last_day), default=None),
        extensions=[extension.counted for extension in counted.extensions.select_related("step")],
    )


def _followed_by(clock: Clock, subject: Timed) -> Clock:
    """The clock that this one follows: the running one, else the last. Without one, the clock itself."""
    about = Q()
    for leader in subject.clock_leaders():
        about |= Q(subject_kind=leader.clock_kind, subject_id=leader.pk)
    led = Clock.objects.filter(about, rule__code=clock.rule.follows)
    return led.order_by(F("stopped_at").desc(nulls_first=True), "-started_at").first() or clock


def _subject_of(clock: Clock) -> Timed:
    return _model_of(clock.subject_kind)._base_manager.get(pk=clock.subject_id)


def _recount_followers(clock: Clock, why: str, work: WorkCalendar, *, at: datetime, actor: Actor, paper: str) -> None:
    """Recounts clocks that follow this one. A duty that was performed is owed again for a new end.

    It is not owed again if the law has no further extension. Clocks that follow from another subject, as the custody of
    each person follows the stage of the proceeding, are recounted as long as they run.
    """
    for other in _following_elsewhere(clock):
        _recount(other, why, work, at=at, actor=actor, paper=paper)
    same = Clock.objects.filter(
        subject_kind=clock.subject_kind, subject_id=clock.subject_id, rule__follows=clock.rule.code
    )
    last = same.select_related("rule").order_by("-started_at", "-created_at").first()
    if last is None:
        return
    if last.stopped_at is None:
        _recount(last, why, work, at=at, actor=actor, paper=paper)
    elif open_steps(clock) and (due := due_of(last, work)).due_at != last.due_at:
        sides = {name: getattr(last, name) for name in ("agency_id", "holder_id", "partner_id", "private", "case_id")}
        renewed = Clock.objects.create(
            rule=last.rule,
            subject_kind=last.subject_kind,
            subject_id=last.subject_id,
            started_at=at,
            state_since=at,
            **sides,
            **_columns(due),
        )
        plan_alerts([renewed], now=times.now())


def _following_elsewhere(clock: Clock) -> list[Clock]:
    if clock.case_id is None:
        return []
    same = Q(subject_kind=clock.subject_kind, subject_id=clock.subject_id)
    running = Clock.objects.running().filter(case_id=clock.case_id, rule__follows=clock.rule.code).exclude(same)
    found = running.select_related("rule")
    return [other for other in found if _followed_by(other, _subject_of(other)).pk == clock.pk]


def _columns(due: Due) -> dict[str, Any]:
    return {"due_at": due.due_at, "breach_at": due.breach_at, "warn_by": due.warn_by, "provisional": due.provisional}


def _recount(
    clock: Clock, why: str, work: WorkCalendar, *, at: datetime, actor: Actor, paper: str = "", reason: str = ""
) -> None:
    """Stores the new due time with its history, alerts, breaches and following clocks."""
    before = Clock(due_at=clock.due_at, breach_at=clock.breach_at, provisional=clock.provisional)
    for name, value in _columns(due_of(clock, work)).items():
        setattr(clock, name, value)
    if (before.due_at, before.breach_at, before.provisional) == (clock.due_at, clock.breach_at, clock.provisional):
        return
    touch("clock", clock.pk)
    Clock.objects.filter(pk=clock.pk).update(
        due_at=clock.due_at, breach_at=clock.breach_at, warn_by=clock.warn_by, provisional=clock.provisional
    )
    _note_change(clock, why, before, at=at, actor=actor, paper=paper, reason=reason)
    clock.alerts.filter(raised_at=None).delete()
    plan_alerts([clock], now=times.now())
    _annul_false_breach(clock, reason if why == Why.CORRECTION else f"recounted after an event on {at.isoformat()}")
    _recount_followers(clock, why, work, at=at, actor=actor, paper=paper)
    _store_due_of(clock)


def _note_change(
    clock: Clock, why: str, before: Clock, *, at: datetime, actor: Actor, paper: str, reason: str = ""
) -> None:
    ClockChange.objects.create(
        clock=clock,
        why=why,
        agency_id=actor.agency_id,
        happened_at=at,
        paper=paper,
        reason=reason,
        was_due_at=before.due_at,
        was_breach_at=before.breach_at,
        due_at=clock.due_at,
        breach_at=clock.breach_at,
        provisional=clock.provisional,
    )


def _annul_false_breach(clock: Clock, because: str) -> None:
    """Late records may show that a duty was not missed, or not yet."""
    raised = Breach.objects.filter(clock=clock, annulled_at=None)
    if clock.breach_at is not None:
        raised = raised.filter(breached_at__lt=clock.breach_at)
    raised.update(annulled_at=times.now(), annulled_because=because)


def _record_recount(clock: Clock, was: datetime | None) -> None:
    record_event(
        stream_of_clock(clock),
        actor=SYSTEM,
        action=Action(
            "recount",
            "clock",
            clock.pk,
            fields=["due_at"],
            data={"rule": clock.rule.code, "was": _text(was), "due_at": _text(clock.due_at)},
        ),
        audience=Audience(
            Event.Visibility.PAIR if clock.private else Event.Visibility.STATUS,
            counterpart_id=clock.owner_id,
            notify=[clock.owner_id],
        ),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
