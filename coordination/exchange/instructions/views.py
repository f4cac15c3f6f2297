"""Pages of instructions: the list of an agency, and one letter with its history."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.list_page import list_page
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.people.deciding import SuperiorDecision, find_superior_decision
from cases.casefile.of_case import with_case_seen
from cases.casefile.steps import steps_of
from coordination.exchange.letters.reading import timeline

from .filters import DEFAULT_SORT, SORTS, InstructionFilter
from .models import Instruction, InstructionQuerySet

RELATED = ("case", "sender", "receiver", "origin__agency", "proceeding__agency", "handler", "drafter")


@page(CASE_READER)
def instructions(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Instruction.objects.visible_to(actor)
    filters = InstructionFilter(request.GET, visible, actor=actor)
    rows = with_case_seen(filters.qs, actor).select_related(*RELATED)
    context = list_page(
        request.GET,
        filters,
        rows,
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(pgettext("letter", "Instruction filter"), _lists(visible, actor)),
        facets=("kind", "state", "sender", "receiver"),
    )
    return render(request, "instructions/instructions.html", context)


@page(CASE_READER)
def instruction(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = with_case_seen(Instruction.objects.visible_to(actor), actor)
    found = get_object_or_404(visible.select_related(*RELATED, "approver", "parent"), pk=pk)
    linked = Instruction.objects.visible_to(actor).filter(parent=found)
    context = {
        "instruction": found,
        "inside": found.reads_answer(actor),
        "decided_above": _decided_above(found, actor),
        "answers": Instruction.objects.visible_to(actor).filter(pk=found.parent_id).first()
        if found.parent_id
        else None,
        "followed_by": linked.order_by("created_at", "pk"),
        "events": timeline(actor, found),
        "steps": steps_of([(found, [found.holder, found.sender, found.receiver])], actor, case_id=found.case_id)[pk],
    }
    return render(request, "instructions/instruction.html", context)


def _lists(visible: InstructionQuerySet, actor: Actor) -> list[CountedList]:
    agency = actor.agency_code
    for_all: list[CountedList] = [(_("Late"), "overdue=1", visible.overdue()), (_("All"), "", visible)]
    if not actor.is_staff:
        return for_all
    return [
        (_("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)),
        (_("Mine"), "mine=1", visible.of_person(actor)),
        (_("From us"), f"sender={agency}", visible.filter(sender_id=actor.agency_id)),
        (_("To us"), f"receiver={agency}", visible.filter(receiver_id=actor.agency_id)),
        *for_all,
    ]


def _decided_above(instruction: Instruction, actor: Actor) -> SuperiorDecision | None:
    """For the sender: who decided in place of its office. None if its own office holder issued the letter."""
    by_office = instruction.kind in Instruction.BY_OFFICE and instruction.sender_id == actor.agency_id
    issued = instruction.sent_at is not None and instruction.approver_id is None
    return find_superior_decision("instruction", instruction.pk) if by_office and issued else None
