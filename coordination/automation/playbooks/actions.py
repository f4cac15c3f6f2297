"""Applying playbooks to proceedings, and publishing them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.calendar.workdays import load_calendar
from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import record_event
from agencies.journal.models import SYSTEM_STREAM as SYSTEM_ID
from agencies.journal.models import Event, Stream, standing
from agencies.journal.transitions import Applied
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused, UnmetCondition
from agencies.organisations.models import Agency
from agencies.runs.one_by_one import each, set_aside, to_try_again
from cases.casefile.actions import lock_case, stream_of
from cases.casefile.models import Case
from cases.clocks.counting import LAST_SECOND, SHANGHAI
from cases.clocks.models import Clock
from cases.controls.models import ViolationType
from cases.proceedings.actions import move_proceeding
from cases.proceedings.models import Proceeding
from coordination.exchange.tasks.actions import create_playbook_step, lapse_steps
from coordination.exchange.tasks.models import Task
from coordination.exchange.tasks.workflow import TASK

from .models import TRIGGERS, Bookmark, DueUnit, Owner, Playbook, Step, Use
from .reading import Row, digest_of
from .reference import create_version

P = Proceeding.State
# Ways on which the work of a playbook ends before it is done; what was still asked lapses there.
LAPSING = TASK.transitions["lapse"].sources
ENDED_OTHERWISE = (P.REJECTED, P.NO_CASE, P.TRANSFERRED, P.HANDED_ON, P.WITHDRAWN)
UNDER_WAY = frozenset({P.WARN, *(state for states in TRIGGERS.values() for state in states), P.APPEAL})
BATCH = 200
# As in the search index: an event is recorded before it is committed, but no transaction lasts so long.
OVERLAP = timedelta(minutes=2)
# What can make a step due: a proceeding opens or moves (its deadlines are told without a state), the case names its
# violation, another agency shares it.
FOLLOWED = Q(object_kind="proceeding") & ~Q(to_state="") | Q(object_kind="case", verb__in=["classify", "share"])
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
OUR_OWN = ("apply_playbook", "renew_playbook")


# Applying --------------------------------------------------------------------------------------------------------
def apply_playbook(proceeding: Proceeding, *, actor: Actor, playbook: str, **common: Any) -> Applied[Proceeding]:
    """Adds what is missing of a playbook, in the version that the proceeding follows, or begins with the newest."""
    newest = Playbook.objects.newest().filter(violation_type__code=playbook).first()
    if newest is None or not newest.steps.filter(kind=proceeding.kind).exists():
        raise Invalid.field("playbook", "choice", _("No such playbook for this kind of proceeding."))
    return _by_hand(proceeding, "apply_playbook", newest, actor=actor, renew=False, **common)


def renew_playbook(proceeding: Proceeding, *, actor: Actor, playbook: str, **common: Any) -> Applied[Proceeding]:
    """Takes the version that was shown, if it is still the newest: `playbook` is "code:version"."""
    code, _colon, version = playbook.partition(":")
    newest = Playbook.objects.newest().filter(violation_type__code=code).first()
    if newest is None or str(newest.version) != version:
        raise Invalid.field("playbook", "version", _("Another version is in force now. Look at it first."))
    return _by_hand(proceeding, "renew_playbook", newest, actor=actor, renew=True, **common)


def _by_hand(
    proceeding: Proceeding, verb: str, newest: Playbook, *, actor: Actor, renew: bool, **common: Any
) -> Applied[Proceeding]:
    with transaction.atomic():
        case = lock_case(proceeding.case_id)
        if case.state == Case.State.CLOSED:
            raise TransitionRefused([UnmetCondition("case", _("The case is closed: reopen it first."))])
        now_stands = Proceeding.objects.select_related("agency").get(pk=proceeding.pk)
        use = Use.objects.select_related("playbook").filter(
            proceeding=proceeding, violation_type=newest.violation_type_id
        )  # fmt: skip
        taken = next(iter(use), None)
        version = newest if renew or taken is None else taken.playbook
        plan = Plan.of(now_stands, case)
        told = {"version": version.version, "added": [step.code for step, *_owner in plan.missing(version)]}
        moved = move_proceeding(proceeding, verb, actor=actor, told=told, playbook=newest.code, **common)
        plan.add(version, at=times.now(), by_hand=True)
        follow_clocks()
        return moved


@dataclass(frozen=True)
class Plan:
    """One proceeding and what decides about its steps: the states it came through, and who shares the case."""

    proceeding: Proceeding
    case: Case
    reached: dict[str, datetime]
    sharing: list[tuple[Agency, datetime]]

    @classmethod
    def of(cls, proceeding: Proceeding, case: Case) -> "Plan":
        return cls(proceeding, case, _reached(proceeding), agencies_sharing(case))

    def add(self, playbook: Playbook, *, at: datetime, by_hand: bool = False) -> list[str]:
        """Asks every step that is due and not there; twice is once. Returns their codes.

        In the caller's transaction, which holds the case: of two workers the second finds the first one's rows.
        """
        made = {
            step.code: self._ask(step, agency, since, at=at, by_hand=by_hand)
            for step, agency, since in self.missing(playbook)
        }
        _link(self._steps(playbook), self._tasks() | made, made)
        self._remember(playbook, at, list(made), again=by_hand)
        return list(made)

    def add_all(self, playbooks: Iterable[Playbook], *, at: datetime) -> None:
        """What the system adds by itself, told to the proceeding's agency alone."""
        for playbook in playbooks:
            added = self.add(playbook, at=at)
            if not added:  # another playbook has asked for the same
                continue
            record_event(
                stream_of(self.case.pk),
                actor=SYSTEM,
                verb="apply_playbook",
                object_kind="proceeding",
                object_id=self.proceeding.pk,
                happened_at=at,
                visibility="pair",
                counterpart_id=self.proceeding.agency_id,
                data={"playbook": playbook.code, "version": playbook.version, "added": added},
            )

    def missing(self, playbook: Playbook) -> list[tuple[Step, Agency, datetime]]:
        """The steps that are due and not there, each with its agency and since when it could be asked."""
        there = self._tasks()
        due = [step for step in self._steps(playbook) if step.code not in there and step.state in self.reached]
        return [(step, *owner) for step in due if (owner := self.owner_of(step)) is not None]

    def _steps(self, playbook: Playbook) -> list[Step]:
        return list(playbook.steps.filter(kind=self.proceeding.kind))

    def _tasks(self) -> dict[str, Task]:
        of_playbook = Task.objects.filter(proceeding=self.proceeding).exclude(step="")
        return {task.step: task for task in of_playbook.exclude(state=Task.State.LAPSED)}

    def owner_of(self, step: Step) -> tuple[Agency, datetime] | None:
        """Which agency does it, and since when it could be asked; None while nobody of that side shares the case."""
        return owner_among(self.proceeding.agency, step.owner, self.sharing)

    def _ask(self, step: Step, agency: Agency, since: datetime, *, at: datetime, by_hand: bool) -> Task:
        unit = Agency.objects.filter(code=step.unit, agency=agency).first() if step.unit else None
        return create_playbook_step(
            self.proceeding, step.code, agency=agency, at=at, unit=unit, title=step.name_zh, title_en=step.name_en,
            mandatory=step.mandatory, papers=step.papers, facts=step.facts, follows=step.follows,
            due_at=due_of(step, since=at if by_hand else max(self.reached[step.state], since), now=at),
        )  # fmt: skip

    def _remember(self, playbook: Playbook, at: datetime, added: list[str], *, again: bool) -> None:
        """Which version the proceeding follows from now on, and what came last."""
        use, new = Use.objects.get_or_create(
            proceeding=self.proceeding, violation_type_id=playbook.violation_type_id,
            defaults={"playbook": playbook, "applied_at": at, "added": added},
        )  # fmt: skip
        if not new and (added or again):
            use.playbook, use.applied_at, use.added = playbook, at, added
            use.save(update_fields=["playbook", "applied_at", "added"])


