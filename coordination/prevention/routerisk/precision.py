"""How good a rule is: what people said of its findings, and which techniques were established on its cases later."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from cases.casefile.models import CaseTechnique

from .models import RiskFinding, RiskRule

V = RiskFinding.Verdict


@dataclass(frozen=True)
class RulePrecision:
    """Of the findings of a rule that the reader sees: all, those with a verdict, and each verdict; and the cases of
    these findings with a technique that was established after the finding."""

    findings: int
    judged: int
    useful: int
    not_useful: int
    wrong_fact: int
    cases: int
    established: int


def precision_of(rules: Iterable[RiskRule], actor: Actor) -> RulePrecision:
    """Of one or several versions together."""
    found = RiskFinding.objects.visible_to(actor).filter(rule__in=[rule.pk for rule in rules])
    counts = found.aggregate(
        findings=Count("pk"),
        judged=Count("pk", filter=~Q(verdict="")),
        **{verdict.value: Count("pk", filter=Q(verdict=verdict)) for verdict in V},
    )
    first = dict(found.order_by().values_list("case").annotate(first=Min("created_at")))
    return RulePrecision(**counts, cases=len(first), established=len(_established(first)))


def _established(first: dict[UUID, Any]) -> set[UUID]:
    """Cases on which a technique that is established today was recorded so after the first finding."""
    holding = CaseTechnique.objects.filter(case__in=first, standing=CaseTechnique.Standing.ESTABLISHED)
    codes: dict[UUID, set[str]] = {}
    for case_id, code in holding.values_list("case", "technique__code"):
        codes.setdefault(case_id, set()).add(code)
    acts = Event.objects.filter(object_kind="case", object_id__in=codes, verb="set_techniques").select_related("note")
    found = set()
    for act in acts:
        said = act.remark.data if act.remark else {}
        is_later = act.recorded_at >= first[act.object_id]
        if (
            is_later
            and said.get("standing") == "established"
            and codes[act.object_id] & set(said.get("techniques", ()))
        ):
            found.add(act.object_id)
    return found
