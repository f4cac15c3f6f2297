"""Cases beside lines whose own words name none, in lists of lines and on the board: `{% load case_names %}`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.db.models import F, Value
from django.db.models.functions import Concat

from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCE_OF_KIND
from cases.casefile.models import Case, label_of_case

register = template.Library()
NameKey = tuple[str, str]


@register.simple_tag(takes_context=True)
def case_names(context: template.Context, *found: Any) -> Mapping[NameKey, str]:
    """Number and title of the case of each line: `{% case_names sections as cases %}`. One query, or none if all were
    read with their objects.

    `found` are lines, cards, or sections and columns of them. Cases that the reader does not see are not named.
    """
    lines = list(_lines(found))
    known = {_plain(one.key): one.case for one in lines if one.case is not None}
    return known | names_of((one.key for one in lines if one.case is None), context["actor"])


@register.simple_tag
def case_of(cases: Mapping[NameKey, str], line: Any) -> str:
    """The case of a line: `{% case_of cases line as case %}`."""
    return cases.get(_plain(line.key), "")


def names_of(keys: Iterable[tuple[str, Any]], actor: Actor) -> dict[NameKey, str]:
    ids: dict[str, list[Any]] = {}
    for kind, pk in keys:
        ids.setdefault(kind, []).append(pk)
    asked = [
        _named(kind, one.model.objects.filter(pk__in=ids[kind]), one.open_items.case or "case", actor)
        for kind, one in RESOURCE_OF_KIND.items()
        if kind in ids and one.open_items and one.open_items.shows_case
    ]
    if not asked:
        return {}
    first, *others = asked
    return {_plain((kind, pk)): words for kind, pk, words in first.union(*others, all=True)}


def _named(kind: str, rows: Any, case: str, actor: Actor) -> Any:
    """Kind, id, and number and title of the case at this path, for those of the rows whose case the actor sees."""
    seen = rows.filter(**{f"{case}__in": Case.objects.visible_to(actor).values("pk")}).order_by()
    return seen.values_list(Value(kind), "pk", Concat(F(f"{case}__number"), Value(" "), label_of_case(f"{case}__")))


def _plain(key: tuple[str, Any]) -> NameKey:
    return key[0], str(key[1])


def _lines(found: Iterable[Any]) -> Iterator[Any]:
    for one in found:
        if isinstance(one, list):
            yield from _lines(one)
        elif inside := getattr(one, "lines", None) or getattr(one, "cards", None):
            yield from _lines(inside)
        elif hasattr(one, "key") and isinstance(one.key, tuple):
            yield one
        elif (line := getattr(one, "line", None)) is not None:
            yield line
