"""Pages of campaigns: the list, a new one, and one with its goals, weekly figures, steps and cases."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.confirmations.models import Confirmation
from agencies.idempotency.actions import once
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.facets import Facets, named
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, CENTRE, FIGURES, actor_of, page
from agencies.kernel.tables import TYPES
from agencies.kernel.texts import Text
from agencies.people.forms import form_page, post_data, submit_form
from coordination.insight.metrics.following import complete_until
from coordination.insight.metrics.registry import DIMENSIONS
from coordination.insight.supervision.export import exported

from .access import drafts_campaigns
from .actions import draft_campaign
from .figures import GoalProgress, kept, reached, weekly
from .filters import DEFAULT_SORT, SORTS, CampaignFilter
from .forms import NewCampaignForm
from .measures import RULES
from .models import Belonging, Campaign
from .workflow import CAMPAIGN

CASES = 15  # on a page
CASE_SORTS = {"since": "since"}
TERMS: dict[str, Text] = {
    "materials": gettext_lazy("Minerals"),
    "techniques": gettext_lazy("Techniques"),
    "countries": gettext_lazy("Route countries"),
}


@page(CASE_READER)
def campaigns(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Campaign.objects.visible_to(actor)
    filters = CampaignFilter(request.GET, visible, actor=actor)
    facets = Facets(filters, request.GET)
    found = page_of(filters.qs.distinct(), request.GET, sorts=SORTS, default=DEFAULT_SORT)
    context = {
        "page": found,
        "drafts": drafts_campaigns(actor),
        "facets": [
            (_("State"), facets.by_choice("state", "state", Campaign.State.choices)),
            (
                _("Participating agency"),
                facets.by_row("member", *named("members"), label=pick),
            ),
        ],
        "chosen": facets.chosen(),
    }
    return render(request, "campaigns/campaigns.html", context)


@page(CENTRE)
def campaign_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = NewCampaignForm(post_data(request), actor=actor)
    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or _draft(request, form, actor)
        if sent.target:
            return redirect(sent.target)
    context = {
        "form": form,
        "heading": _("New campaign"),
        "help_text": _("Only the centre sees the draft. Goals and steps are added on its page before it is started."),
        "button": _("Save the draft"),
        "back": reverse("campaigns"),
        "back_label": _("Campaigns"),
    }
    return form_page(request, "plain_form.html", context)


def _draft(request: HttpRequest, form: NewCampaignForm, actor: Actor) -> str:
    """Returns the address of the draft, or "" if there are errors, which the form then shows."""
    if not form.is_valid():
        return ""
    made = submit_form(form, lambda _given: draft_campaign(actor=actor, **form.given()))
    if made is None:
        return ""
    messages.success(request, _("The draft is saved. Add its goals, then start it."))
    return reverse("campaign", args=[made.pk])


@page(CASE_READER)
def campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(Campaign.objects.visible_to(actor).select_related("agency"), pk=pk)
    at = _as_of(found)
    goals, seen = reached(found), Belonging.objects.visible_to(actor).current().filter(campaign=found)
    cases = page_of(seen.select_related("case__lead"), request.GET, sorts=CASE_SORTS, default="-since", size=CASES)
    events = Event.objects.filter(object_kind="campaign", object_id=pk).readable_by_agency(actor.agency_id)
    number, total = seen.count(), found.belongings.counted().count()
    context = {
        "campaign": found,
        "goals": goals,
        "kept": kept(goals),
        "weeks": weekly(found) if goals and found.started_at else None,
        "members": found.members.order_by("id"),
        "terms": [(label, _names(found, column)) for column, label in TERMS.items() if getattr(found, column)],
        "steps": found.steps.select_related("agency"),
        "cases": cases,
        "case_count": total,
        "hidden": max(total - number, 0),
        "verbs": CAMPAIGN.open_to(actor, found),
        "links": actor.is_centre,
        "figures": _figures(found) if FIGURES.allows(actor) and found.started_at else "",
        "asked": Confirmation.objects.visible_to(actor).open().filter(object_id=pk).first(),
        "exports": lambda _key, form: reverse("campaign_weeks", args=[pk, form]),
        "as_of": at,
        "events": events.select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "campaigns/campaign.html", context)


@page(CASE_READER)
def campaign_weeks(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """Exports the weekly figures. POST only, because the journal records it."""
    actor = actor_of(request)
    found = get_object_or_404(Campaign.objects.visible_to(actor), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if form not in TYPES or not found.started_at:
        raise Http404
    at = _as_of(found)
    about = [
        [_("Campaign"), f"{found.number} {found.title}"],
        *([_target(one), one.target] for one in reached(found)),
    ]
    return exported(weekly(found), actor=actor, form=form, as_of=at, about=about)


def _as_of(campaign: Campaign) -> datetime | None:
    """The time of the figures: those of an ended campaign were kept then."""
    return campaign.ended_at or complete_until()


def _target(goal: GoalProgress) -> str:
    return _("Target of %(goal)s") % {"goal": goal.metric.name}


def _names(campaign: Campaign, column: str) -> list[Any]:
    values = getattr(campaign, column)
    names = DIMENSIONS[RULES[column]].names(values)
    return [names.get(value, value) for value in values]


def _figures(campaign: Campaign) -> str:
    """The address of the overview for the period and the cases of the campaign."""
    period = {"period": "days", "first": campaign.starts_on.isoformat(), "campaign": campaign.number}
    return f"{reverse('supervision')}?{urlencode(period)}"
