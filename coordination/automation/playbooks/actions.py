"""Proposes playbooks to those who handle a proceeding, applies them, and publishes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.calendar.workdays import load_calendar
from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import SYSTEM_STREAM as SYSTEM_ID
from agencies.journal.models import Event, Stream, effective_events
from agencies.journal.transitions import TransitionResult
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused
from agencies.kernel.work import atomic, touch
from agencies.organisations.models import Agency
from agencies.runs.one_by_one import deferred_keys, process_each, retryable_keys
from cases.casefile.actions import locked_case, stream_of
from cases.casefile.models import Case
from cases.clocks.counting import LAST_SECOND, SHANGHAI
from cases.clocks.models import Clock
from cases.controls.models import ViolationType
from cases.proceedings.actions import move_proceeding
from cases.proceedings.models import Proceeding
from coordination.exchange.tasks.actions import (
    create_playbook_step,
    create_proposal,
    lapse_steps,
    lapsing_tasks,
    transition_task,
)
from coordination.exchange.tasks.models import Task

from .models import TRIGGERS, Bookmark, DueUnit, Owner, Playbook, PlaybookStep, PlaybookUse
from .reading import StepRow, digest_of
from .reference import create_version

P = Proceeding.State
# States in which the work of a playbook ends early; open steps lapse.
ENDED_OTHERWISE = (P.REJECTED, P.NO_CASE, P.TRANSFERRED, P.HANDED_ON, P.WITHDRAWN)
UNDER_WAY = frozenset({P.WARN, *(state for states in TRIGGERS.values() for state in states), P.APPEAL})
BATCH = 200
# An event is recorded before it is committed; no transaction lasts longer than this. The search index does the same.
OVERLAP = timedelta(minutes=2)
# Events that can make a step due: a proceeding opens or changes state (its deadlines have no state), the violation of a
# case is classified, another agency gets a share.
CASE_VERBS = ("set_violation_types", "share")
FOLLOWED = Q(object_kind="proceeding") & ~Q(to_state="") | Q(object_kind="case", verb__in=CASE_VERBS)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
OUR_OWN = ("apply_playbook", "renew_playbook")


# Applying ------------------------------------------------------------------------------------------------------------
def apply_playbook(
    proceeding: Proceeding, *, actor: Actor, playbook: str, **common: Any
) -> TransitionResult[Proceeding]:
    """Adds missing steps of a playbook, in the version the proceeding follows; starts with the newest."""
    newest = Playbook.objects.newest().filter(violation_type__code=playbook).first()
    if newest is None or not newest.steps.filter(kind=proceeding.kind).exists():
        raise Invalid.field("playbook", "choice", _("No such playbook for this kind of proceeding."))
    return _by_hand(proceeding, "apply_playbook", newest, actor=actor, renew=False, **common)


def start_playbook(task: Task, *, actor: Actor, **common: Any) -> TransitionResult[Task]:
    """Starts the playbook that the task proposes: its due steps become tasks."""
    inside = task.proceeding
    if inside is None:
        raise Invalid.field("proceeding", "choice", _("No such playbook for this kind of proceeding."))
    with atomic():
        applied = transition_task(task, "start_playbook", actor=actor, **common)
        apply_playbook(inside, actor=actor, playbook=task.proposes)
        return applied


def renew_playbook(
    proceeding: Proceeding, *, actor: Actor, playbook: str, **common: Any
) -> TransitionResult[Proceeding]:
    """Changes to the displayed version, if it is still the newest. `playbook` is "code:version"."""
    code, _colon, version = playbook.partition(":")
    newest = Playbook.objects.newest().filter(violation_type__code=code).first()
    if newest is None or str(newest.version) != version:
        raise Invalid.field("playbook", "version", _("Another version is in force now. See it first."))
    return _by_hand(proceeding, "renew_playbook", newest, actor=actor, renew=True, **common)


def _by_hand(
    proceeding: Proceeding, verb: str, newest: Playbook, *, actor: Actor, renew: bool, **common: Any
) -> TransitionResult[Proceeding]:
    with locked_case(proceeding.case_id) as case:
        if case.state == Case.State.CLOSED:
            raise TransitionRefused.because("case", _("The case is closed: reopen it first."))
        now_stands = Proceeding.objects.select_related("agency").get(pk=proceeding.pk)
        use = PlaybookUse.objects.select_related("playbook").filter(
            proceeding=proceeding, violation_type=newest.violation_type_id
        )
        taken = next(iter(use), None)
        version = newest if renew or taken is None else taken.playbook
        plan = ProceedingSteps.of(now_stands, case)
        data = {"version": version.version, "added": [step.code for step, *_owner in plan.missing(version)]}
        applied = move_proceeding(proceeding, verb, actor=actor, event_data=data, playbook=newest.code, **common)
        plan.add(version, at=times.now(), by_hand=True)
        _end_proposals(proceeding, newest.code, actor=actor, at=applied.at)
        follow_clocks()
        return applied


def _end_proposals(proceeding: Proceeding, code: str, *, actor: Actor, at: datetime) -> None:
    for task in Task.objects.open().filter(proceeding=proceeding, proposes=code):
        transition_task(task, "start_playbook", actor=actor, happened_at=max(at, task.state_since or at))


@dataclass(frozen=True)
class ProceedingSteps:
    """A proceeding with the data that determine its steps: states it has passed, and agencies that share the case."""

    proceeding: Proceeding
    case: Case
    reached: dict[str, datetime]
    sharing: list[tuple[Agency, datetime]]

    @classmethod
    def of(cls, proceeding: Proceeding, case: Case) -> "ProceedingSteps":
        return cls(proceeding, case, _reached(proceeding), agencies_sharing(case))

    def add(self, playbook: Playbook, *, at: datetime, by_hand: bool = False) -> list[str]:
        """Creates a task for every due step that has none. Returns their codes. Idempotent.

        Runs in the caller's transaction, which holds the case, so a second worker finds the rows of the first.
        """
        made = {
            step.code: self._ask(step, agency, since, at=at, by_hand=by_hand)
            for step, agency, since in self.missing(playbook)
        }
        _link(self._steps(playbook), self._tasks() | made, made)
        self._remember(playbook, at, list(made), again=by_hand)
        return list(made)

    def add_all(self, playbooks: Iterable[Playbook], *, at: datetime) -> None:
        """Adds steps automatically. Only the agency of the proceeding is notified."""
        for playbook in playbooks:
            added = self.add(playbook, at=at)
            if not added:  # another playbook has created the same steps
                continue
            record_event(
                stream_of(self.case.pk),
                actor=SYSTEM,
                action=Action(
                    "apply_playbook",
                    "proceeding",
                    self.proceeding.pk,
                    data={"playbook": playbook.code, "version": playbook.version, "added": added},
                ),
                happened_at=at,
                audience=Audience("pair", counterpart_id=self.proceeding.agency_id),
            )

    def propose(self, playbooks: Iterable[Playbook], *, at: datetime) -> None:
        """Asks the handler to start these playbooks or to record that they are not needed."""
        for playbook in playbooks:
            titles = (_title_in("zh-hans", playbook), _title_in("en", playbook))
            create_proposal(self.proceeding, playbook.code, titles=titles, at=at)

    def missing(self, playbook: Playbook) -> list[tuple[PlaybookStep, Agency, datetime]]:
        """Due steps without a task, each with its agency and the time since when it could be asked."""
        there = self._tasks()
        due = [step for step in self._steps(playbook) if step.code not in there and step.state in self.reached]
        return [
            (step, *owner) for step in due if (owner := owner_among(self.proceeding.agency, step.owner, self.sharing))
        ]

    def _steps(self, playbook: Playbook) -> list[PlaybookStep]:
        return list(playbook.steps.filter(kind=self.proceeding.kind))

    def _tasks(self) -> dict[str, Task]:
        of_playbook = Task.objects.filter(proceeding=self.proceeding).exclude(step="")
        return {task.step: task for task in of_playbook.exclude(state=Task.State.LAPSED)}

    def _ask(self, step: PlaybookStep, agency: Agency, since: datetime, *, at: datetime, by_hand: bool) -> Task:
        unit = Agency.objects.filter(code=step.unit, agency=agency).first() if step.unit else None
        return create_playbook_step(
            self.proceeding,
            step.code,
            agency=agency,
            at=at,
            unit=unit,
            title=step.name_zh,
            title_en=step.name_en,
            mandatory=step.mandatory,
            papers=step.papers,
            facts=step.facts,
            follows=step.follows,
            due_at=due_of(step, since=at if by_hand else max(self.reached[step.state], since), now=at),
        )

    def _remember(self, playbook: Playbook, at: datetime, added: list[str], *, again: bool) -> None:
        """Records the version that the proceeding follows, and the steps added last."""
        use, new = PlaybookUse.objects.get_or_create(
            proceeding=self.proceeding,
            violation_type_id=playbook.violation_type_id,
            defaults={"playbook": playbook, "applied_at": at, "added": added},
        )
        if not new and (added or again):
            use.playbook, use.applied_at, use.added = playbook, at, added
            use.save(update_fields=["playbook", "applied_at", "added"])


def _title_in(language: str, playbook: Playbook) -> str:
    with override(language):
        return _("Playbook “%(name)s” fits: start it, or say why not") % {"name": playbook.violation_type.name}


def _reached(proceeding: Proceeding) -> dict[str, datetime]:
    """States the proceeding has passed, with the time each was first recorded; without annulled ones."""
    events = Event.objects.of_stream(Stream.Kind.CASE, proceeding.case_id).filter(
        object_kind="proceeding", object_id=proceeding.pk
    )
    reached: dict[str, datetime] = {}
    for event in effective_events(events.exclude(to_state="").order_by("id")):
        reached.setdefault(event.to_state, event.recorded_at)
    reached.setdefault(proceeding.state, proceeding.state_since or proceeding.opened_at)
    return reached


def agencies_sharing(case: Case) -> list[tuple[Agency, datetime]]:
    """Agencies that use the system and share the case now: the lead first, then in order of sharing."""
    live = case.shares.live().filter(agency__signs_in=True).select_related("agency")
    ordered = sorted(live, key=lambda share: (share.agency_id != case.lead_id, share.granted_at, share.pk))
    return [(share.agency, share.granted_at) for share in ordered]


def owner_among(own: Agency, owner: str, sharing: Sequence[tuple[Agency, datetime]]) -> tuple[Agency, datetime] | None:
    """The agency responsible for a step. Only agencies that share the case, because a task would disclose it."""
    if owner == Owner.OWN or is_of(own, owner):
        return own, BEGINNING
    return next(((agency, granted) for agency, granted in sharing if is_of(agency, owner)), None)


def is_of(agency: Agency, owner: str) -> bool:
    """Whether the agency belongs to that side. Anti-smuggling bureaus, though customs, are a side of their own."""
    if owner == Owner.ANTISMUGGLING:
        return agency.is_antismuggling
    return agency.line == owner and not agency.is_antismuggling


def due_of(step: PlaybookStep, *, since: datetime, now: datetime) -> datetime | None:
    """The end of the last day. Counted from when the agency could know of it, and never in the past at creation.

    `follow_clocks` sets due times that follow a period.
    """
    if step.days is None:
        return None
    working = step.day_unit == DueUnit.WORKING_DAY
    due = _end_after(step.days, since, working=working)
    return due if due > now else _end_after(step.days, now, working=working)


def _end_after(days: int, since: datetime, *, working: bool) -> datetime:
    day = timezone.localtime(since, SHANGHAI).date()
    last = load_calendar().add_workdays(day, days) if working else day + timedelta(days=days)
    return datetime.combine(last, LAST_SECOND, SHANGHAI)


def _link(steps: list[PlaybookStep], tasks: dict[str, Task], made: dict[str, Task]) -> None:
    """Links each task to those before it, even if created later because no agency of that side shared the case
    before."""
    for step in steps:
        before = [tasks[code] for code in step.depends_on if code in tasks and (step.code in made or code in made)]
        if step.code in tasks and before:
            tasks[step.code].depends_on.add(*before)


# Automatic application -----------------------------------------------------------------------------------------------
FOLLOWING = "playbooks"  # the job name under which failures are reported


def follow_journal(most: int = 500) -> int:
    """Proposes playbooks and creates due steps in every case where a proceeding opened or changed since the last run.
    Returns the number of cases.

    Reads the journal, so no action needs to call it. A second run finds nothing.
    """
    reached, count = Bookmark.is_at(), sum(process_each(FOLLOWING, map(UUID, retryable_keys(FOLLOWING)), apply_due))
    aside = set(deferred_keys(FOLLOWING))
    events = Event.objects.filter(FOLLOWED, recorded_at__gte=(reached or BEGINNING) - OVERLAP)
    events = events.filter(stream__kind=Stream.Kind.CASE).exclude(verb__in=OUR_OWN).order_by("recorded_at", "pk")
    rows = iter(events.values_list("recorded_at", "stream__subject").iterator(chunk_size=BATCH))
    while count < most and (batch := list(islice(rows, BATCH))):
        cases = dict.fromkeys(subject for _at, subject in batch if str(subject) not in aside)
        count += sum(process_each(FOLLOWING, cases, apply_due))
        Bookmark.reached(batch[-1][0])
    return count


def skip_past_events() -> None:
    """Skips everything up to now, for matters imported as they were.

    Reading starts an overlap before the bookmark, so the bookmark is set ahead by as much.
    """
    Bookmark.reached(times.now() + OVERLAP)


def apply_due(case_id: UUID) -> bool:
    """Adds due and missing steps of playbooks that were started to every proceeding of the case, and proposes others.
    Checks without a lock first, because most need nothing."""
    if not _wanting(Case.objects.get(pk=case_id)):
        return False
    with locked_case(case_id) as case:
        now, wanting = times.now(), _wanting(case)
        for one in wanting:
            one.plan.add_all(one.followed, at=now)
            one.plan.propose(one.fitting, at=now)
            if one.lapses:
                lapse_steps(one.plan.proceeding, at=now)
        return bool(wanting)


@dataclass(frozen=True)
class MissingSteps:
    """What a proceeding lacks: due steps of playbooks it follows, and proposals of playbooks that fit it. `lapses`: it
    ended otherwise, so its open steps and proposals lapse."""

    plan: ProceedingSteps
    followed: list[Playbook]
    fitting: list[Playbook]
    lapses: bool = False


def _wanting(case: Case) -> list[MissingSteps]:
    if case.state == Case.State.CLOSED:
        return []
    sharing = agencies_sharing(case)
    found: list[MissingSteps] = []
    for proceeding in case.proceedings.filter(agency__signs_in=True).select_related("agency", "handler"):
        plan = ProceedingSteps(proceeding, case, _reached(proceeding), sharing)
        if proceeding.state in ENDED_OTHERWISE:
            if lapsing_tasks(proceeding).exists():
                found.append(MissingSteps(plan, [], [], lapses=True))
        elif proceeding.state in UNDER_WAY:
            followed = followed_by(proceeding)
            lacking = [playbook for playbook in followed if plan.missing(playbook)]
            fitting = [playbook for playbook in fitting_playbooks(proceeding, case, followed) if plan.missing(playbook)]
            found += [MissingSteps(plan, lacking, fitting)] if lacking or fitting else []
    return found


def followed_by(proceeding: Proceeding) -> list[Playbook]:
    """Playbooks that were started in the proceeding, in its versions."""
    uses = PlaybookUse.objects.filter(proceeding=proceeding).select_related("playbook__violation_type").order_by("pk")
    return [use.playbook for use in uses]


def fitting_playbooks(proceeding: Proceeding, case: Case, followed: Iterable[Playbook]) -> list[Playbook]:
    """The newest playbooks for other violations of the case that were not proposed yet.

    Not if the proceeding is older than the playbook: a new playbook does not duplicate running work.
    """
    proposed = Task.objects.filter(proceeding=proceeding).exclude(state=Task.State.LAPSED).values("proposes")
    first = Playbook.objects.filter(violation_type=OuterRef("violation_type")).order_by("version")
    fresh = (
        Playbook.objects.newest()
        .filter(violation_type__in=case.violation_types.all())
        .filter(Exists(PlaybookStep.objects.filter(playbook=OuterRef("pk"), kind=proceeding.kind)))
        .annotate(since=Subquery(first.values("published_at")[:1]))
        .filter(since__lte=proceeding.opened_at)
        .exclude(violation_type__in=[playbook.violation_type_id for playbook in followed])
        .exclude(violation_type__code__in=proposed)
        .select_related("violation_type")
    )
    return list(fresh)


def follow_clocks() -> int:
    """Copies the due time of each followed period to its open tasks. Returns the number changed.

    A suspended period has no due time, and neither has the task. A stopped one leaves the last due time.
    """
    running = Clock.objects.running().filter(
        subject_kind=Proceeding.clock_kind, subject_id=OuterRef("proceeding_id"), rule__code=OuterRef("follows")
    )
    due = Subquery(running.order_by("-started_at").values("due_at")[:1])
    following = Task.objects.open().exclude(follows="").filter(Exists(running)).annotate(ends=due)
    other = Q(due_at__lt=F("ends")) | Q(due_at__gt=F("ends"))
    applied = following.filter(other | Q(due_at=None) ^ Q(ends=None)).values_list("pk", flat=True)
    with atomic():
        listed = list(applied)
        same = Task.objects.open().filter(proceeding__in=Task.objects.filter(pk__in=listed).values("proceeding"))
        touch("task", *same.values_list("pk", flat=True))
        return Task.objects.filter(pk__in=listed).update(due_at=due)


# Publishing ----------------------------------------------------------------------------------------------------------
def publish_playbook(
    violation: ViolationType, rows: list[StepRow], *, actor: Actor, version: int, because: str
) -> Playbook:
    """Publishes a new version; for the centre's coordinator. `version` is the version it was compared with, 0 if there
    was none."""
    if not may_publish(actor):
        raise Forbidden(_("Only the coordinator of the centre publishes playbooks."))
    if not because.strip():
        raise Invalid.field("because", "required", _("This field is required."))
    with atomic():
        newest = Playbook.objects.newest().filter(violation_type=violation).first()
        if (newest.version if newest else 0) != version:
            raise _overtaken()
        if newest and newest.digest == digest_of(rows):
            raise TransitionRefused.because("same", _("It is identical to version %(n)s.") % {"n": newest.version})
        try:
            with atomic():
                made = create_version(
                    violation,
                    rows,
                    after=newest,
                    source=Playbook.Source.CENTRE,
                    published_by_id=actor.id,
                    because=because.strip(),
                )
        except IntegrityError as second:
            raise _overtaken() from second
        record_event(
            SYSTEM_STREAM,
            actor=actor,
            action=Action(
                "publish_playbook",
                "playbook",
                SYSTEM_ID,
                fields=[violation.code, str(made.version)],
                data={"playbook": violation.code, "version": made.version, "digest": made.digest},
                reason=because.strip(),
            ),
            audience=Audience(Event.Visibility.OWN),
        )
        return made


def may_publish(actor: Actor) -> bool:
    return actor.has_role(Role.COORDINATOR)


def _overtaken() -> Stale:
    return Stale.because("version", _("Another version was published in the meantime. Compare with that one first."))


PROCEEDING_ACTIONS = {"apply_playbook": apply_playbook, "renew_playbook": renew_playbook}
TASK_ACTIONS = {"start_playbook": start_playbook}
