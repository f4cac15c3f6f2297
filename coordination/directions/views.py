"""Pages of letters up and down the line: those of an organ, and one letter with its way."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.counting import count_each
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.facets import Choice, Facets
from agencies.kernel.paging import page_of
from agencies.people.deciding import DecisionAbove, decision_above
from cases.casefile.models import Case
from cases.casefile.steps import steps_of

from .filters import DEFAULT_SORT, SORTS, DirectionFilter
from .models import Direction, DirectionQuerySet

RELATED = ("case", "sender", "receiver", "origin__organ", "proceeding__organ", "handler", "drafter")


@page(CASE_READER)
def directions(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Direction.objects.visible_to(actor)
    filters = DirectionFilter(request.GET, visible, actor=actor)
    rows = with_case_in_sight(filters.qs, actor).select_related(*RELATED)
    found = page_of(rows, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    facets = Facets(filters, request.GET)
    context = {
        "page": found,
        "cuts": _cuts(visible, actor, filters.active),
        "chosen": facets.chosen(),
        "facets": [
            (_("Kind"), facets.by_choice("kind", "kind", Direction.Kind.choices)),
            (_("State"), facets.by_choice("state", "state", Direction.State.choices)),
            (pgettext("letter", "Sender"), facets.by_row("sender", *_organ_columns("sender"), label=pick)),
            (pgettext("letter", "Receiver"), facets.by_row("receiver", *_organ_columns("receiver"), label=pick)),
        ],
    }
    return render(request, "directions/directions.html", context)


@page(CASE_READER)
def direction(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = with_case_in_sight(Direction.objects.visible_to(actor), actor)
    found = get_object_or_404(visible.select_related(*RELATED, "approver", "parent"), pk=pk)
    events = Event.objects.filter(object_kind="direction", object_id=pk).within_reach_of(actor.organ_id)
    linked = Direction.objects.visible_to(actor).filter(parent=found)
    context = {
        "direction": found,
        "inside": found.reads_answer(actor),
        "decided_above": _decided_above(found, actor),
        "answers": Direction.objects.visible_to(actor).filter(pk=found.parent_id).first() if found.parent_id else None,
        "followed_by": linked.order_by("created_at", "pk"),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
        "steps": steps_of([(found, [found.holder, found.sender, found.receiver])], actor, case_id=found.case_id)[pk],
    }
    return render(request, "directions/direction.html", context)


def with_case_in_sight(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Adds `sees_case`: a letter gives nobody sight of its case."""
    sees = Exists(Case.objects.visible_to(actor).filter(pk=OuterRef("case_id")))
    found: QuerySet[Any] = rows.annotate(sees_case=sees)
    return found


def _cuts(visible: DirectionQuerySet, actor: Actor, active: list[str]) -> list[Choice]:
    """The lists a person asks for, each with how many there are."""
    organ = actor.organ_code
    lists = {
        f"waiting_on={organ}": (_("Waiting for us"), visible.waiting_on(actor.organ_id), ["waiting_on"]),
        "mine=1": (_("Mine"), visible.of_person(actor), ["mine"]),
        f"sender={organ}": (_("From us"), visible.filter(sender_id=actor.organ_id), ["sender"]),
        f"receiver={organ}": (_("To us"), visible.filter(receiver_id=actor.organ_id), ["receiver"]),
        "overdue=1": (_("Overdue"), visible.overdue(), ["overdue"]),
        "": (_("All"), visible, []),
    }
    if not actor.is_staff:
        lists = {query: lists[query] for query in ("overdue=1", "")}
    counts = count_each({query: rows for query, (_label, rows, _names) in lists.items()})
    return [
        Choice(label, f"?{query}", counts[query], active=active == names)
        for query, (label, _rows, names) in lists.items()
    ]


def _organ_columns(name: str) -> tuple[str, str, str]:
    return f"{name}__code", f"{name}__name_zh", f"{name}__name_en"


def _decided_above(direction: Direction, actor: Actor) -> DecisionAbove | None:
    """For the sender: who decided in place of its office, where no holder of it issued the letter."""
    by_office = direction.kind in Direction.BY_OFFICE and direction.sender_id == actor.organ_id
    issued = direction.sent_at is not None and direction.approver_id is None
    return decision_above("direction", direction.pk) if by_office and issued else None
