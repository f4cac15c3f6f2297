"""Customs queries in templates: `{% load customsqueries %}`."""

from typing import Any

from django import template
from django.db.models import QuerySet

from cases.intake.models import Lead
from coordination.prevention.customsqueries.models import CustomsQuery

register = template.Library()


@register.simple_tag(takes_context=True)
def queries_of(context: template.Context, lead: Lead) -> QuerySet[Any]:
    """The customs queries because of which a lead was reported, as far as the reader sees them."""
    return CustomsQuery.objects.visible_to(context["actor"]).filter(lead=lead)