def _reached(proceeding: Proceeding) -> dict[str, datetime]:
    """The states that the proceeding came through, each with when that was first recorded; not what was annulled."""
    events = Event.objects.of_stream(Stream.Kind.CASE, proceeding.case_id).filter(
        object_kind="proceeding", object_id=proceeding.pk
    )  # fmt: skip
    reached: dict[str, datetime] = {}
    for event in standing(events.exclude(to_state="").order_by("id")):
        reached.setdefault(event.to_state, event.recorded_at)
    reached.setdefault(proceeding.state, proceeding.state_since or proceeding.opened_at)
    return reached


def agencies_sharing(case: Case) -> list[tuple[Agency, datetime]]:
    """The agencies whose people sign in and that share the case now, the lead first, then in the order of sharing."""
    live = case.shares.live().filter(agency__signs_in=True).select_related("agency")
    ordered = sorted(live, key=lambda share: (share.agency_id != case.lead_id, share.granted_at, share.pk))
    return [(share.agency, share.granted_at) for share in ordered]


def owner_among(own: Agency, owner: str, sharing: Sequence[tuple[Agency, datetime]]) -> tuple[Agency, datetime] | None:
    """Whose step it is. Only who shares the case is ever asked: a task would tell him that there is one."""
    if owner == Owner.OWN or is_of(own, owner):
        return own, BEGINNING
    return next(((agency, granted) for agency, granted in sharing if is_of(agency, owner)), None)


