"""Hands over all work of a person (工作移交): every open task, lead, proceeding, referral, letter, opinion and
reminder; confidential letters only to colleagues who are named in them.

Wiring: it knows every resource with a handler. Each row is a transaction of its own, so a refused row does not block
the others; the result lists each row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.duty.lookups import absences_in
from agencies.journal.actions import Action, Audience, StreamKey, notify_person, record_event
from agencies.journal.intervals import Place, close_interval
from agencies.journal.models import Event
from agencies.journal.transitions import describe_last_event, to_json_value
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_each
from agencies.kernel.errors import ActionError, Forbidden, Invalid, Stale, UnmetCondition
from agencies.kernel.resource import resource_of
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.actions import lock_case, stream_of
from cases.intake.actions import lead_stream
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding, walled_off
from coordination.automation.routing.arrivals import ARRIVALS
from coordination.automation.routing.loads import open_rows
from coordination.automation.routing.models import Kind
from coordination.exchange.confidential.actions import pass_letter
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.actions import hand_over_task
from coordination.exchange.tasks.models import Task

MOST = 500  # rows in one request; for more the request is repeated
DRAFTS = (Referral.State.DRAFT_REPORT, Referral.State.DRAFT)


# The object, its present handler if any, the new handler, the actor, the reason.
PassOn = Callable[[Any, User | None, User, Actor, str], Any]


@dataclass(frozen=True)
class Held:
    """An object that a person handles, and the function that hands it over."""

    thing: Any
    what: str
    kind: str | Promise
    pass_on: PassOn

    @property
    def url(self) -> str:
        return resource_of(self.thing).url(self.thing)


@dataclass(frozen=True)
class Result:
    held: Held
    refused: str = ""


def hand_over_all(person: User, *, actor: Actor, to: User, reason: str) -> list[Result]:
    """Hands over what the actor may see, at most MOST rows; a repeated call continues with the rest."""
    _refuse_strangers(person, to, actor)
    return [_passed(held, person, to, actor, reason) for held in islice(held_by(person, actor), MOST)]


def may_hand_over(actor: Actor, person: User) -> bool:
    return actor.leads(person.agency_id) or (actor.works_for(person.agency_id) and str(person.pk) == actor.id)


def held_by(person: User, actor: Actor) -> Iterator[Held]:
    """Open objects handled by the person at their agency, as far as the actor may see them."""
    agency = person.agency_id
    for task in (
        Task.objects.visible_to(actor).open().filter(agency=agency, assignee=person).order_by("created_at", "pk")
    ):
        yield Held(task, task.label, gettext_lazy("Task"), _pass_task)
    for lead in Lead.objects.visible_to(actor).to_triage().filter(agency=agency, officer=person).order_by("pk"):
        yield Held(lead, lead.title, gettext_lazy("Lead"), _pass_lead)
    for one in _proceedings(person, actor):
        yield Held(one, f"{one.case.number} {one}", gettext_lazy("Proceeding"), pass_proceeding)
    for referral in _referrals(person, actor):
        what = f"{referral.get_kind_display()} {referral.number}".strip()
        yield Held(referral, what, gettext_lazy("Referral"), _pass_referral)
    yield from _letters(person, actor)


def _letters(person: User, actor: Actor) -> Iterator[Held]:
    """Few people have any, so one query finds out which kinds to load."""
    kinds: tuple[tuple[Any, Callable[[Any], Any], Callable[[Any], Any], PassOn], ...] = (
        (_instructions(person, actor), str, lambda one: one.get_kind_display(), pass_instruction),
        (_opinions(person, actor), lambda one: one.round.title, lambda one: gettext_lazy("Opinion"), pass_opinion),
        (_reminders(person, actor), str, lambda one: gettext_lazy("Reminder"), _pass_reminder),
        (_confidential_letters(person, actor), str, lambda one: gettext_lazy("Confidential letter"), _pass_sealed),
    )
    numbers = count_each({str(place): rows for place, (rows, *_how) in enumerate(kinds)})
    for place, (rows, words, kind, pass_on) in enumerate(kinds):
        for one in rows if numbers[str(place)] else ():
            yield Held(one, words(one), kind(one), pass_on)


def _proceedings(person: User, actor: Actor) -> Any:
    """Proceedings they handle, and those whose team would otherwise have fewer than two members (APL art. 42)."""
    others = Count("team", filter=Q(team__is_active=True) & ~Q(team=person), distinct=True)
    running = (
        Proceeding.objects.visible_to(actor).filter(agency=person.agency_id).exclude(state=Proceeding.State.CLOSED)
    )
    short = running.filter(team=person).values("pk")
    counted = running.exclude(pk__in=walled_off(actor).values("pk")).annotate(others=others)
    mine = counted.filter(Q(handler=person) | Q(pk__in=short, others__lt=2))
    return mine.select_related("case").order_by("pk")


def _referrals(person: User, actor: Actor) -> Any:
    """Referrals they handle at the receiver, or drafted at the sender, and drafts with them on the team."""
    drafts = Q(team=person, state__in=DRAFTS, sender=person.agency_id)
    sent = Q(drafter=person, sender=person.agency_id)
    found = Referral.objects.visible_to(actor).open().filter(Q(handler=person) | sent | drafts)
    return found.select_related("case").distinct().order_by("pk")


def _instructions(person: User, actor: Actor) -> Any:
    """Letters to superior and subordinate agencies that they wrote or received, while the next step belongs to their
    agency."""
    wrote = Q(sender=person.agency_id, drafter=person, state__in=Instruction.WITH_SENDER)
    took_in = Q(receiver=person.agency_id, handler=person, state__in=Instruction.WITH_RECEIVER)
    return Instruction.objects.visible_to(actor).filter(wrote | took_in).order_by("created_at", "pk")


def _opinions(person: User, actor: Actor) -> Any:
    owed = Opinion.objects.visible_to(actor).waiting_on(person.agency_id).filter(handler=person)
    return owed.select_related("round").order_by("created_at", "pk")


def _reminders(person: User, actor: Actor) -> Any:
    """Open reminders that they wrote or answer."""
    wrote, answers = Q(sender=person.agency_id, writer=person), Q(agency=person.agency_id, handler=person)
    return Reminder.objects.visible_to(actor).open().filter(wrote | answers).order_by("sent_at", "pk")


def _confidential_letters(person: User, actor: Actor) -> Any:
    """Only for actors named in the letter, because the existence of a letter is confidential, too."""
    return ConfidentialLetter.objects.visible_to(actor).open().filter(drafter=person).order_by("created_at", "pk")


def _pass_task(task: Task, person: User | None, to: User, actor: Actor, reason: str) -> None:
    hand_over_task(task, actor=actor, to=str(to.pk), reason=reason, version=task.version)


def _pass_lead(lead: Lead, person: User | None, to: User, actor: Actor, reason: str) -> None:
    reassign(lead, "lead", {"officer": to}, lead_stream(lead.pk), to, actor, reason)


def pass_proceeding(proceeding: Proceeding, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """Adds the colleague to the team. The previous investigator stays on it, because they must not decide the case
    later."""
    lock_case(proceeding.case_id)
    if walled_off(actor_for(to)).filter(pk=proceeding.pk).exists():
        detail = _("%(name)s handles the other capacity of this bureau on the same case.") % {"name": to.name}
        raise Invalid.field("to", "wall", detail)
    named = {"handler": to} if proceeding.handler_id == _id(person) else {}
    if not named and proceeding.team.filter(pk=to.pk).exists():
        detail = _("%(name)s is already on its team. Choose another person, or fewer than two remain on it.")
        raise Invalid.field("to", "team", detail % {"name": to.name})
    reassign(proceeding, "proceeding", named, stream_of(proceeding.case_id), to, actor, reason)
    if proceeding.team.filter(pk=_id(person)).exists():
        proceeding.team.add(to)


def _pass_referral(referral: Referral, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """Changes the team of a draft. Once submitted, the author of the report stays on the team, because they must not
    approve it."""
    lock_case(referral.case_id)
    here = {"handler": referral.receiver_id, "drafter": referral.sender_id}
    whose = {"handler": referral.handler_id, "drafter": referral.drafter_id}
    named = {name: to for name, agency in here.items() if agency == to.agency_id and whose[name] == _id(person)}
    reassign(referral, "referral", named, stream_of(referral.case_id), to, actor, reason)
    if person is None:
        return
    if referral.state in DRAFTS and referral.team.filter(pk=person.pk).exists():
        referral.team.remove(person)
        referral.team.add(to)
    elif referral.state not in DRAFTS and "drafter" in named:
        referral.team.add(person)


def pass_instruction(letter: Instruction, person: User | None, to: User, actor: Actor, reason: str) -> None:
    lock_case(letter.case_id)
    name = "handler" if letter.state in Instruction.WITH_RECEIVER else "drafter"
    reassign(letter, "instruction", {name: to}, stream_of(letter.case_id), to, actor, reason)


def pass_opinion(opinion: Opinion, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """The opinions of the levels keep their authors, who must not sign at a higher level."""
    lock_case(opinion.case_id)
    reassign(opinion, "opinion", {"handler": to}, stream_of(opinion.case_id), to, actor, reason)


def _pass_reminder(letter: Reminder, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """Recorded in the streams of both agencies, like all actions on reminders, and visible only to the one that hands
    over."""
    name = "writer" if letter.sender_id == to.agency_id else "handler"
    sides = Agency.objects.in_bulk([letter.sender_id, letter.agency_id]).values()
    reassign(letter, "reminder", {name: to}, [agency_stream(one) for one in sides], to, actor, reason)


def _pass_sealed(letter: ConfidentialLetter, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """By its own workflow: only its drafter hands it over, and only to a person named in it."""
    pass_letter(letter, "pass_on", actor=actor, to=str(to.pk), reason=reason, version=letter.version)


def reassign(
    thing: Any,
    kind: str,
    named: dict[str, User],
    stream: StreamKey | list[StreamKey],
    to: User,
    actor: Actor,
    reason: str,
) -> Event:
    """Changes the handler. Not a transition, because the state stays the same, but with the same version check."""
    now, place, began = times.now(), Place.of(thing), thing.state_since
    was = {f"{name}_id": to_json_value(getattr(thing, f"{name}_id")) for name in named}
    rows = type(thing)._base_manager.filter(pk=thing.pk, version=thing.version)
    if rows.update(**named, version=thing.version + 1, updated_at=now) != 1:
        raise Stale([UnmetCondition("version", describe_last_event(kind, thing.pk))])
    for name, person in named.items():
        setattr(thing, name, person)
    close_interval(thing, place, began=began, at=now, object_kind=kind)
    streams = [stream] if isinstance(stream, StreamKey) else stream
    event = record_event(
        *streams,
        actor=actor,
        action=Action(
            "pass_on",
            kind,
            thing.pk,
            from_state=thing.state,
            to_state=thing.state,
            fields=named or ["team"],
            data={"to": to.name, "was": was},
            reason=reason,
        ),
        audience=Audience(Event.Visibility.OWN),
        involves=[to.pk] if {"handler", "drafter"} & set(named) or not named else [],
    )
    notify_person(event, to.pk, agency_id=to.agency_id, because="assigned")
    return event


def _id(person: User | None) -> Any:
    return None if person is None else person.pk


def _passed(held: Held, person: User | None, to: User, actor: Actor, reason: str) -> Result:
    try:
        with atomic():
            held.pass_on(held.thing, person, to, actor, reason)
    except ActionError as no:
        return Result(held, no.detail)
    return Result(held)


def push(keys: list[str], *, actor: Actor, to: User, reason: str) -> list[Result]:
    """Assigns selected rows to a colleague, with or without a present handler. `keys` contain ids and seen versions.

    Of two concurrent assignments one succeeds; the other is refused as outdated.
    """
    if not actor.leads(actor.agency_id):
        raise Forbidden(_("Work is reassigned by the unit leads and the responsible person of the agency."))
    _refuse_colleague(to, actor.own_agency)
    return [_pushed(held, version, actor, to, reason) for held, version in _read_keys(keys[:MOST], actor)]


def key_of(thing: Any, kind: str) -> str:
    """The value of a row's checkbox: kind, id and the version that the reader saw."""
    return f"{kind}:{thing.pk}:{thing.version}"


