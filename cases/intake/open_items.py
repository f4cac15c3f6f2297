"""Leads in the workspace."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import named_button
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import Lead

S = Lead.State


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


class OpenLeads(OpenItems):
    related = ("source_agency", "officer", "agency")
    awaited = {S.RECEIVED: _("triage by %(agency)s"), S.TAKEN_UP: _("the result of triage by %(agency)s")}
    has_periods = True
    weight = 1
    tab = 2
    always = (S.RECEIVED, S.TAKEN_UP)

    def line(self, thing: Lead, actor: Actor, now: datetime) -> WorklistLine:
        line = line_of(
            thing,
            actor,
            what=thing.title,
            note=f"{thing.reference_words} · "
            + gettext("Severity: %(level)s") % {"level": thing.get_severity_display()},
            waits=thing.source_agency if thing.source_agency_id != thing.agency_id else None,
            why=_why(thing, actor),
        )
        if thing.state != S.RECEIVED:
            return line
        return replace(line, longer=partial(named_button, "leads", actor, thing, "promote"))
