"""Parts of the pages of figures: `{% load figures %}`. Usage is in docs/look.md."""

from typing import Any

from django import template

from agencies.kernel.tables import TYPES
from coordination.insight.charts import Chart

register = template.Library()


@register.filter
def unlocalised(value: Any) -> str:
    """A number as a script reads it."""
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


@register.inclusion_tag("components/charts.html", takes_context=True)
def chart(context: template.Context, shown: Chart) -> dict[str, Any]:
    """A panel with a chart (`coordination.insight.charts`): picture, table and downloads; of a comparison, both sides
    in one file. The view gives `exports`, a function from the key of a chart and a form to an address."""
    exports, charts = context.get("exports"), [shown, *([shown.beside] if shown.beside else [])]
    forms = [{"name": form.upper(), "url": exports(shown.key, form)} for form in TYPES] if exports else []
    first = next((one for one in charts if one.rows), None)
    return {
        "charts": [(one, forms if one is first else []) for one in charts],
        "csrf_token": context.get("csrf_token"),
    }
