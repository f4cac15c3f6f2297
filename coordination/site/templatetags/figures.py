"""Parts of the pages of figures: `{% load figures %}`. Usage is in docs/look.md."""

from html import escape
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from agencies.kernel.tables import TYPES
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow

register = template.Library()


@register.filter
def unlocalised(value: Any) -> str:
    """A number as a script reads it."""
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


@register.inclusion_tag("components/charts.html", takes_context=True)
def chart(context: template.Context, shown: Chart) -> dict[str, Any]:
    """A panel with a chart (`coordination.insight.metrics.charts`): picture, table and downloads; of a comparison, both
    sides in one file. The view gives `exports`, a function from the key of a chart and a form to an address."""
    exports, charts = context.get("exports"), [shown, *([shown.beside] if shown.beside else [])]
    forms = [{"name": form.upper(), "url": exports(shown.key, form)} for form in TYPES] if exports else []
    first = next((one for one in charts if one.rows), None)
    return {
        "charts": [(one, forms if one is first else []) for one in charts],
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def table_rows(chart: Chart) -> SafeString:
    """The body of the table of a chart. A page has a thousand cells: as a template they take a third of its time."""
    return mark_safe("".join(_row(row, chart) for row in chart.rows))  # noqa: S308 - each value is escaped


def _row(row: ChartRow, chart: Chart) -> str:
    marks = {"tone": row.tone, "note": row.note, "at": row.at}
    data = "".join(f' data-{name}="{_text(value)}"' for name, value in marks.items() if value)
    label, strong = _text(row.label), " data-strong" if row.strong else ""
    note = f'<span class="cv-sub">{_text(row.note)}</span>' if row.note and chart.kind != "tiles" else ""
    short = f' data-short="{label}"' if note else ""
    cells = "".join(map(_cell, row.cells))
    return f'<tr{data}{strong}><th scope="row"{short}>{_linked(label, row.url)}{note}</th>{cells}</tr>'


def _cell(cell: ChartCell) -> str:
    text, note = _text(cell.text), _text(cell.note) if cell.note else ""
    heat = f" cv-heat-{cell.heat}" if cell.heat else ""
    value = f' data-value="{unlocalised(cell.value)}"' if cell.value is not None and cell.is_drawn else ""
    words = f' data-note="{note}" data-short="{text}"' if note else ""  # else the script reads what is shown
    after = f' <span class="cv-muted">({note})</span>' if note else ""
    return f'<td class="cv-num{heat}"{value}{words}>{_linked(text, cell.url)}{after}</td>'


def _linked(text: str, url: str) -> str:
    return f'<a href="{_text(url)}">{text}</a>' if url else text


def _text(value: Any) -> str:
    """Escaped, unless it is HTML already."""
    text = str(value) if isinstance(value, Promise) else value
    return str(text.__html__()) if hasattr(text, "__html__") else escape(str(text))
