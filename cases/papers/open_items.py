"""Draft papers in the workspace."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse_lazy
from django.utils.translation import gettext

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.filtering import NEVER
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.work.models import WorkItem

from .models import Paper
from .texts import blanks


def _with_due_times(papers: QuerySet[Any]) -> QuerySet[Any]:
    """With the period of the subject, which the work items hold."""
    item = WorkItem.objects.filter(kind="paper", object_id=OuterRef("pk"))
    due_at, breach_at = (Subquery(item.values(name)[:1]) for name in ("due_at", "breach_at"))
    found: QuerySet[Any] = papers.annotate(due_at=due_at, breach_at=breach_at)
    return found


def _line(paper: Any, actor: Actor, now: datetime) -> WorklistLine:
    due_at, breach_at = (None if moment in (None, NEVER) else moment for moment in (paper.due_at, paper.breach_at))
    return WorklistLine(
        key=("paper", paper.pk),
        what=paper.title,
        note=" · ".join(filter(None, (paper.number, paper.kind.name))),
        url=reverse_lazy("paper", args=[paper.pk]),
        why=_why(paper),
        due_at=due_at,
        breach_at=breach_at,
        offer=partial(next_button, "papers", actor, paper),
    )


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


OPEN_ITEMS = OpenItems(
    line=_line,
    shows_case=True,
    related=("case", "agency"),
    people=("drafter",),
    fetched=_with_due_times,
    has_periods=True,
)
