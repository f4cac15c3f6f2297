"""Parts of the pages of figures: `{% load figures %}`. Usage is in docs/look.md."""

from typing import Any

from django import template
from django.urls import reverse

from agencies.kernel import times
from agencies.kernel.permissions import FIGURES
from agencies.kernel.tables import TYPES
from coordination.insight.charts import Chart
from coordination.insight.supervision.overview import HomePanel

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


@register.simple_tag(takes_context=True)
def home_figures(context: template.Context) -> Any:
    """The reader's part of the overview for home; None for people who see no figures."""
    actor = context["actor"]
    return HomePanel(actor, times.now()) if FIGURES.allows(actor) else None
