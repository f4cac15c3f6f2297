"""Why the rows of a page are late: `{% load lateness %}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coordination.workspace.lateness import causes_of

register = template.Library()
PARTS = ("clock", "referral", "row", "thing")  # under which a row of a page holds its object


@register.simple_tag(takes_context=True)
def late_causes(context: template.Context, rows: Iterable[Any]) -> Mapping[Any, str]:
    """The causes of all late rows at once: `{% late_causes page.items as causes %}`."""
    return causes_of([thing for row in rows for thing in _things(row)], context["actor"])


@register.simple_tag
def late_because(causes: Mapping[Any, str], row: Any) -> SafeString | str:
    """The cause of one row below its deadline, or nothing: `{% late_because causes row %}`."""
    words = causes.get(_thing(row).pk) if causes else None
    return format_html('<span class="cv-because">{}</span>', words) if words else ""


def _things(row: Any) -> Iterable[Any]:
    """A row of the page of a case has several periods."""
    return row.clocks if hasattr(row, "clocks") and not isinstance(row, Model) else [_thing(row)]


def _thing(row: Any) -> Any:
    if isinstance(row, Model):
        return row
    return next((getattr(row, name) for name in PARTS if hasattr(row, name)), row)
