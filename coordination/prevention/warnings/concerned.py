"""Which agencies a letter to an exporter concerns: those with an open criminal or confidential matter about it.

That is a policy of the centre and no rule of law: a letter must not warn the suspect of an investigation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.organisations.models import Agency, nearest_desk
from cases.casefile.models import Case, Identifier, Party
from cases.controls.rulebook import plain
from cases.proceedings.models import Proceeding
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.referrals.models import Referral
from coordination.prevention.exporters.models import Exporter

MATTERS = ("proceedings", "referrals", "cases")  # relations of a release


@dataclass
class Concern:
    """The matters of one agency, as ids by the relations of a release. A confidential letter is a concern by itself."""

    agency: Agency
    confidential: UUID | None = None
    matters: dict[str, set[UUID]] = field(default_factory=lambda: {name: set() for name in MATTERS})


def concerns(exporter: Exporter, *, asking: int) -> list[Concern]:
    """The concerns of other agencies than the asking one, by agency. A confidential letter of any agency is a concern
    by itself, because only the people that it names may know of it.

    For an agency that does not sign in its nearest superior is asked.
    """
    found: dict[int, Concern] = {}
    cases = cases_naming(exporter)
    for name, agency, pk in _matters(cases):
        if agency.pk != asking:
            desk = nearest_desk(agency)
            found.setdefault(desk.pk, Concern(desk)).matters[name].add(pk)
    sealed = (
        ConfidentialLetter.objects.open().filter(case__in=cases).select_related("agency").order_by("created_at", "pk")
    )
    return [*(found[pk] for pk in sorted(found)), *(Concern(one.agency, confidential=one.pk) for one in sealed)]


def cases_naming(exporter: Exporter) -> set[UUID]:
    """Cases of which a party has a number of the exporter, or its name in plain writing."""
    numbered = Identifier.objects.filter(key__in=exporter.numbers).values_list("party__case", flat=True)
    names = {plain(name) for name in (exporter.name, exporter.name_en)} - {""}
    parties = Party.objects.filter(case__in=_sensitive()).values_list("case", "name")
    return {*numbered, *(case for case, name in parties.iterator() if plain(name) in names)}


def _sensitive() -> QuerySet[Case, Any]:
    """Cases with a matter that may ask for a release, so that no other name is compared."""
    return Case.objects.filter(
        Q(pk__in=_criminal().values("case"))
        | Q(pk__in=_delivered().values("case"))
        | Q(pk__in=_restricted().values("pk"))
        | Q(pk__in=ConfidentialLetter.objects.open().values("case"))
    ).values("pk")


def _matters(cases: set[UUID]) -> Iterator[tuple[str, Agency, UUID]]:
    for proceeding in _criminal().filter(case__in=cases).select_related("agency"):
        yield "proceedings", proceeding.agency, proceeding.pk
    for referral in _delivered().filter(case__in=cases).select_related("sender", "receiver"):
        for agency in (referral.sender, referral.receiver):
            if agency.investigates_crime:
                yield "referrals", agency, referral.pk
    for case in _restricted().filter(pk__in=cases).select_related("lead"):
        yield "cases", case.lead, case.pk


def _criminal() -> QuerySet[Proceeding]:
    return Proceeding.objects.open().filter(kind=Proceeding.Kind.CRIMINAL)


def _delivered() -> QuerySet[Referral]:
    """Open referrals that have reached the other side."""
    return Referral.objects.open().filter(delivered_at__isnull=False)


def _restricted() -> QuerySet[Case]:
    return Case.objects.open().restricted()
