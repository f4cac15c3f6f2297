"""Rounds of opinions on the page of their case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Opinion, OpinionRound, RoundQuerySet


class Rounds(list[Any]):
    """Open rounds first."""

    @property
    def conflict(self) -> bool:
        return any(asked.conflict and asked.is_open for asked in self)


class RoundsOnCase(CasePart):
    related = ("agency",)
    order = ("created_at", "pk")
    open_first = True
    tabs = (
        CaseTab(
            key="coordination",
            label=_("Coordination"),
            template="casefile/tabs/coordination.html",
            place=6,
            for_status=True,
            counts=("round", "instruction", "conference"),
        ),
    )

    def rows(self, visible: RoundQuerySet, page: Any) -> Rounds:
        return Rounds(super().rows(visible.with_conflict(), page))

    def title(self, row: OpinionRound) -> str:
        return row.title


class OpinionsOnCase(CasePart):
    """They are read with their round, and have its title."""

    def names(self, kind: str, page: Any) -> Mapping[UUID, str]:
        return dict(Opinion.objects.filter(round__in=page.of["round"]).values_list("pk", "round__title"))
