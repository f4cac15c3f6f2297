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

from django.utils.translation import gettext as _

from agencies.duty.lookups import absences_in
from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, Forbidden, Invalid
from agencies.kernel.reassignment import Reassignment
from agencies.kernel.resource import RESOURCES, Resource, resource_of
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.people.models import User

MOST = 500  # rows in one request; for more the request is repeated


@dataclass(frozen=True)
class HandledObject:
    """An object that a person handles."""

    thing: Any

    @cached_property
    def resource(self) -> Resource:
        return resource_of(self.thing)

    @property
    def part(self) -> Reassignment:
        return reassign_of(self.resource)

    @property
    def what(self) -> Text:
        return self.part.words(self.thing)

    @property
    def kind(self) -> Text:
        return self.part.label(self.thing) or self.resource.label

    @property
    def url(self) -> str:
        return self.resource.url(self.thing)


@dataclass(frozen=True)
class ReassignmentResult:
    held: HandledObject
    refused: str = ""


def reassign_of(resource: Resource) -> Reassignment:
    if resource.reassign is None:
        raise LookupError(f"{resource.name} has no handler")
    return resource.reassign


def hand_over_all(person: User, *, actor: Actor, to: User, reason: str) -> list[ReassignmentResult]:
    """Hands over what the actor may see, at most MOST rows; a repeated call continues with the rest."""
    _refuse_strangers(person, to, actor)
    return [_passed(held, person, to, actor, reason) for held in islice(held_by(person, actor), MOST)]


def may_hand_over(actor: Actor, person: User) -> bool:
    return actor.leads(person.agency_id) or (actor.works_for(person.agency_id) and str(person.pk) == actor.id)


def held_by(person: User, actor: Actor) -> Iterator[HandledObject]:
    """Open objects handled by the person at their agency, as far as the actor may see them."""
    for resource in RESOURCES.values():
        if resource.reassign:
            visible = resource.model.objects.visible_to(actor)
            yield from map(HandledObject, resource.reassign.held(visible, person, actor))


def _passed(held: HandledObject, person: User | None, to: User, actor: Actor, reason: str) -> ReassignmentResult:
    try:
        with atomic():
            held.part.pass_on(held.thing, person, to, actor, reason)
    except ActionError as no:
        return ReassignmentResult(held, no.detail)
    return ReassignmentResult(held)


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
