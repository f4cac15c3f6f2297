"""What a referral is about: the parties, acts and goods that were chosen from its case.

Choosing parties limits the acts, and choosing acts limits the parties: those that belong only to others are left out.
Goods follow the acts. What no act names is not excluded. Choosing nothing means all of the case.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.casefile.models import Act, Item, Party

from .models import Referral


def parties_of(referral: Referral) -> QuerySet[Party]:
    named, all_parties = _named(referral, "parties"), referral.case.parties.all()
    if named:
        return all_parties.filter(pk__in=named)
    acts = Act.objects.filter(pk__in=_named(referral, "acts"))
    if not acts or acts.filter(parties=None).exists():
        return all_parties
    return all_parties.filter(pk__in=acts.values("parties"))


def acts_of(referral: Referral) -> QuerySet[Act]:
    acts: QuerySet[Act] = referral.case.acts.all()
    if named := _named(referral, "acts"):
        return acts.filter(pk__in=named)
    if parties := _named(referral, "parties"):
        return acts.filter(
            Q(pk__in=Act.parties.through.objects.filter(party__in=parties).values("act")) | Q(parties=None)
        )
    return acts


def items_of(referral: Referral) -> QuerySet[Item]:
    items: QuerySet[Item] = referral.case.items.all()
    if not (_named(referral, "parties") or _named(referral, "acts")):
        return items
    of_acts = Act.items.through.objects.filter(item=OuterRef("pk"))
    return items.filter(Exists(of_acts.filter(act__in=acts_of(referral).values("pk"))) | ~Exists(of_acts))


def _named(referral: Referral, what: str) -> list[UUID]:
    """Also what was removed from the case since: a choice never widens to all."""
    ids: list[UUID] = list(getattr(referral, what).values_list("pk", flat=True))
    return ids
