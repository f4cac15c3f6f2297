"""Parts of the pages of figures: `{% load figures %}`. Usage is in docs/look.md."""

from typing import Any

from django import template
from django.urls import reverse

from agencies.kernel.tables import TYPES
from coordination.insight.charts import Chart

register = template.Library()


@register.filter
def unlocalised(value: Any) -> str:
    """A number as a script reads it."""
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(context: template.Context, shown: Chart) -> dict[str, Any]:
    """A panel with a chart (`coordination.insight.charts`): picture, table and downloads."""
    tab, query = context.get("tab"), context.get("query", "")
    forms = [
        {"name": form.upper(), "url": f"{reverse('figures_export', args=[tab, shown.key, form])}{query}"}
        for form in (TYPES if tab and shown.rows else ())
    ]
    return {"chart": shown, "export_forms": forms, "csrf_token": context.get("csrf_token")}
