"""Drafts a paper that a page says is due, filled from the case. Any resource may be the subject."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from agencies.idempotency.actions import once
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.resource import RESOURCES
from cases.papers.models import Paper
from coordination.documents.actions import draft_paper

SUBJECTS = ("referrals", "decisions", "proceedings", "property-measures", "suspects", "instructions")


@page(STAFF)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    data = request.POST
    with once(request) as sent:
        if not sent.target:
            asked = (data.get(name, "") for name in ("subject", "id", "form"))
            sent.target = reverse("paper", args=[draft_about(*asked, actor=actor_of(request)).pk])
    return redirect(sent.target)


def draft_about(subject: str, pk: str, form: str, *, actor: Actor) -> Paper:
    """Drafts the paper. `subject` is a resource as in addresses. Raises Http404 if it does not exist or is not
    visible."""
    thing = _thing(subject, pk, actor)
    return draft_paper(thing, RESOURCES[subject].workflow_of(thing), actor=actor, form=form)


def _thing(subject: str, pk: str, actor: Actor) -> Any:
    if subject not in SUBJECTS:
        raise Http404
    try:
        return RESOURCES[subject].find(actor, UUID(pk))
    except ValueError as no_id:
        raise Http404 from no_id
