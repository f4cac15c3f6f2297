"""Rounds of opinions on the page of their case."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
            label=gettext_lazy("Coordination"),
            template="casefile/tabs/coordination.html",
            place=6,
            for_status=True,
            counts=("round", "instruction", "conference", "inspection"),
        ),
    )

    def rows(self, visible: RoundQuerySet, page: Any) -> Rounds:
        return Rounds(super().rows(visible.with_conflict(), page))

    def title(self, row: OpinionRound) -> str:
        return row.title

    def said(self, page: Any) -> Iterable[str]:
        """How many agencies have given their opinion, and which, in each round that is not cancelled."""
        rounds = [one for one in page.of["round"] if one.state != OpinionRound.State.CANCELLED]
        if not rounds:
            return
        given: dict[UUID, list[Opinion]] = {one.pk: [] for one in rounds}
        seen = Opinion.objects.visible_to(page.actor).filter(round__in=rounds)
        for opinion in seen.exclude(state=Opinion.State.LAPSED).order_by("pk"):
            given[opinion.round_id].append(opinion)
        for one in rounds:
            said = Counter(opinion.get_stance_display() for opinion in given[one.pk] if opinion.stance)
            words = _(", ").join(f"{stance} {number}" for stance, number in said.items())
            counted = {"title": one.title, "given": said.total(), "asked": len(given[one.pk])}
            text = _("Opinions on “%(title)s”: %(given)s of %(asked)s given") % counted
            yield _("%(opinions)s (%(stances)s).") % {"opinions": text, "stances": words} if words else f"{text}."


class OpinionsOnCase(CasePart):
    """They are read with their round, and have its title."""

    def names(self, kind: str, page: Any) -> Mapping[UUID, str]:
        return dict(Opinion.objects.filter(round__in=page.of["round"]).values_list("pk", "round__title"))
