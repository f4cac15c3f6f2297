"""Identifications in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.returns import returned_by

from .models import Identification, IdentificationQuerySet

S = Identification.State
WHY: dict[str, Text] = {
    S.SENT: _("Take it up for a person of your agency, or return it with what is missing."),
    S.RECEIVED: _("A unit lead of your agency gives the opinion."),
    S.RETURNED: _("Complete it and submit it again."),
    S.OPINION: _("The opinion is here: decide on the goods, then close the identification."),
}


class OpenIdentifications(OpenItems):
    related = ("case", "agency", "bureau", "asker", "handler")
    case = "case"
    shows_case = True
    awaited = {
        S.SENT: _("the receipt of %(agency)s"),
        S.RECEIVED: _("the opinion of %(agency)s on the goods"),
        S.RETURNED: _("the completion by %(agency)s"),
    }
    weight = 1
    tab = 6
    always = Identification.OPEN_STATES

    def line(self, thing: Identification, actor: Actor, now: datetime) -> WorklistLine:
        with_agency = thing.state in Identification.WITH_AGENCY
        doer, other = (thing.agency, thing.bureau) if with_agency else (thing.bureau, thing.agency)
        why = returned_by(thing.bureau, thing.to_complete) if thing.state == S.RETURNED else WHY[thing.state]
        line = line_of(thing, actor, what=thing.goods, note=thing.number, waits=other, why=why)
        if with_agency:
            line = replace(line, due_at=None, breach_at=None)
        return line if doer.pk == actor.agency_id else line.elsewhere(doer, str(thing.get_state_display()))

    def on_board(self, visible: IdentificationQuerySet, actor: Actor, lately: Q) -> QuerySet[Identification]:
        ours = Q(agency_id=actor.own_agency) | Q(bureau_id=actor.own_agency)
        return visible.filter(ours, Q(state__in=self.always) | lately)
