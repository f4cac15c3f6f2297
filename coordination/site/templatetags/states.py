"""Appearance of states: `{% load states %}{% state case %}`, as the resource declares it (`Resource.looks`)."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from agencies.kernel.resource import resource_of

from .civic import badge

register = template.Library()


@register.simple_tag
def state(thing: Any) -> SafeString:
    """Badge of the object's state."""
    return badge(thing.get_state_display(), *resource_of(thing).look_of(thing.state))
