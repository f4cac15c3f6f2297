"""Components around a list of `coordination.lists.listing`: `{% load lists %}`. Usage is in docs/look.md."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django import template
from django.template import engines
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.kernel.addresses import ANY, address
from agencies.kernel.facets import PLACE
from agencies.kernel.resource import Column
from agencies.kernel.texts import Text
from coordination.lists.bulk_actions import acts_on
from coordination.lists.export import highest_handling
from coordination.lists.listing import LISTS, ResourceList
from coordination.lists.saved_view_pages import VIEWED, tabs
from coordination.workspace.lateness import causes_of

register = template.Library()

INCLUDE = re.compile(r"\{% include '([\w/.]+)'(?: with ([^%]+))? %\}")
URL = re.compile(r"\{% url '(\w+)' ([\w.]+) %\}")


def _listed(context: template.Context) -> ResourceList | None:
    """The list of this page: its route is the name of its list."""
    return LISTS.get(context["request"].resolver_match.url_name)


@register.simple_tag(takes_context=True)
def list_title(context: template.Context) -> Text:
    found = _listed(context)
    return found.title if found else ""


@register.inclusion_tag("components/list_tools.html", takes_context=True)
def export_links(context: template.Context) -> dict[str, Any]:
    """Print view and exports of the list with its filters; in print, the link back."""
    found = _listed(context)
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "on_paper": context["on_paper"],
        "list": found.name if found else "",
        "has_rows": bool(found and context["page"].items),
    }


@register.inclusion_tag("components/printed.html", takes_context=True)
def printed(context: template.Context) -> dict[str, Any]:
    """Print only: who printed the list, when, its filters, and the highest confidentiality of its rows."""
    found, page = _listed(context), context["page"]
    return {
        "reader": context["request"].user,
        "on_paper": context["on_paper"],
        "page": page,
        "chosen": context["chosen"],
        "highest": highest_handling(found, page.items, context["actor"]) if found else "",
    }


@register.inclusion_tag("components/bulk.html", takes_context=True)
def bulk(context: template.Context) -> dict[str, Any]:
    """Bulk actions for selected, visible or all matching rows; `pick` shows their checkboxes."""
    if (found := _listed(context)) is None:
        return {"can_act": False}
    acts = [(key, act.words, found.resource) for key, act in acts_on([found.resource], context["actor"]).items()]
    shown = [f"{item.pk}:{item.version}" for item in context["page"].items]
    return _bulk(context, reverse("list_bulk", args=[found.name]), acts, shown, has_files=True)


@register.inclusion_tag("components/bulk.html", takes_context=True)
def bulk_pile(context: template.Context, name: str, resources: Sequence[str], picks: Sequence[str]) -> dict[str, Any]:
    """Bulk actions for rows of several resources, each action with its resources, for the script."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for resource in resources:
        for key, act in acts_on([resource], context["actor"]).items():
            found.setdefault(key, (act.words, []))[1].append(resource)
    acts = [(key, words, " ".join(having)) for key, (words, having) in found.items()]
    return _bulk(context, reverse(f"{name}_bulk"), acts, [one for one in picks if one])


def _bulk(
    context: template.Context, url: str, acts: list[tuple[str, Any, str]], shown: list[str], *, has_files: bool = False
) -> dict[str, Any]:
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "acts": acts,
        "shown": shown,
        "has_files": has_files,
        "can_act": bool(shown and (acts or has_files) and not context["on_paper"]),
    }


@register.simple_tag(takes_context=True)
def list_table(context: template.Context) -> Any:
    """The table of the list of this page, from its columns that have a cell. Its first column names the row.

    Cells read `row`: what the list prepares for a row.
    """
    found, things = _listed(context), context["page"].items
    if found is None:
        return ""
    return _table(context, found, things, context["rows"])


@register.simple_tag(takes_context=True)
def case_table(context: template.Context, name: str, rows: Sequence[Any]) -> Any:
    """The same table of another noun's rows on the page of their case: without sorting, selection and the case."""
    return _table(context, LISTS[name], rows, rows, on_case=True)


