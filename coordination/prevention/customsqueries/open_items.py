"""Customs queries in the workspace."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import CustomsQuery, QueryQuerySet

S = CustomsQuery.State
WHY: dict[str, Text] = {
    S.DRAFT: _("The draft waits for a unit lead, who issues the notice."),
    S.ISSUED: _("Serve the notice on the exporter and record the service."),
    S.SERVED: _("The exporter may still answer: record the answer when it comes."),
    S.ANSWERED: _("Examine the answer and decide, or have the goods identified."),
    S.NO_REPLY: _("No answer came in time. The goods stay unreleased; the consequence of silence is to be verified."),
    S.TO_IDENTIFY: _("The commerce bureau has given its opinion on the goods: decide."),
    S.NOT_CONTROLLED: _("Notify the exporter of the result."),
    S.LICENCE_NEEDED: _("Report a lead if it is on no case, and notify the exporter of the result."),
}
OVER = _("The exporter's period has ended: record the answer, or that none came.")


class OpenQueries(OpenItems):
    related = ("case", "agency", "bureau")
    case = "case"
    shows_case = True
    awaited = {S.TO_IDENTIFY: _("the opinion of %(agency)s on the goods")}
    weight = 1
    tab = 5
    always = CustomsQuery.OPEN_STATES

    def line(self, thing: Any, actor: Actor, now: datetime) -> WorklistLine:
        waits = thing.state == S.TO_IDENTIFY and not thing.is_identified
        over = thing.state == S.SERVED and thing.reply_until is not None and thing.reply_until < now
        line = line_of(
            thing,
            actor,
            what=thing.goods,
            note=f"{thing.declaration_no} · {thing.exporter}",
            waits=thing.bureau if waits else None,
            why=thing.get_state_display() if waits else OVER if over else WHY[thing.state],
        )
        return replace(
            line, due_at=thing.reply_until if thing.state == S.SERVED else None, breach_at=None, kind="right"
        )

    def fetched(self, rows: QueryQuerySet) -> QueryQuerySet:
        return rows.with_reply_period().with_identification()

    def on_board(self, visible: QueryQuerySet, actor: Actor, lately: Q) -> QuerySet[CustomsQuery]:
        return self.fetched(visible.filter(CustomsQuery.UNSETTLED | lately, agency_id=actor.own_agency))
