"""Selects outside the usual fields, chosen from by typing if they offer many things: `{% load by_typing %}`."""

from collections.abc import Sequence
from typing import Any

from django import forms, template
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

from coordination.site.choosing import MANY, chosen_from, typing_texts

register = template.Library()


@register.simple_tag
def typed_among(offered: Sequence[Any]) -> SafeString:
    """Attributes of a select, chosen from by typing if it offers many things: `<select{% typed_among units %}>`."""
    return flatatt(typing_texts() if len(offered) > MANY else {})


@register.filter
def by_name(bound: forms.BoundField) -> forms.BoundField:
    """A field without its label, chosen from by typing if it offers many things: `{{ field|by_name }}`."""
    chosen_from(bound)
    return bound
