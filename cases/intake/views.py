"""Pages of leads: the inbox, triage, intake by hand."""

from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.facets import Choice, Facets
from agencies.kernel.paging import page_of
from cases.casefile.models import Case, Severity

from .filters import DEFAULT_SORT, SORTS, LeadFilter
from .models import Lead
from .reading import read_lead
from .similar import similar_to

INBOX = QueryDict("to_triage=1&sort=due")
"""What the bare address of the list shows: what has to be triaged, the nearest deadline first."""
EVERYTHING = "?sort=-received"
MOST_SYSTEMS = 12  # the biggest sources; a rarer one is reached by its name in the address


# Inbox ---------------------------------------------------------------------------------------------------------------
@page(CASE_READER)
def leads(request: HttpRequest) -> HttpResponse:
    # The links of the page (sort, next page, filters) build on request.GET, so the inbox must stand there too.
    request.GET = asked = request.GET or INBOX
    actor = actor_of(request)
    visible = Lead.objects.visible_to(actor)
    cut = LeadFilter(asked, visible.marking_news().select_related("organ", "officer"), actor=actor)
    shown = page_of(cut.qs, asked, sorts=SORTS, default=DEFAULT_SORT)
    context = {
        "page": shown,
        "is_inbox": "to_triage" in cut.active,
        "is_filtered": bool(set(cut.active) - {"to_triage"}),
        "chips": _chips(asked, visible),
        "facets": _facets(Facets(cut, asked), actor),
    }
    return render(request, "intake/leads.html", context)


def _chips(asked: QueryDict, visible: QuerySet[Lead]) -> list[Choice]:
    """By state, each a list of its own: the inbox first, all leads last."""
    counts = dict(visible.values_list("state").annotate(Count("pk")))
    to_triage = sum(counts.get(state, 0) for state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP))
    chosen = asked.getlist("state")
    return [
        Choice(_("To triage"), "?", to_triage, "to_triage" in asked),
        *(
            Choice(label, f"?state={state}", counts.get(state, 0), chosen == [state])
            for state, label in Lead.State.choices
        ),
        Choice(_("All"), EVERYTHING, sum(counts.values()), not chosen and "to_triage" not in asked),
    ]


def _facets(facets: Facets, actor: Actor) -> list[tuple[str, list[Choice]]]:
    by_system = facets.by_row("source_system", "source_system", "source_system", label=str)
    shown = [
        (_("Deadline"), [facets.tick("overdue", _("Overdue"))]),
        (_("Severity"), facets.by_choice("severity", "severity", Severity.choices)),
        (_("Source system"), by_system[:MOST_SYSTEMS]),
    ]
    if actor.is_centre:
        organs = facets.by_row("organ", "organ__code", "organ__name_zh", "organ__name_en", label=pick)
        shown.append((_("Agency"), organs))
    return shown


# Triage --------------------------------------------------------------------------------------------------------------
@page(CASE_READER)
def lead(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(
        Lead.objects.visible_to(actor).marking_news().select_related("organ", "officer", "source_organ"), pk=pk
    )
    case = Case.objects.visible_to(actor).filter(pk=found.case_id).first() if found.case_id else None
    reading = read_lead(found, older=request.GET.get("from"), newer=request.GET.get("to"))
    context = {"lead": found, "case": case, "reading": reading, "similar": similar_to(found, actor)}
    return render(request, "intake/lead.html", context)
