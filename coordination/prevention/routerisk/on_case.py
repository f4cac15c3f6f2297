"""Findings on the page of a case, beside the drawing of the shipment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.case_parts import CasePart
from agencies.kernel.texts import Text

from .kinds import MISSING
from .models import RiskCheck, RiskFinding, RiskRule
from .page import in_reader_words


@dataclass(frozen=True)
class ShipmentRisks:
    """What the rules that the reader sees say of one shipment. `findings` are in the order of weight, then of
    certainty; `looked` is the number of rules that looked, `missing` are the facts for want of which `undecided` of
    them could not be decided."""

    findings: Sequence[Any]
    looked: int
    undecided: int
    missing: Sequence[Text]

    @property
    def missing_words(self) -> str:
        return str(_(", ")).join(map(str, self.missing))


class FindingsOnPage(list[Any]):
    """The standing findings on a case that the reader sees."""

    def __init__(self, findings: Sequence[Any], case_id: UUID, actor: Actor) -> None:
        super().__init__(findings)
        self.case_id, self.actor = case_id, actor

    @cached_property
    def check(self) -> RiskCheck | None:
        return RiskCheck.objects.filter(case=self.case_id).first()

    @cached_property
    def seen(self) -> frozenset[str]:
        """The rules that looked at the case and that the reader sees."""
        rules = self.check.rules if self.check else []
        found = RiskRule.objects.visible_to(self.actor).filter(pk__in=rules) if rules else RiskRule.objects.none()
        return frozenset(map(str, found.values_list("pk", flat=True)))

    def of(self, shipment_id: UUID) -> ShipmentRisks:
        own = [in_reader_words(one) for one in self if one.shipment_id == shipment_id]
        own.sort(key=lambda one: (-one.rule.weight, not one.is_certain, one.rule.code))
        said = self.check.undecided.get(str(shipment_id), {}) if self.check else {}
        undecided = {rule: missing for rule, missing in said.items() if rule in self.seen}
        names = dict.fromkeys(name for missing in undecided.values() for name in missing)
        return ShipmentRisks(own, len(self.seen), len(undecided), [MISSING[name] for name in names])


class FindingsOnCase(CasePart):
    related = ("rule__agency", "verdict_agency")
    order = ("created_at", "pk")
    in_timeline = False  # they have a journal of their own

    def rows(self, visible: Any, page: Any) -> FindingsOnPage:
        found = super().rows(visible.filter(state=RiskFinding.State.STANDING), page)
        return FindingsOnPage(found, page.case.pk, page.actor)
