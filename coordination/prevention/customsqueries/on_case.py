"""Customs queries on the page of their case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import CustomsQuery, QueryQuerySet


class QueriesOnCase(CasePart):
    related = ("agency", "case", "bureau")
    order = ("created_at", "pk")
    open_first = True
    periods_follow = True
    tabs = (
        CaseTab(
            key="queries",
            label=_("Queries and identification"),
            template="customsqueries/on_case.html",
            place=8,
            counts=("query", "id_request"),
        ),
    )

    def rows(self, visible: QueryQuerySet, page: Any) -> Any:
        return super().rows(visible.with_reply_period().with_identification(), page)

    def title(self, row: CustomsQuery) -> str:
        return row.goods
