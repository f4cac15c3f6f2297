"""Referrals on the pages of what they are about: `{% load letters %}`."""

from typing import Any

from django import template
from django.db.models import Q

from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.kernel.resource import resource_of
from agencies.kernel.workflow import Button
from cases.proceedings.models import Decision, Proceeding
from cases.proceedings.workflow import SENDABLE
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.starts import STARTS, proceedings_to_send

register = template.Library()


@register.inclusion_tag("referrals/letters_about.html", takes_context=True)
def letters_about(context: template.Context, thing: Decision | Proceeding) -> dict[str, Any]:
    """Letters to others about it: copies of a decision; the file for prosecution of a proceeding, and procuratorial
    opinions after it. `prepare` is the action that begins the file, if it is this reader's next step."""
    actor, kinds = context["actor"], (Referral.Kind.PROSECUTION, Referral.Kind.OPINION)
    about = Q(decision=thing) if isinstance(thing, Decision) else Q(origin=thing, kind__in=kinds)
    letters = Referral.objects.visible_to(actor).filter(about).select_related("receiver")
    prepare = prepares_file(thing, actor) if isinstance(thing, Proceeding) else None
    return {"letters": letters.order_by("created_at", "pk"), "prepare": prepare}


def prepares_file(proceeding: Proceeding, actor: Actor) -> Button | None:
    verb, cases = "prepare_file", resource_of(proceeding.case)
    if not proceeding.suspects.filter(state__in=SENDABLE).exists():
        return None  # the investigation is not that far
    offered = verb in cases.workflow_of(proceeding.case).open_to(actor, proceeding.case)
    if not offered or str(proceeding.pk) not in dict(proceedings_to_send(proceeding.case, actor)):
        return None
    url = f"{address('verb', 'cases', proceeding.case_id, verb)}?origin={proceeding.pk}"
    return Button(verb, STARTS.labels[verb], url)
