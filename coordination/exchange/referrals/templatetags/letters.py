"""Referrals on the pages of what they are about: `{% load letters %}`."""

from typing import Any

from django import template
from django.db.models import Q

from cases.proceedings.models import Decision, Proceeding
from coordination.exchange.referrals.models import Referral

register = template.Library()


@register.inclusion_tag("referrals/letters_about.html", takes_context=True)
def letters_about(context: template.Context, thing: Decision | Proceeding) -> dict[str, Any]:
    """Letters to others about it: copies of a decision, procuratorial opinions after a proceeding."""
    about = Q(decision=thing) if isinstance(thing, Decision) else Q(origin=thing, kind=Referral.Kind.OPINION)
    letters = Referral.objects.visible_to(context["actor"]).filter(about).select_related("receiver")
    return {"letters": letters.order_by("created_at", "pk")}
