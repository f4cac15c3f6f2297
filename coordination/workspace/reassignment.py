"""Hands over all work of a person (工作移交): every open task, lead, proceeding, referral, letter, opinion and
reminder; confidential letters only to colleagues who are named in them.

Each noun declares how it passes on (`Resource.reassign`). Each row is a transaction of its own, so a refused row does
not block the others; the result lists each row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.duty.lookups import absences_in
from agencies.journal.transitions import describe_last_event
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_each
from agencies.kernel.errors import ActionError, Forbidden, Invalid, Stale, UnmetCondition
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES, Reassign, Resource, resource_of
from agencies.kernel.work import atomic
from agencies.kernel.workflow import Text
from agencies.people.models import User

MOST = 500  # rows in one request; for more the request is repeated


@dataclass(frozen=True)
class Held:
    """An object that a person handles."""

    thing: Any

    @cached_property
    def resource(self) -> Resource:
        return resource_of(self.thing)

    @property
    def part(self) -> Reassign:
        return reassign_of(self.resource)

    @property
    def what(self) -> Text:
        return self.part.words(self.thing)

    @property
    def kind(self) -> Text:
        return self.part.label(self.thing) if self.part.label else self.resource.label

    @property
    def url(self) -> str:
        return self.resource.url(self.thing)


@dataclass(frozen=True)
class Result:
    held: Held
    refused: str = ""


def reassign_of(resource: Resource) -> Reassign:
    if resource.reassign is None:
        raise LookupError(f"{resource.name} has no handler")
    return resource.reassign


def hand_over_all(person: User, *, actor: Actor, to: User, reason: str) -> list[Result]:
    """Hands over what the actor may see, at most MOST rows; a repeated call continues with the rest."""
    _refuse_strangers(person, to, actor)
    return [_passed(held, person, to, actor, reason) for held in islice(held_by(person, actor), MOST)]


def may_hand_over(actor: Actor, person: User) -> bool:
    return actor.leads(person.agency_id) or (actor.works_for(person.agency_id) and str(person.pk) == actor.id)


def held_by(person: User, actor: Actor) -> Iterator[Held]:
    """Open objects handled by the person at their agency, as far as the actor may see them. One query finds out which
    nouns to load, because few people handle all of them.
    """
    nouns = {one.name: one.reassign.held(person, actor) for one in RESOURCES.values() if one.reassign}
    numbers = count_each(nouns)
    for name, rows in nouns.items():
        yield from map(Held, rows if numbers[name] else ())


def _passed(held: Held, person: User | None, to: User, actor: Actor, reason: str) -> Result:
    try:
        with atomic():
            held.part.pass_on(held.thing, person, to, actor, reason)
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
    thing, part = held.thing, held.part
    person = part.holder(thing, actor.own_agency)
    if part.open_at is None or not part.open_at(actor.own_agency).filter(pk=thing.pk).exists():
        return Result(held, _("It is no longer open at your agency."))
    if thing.version != version:
        return Result(
            held, Stale([UnmetCondition("version", describe_last_event(held.resource.kind, thing.pk))]).detail
        )
    if person == to:
        return Result(held, _("%(name)s is already handling it.") % {"name": to.name})
    return _passed(held, person, to, actor, reason)


def _read_keys(keys: list[str], actor: Actor) -> list[tuple[Held, int]]:
    """Parses all keys before any row is changed: an unknown key refuses the whole request."""
    return [_read_key(key, actor) for key in dict.fromkeys(keys)]


def _read_key(key: str, actor: Actor) -> tuple[Held, int]:
    kind, pk, version = (*key.split(":"), "", "", "")[:3]
    resource = RESOURCE_OF_KIND.get(kind)
    is_workload = resource is not None and resource.reassign is not None and resource.reassign.open_at is not None
    if resource and is_workload and is_uuid(pk) and version.isascii() and version.isdigit() and len(version) < 10:
        thing = resource.model.objects.visible_to(actor).select_related(*resource.related).filter(pk=pk).first()
        if thing is not None:
            return Held(thing), int(version)
    raise Invalid.field("row", "choice", _("This is not an item of the list."))


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


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
