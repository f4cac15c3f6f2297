"""Pages of campaigns: a new one, and the files of its tables."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, CENTRE, actor_of, page
from agencies.kernel.tables import TYPES
from agencies.people.forms import new_object_page, post_data
from coordination.insight.metrics.charts import Chart
from coordination.insight.supervision.export import exported

from .actions import draft_campaign
from .figures import GoalProgress, of_prevention, reached, weekly
from .models import Campaign
from .page import as_of
from .standing import by_agency
from .workflow import PLAN

TABLES: Mapping[str, Callable[[Campaign, Actor], Chart]] = {
    "weeks": lambda campaign, _actor: weekly(campaign),
    "agencies": by_agency,
    "prevention": of_prevention,
}


@page(CENTRE)
def campaign_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return new_object_page(
        request,
        ActionForm(PLAN, thing=None, actor=actor, data=post_data(request)),
        partial(draft_campaign, actor=actor),
        done=_("The draft is saved. Add its goals, then start it."),
        heading=_("New campaign"),
        help_text=_("Only the centre sees the draft. Goals and steps are added on its page before it is started."),
        button=_("Save the draft"),
        back=reverse("campaigns"),
        back_label=_("Campaigns"),
    )


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
