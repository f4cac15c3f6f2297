"""Components of a note: `{% load notes %}`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies.kernel.resource import RESOURCE_OF_KIND, resource_of
from coordination.exchange.notes.models import Note

from .civic import badge

register = template.Library()

ICONS = {Note.Audience.UNIT: "lock", Note.Audience.AGENCY: "building-lock", Note.Audience.CASE: "share"}


@register.simple_tag
def audience(note: Note) -> SafeString:
    """Who may read the note; shown on every note."""
    words = note.unit.name if note.unit else str(note.get_audience_display())
    return badge(_("visible to: %(whom)s") % {"whom": words}, "neutral", ICONS[Note.Audience(note.audience)])


@register.simple_tag
def about(note: Note, subjects: Mapping[UUID, str] | None = None) -> SafeString:
    """What it is about, as a link, by title if loaded, else by kind."""
    resource = RESOURCE_OF_KIND[note.about_kind]
    named = (subjects or {}).get(note.about_id) if note.about_id else None
    words = named or resource.label
    return format_html('<a href="{}">{}</a>', reverse(resource.page, args=[note.about_id]), words)


@register.simple_tag(takes_context=True)
def named_in(context: template.Context, note: Note) -> list[str]:
    """Mentions: units and agencies by name, people within the reader's or the author's agency."""
    own = context["actor"].agency_id
    units = [one.unit.name for one in note.mentions.all() if one.unit]
    people = [one.person for one in note.mentions.all() if one.person]
    return [*units, *(person.name for person in people if own in (note.agency_id, person.agency_id))]


@register.simple_tag
def mentions_url(thing: Any, verb: str) -> str:
    """Where the names in the text of this action are completed, or "" if it writes no note."""
    if (resource_of(thing).kind, verb) not in (("case", "write_note"), ("note", "edit")):
        return ""
    return reverse("api-cases-mentions", args=[getattr(thing, "case_id", thing.pk)])
