"""Cases of tasks and referrals in lists of lines and on the board: `{% load case_names %}`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.db.models import F, Value
from django.db.models.functions import Concat

from agencies.kernel.actor import Actor
from cases.casefile.models import Case
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

register = template.Library()
Key = tuple[str, str]
OF_A_CASE: dict[str, Any] = {"task": Task, "referral": Referral}  # kinds whose own words name no case


@register.simple_tag(takes_context=True)
def case_names(context: template.Context, *found: Any) -> Mapping[Key, str]:
    """Number and title of the case of each line, in one query: `{% case_names sections as cases %}`.

    `found` are lines, cards, or sections and columns of them. Cases that the reader does not see are not named.
    """
    return names_of((one.key for one in _lines(found)), context["actor"])


@register.simple_tag
def case_of(cases: Mapping[Key, str], line: Any) -> str:
    """The case of a line: `{% case_of cases line as case %}`."""
    return cases.get(_plain(line.key), "")


def names_of(keys: Iterable[tuple[str, Any]], actor: Actor) -> dict[Key, str]:
    ids: dict[str, list[Any]] = {}
    for kind, pk in keys:
        ids.setdefault(kind, []).append(pk)
    asked = [
        model.objects.filter(pk__in=ids[kind], case__in=Case.objects.visible_to(actor).values("pk"))
        .order_by()
        .values_list(Value(kind), "pk", Concat(F("case__number"), Value(" "), F("case__title")))
        for kind, model in OF_A_CASE.items()
        if kind in ids
    ]
    if not asked:
        return {}
    first, *others = asked
    return {_plain((kind, pk)): words for kind, pk, words in first.union(*others, all=True)}


def _plain(key: tuple[str, Any]) -> Key:
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