def _pushed(held: Held, version: int, actor: Actor, to: User, reason: str) -> Result:
    thing, kind = held.thing, Kind(resource_of(held.thing).kind)
    person = holder_of(thing, kind, actor.own_agency)
    if not open_rows(actor.own_agency)[kind].filter(pk=thing.pk).exists():
        return Result(held, _("It is no longer open at your agency."))
    if thing.version != version:
        return Result(held, Stale([UnmetCondition("version", describe_last_event(kind, thing.pk))]).detail)
    if person == to:
        return Result(held, _("%(name)s is already handling it.") % {"name": to.name})
    return _passed(held, person, to, actor, reason)


def _read_keys(keys: list[str], actor: Actor) -> list[tuple[Held, int]]:
    """Parses all keys before any row is changed: an unknown key refuses the whole request."""
    return [_read_key(key, actor) for key in dict.fromkeys(keys)]


def _read_key(key: str, actor: Actor) -> tuple[Held, int]:
    kind, pk, version = (*key.split(":"), "", "", "")[:3]
    if kind in PASS_ON and is_uuid(pk) and version.isascii() and version.isdigit() and len(version) < 10:
        model = ARRIVALS[Kind(kind)].model
        related = () if kind == Kind.LEAD else ("case",)
        thing = model.objects.visible_to(actor).select_related(*related).filter(pk=pk).first()
        if thing is not None:
            return Held(thing, words_of(thing, kind), Kind(kind).label, PASS_ON[kind]), int(version)
    raise Invalid.field("row", "choice", _("This is not an item of the list."))


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def holder_of(thing: Any, kind: str, agency_id: int) -> User | None:
    """The handler at the agency."""
    if kind == Kind.REFERRAL:
        column = "handler" if thing.receiver_id == agency_id else "drafter"
    else:
        column = ARRIVALS[Kind(kind)].person
    found: User | None = getattr(thing, column)
    return found


