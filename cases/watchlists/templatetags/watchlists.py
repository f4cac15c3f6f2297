"""Watch lists in templates: `{% load watchlists %}`."""

from django import template
from django.utils.functional import Promise

from cases.watchlists.models import WatchList

register = template.Library()


@register.filter
def watch_list_words(code: str) -> str | Promise:
    return WatchList(code).label
