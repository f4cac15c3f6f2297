"""Leads in the workspace."""

from datetime import datetime
from functools import partial

from django.db.models import F, Q
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import named_button, next_button
from agencies.kernel.open_items import BoardColumns, OpenItems, WorklistLine, nothing
from agencies.kernel.texts import Text

from .models import Lead

S = Lead.State


def _line(lead: Lead, actor: Actor, now: datetime) -> WorklistLine:
    return WorklistLine(
        key=("lead", lead.pk),
        what=lead.title,
        note=gettext("Severity: %(level)s") % {"level": lead.get_severity_display()},
        url=reverse_lazy("lead", args=[lead.pk]),
        waits=lead.source_agency if lead.source_agency_id != lead.agency_id else None,
        why=_why(lead, actor),
        due_at=lead.due_at,
        breach_at=lead.breach_at,
        offer=partial(next_button, "leads", actor, lead),
        longer=partial(named_button, "leads", actor, lead, "promote") if lead.state == S.RECEIVED else nothing,
    )


def _why(lead: Lead, actor: Actor) -> Text:
    if lead.is_asked_for:
        return _("The lead agency of the case asks for the update of the source: adopt it or set it aside.")
    if lead.has_open_news:
        return _("The source sent a new revision: adopt it for the case or set it aside.")
    if lead.officer is None:
        return _("Not taken up yet.")
    if str(lead.officer_id) == actor.id:
        return _("It is assigned to you.") if lead.state == S.RECEIVED else _("You have taken it up.")
    return gettext("%(name)s is handling it.") % {"name": lead.officer.name}


OPEN = (S.RECEIVED, S.TAKEN_UP)
OPEN_ITEMS = OpenItems(
    line=_line,
    related=("source_agency", "officer", "agency"),
    awaited={S.RECEIVED: _("triage by %(agency)s"), S.TAKEN_UP: _("the result of triage by %(agency)s")},
    has_periods=True,
    board=BoardColumns(
        states=S,
        always=OPEN,
        rows=lambda actor, lately: Lead.objects.visible_to(actor).filter(
            Q(state__in=OPEN) | lately, agency_id=actor.own_agency
        ),
        handler=lambda agency: F("officer_id"),
        place=2,
    ),
)
