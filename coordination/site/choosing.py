"""Choosing among many things by typing: what a choice is found by, and the widgets that carry it for `choose.js`.

Without the script they are a plain select, a text field with a list, and boxes to tick. The choices are those that the
form offers, so nothing is found that the person may not choose.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies.kernel.pinyin import spellings
from agencies.organisations.models import Agency
from cases.controls.countries import country_words
from coordination.insight.search.words import HAN

MANY = 15  # with more choices than this, a person types
CODE = re.compile(r"[A-Z][A-Z0-9_]+")
HAN_RUN = re.compile(f"[{HAN}]+")

Offered = list[tuple[Any, Any]]


def flat(choices: Iterable[tuple[Any, Any]]) -> Offered:
    """Choices without their groups and without the empty one."""
    found: Offered = []
    for value, label in choices:
        found += flat(label) if isinstance(label, list | tuple) else [(value, label)] if str(value) else []
    return found


def found_by(offered: Offered) -> dict[str, str]:
    """Value → the words by which it is found besides its label: names in the other language, pinyin and initials."""
    names = _names_of({str(value) for value, _label in offered})
    return {str(value): _words(str(label), names.get(str(value), "")) for value, label in offered}


def _names_of(values: set[str]) -> dict[str, str]:
    """All names of countries and agencies by code."""
    codes = {value for value in values if CODE.fullmatch(value)}
    countries = {code: words for code in codes if (words := country_words(code)) != code}
    wanted = codes - countries.keys()
    agencies = Agency.objects.filter(code__in=wanted).values_list("code", "name_zh", "name_en") if wanted else ()
    return countries | {code: f"{zh} {en}" for code, zh, en in agencies}


@lru_cache(maxsize=10_000)
def _words(label: str, names: str) -> str:
    runs = HAN_RUN.findall(f"{label} {names}")
    return " ".join(dict.fromkeys([*names.split(), *(word for run in runs for word in spellings(run))]))


def words_of(*names: str) -> str:
    """The words by which something with these names is found: the names, pinyin and initials."""
    return _words(names[0], " ".join(names))


class _SearchableOptions:
    """Adds to each option the words by which it is found."""

    words: Mapping[str, str]

    def create_option(self, name: str, value: Any, *rest: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *rest, **kwargs)  # type: ignore[misc]  # a mix-in of widgets
        if words := self.words.get(str(value)):
            option["attrs"]["data-find"] = words
        return option


class _PlainSelect(forms.Select):
    """A select that needs no template, which renders each choice by itself, unless its choices are in groups."""

    words: Mapping[str, str] = {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if any(isinstance(label, list | tuple) for _value, label in self.choices):
            return super().render(name, value, attrs, renderer)
        offered = tuple((str(one), str(label), self.words.get(str(one), "")) for one, label in self.choices)
        chosen = frozenset(str(one) for one in self.format_value(value))
        shown = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, shown, _options(offered, chosen))


class Chooser(_SearchableOptions, _PlainSelect):
    """A select whose choices are found by typing."""


@lru_cache(maxsize=256)
def _options(offered: tuple[tuple[str, str, str], ...], chosen: frozenset[str]) -> SafeString:
    """The choices as (value, label, words by which it is found)."""
    return format_html_join(
        "",
        '<option value="{}"{}{}>{}</option>',
        (
            (value, flatatt({"data-find": words} if words else {}), flatatt({"selected": value in chosen}), label)
            for value, label, words in offered
        ),
    )


def by_typing(widget: forms.Widget) -> forms.Widget:
    """The widget as it is chosen from by typing, if it offers many things."""
    if not isinstance(widget, forms.Select | forms.CheckboxSelectMultiple) or isinstance(widget, forms.SelectMultiple):
        return widget
    choices = list(widget.choices)
    offered = flat(choices)
    if len(offered) <= MANY:
        return widget
    kind: Any = Chooser if isinstance(widget, forms.Select) else type("Boxes", (_SearchableOptions, type(widget)), {})
    made = kind(attrs=widget.attrs, choices=choices)
    made.is_required, made.words = widget.is_required, found_by(offered)
    typed: forms.Widget = made
    return typed


def chosen_from(bound: forms.BoundField) -> forms.Widget:
    """The widget of the field, by typing where it offers many things."""
    widget = by_typing(bound.field.widget)
    if type(widget) is forms.Select:
        widget = _PlainSelect(widget.attrs, widget.choices)
        widget.is_required = bound.field.widget.is_required
    bound.field.widget = widget
    if isinstance(widget, Chooser) or "list" in widget.attrs:
        widget.attrs |= typing_texts()
    return widget


def typing_texts() -> dict[str, str]:
    """What `choose.js` says beside a field."""
    return {"data-choose": _("%n to choose from"), "data-none": _("There is nothing of this name to choose.")}
