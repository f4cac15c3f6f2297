"""Components around a list of `coordination.lists.listing`: `{% load lists %}`. Usage is in docs/look.md."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django import template
from django.template import engines
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agencies.kernel.facets import PLACE
from coordination.lists.bulk_actions import acts_on
from coordination.lists.export import highest_handling
from coordination.lists.listing import LISTS
from coordination.lists.saved_view_pages import has_views, tabs
from coordination.workspace.navigation import waiting

register = template.Library()


@register.inclusion_tag("components/list_tools.html", takes_context=True)
def export_links(context: template.Context, name: str, has_rows: Any) -> dict[str, Any]:
    """Print view and exports of a list with its filters; in print, the link back."""
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "on_paper": context["on_paper"],
        "list": name,
        "has_rows": bool(has_rows),
    }


@register.inclusion_tag("components/printed.html", takes_context=True)
def printed(context: template.Context, name: str, page: Any, chosen: Sequence[Any]) -> dict[str, Any]:
    """Print only: who printed the list, when, its filters, and the highest confidentiality of its rows."""
    return {
        "reader": context["request"].user,
        "on_paper": context["on_paper"],
        "page": page,
        "chosen": chosen,
        "highest": highest_handling(LISTS[name], page.items, context["actor"]),
    }


@register.inclusion_tag("components/bulk.html", takes_context=True)
def bulk(context: template.Context, name: str, page: Any) -> dict[str, Any]:
    """Bulk actions for selected, visible or all matching rows; `pick` shows their checkboxes."""
    resource = LISTS[name].resource
    acts = [(key, act.words, resource) for key, act in acts_on([resource], context["actor"]).items()]
    shown = [f"{item.pk}:{item.version}" for item in page.items]
    return _bulk(context, reverse("list_bulk", args=[name]), acts, shown, has_files=True)


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
def list_table(context: template.Context, name: str, page: Any) -> Any:
    """The table of a list, from its columns that have a cell. Its first column names the row."""
    with context.push(page=page, columns=[one for one in LISTS[name].listing.columns if one.cell]):
        return _table_of(name).render(context)


@cache
def _table_of(name: str) -> Any:
    """One template for a list, so that its rows cost no more than a template of its own."""
    shown = [one for one in LISTS[name].listing.columns if one.cell]
    head = "".join(
        f"{{% sort_header columns.{n}.heading '{one.sort}' page.sort %}}"
        if one.sort
        else f'<th scope="col">{{{{ columns.{n}.heading }}}}</th>'
        for n, one in enumerate(shown)
    )
    first, *rest = shown
    cells = "".join(f'<td data-label="{{{{ columns.{n}.heading }}}}">{one.cell}</td>' for n, one in enumerate(rest, 1))
    row = f'{{% pick row forloop.counter %}}<th scope="row" id="r{{{{ forloop.counter }}}}">{first.cell}</th>{cells}'
    source = (
        "{% load civic lateness lists states %}{% late_causes page.items as causes %}"
        f'<table class="cv-table cv-table-cards"><thead><tr>{{% pick_head %}}{head}</tr></thead>'
        f"<tbody>{{% for row in page.items %}}<tr>{row}</tr>{{% endfor %}}</tbody></table>"
    )
    return engines["django"].engine.from_string(source)  # type: ignore[attr-defined]  # django-stubs lacks `engine`


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
def pick(context: template.Context, thing: Any, place: int) -> SafeString | str:
    """Checkbox of a row, with the version the reader saw. Labelled by the row's heading, `id="r1"`."""
    return "" if context["on_paper"] else _pick(f"{thing.pk}:{thing.version}", place)


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
def saved_views(context: template.Context, name: str) -> dict[str, Any]:
    """Saved views of a list with counts, and a form for saving the present filters."""
    request, actor = context["request"], context["actor"]
    has_some = has_views(name) in waiting(request)
    params = request.GET.copy()
    for one in (*PLACE, "print", "view"):
        params.pop(one, None)
    return {
        "on_paper": context["on_paper"],
        "list": name,
        "query": params.urlencode(),
        "can_save": bool(params),
        "tabs": tabs(LISTS[name], actor, request.GET) if has_some and not context["on_paper"] else [],
    }
