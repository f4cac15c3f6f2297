"""The pages on which a rule is drafted, and tried on real shipments."""

from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.people.forms import new_object_page, post_data

from .access import KEEPERS, keeper
from .actions import draft_rule
from .kinds import TESTS
from .looking import DAYS, dry_run
from .models import RiskRule
from .workflow import NEW


@page(KEEPERS)
def risk_rule_new(request: HttpRequest) -> HttpResponse:
    """First the test is chosen; then its parameters are asked."""
    actor = actor_of(request)
    kind = request.GET.get("kind", "")
    if kind not in TESTS:
        tests = [
            (value, label, TESTS[value].explains)
            for value, label in RiskRule.Kind.choices
            if not (TESTS[value].compares_only and actor.is_centre)
        ]
        return render(request, "routerisk/choose_test.html", {"tests": tests})
    form = ActionForm(NEW, thing=None, actor=actor, data=post_data(request), initial={"kind": kind, "weight": 3})
    form.limit_to({"code", "name_zh", "name_en", "weight", *TESTS[kind].parameters})
    for name in TESTS[kind].needs:
        form.fields[name].required = True
    return new_object_page(
        request,
        form,
        partial(draft_rule, actor=actor, kind=kind),
        done=_("The rule is drafted. Try it on real shipments before it is put into force."),
        heading=RiskRule.Kind(kind).label,
        help_text=TESTS[kind].explains,
        button=_("Draft the rule"),
        back=reverse("risk_rule_new"),
        back_label=_("New rule"),
    )


@page(CASE_READER, statement=30)
def risk_rule_dry_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the rule says of the shipments of the last 90 days that its keeper reads. 403 for others."""
    actor = actor_of(request)
    rule = get_object_or_404(RiskRule.objects.visible_to(actor).select_related("agency"), pk=pk)
    if not keeper(actor, rule):
        raise PermissionDenied
    context = {"rule": rule, "run": dry_run(rule, actor), "days": DAYS.days}
    return render(request, "routerisk/dry_run.html", context)
