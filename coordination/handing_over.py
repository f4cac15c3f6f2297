"""Leaving staff hand over everything at once (工作移交): every open task, lead, proceeding line and referral team.

Wiring: it knows every noun in which a person is named. Each row is a write of its own, so one that is refused keeps
nobody else's work from moving, and the answer tells of each row what became of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.duty.lookups import absences_in
from agencies.journal.actions import StreamKey, record_event
from agencies.journal.models import Event
from agencies.journal.moving import last_act
from agencies.kernel.actor import Actor
from agencies.kernel.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.actions import lock_case, stream_of
from cases.intake.actions import lead_stream
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding, walled_off
from coordination.referrals.models import Referral
from coordination.tasks.actions import hand_over_task
from coordination.tasks.models import Task

from .nouns import noun_of

MOST = 500  # rows of one press; who holds more presses again
MATTERS_WEIGH = 3  # a proceeding is months of work, a task or lead is days
DRAFTS = (Referral.State.DRAFT_REPORT, Referral.State.DRAFT)


PassOn = Callable[[Any, User, User, Actor, str], Any]  # the thing, from whom, to whom, by whom, why


@dataclass(frozen=True)
class Held:
    """One thing that is in a person's hands, and how it goes over to a colleague."""

    thing: Any
    what: str
    kind: str | Promise
    pass_on: PassOn

    @property
    def url(self) -> str:
        return noun_of(self.thing).url(self.thing)


@dataclass(frozen=True)
class Result:
    held: Held
    refused: str = ""


@dataclass(frozen=True)
class Load:
    """What a colleague has in hand, so that work goes to whoever has least."""

    person: User
    tasks: int
    leads: int
    proceedings: int
    away: bool

    @property
    def weight(self) -> int:
        return self.tasks + self.leads + MATTERS_WEIGH * self.proceedings


def hand_everything_over(person: User, *, actor: Actor, to: User, reason: str) -> list[Result]:
    """Passes on what the actor sees of it, at most MOST rows; pressed again it finds only what is left."""
    _refuse_strangers(person, to, actor)
    return [_passed(held, person, to, actor, reason) for held in islice(held_by(person, actor), MOST)]


def may_hand_over(actor: Actor, person: User) -> bool:
    return actor.leads(person.organ_id) or (actor.works_for(person.organ_id) and str(person.pk) == actor.id)


def held_by(person: User, actor: Actor) -> Iterator[Held]:
    """Open things of the person's organ that stand on his name, within the actor's sight."""
    organ = person.organ_id
    for task in Task.objects.visible_to(actor).open().filter(organ=organ, assignee=person).order_by("created_at", "pk"):
        yield Held(task, task.label, gettext_lazy("Task"), _pass_task)
    for lead in Lead.objects.visible_to(actor).to_triage().filter(organ=organ, officer=person).order_by("pk"):
        yield Held(lead, lead.title, gettext_lazy("Lead"), _pass_lead)
    for one in _proceedings(person, actor):
        yield Held(one, f"{one.case.number} {one}", gettext_lazy("Proceeding"), _pass_proceeding)
    for referral in _referrals(person, actor):
        what = f"{referral.get_kind_display()} {referral.number}".strip()
        yield Held(referral, what, gettext_lazy("Referral"), _pass_referral)


def loads(organ_id: int) -> list[Load]:
    """Everybody active of the organ, who has least first: four queries."""
    people = User.objects.filter(organ=organ_id, is_active=True).filter(Q(memberships__role="officer")).distinct()
    away = absences_in([organ_id])
    tasks = _counted(Task.objects.open().filter(organ=organ_id), "assignee")
    leads = _counted(Lead.objects.to_triage().filter(organ=organ_id), "officer")
    matters = _counted(Proceeding.objects.filter(organ=organ_id).exclude(state=Proceeding.State.CLOSED), "handler")
    found = [Load(one, tasks[one.pk], leads[one.pk], matters[one.pk], one.pk in away) for one in people]
    return sorted(found, key=lambda load: (load.away, load.weight, load.person.username))


