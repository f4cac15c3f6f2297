"""Cases in the workspace: those whose lead is offered to the agency, those whose control rules changed, and those for
which a source of another agency sent something new."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import OpenItems, WorklistLine, nothing
from agencies.kernel.workflow import Button
from agencies.organisations.models import agencies_by_id

from .models import Case, Determination
from .source_news import news_elsewhere
from .workflow import CASE as TABLE

ASK = "ask_news"


class OpenCases(OpenItems):
    related = ("lead",)

    def prepare(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        """Which cases have determinations whose rules changed, and which agencies hold news for them."""
        ids = [case.pk for case in things]
        changed = set(Determination.objects.with_changed_rules().filter(case__in=ids).values_list("case_id", flat=True))
        held = news_elsewhere(ids)
        agencies = agencies_by_id({pk for of_case in held.values() for pk in of_case})
        for case in things:
            case.rules_changed = case.pk in changed
            by_agency = [(agencies[pk], asked) for pk, asked in sorted(held.get(case.pk, {}).items())]
            case.not_asked = [agency for agency, asked in by_agency if not asked]
            case.asked = [agency for agency, asked in by_agency if asked]
        return things

    def line(self, thing: Any, actor: Actor, now: datetime) -> WorklistLine:
        page = reverse("case", args=[thing.pk])
        why: list[str] = []
        if thing.rules_changed:
            why.append(
                _("The rules changed since the control basis of an item was recorded: determine anew, or keep it.")
            )
        if thing.not_asked:
            names = {"agencies": _(", ").join(agency.name for agency in thing.not_asked)}
            why.append(_("A source sent an update for this case: ask %(agencies)s to adopt it.") % names)
        waits = None
        if not why and thing.asked:
            waits = thing.asked[0]
            why.append(_("The agency was asked to adopt the update of its source for this case."))
        ask = partial(Button, ASK, TABLE.labels[ASK], reverse("verb", args=["cases", thing.pk, ASK]))
        return WorklistLine(
            key=("case", thing.pk),
            what=thing.label,
            note=thing.number,
            url=f"{page}#items" if thing.rules_changed else page,
            waits=waits,
            why=" ".join(why),
            offer=ask if thing.not_asked and actor.works_for(thing.lead_id) else nothing,
        )


def offer_line(case: Case) -> WorklistLine:
    """The decision of a unit lead or responsible person to whose agency the lead is offered."""
    accept = "accept_lead"
    url = reverse("verb", args=["cases", case.pk, accept])
    return WorklistLine(
        key=("case", case.pk),
        what=case.label,
        note=case.number,
        url=reverse_lazy("case", args=[case.pk]),
        waits=case.lead,
        why=_("The lead of this case is offered to your agency."),
        offer=partial(Button, accept, TABLE.labels[accept], url),
    )
