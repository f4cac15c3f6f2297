"""Stops in the workspace."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.returns import returned_for_revision

from .access import OFFICE
from .models import Stop, StopQuerySet

S = Stop.State
WHY: dict[str, Text] = {
    S.DRAFT: _("Your agency's draft is not sent yet."),
    S.HEAD_DECISION: _("The responsible person of your agency decides."),
    S.SENT: _("Mark it as seen and answer. Policy: seen within ten minutes."),
    S.SEEN: _("Look for the goods and answer."),
    S.STANDING: _("Watch for the goods until the last day; answer when they come."),
    S.HELD: _("Customs hold the goods: lift it once its ground ends."),
    S.QUERIED: _("Customs opened a query on the goods: lift it once its ground ends."),
    S.DETAINED: _("Customs detained the goods: lift it once its ground ends."),
}


class OpenStops(OpenItems):
    related = ("sender", "customs")
    people = ("handler", "drafter")
    case = "case"
    shows_case = True
    awaited = {
        S.HEAD_DECISION: _("the decision of the responsible person of %(agency)s"),
        **dict.fromkeys(Stop.WITH_CUSTOMS, _("the answer of %(agency)s")),
        **dict.fromkeys(Stop.HOLDING, _("the lifting by %(agency)s")),
    }
    weight = 1
    tab = 5
    always = Stop.WITH_CUSTOMS

    def line(self, thing: Stop, actor: Actor, now: datetime) -> WorklistLine:
        decides = thing.state == S.HEAD_DECISION and thing.sender_id in actor.offices
        returned = thing.state == S.DRAFT and thing.reason
        other = thing.customs if actor.agency_id == thing.sender_id else thing.sender
        line = line_of(
            thing,
            actor,
            what=thing.title,
            note=" · ".join(filter(None, (thing.number, str(thing.get_kind_display())))),
            waits=other if thing.sent_at else None,
            why=returned_for_revision(thing.reason) if returned else WHY.get(thing.state, ""),
            offer=decision_button if decides else next_button,
        )
        doer = thing.doer
        return line if doer.pk == actor.agency_id else line.elsewhere(doer, str(thing.get_state_display()))

    def fetched(self, rows: QuerySet[Stop]) -> QuerySet[Stop]:
        return OFFICE.with_barred_holders(rows)

    def on_board(self, visible: StopQuerySet, actor: Actor, lately: Q) -> QuerySet[Stop]:
        return visible.filter(Q(state__in=self.always) | lately, customs_id=actor.own_agency)
