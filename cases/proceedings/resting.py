"""Decisions and criminal lines that rest on a fact of the case."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from cases.casefile.models import Act, Item, Party

from .models import Decision, Suspect

D = Decision.State


def decisions_on(row: Any, reader: Actor) -> Iterator[str]:
    """Party decisions from the pre-penalty notice on, and suspects whose investigation was not terminated.

    A decision without an act, or about an act without items, rests on every item.
    """
    decided = Decision.objects.visible_to(reader).filter(proceeding__case=row.case_id)
    decided = decided.exclude(state__in=[D.OPEN, D.DROPPED])
    suspects = Suspect.objects.visible_to(reader).filter(proceeding__case=row.case_id)
    suspects = suspects.exclude(state=Suspect.State.DROPPED)
    match row:
        case Party():
            yield from _named(decided.filter(party=row.pk))
            yield from _named(suspects.filter(party=row.pk))
        case Item():
            all_items = Q(act=None) | Q(act__items=None) | Q(act__items=row.pk)
            yield from _named(decided.filter(all_items).distinct())
        case Act():
            yield from _named(decided.filter(act=row.pk))


def _named(lines: QuerySet[Any]) -> Iterator[str]:
    for line in lines.select_related("party", "proceeding__agency"):
        words = {"what": line.clock_label, "who": line.party.name, "agency": line.proceeding.agency.name}
        yield _("%(what)s: %(who)s (%(agency)s)") % words
