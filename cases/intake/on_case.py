"""Leads on the page of their case: what their sources sent later."""

from collections.abc import Iterable
from typing import Any

from agencies.kernel.case_parts import CasePart
from agencies.organisations.models import Agency
from cases.casefile.source_news import news_elsewhere

from .models import Lead, LeadQuerySet
from .news import LeadDifference, RevisionsOnCase


class LeadsWithNews(list[Lead]):
    """Leads whose newest revision the case has neither taken over nor set aside.

    `elsewhere`: for the lead agency, the other agencies that hold news of their sources for this case, each with
    whether it was asked for them, not what they are.
    """

    def __init__(self, leads: Iterable[Lead], page: Any) -> None:
        super().__init__(leads)
        self.page = page

    @property
    def with_news(self) -> list[tuple[Lead, list[LeadDifference]]]:
        return [(lead, RevisionsOnCase(lead).news) for lead in self]

    @property
    def elsewhere(self) -> list[tuple[Agency, bool]]:
        case = self.page.case
        if case.lead_id != self.page.actor.own_agency:
            return []
        held = news_elsewhere([case.pk]).get(case.pk, {})
        return [(agency, held[agency.pk]) for agency in Agency.objects.filter(pk__in=held).order_by("pk")]


class LeadsOnCase(CasePart):
    is_named = False

    def rows(self, visible: LeadQuerySet, page: Any) -> LeadsWithNews:
        return LeadsWithNews(visible.with_open_news().order_by("pk"), page)
