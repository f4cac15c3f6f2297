"""Reviews in the workspace."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button

from .models import Gap, Review

S = Review.State
WHY: dict[str, Text] = {
    S.DRAFT: _("The questionnaire is to be sent, or answered during a visit."),
    S.SENT: _("The exporter has to answer."),
    S.ANSWERED: _("The answers are to be assessed."),
    S.REVIEWED: _("All gaps are closed. The review is to be closed."),
}


def _offer(resource: str, actor: Actor, review: Any) -> Button | None:
    button = next_button(resource, actor, review)
    if button is None or (button.verb == "close" and any(gap.state != Gap.State.CLOSED for gap in review.gaps.all())):
        return None
    return button


class OpenReviews(OpenItems):
    related = ("agency", "exporter", "questionnaire", "handler")
    awaited = {
        S.DRAFT: _("the questionnaire of %(agency)s"),
        S.SENT: _("the answers of the exporter to %(agency)s"),
        S.ANSWERED: _("the assessment by %(agency)s"),
        S.REVIEWED: _("the closing of the gaps by %(agency)s"),
    }
    weight = 1
    tab = 12
    always = Review.OPEN_STATES

    def line(self, thing: Review, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing, actor, what=thing.exporter.name, note=thing.questionnaire.name, why=_why(thing), offer=_offer
        )

    def fetched(self, rows: QuerySet[Review]) -> QuerySet[Review]:
        return rows.prefetch_related("gaps")


def _why(review: Review) -> Text:
    gaps = [gap for gap in review.gaps.all() if gap.state != Gap.State.CLOSED]
    if review.state != S.REVIEWED or not gaps:
        return WHY.get(review.state, "")
    reported = sum(gap.state == Gap.State.REPORTED_CLOSED for gap in gaps)
    if reported:
        text = ngettext(
            "%(n)d gap was reported as closed: check it.", "%(n)d gaps were reported as closed: check them.", reported
        )
        return text % {"n": reported}
    text = ngettext("%(n)d gap is open.", "%(n)d gaps are open.", len(gaps))
    return text % {"n": len(gaps)}
