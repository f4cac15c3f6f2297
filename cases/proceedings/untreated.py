"""Sums of a party's acts without a decision, against the criminal threshold (法释〔2014〕10号 arts. 11, 18, 21)."""

from uuid import UUID

from django.db.models import Q

from cases.casefile.models import Act, Identifier, Item, Party
from cases.casefile.threshold import ThresholdSums, compare_with_threshold

from .models import Decision


def untreated_sums(decision: Decision) -> ThresholdSums:
    """Sums of the party's acts without a decision: in this case, and in its other undecided lines in this agency.

    Without any item the verdict is unknown, which is not below.
    """
    return compare_with_threshold(Item.objects.filter(pk__in=_items(decision)))


def _items(decision: Decision) -> set[UUID]:
    found = _of_acts(decision.proceeding.case_id, decision.party_id, decision.act_id)
    for other in _other_lines(decision):
        found |= _of_acts(other.proceeding.case_id, other.party_id, other.act_id)
    return found


def _of_acts(case_id: UUID, party_id: UUID, act_id: UUID | None) -> set[UUID]:
    """Items of the party's acts without a decision. An act without items stands for all items of the case."""
    whole = Item.objects.filter(case=case_id)
    treated = Decision.objects.filter(party=party_id, proceeding__case=case_id).exclude(result="").exclude(act=None)
    acts = Act.objects.filter(Q(parties=party_id) | Q(parties=None), case=case_id).exclude(
        pk__in=treated.values("act").exclude(act=act_id)
    )
    named = {act.pk: [item.pk for item in act.items.all()] for act in acts.distinct().prefetch_related("items")}
    if act_id is None or not named or not all(named.values()):
        return set(whole.values_list("pk", flat=True))
    return {item for items in named.values() for item in items}


def _other_lines(decision: Decision) -> list[Decision]:
    """Undecided lines of the same party in this agency. Parties are matched by identifier; a name is no identity."""
    keys = Identifier.objects.filter(party=decision.party_id).values("scheme", "key")
    same = Party.objects.filter(pk=decision.party_id)
    for row in keys:
        same |= Party.objects.filter(identifiers__scheme=row["scheme"], identifiers__key=row["key"])
    lines = Decision.objects.filter(
        proceeding__agency=decision.proceeding.agency_id, state__in=Decision.UNDECIDED, party__in=same.values("pk")
    )
    return list(lines.exclude(pk=decision.pk).select_related("proceeding"))
