"""Screening in templates: `{% load screening %}`."""

from collections.abc import Mapping
from typing import Any

from django import template

from coordination.prevention.screening import words

register = template.Library()


@register.filter
def reason_words(reason: Mapping[str, Any]) -> str:
    """A reason of a match: what met what, and by what."""
    return words.reason_words(reason)