def _table(
    context: template.Context,
    listed: ResourceList,
    things: Sequence[Any],
    rows: Iterable[Any],
    *,
    on_case: bool = False,
) -> Any:
    causes = causes_of(things, context["actor"]) if listed.listing.has_deadlines else {}
    picks = not on_case and not context["on_paper"]
    begun = (_begin_of_row(thing, place, picks=picks) for place, thing in enumerate(things, 1))
    with context.push(pairs=zip(begun, rows, strict=True), causes=causes, on_case=on_case):
        return _template_of(listed.name, on_case, picks, get_language()).render(context)


@cache
def _template_of(name: str, on_case: bool, picks: bool, language: str | None) -> Any:
    """One template for a list and language. What is the same in each row is written once, when it is made.

    The end tags of cells and rows are left out, as HTML permits: they would be a fortieth of the page.
    """
    first, *rest = shown = [one for one in LISTS[name].listing.columns if one.cell]
    head = "".join(_heading(one, sorts=not on_case) for one in shown)
    cells = "".join(f'<td data-label="{_words(one)}">{one.cell}' for one in rest)
    head_pick = "{% pick_head %}" if picks else ""
    source = (
        "{% load case_parts civic lateness law lists states %}"
        f'<table class="cv-table cv-table-cards cv-list"><thead><tr>{head_pick}{head}</tr></thead>'
        f"<tbody>{{% for begin, row in pairs %}}<tr>{{{{ begin }}}}{_flat(f'{first.cell}{cells}')}"
        "{% endfor %}</tbody></table>"
    )
    return _engine().from_string(source)


def _begin_of_row(thing: Any, place: int, *, picks: bool) -> SafeString:
    """The checkbox of a row, with the version the reader saw, and the beginning of its heading, which names it."""
    box = _pick(f"{thing.pk}:{thing.version}", place) if picks else ""
    return format_html('{}<th scope="row" id="r{}">', box, place)


def _heading(column: Column, *, sorts: bool) -> str:
    if sorts and column.sort:
        return f"{{% sort_header '{_words(column)}' '{column.sort}' page.sort %}}"
    return f'<th scope="col">{_words(column)}</th>'


def _words(column: Column) -> str:
    return escape(column.page_heading or column.heading)


def _engine() -> Any:
    return engines["django"].engine  # type: ignore[attr-defined]  # django-stubs lacks `engine`


def _flat(source: str) -> str:
    """The source with its includes, and with the paths of its addresses, which only differ by an id."""
    flat = INCLUDE.sub(_included, source)
    return URL.sub(lambda found: address(found[1], ANY).replace(str(ANY), f"{{{{ {found[2]} }}}}"), flat)


def _included(found: re.Match[str]) -> str:
    source = _engine().get_template(found[1]).source
    return f"{{% with {found[2]} %}}{source}{{% endwith %}}" if found[2] else source


@register.simple_tag(takes_context=True)
def pick_head(context: template.Context) -> SafeString | str:
    """Heading of the checkbox column. The box that selects all needs the script and comes with it."""
    if context["on_paper"]:
        return ""
    label = _("Select all rows of this page")
    return format_html(
        '<th class="cv-pick" scope="col"><span class="visually-hidden">{}</span>'
        '<input type="checkbox" data-pick-all hidden aria-label="{}"></th>',
        _("Select"),
        label,
    )


@register.simple_tag(takes_context=True)
def pick_line(context: template.Context, line: Any, place: int) -> SafeString | str:
    """Checkbox of a queue item; empty if its resource has no bulk action."""
    if context["on_paper"]:
        return ""
    return _pick(line.pick, place) if line.pick else mark_safe('<td class="cv-pick"></td>')


def _pick(name: str, place: int) -> SafeString:
    return format_html(
        '<td class="cv-pick"><input type="checkbox" form="bulk" name="row" value="{}" aria-labelledby="r{}"></td>',
        name,
        place,
    )


@register.inclusion_tag("components/saved_views.html", takes_context=True)
def saved_views(context: template.Context) -> dict[str, Any]:
    """Saved views of the list with counts, and a link to save the present filters."""
    request, actor = context["request"], context["actor"]
    if (found := VIEWED.get(request.resolver_match.url_name)) is None:
        return {"on_paper": True}
    params = request.GET.copy()
    for one in (*PLACE, "print", "view"):
        params.pop(one, None)
    return {
        "on_paper": context["on_paper"],
        "list": found.name,
        "query": params.urlencode(),
        "can_save": bool(params),
        "tabs": tabs(found, actor, request.GET) if not context["on_paper"] else [],
    }