def _proceedings(person: User, actor: Actor) -> Any:
    """Those he handles, and those whose team would be fewer than two without him (APL art. 42)."""
    others = Count("team", filter=Q(team__is_active=True) & ~Q(team=person), distinct=True)
    running = Proceeding.objects.visible_to(actor).filter(organ=person.organ_id).exclude(state=Proceeding.State.CLOSED)
    short = running.filter(team=person).values("pk")
    counted = running.exclude(pk__in=walled_off(actor).values("pk")).annotate(others=others)
    mine = counted.filter(Q(handler=person) | Q(pk__in=short, others__lt=2))
    return mine.select_related("case").order_by("pk")


def _referrals(person: User, actor: Actor) -> Any:
    """Those he handles as receiver, and drafts of whose team he is."""
    drafts = Q(team=person, state__in=DRAFTS, sender=person.organ_id)
    found = Referral.objects.visible_to(actor).open().filter(Q(handler=person) | drafts)
    return found.select_related("case").distinct().order_by("pk")


def _pass_task(task: Task, person: User, to: User, actor: Actor, reason: str) -> None:
    hand_over_task(task, actor=actor, to=str(to.pk), reason=reason, version=task.version)


def _pass_lead(lead: Lead, person: User, to: User, actor: Actor, reason: str) -> None:
    name_instead(lead, "lead", {"officer": to}, lead_stream(lead.pk), to, actor, reason)


def _pass_proceeding(proceeding: Proceeding, person: User, to: User, actor: Actor, reason: str) -> None:
    """The colleague joins the team; whoever investigated stays named in it, for he may not decide it later."""
    lock_case(proceeding.case_id)
    if walled_off(actor_for(to)).filter(pk=proceeding.pk).exists():
        detail = _("%(name)s handles the other capacity of this bureau on the same case.") % {"name": to.name}
        raise Invalid.field("to", "wall", detail)
    named = {"handler": to} if proceeding.handler_id == person.pk else {}
    name_instead(proceeding, "proceeding", named, stream_of(proceeding.case_id), to, actor, reason)
    if proceeding.team.filter(pk=person.pk).exists():
        proceeding.team.add(to)


def _pass_referral(referral: Referral, person: User, to: User, actor: Actor, reason: str) -> None:
    """Of a draft the team changes with it; once submitted, whoever wrote the report stays named: he may not approve."""
    lock_case(referral.case_id)
    named = {"handler": to} if referral.handler_id == person.pk else {}
    name_instead(referral, "referral", named, stream_of(referral.case_id), to, actor, reason)
    if referral.state in DRAFTS and referral.team.filter(pk=person.pk).exists():
        referral.team.remove(person)
        referral.team.add(to)


def name_instead(
    thing: Any, kind: str, named: dict[str, User], stream: StreamKey, to: User, actor: Actor, reason: str
) -> Event:
    """Names the colleague instead; the state stays, so it is no move of a table, but it is guarded like one."""
    rows = type(thing)._base_manager.filter(pk=thing.pk, version=thing.version)
    if rows.update(**named, version=thing.version + 1, updated_at=timezone.now()) != 1:
        raise Stale([Missing("version", last_act(kind, thing.pk))])
    return record_event(
        stream, actor=actor, verb="pass_on", object_kind=kind, object_id=thing.pk, from_state=thing.state,
        to_state=thing.state, fields=named or ["team"], reason=reason, data={"to": to.name}, reach=Event.Reach.OWN,
    )  # fmt: skip


def _passed(held: Held, person: User, to: User, actor: Actor, reason: str) -> Result:
    try:
        with transaction.atomic():
            held.pass_on(held.thing, person, to, actor, reason)
    except Refusal as no:
        return Result(held, no.detail)
    return Result(held)


def _refuse_strangers(person: User, to: User, actor: Actor) -> None:
    if not may_hand_over(actor, person):
        raise Forbidden(_("Work is handed over by the person himself or by whoever leads in his agency."))
    if to.organ_id != person.organ_id or not to.is_active or to.pk == person.pk:
        raise Invalid.field("to", "choice", _("It goes to another active colleague of the same agency."))
    if to.pk in absences_in([person.organ_id]):
        raise Invalid.field("to", "away", _("%(name)s is away. Name the deputy or somebody else.") % {"name": to.name})


def _counted(rows: Any, column: str) -> Counter[Any]:
    found = rows.exclude(**{column: None}).order_by().values_list(column).annotate(n=Count("pk"))
    return Counter(dict(found))
