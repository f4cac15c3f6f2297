"""Rounds of opinions on the page of their case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Opinion, OpinionRound


class Rounds(list[Any]):
    """Open rounds first."""

    @property
    def conflict(self) -> bool:
        return any(asked.conflict and asked.is_open for asked in self)


def _rounds(page: Any) -> Rounds:
    visible = OpinionRound.objects.visible_to(page.actor).filter(case=page.case).with_conflict()
    found: Any = visible.select_related("agency").order_by("created_at", "pk")  # Any: "conflict" is an annotation
    return Rounds(sorted(found, key=lambda asked: not asked.is_open))


def _titles(page: Any) -> Mapping[UUID, str]:
    return dict(Opinion.objects.filter(round__in=page.of["round"]).values_list("pk", "round__title"))


COORDINATION = CaseTab(
    key="coordination",
    label=_("Coordination"),
    template="casefile/tabs/coordination.html",
    place=6,
    for_status=True,
    counts=("round", "instruction", "conference"),
)
ROUNDS_ON_CASE = CasePart(rows=_rounds, title=lambda asked: asked.title, tabs=(COORDINATION,))
ON_CASE = CasePart(names=_titles)
