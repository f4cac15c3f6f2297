"""Pages of opinions: the rounds of an agency, one round, one opinion."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.list_page import list_page
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.choices import own_subjects
from cases.casefile.models import Case
from cases.casefile.of_case import with_case_seen
from coordination.exchange.letters.reading import timeline

from .facts import changed, facts_of
from .filters import DEFAULT_SORT, SORTS, RoundFilter
from .models import Opinion, OpinionRound, RoundQuerySet


@page(CASE_READER)
def rounds(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = OpinionRound.objects.visible_to(actor)
    filters = RoundFilter(request.GET, visible, actor=actor)
    cut: Any = filters.qs  # a RoundQuerySet
    rows = with_case_seen(cut.with_conflict(), actor).select_related("case", "agency")
    context = list_page(
        request.GET,
        filters,
        rows,
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(_("Question filter"), _lists(visible, actor)),
        facets=("state", "agency"),
    )
    return render(request, "opinions/rounds.html", context)


@page(CASE_READER)
def opinion_round(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = OpinionRound.objects.visible_to(actor).with_conflict().select_related("case", "agency", "asker")
    found = get_object_or_404(visible, pk=pk)
    opinions = list(found.opinions.select_related("agency", "handler").order_by("agency"))
    context = {
        "asked": found,
        "about": _about(found, actor),
        "opinions": opinions,
        "sees_case": Case.objects.visible_to(actor).filter(pk=found.case_id).exists(),
        "changed": changed(found.facts, facts_of(found)) if found.is_open and _reads(actor, found.case) else [],
        "events": timeline(actor, found, *opinions),
    }
    return render(request, "opinions/round.html", context)


@page(CASE_READER)
def opinion(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows one opinion. The views of its levels are shown within the agency alone."""
    actor = actor_of(request)
    visible = Opinion.objects.visible_to(actor).select_related("round__case", "round__agency", "agency", "handler")
    found = get_object_or_404(visible, pk=pk)
    given = found.state in Opinion.SAID
    inside = actor.agency_id == found.agency_id and actor.is_staff
    context = {
        "opinion": found,
        "inside": inside,
        "levels": found.levels.select_related("person") if inside else [],
        "changed": changed(found.facts, facts_of(found.round)) if given and _reads(actor, found.case) else [],
        "sees_case": Case.objects.visible_to(actor).filter(pk=found.case_id).exists(),
        "events": timeline(actor, found),
    }
    return render(request, "opinions/opinion.html", context)


def _about(asked: OpinionRound, actor: Actor) -> str:
    """The subject of the question: in the reader's language for the asking agency, else in the language of the
    asker."""
    if actor.agency_id != asked.agency_id:
        return asked.about_words
    return dict(own_subjects(asked.case, actor)).get(f"{asked.about_kind}:{asked.about_id}", asked.about_words)


def _reads(actor: Actor, case: Case) -> bool:
    """Only readers of the facts learn that a fact has changed."""
    return Case.objects.contents_visible_to(actor).filter(pk=case.pk).exists()


def _lists(visible: RoundQuerySet, actor: Actor) -> tuple[CountedList, ...]:
    agency = actor.agency_code
    return (
        (_("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)),
        (pgettext("opinion", "Asked by us"), f"agency={agency}", visible.filter(agency=actor.agency_id)),
        (_("In conflict"), "conflict=1", visible.in_conflict()),
        (_("Late"), "overdue=1", visible.overdue()),
        (_("All"), "", visible),
    )
