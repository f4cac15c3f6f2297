"""Pages of campaigns: a new one, and the files of its tables."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.idempotency.actions import once
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, CENTRE, actor_of, page
from agencies.kernel.tables import TYPES
from agencies.people.forms import form_page, post_data, submit_form
from coordination.insight.metrics.charts import Chart
from coordination.insight.supervision.export import exported

from .actions import draft_campaign
from .figures import GoalProgress, reached, weekly
from .models import Campaign
from .page import as_of
from .standing import by_agency
from .workflow import PLAN

TABLES: Mapping[str, Callable[[Campaign, Actor], Chart]] = {
    "weeks": lambda campaign, _actor: weekly(campaign),
    "agencies": by_agency,
}


@page(CENTRE)
def campaign_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ActionForm(PLAN, thing=None, actor=actor, data=post_data(request))
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


def _draft(request: HttpRequest, form: ActionForm, actor: Actor) -> str:
    """Returns the address of the draft, or "" if there are errors, which the form then shows."""
    made = submit_form(form, lambda _given: draft_campaign(actor=actor, **form.given()))
    if made is None:
        return ""
    messages.success(request, _("The draft is saved. Add its goals, then start it."))
    return reverse("campaign", args=[made.pk])


@page(CASE_READER)
def campaign_table(request: HttpRequest, pk: UUID, key: str, form: str) -> HttpResponse:
    """Exports the weekly figures, or those by agency. POST only, because the journal records it."""
    actor = actor_of(request)
    found = get_object_or_404(Campaign.objects.visible_to(actor), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if form not in TYPES or key not in TABLES or not found.started_at:
        raise Http404
    about = [
        [_("Campaign"), f"{found.number} {found.title}"],
        *([_target(one), one.target] for one in reached(found)),
    ]
    return exported(TABLES[key](found, actor), actor=actor, form=form, as_of=as_of(found), about=about)


def _target(goal: GoalProgress) -> str:
    return _("Target of %(goal)s") % {"goal": goal.metric.name}
