"""By what the people of an agency see a letter: by what they see the subjects of its items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Model

from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.sights import SightColumns
from agencies.kernel.work import SightGround
from agencies.organisations.models import is_antismuggling
from cases.clocks.models import Clock
from coordination.exchange.referrals.models import Referral

from .late import CLOCK, REFERRAL, case_of, late_kinds
from .models import Reminder, ReminderItem

UNKNOWN = SightColumns()


@dataclass(frozen=True)
class ItemSight:
    """By what an agency sees an item. `case_id`: every reader of the centre sees the item unless this case is
    restricted; None: not known."""

    held: SightColumns
    case_id: UUID | None


def held_of(letter: Reminder, agency_id: int, code: str) -> SightColumns:
    """One item that the agency sees is enough to see the letter: the one that most of its people see."""
    found = [one.held for one in seen_items(letter, agency_id, code)]
    order = {SightGround.ALWAYS: 0, SightGround.ASKED: 2}
    return min(found, key=lambda held: (order.get(held.sees, 1), held.wall_id is not None), default=UNKNOWN)


def seen_items(letter: Reminder, agency_id: int, code: str) -> list[ItemSight]:
    """By what the agency sees each item of the letter."""
    return [_without_wall(one, code) for one in _items(letter.items.all(), agency_id)]


def _without_wall(seen: ItemSight, code: str) -> ItemSight:
    return seen if is_antismuggling(code) else ItemSight(seen.held._replace(wall_id=None), seen.case_id)


def _items(items: Iterable[ReminderItem], agency_id: int) -> Iterable[ItemSight]:
    for kind, some in groupby(sorted(items, key=attrgetter("kind")), key=attrgetter("kind")):
        model, ids = RESOURCE_OF_KIND[kind].model, [item.thing_id for item in some]
        related = late_kinds()[kind].related
        for thing in model._base_manager.select_related(*related).filter(pk__in=ids).order_by("pk"):
            yield _of_clock(thing, agency_id) if kind == CLOCK else _of(kind, thing, agency_id)


def _of(kind: str, thing: Any, agency_id: int) -> ItemSight:
    case = case_of(thing)
    return ItemSight(_held(kind, thing.pk, agency_id), case.pk if case else None)


def _of_clock(clock: Clock, agency_id: int) -> ItemSight:
    """A period is seen with its subject; a private one by its agencies only."""
    held = _held(clock.subject_kind, clock.subject_id, agency_id)
    mine = agency_id in (clock.agency_id, clock.holder_id, clock.partner_id)
    if held.sees == SightGround.ASKED or (not mine and (clock.private or held.sees == SightGround.ALWAYS)):
        return ItemSight(UNKNOWN, None)
    wall = held.wall_id or (clock.proceeding_id if clock.private else None)
    return ItemSight(held._replace(wall_id=wall), clock.case_id if _is_sent(clock) else None)


def _held(kind: str, pk: UUID, agency_id: int) -> SightColumns:
    resource = RESOURCE_OF_KIND[kind]
    sight = resource.summary.sight if resource.summary else None
    return sight.held(resource.model, {pk: {agency_id}}).get((pk, agency_id), UNKNOWN) if sight else UNKNOWN


def _is_sent(clock: Clock) -> bool:
    """The centre sees no draft of a referral."""
    sent = Referral.objects.filter(pk=clock.subject_id, delivered_at__isnull=False)
    return clock.subject_kind != REFERRAL or sent.exists()


class LetterSight:
    """The sight of notifications about letters."""

    def held(self, _model: type[Model], about: Mapping[UUID, set[int]]) -> dict[tuple[UUID, int], SightColumns]:
        letters = Reminder.objects.filter(pk__in=about).select_related("sender", "agency").prefetch_related("items")
        return {
            (letter.pk, agency.pk): held_of(letter, agency.pk, agency.code)
            for letter in letters
            for agency in (letter.sender, letter.agency)
            if agency.pk in about[letter.pk]
        }