def is_of(agency: Agency, owner: str) -> bool:
    """Whether the agency is of that side; the bureaux, of the customs line, are a side of their own."""
    if owner == Owner.ANTISMUGGLING:
        return agency.is_antismuggling
    return agency.line == owner and not agency.is_antismuggling


def due_of(step: Step, *, since: datetime, now: datetime) -> datetime | None:
    """The end of the last day. It is counted from when the agency could know of it, and is never over at birth.

    What follows a period is set by `follow_clocks`.
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


def _link(steps: list[Step], tasks: dict[str, Task], made: dict[str, Task]) -> None:
    """Each waits for those before it, also for one that was asked later because nobody shared the case before."""
    for step in steps:
        before = [tasks[code] for code in step.depends_on if code in tasks and (step.code in made or code in made)]
        if step.code in tasks and before:
            tasks[step.code].depends_on.add(*before)


# By itself -------------------------------------------------------------------------------------------------------
FOLLOWING = "playbooks"  # the queue, where it fails


def follow_journal(most: int = 500) -> int:
    """Asks what is due in every case in which a proceeding opened or moved since the last time. Returns how many.

    No door needs to know of it: whatever moved a proceeding left an event. Run twice, it finds nothing to do.
    """
    reached, count = Bookmark.is_at(), sum(each(FOLLOWING, map(UUID, to_try_again(FOLLOWING)), apply_due))
    aside = set(set_aside(FOLLOWING))
    told = Event.objects.filter(FOLLOWED, recorded_at__gte=(reached or BEGINNING) - OVERLAP)
    told = told.filter(stream__kind=Stream.Kind.CASE).exclude(verb__in=OUR_OWN).order_by("recorded_at", "pk")
    rows = iter(told.values_list("recorded_at", "stream__subject").iterator(chunk_size=BATCH))
    while count < most and (batch := list(islice(rows, BATCH))):
        cases = dict.fromkeys(subject for _at, subject in batch if str(subject) not in aside)
        count += sum(each(FOLLOWING, cases, apply_due))
        Bookmark.reached(batch[-1][0])
    return count


def begin_here(now: datetime | None = None) -> None:
    """Leaves what happened so far as it is: for matters that were taken over as they stood.

    Reading begins an overlap before the bookmark, which is therefore set as far ahead of what is left alone.
    """
    Bookmark.reached((now or times.now()) + OVERLAP)


def apply_due(case_id: UUID) -> bool:
    """Adds to every proceeding of the case what is due and missing. Looks without a lock first: most want nothing."""
    if not _wanting(Case.objects.get(pk=case_id)):
        return False
    with transaction.atomic():
        case = lock_case(case_id)
        now, wanting = times.now(), _wanting(case)
        for plan, playbooks in wanting:
            lapse_steps(plan.proceeding, at=now) if not playbooks else plan.add_all(playbooks, at=now)
        return bool(wanting)


def _wanting(case: Case) -> list[tuple[Plan, list[Playbook]]]:
    """Proceedings that lack steps, with the playbooks that ask for them; and those (with none) whose steps lapse."""
    if case.state == Case.State.CLOSED:
        return []
    sharing = agencies_sharing(case)
    found: list[tuple[Plan, list[Playbook]]] = []
    for proceeding in case.proceedings.filter(agency__signs_in=True).select_related("agency"):
        plan = Plan(proceeding, case, _reached(proceeding), sharing)
        if proceeding.state in ENDED_OTHERWISE:
            if Task.objects.filter(proceeding=proceeding, state__in=LAPSING).exclude(step="").exists():
                found.append((plan, []))
        elif proceeding.state in UNDER_WAY:
            wanted = [playbook for playbook in playbooks_for(proceeding, case) if plan.missing(playbook)]
            found += [(plan, wanted)] if wanted else []
    return found


def playbooks_for(proceeding: Proceeding, case: Case) -> list[Playbook]:
    """What the proceeding follows already, in its versions; and of the other violations that the case names the newest.

    Not where the proceeding is older than the playbook: nobody's running work is doubled by a table that came later.
    """
    uses = Use.objects.filter(proceeding=proceeding).select_related("playbook__violation_type").order_by("pk")
    followed = [use.playbook for use in uses]
    first = Playbook.objects.filter(violation_type=OuterRef("violation_type")).order_by("version")
    fresh = (
        Playbook.objects.newest()
        .filter(violation_type__in=case.violation_types.all())
        .filter(Exists(Step.objects.filter(playbook=OuterRef("pk"), kind=proceeding.kind)))
        .annotate(since=Subquery(first.values("published_at")[:1]))
        .filter(since__lte=proceeding.created_at)
        .exclude(violation_type__in=[playbook.violation_type_id for playbook in followed])
        .select_related("violation_type")
    )
    return [*followed, *fresh]


def follow_clocks() -> int:
    """Brings the deadline of every open task that follows a period up to that period's, which people and law move.

    A period that stands still has no end, and neither has the task. One that stopped leaves the last.
    """
    running = Clock.objects.running().filter(
        subject_kind=Proceeding.clock_kind, subject_id=OuterRef("proceeding_id"), rule__code=OuterRef("follows")
    )
    due = Subquery(running.order_by("-started_at").values("due_at")[:1])
    following = Task.objects.open().exclude(follows="").filter(Exists(running)).annotate(ends=due)
    other = Q(due_at__lt=F("ends")) | Q(due_at__gt=F("ends"))
    moved = following.filter(other | Q(due_at=None) ^ Q(ends=None)).values_list("pk", flat=True)
    return Task.objects.filter(pk__in=list(moved)).update(due_at=due)


# Publishing ------------------------------------------------------------------------------------------------------
def publish_playbook(
    violation: ViolationType, rows: list[Row], *, actor: Actor, version: int, because: str
) -> Playbook:  # fmt: skip
    """The centre's coordinator puts a new version into force; `version` is the one with which they compared
    it, 0 where there was none."""
    if not may_publish(actor):
        raise Forbidden(_("Only the coordinator of the centre publishes playbooks."))
    if not because.strip():
        raise Invalid.field("because", "required", _("This field is required."))
    with transaction.atomic():
        newest = Playbook.objects.newest().filter(violation_type=violation).first()
        if (newest.version if newest else 0) != version:
            raise _overtaken()
        if newest and newest.digest == digest_of(rows):
            raise TransitionRefused(
                [UnmetCondition("same", _("It says the same as version %(n)s.") % {"n": newest.version})]
            )
        try:
            with transaction.atomic():
                made = create_version(
                    violation, rows, after=newest, source=Playbook.Source.CENTRE, published_by_id=actor.id,
                    because=because.strip(),
                )  # fmt: skip
        except IntegrityError as second:
            raise _overtaken() from second
        record_event(
            SYSTEM_STREAM, actor=actor, verb="publish_playbook", object_kind="playbook", object_id=SYSTEM_ID,
            fields=[violation.code, str(made.version)], reason=because.strip(), visibility=Event.Visibility.OWN,
            data={"playbook": violation.code, "version": made.version, "digest": made.digest},
        )  # fmt: skip
        return made


def may_publish(actor: Actor) -> bool:
    return actor.has_role(Role.COORDINATOR)


def _overtaken() -> Stale:
    return Stale(
        [UnmetCondition("version", _("Another version was published meanwhile. Compare with that one first."))]
    )


PROCEEDING_ACTIONS = {"apply_playbook": apply_playbook, "renew_playbook": renew_playbook}
