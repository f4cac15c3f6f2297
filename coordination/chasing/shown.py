"""What a letter is about, read from the things themselves by whoever still sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.clocks.words import about

from .late import CLOCK, in_sight
from .models import ChaseItem, ChaseLetter

RELATED = {"clock": ("rule", "case"), "task": ("case",)}


@dataclass(frozen=True)
class Shown:
    """One thing of a letter as its reader sees it today."""

    item: ChaseItem
    thing: Any
    name: str
    about: str | Promise
    basis: str
    case_number: str

    @property
    def is_met(self) -> bool:
        return self.item.met_at is not None

    @property
    def days(self) -> int:
        return (self._until - self.item.late_since).days

    @property
    def _until(self) -> datetime:
        return self.item.met_at or timezone.now()


def items_of(letter: ChaseLetter, actor: Actor) -> list[Shown]:
    """Those in the reader's sight, the oldest first: a query for each kind of thing."""
    items = list(letter.items.all())
    things: dict[tuple[str, Any], Any] = {}
    seen = Exists(Case.objects.visible_to(actor).filter(pk=OuterRef("case_id")))
    for kind, rows in in_sight(actor).items():
        wanted = [item.thing_id for item in items if item.kind == kind]
        if wanted:
            found = rows.filter(pk__in=wanted).select_related(*RELATED[kind]).annotate(case_seen=seen)
            things |= {(kind, thing.pk): thing for thing in found}
    return [_shown(item, things[item.kind, item.thing_id]) for item in items if (item.kind, item.thing_id) in things]


def _shown(item: ChaseItem, thing: Any) -> Shown:
    is_clock = item.kind == CLOCK
    return Shown(
        item=item,
        thing=thing,
        name=thing.rule.name if is_clock else str(thing.label),
        about=about(thing) if isinstance(thing, Clock) else _("Task"),
        basis=thing.rule.cited if is_clock else "",
        case_number=thing.case.number if thing.case_id and thing.case_seen else "",
    )
