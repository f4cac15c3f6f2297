"""Opinions in the workspace."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import Counter, Line, OpenItems, Source, urgency
from agencies.kernel.resource import decision_button, next_button
from agencies.work.reading import nearest_of

from .access import OFFICE
from .models import Opinion
from .work import BY_HOLDER

TITLE = _("Opinions requested from us")
S = Opinion.State
WHY: dict[str, str | Promise] = {
    S.ASKED: _("Your agency is asked for its opinion."),
    S.WITH_LEAD: _("The officer's opinion is written: the lead's opinion is next."),
    S.WITH_HEAD: _("The responsible person of your agency decides."),
    S.OUTDATED: _("Facts changed since your agency gave its opinion: confirm it or change it."),
}


def _line(opinion: Opinion, actor: Actor, now: datetime) -> Line:
    decides = opinion.state in BY_HOLDER and opinion.agency_id in actor.offices
    sections = {"opinions"} | urgency(opinion.due_at, opinion.due_at, now) | ({"decide"} if decides else set())
    line = Line(
        key=("opinion", opinion.pk),
        sections=frozenset(sections),
        source=None if decides else Source("opinion_rounds", f"waiting_on={actor.agency_code}", TITLE),
        what=opinion.round.title,
        note="",
        url=reverse_lazy("opinion", args=[opinion.pk]),
        waits=opinion.round.agency,
        why=WHY.get(opinion.state, ""),
        due_at=opinion.due_at,
        breach_at=opinion.due_at,
        offer=partial(decision_button if decides else next_button, "opinions", actor, opinion),
    )
    if opinion.agency_id == actor.agency_id:
        return line
    return line.elsewhere(opinion.agency, str(opinion.get_state_display()))


OPEN_ITEMS = OpenItems(
    line=_line,
    related=("round__case", "round__agency", "agency"),
    fetched=OFFICE.with_barred_holders,
    of_case=lambda rows, case: rows.filter(round__case=case, state__in=Opinion.WAITING),
    nearest=nearest_of("opinion"),
    sections={"opinions": TITLE},
    seen_by_all=True,
)
COUNTER = Counter(
    page="opinion_rounds",
    rows=lambda reader: [reader.has("opinion")],
    query=lambda actor: f"?waiting_on={actor.agency_code}",
)
