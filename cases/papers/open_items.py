"""Draft papers in the workspace."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext

from agencies.kernel.actor import Actor
from agencies.kernel.filtering import NEVER
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.work.models import WorkItem

from .models import Paper
from .texts import blanks


def _why(paper: Paper) -> str:
    if left := blanks(*paper.to_be_filled):
        return gettext("Still to be filled in: %(names)s.") % {"names": "、".join(left)}
    if not paper.addressee.strip():
        return gettext("No addressee is entered. Edit the draft first.")
    if paper.waits_for_number:
        return gettext("It gets its number with the decision on the matter, and is signed then.")
    if paper.kind.signer == "chief":
        return gettext("Complete: a unit lead signs and issues it.")
    return gettext("Complete: it can be signed and issued.")


class OpenPapers(OpenItems):
    """Draft papers with the period of their subject, which the work items hold."""

    shows_case = True
    related = ("case", "agency")
    people = ("drafter",)
    has_periods = True

    def line(self, thing: Any, actor: Actor, now: datetime) -> WorklistLine:
        note = " · ".join(filter(None, (thing.number, thing.kind.name)))
        line = line_of(thing, actor, what=thing.title, note=note, why=_why(thing))
        due_at, breach_at = (None if moment == NEVER else moment for moment in (thing.due_at, thing.breach_at))
        return replace(line, due_at=due_at, breach_at=breach_at)

    def fetched(self, rows: QuerySet[Paper]) -> QuerySet[Paper]:
        item = WorkItem.objects.filter(kind="paper", object_id=OuterRef("pk"))
        due_at, breach_at = (Subquery(item.values(name)[:1]) for name in ("due_at", "breach_at"))
        return rows.annotate(due_at=due_at, breach_at=breach_at)