def words_of(thing: Any, kind: str) -> str:
    if kind == Kind.REFERRAL:
        return f"{thing.get_kind_display()} {thing.number}".strip()
    if kind == Kind.PROCEEDING:
        return f"{thing.case.number} {thing}"
    return str(thing.label if kind == Kind.TASK else thing.title)


PASS_ON: dict[str, PassOn] = {
    Kind.TASK: _pass_task,
    Kind.LEAD: _pass_lead,
    Kind.PROCEEDING: pass_proceeding,
    Kind.REFERRAL: _pass_referral,
}


def _refuse_strangers(person: User, to: User, actor: Actor) -> None:
    if not may_hand_over(actor, person):
        raise Forbidden(_("Work is handed over by the person concerned or by a lead of their agency."))
    if to.pk == person.pk:
        raise Invalid.field("to", "choice", _("Choose another active colleague of the same agency."))
    _refuse_colleague(to, person.agency_id)


def _refuse_colleague(to: User, agency_id: int) -> None:
    if to.agency_id != agency_id or not to.is_active:
        raise Invalid.field("to", "choice", _("Choose another active colleague of the same agency."))
    if to.pk in absences_in([agency_id]):
        raise Invalid.field(
            "to", "away", _("%(name)s is away. Choose the deputy or another person.") % {"name": to.name}
        )
