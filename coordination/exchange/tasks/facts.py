"""Facts of a case that a task may require (必填项), named by code in playbooks.

A fact that cannot be established is found unknown: the finding has a reason, and the column stays empty.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text
from cases.casefile.models import Case, Identifier, Party
from cases.casefile.rows import OPEN_BASIS

from .models import UnknownFact


@dataclass(frozen=True)
class RequiredFact:
    """`known(case)`: whether it is known; `lacking(case)`: ids of the rows that lack it, [] if it is of no row."""

    words: Text
    known: Callable[[Case], bool]
    lacking: Callable[[Case], list[str]] = lambda case: []


def _each_item(words: Text, **unknown: object) -> RequiredFact:
    """A fact that is known if there is at least one item and the column is known for all items."""
    return RequiredFact(
        words,
        known=lambda case: case.items.exists() and not case.items.filter(**unknown).exists(),
        lacking=lambda case: [str(pk) for pk in case.items.filter(**unknown).values_list("pk", flat=True)],
    )


def _companies_identified(case: Case) -> bool:
    companies = case.parties.filter(kind=Party.Kind.COMPANY)
    return companies.exists() and not _without_identifier(case)


def _without_identifier(case: Case) -> list[str]:
    identified = Identifier.objects.filter(party__case=case).values("party")
    companies = case.parties.filter(kind=Party.Kind.COMPANY).exclude(pk__in=identified)
    return [str(pk) for pk in companies.values_list("pk", flat=True)]


def is_settled(case: Case, code: str) -> bool:
    """Whether the fact is known, or a finding says that it cannot be established for all rows that lack it."""
    fact = FACTS[code]
    if fact.known(case):
        return True
    found = UnknownFact.objects.filter(case=case, fact=code).values_list("rows", flat=True)
    return bool(found) and set(fact.lacking(case)) <= {row for rows in found for row in rows}


FACTS = {
    "violation_types": RequiredFact(_("violation types"), lambda case: case.violation_types.exists()),
    "acts": RequiredFact(
        _("the acts, each with its last day"), lambda case: case.acts.exclude(conduct_until=None).exists()
    ),
    "parties": RequiredFact(_("an identifier of every company"), _companies_identified, _without_identifier),
    "end_user": RequiredFact(
        _("a party abroad: buyer, intermediary or end user"),
        lambda case: case.parties.exclude(Q(country=None) | Q(country__alpha3="CHN")).exists(),
    ),
    "control_basis": _each_item(_("the control basis of every item"), basis__in=OPEN_BASIS),
    "hs_code": _each_item(_("the HS code of every item"), hs_code=""),
    "declared_as": _each_item(_("the declared name of every item"), declared_as=""),
    "weight": _each_item(_("the net weight of every item"), net_weight_kg=None),
    "value": _each_item(_("the value of every item"), value=None),
    "declaration": RequiredFact(
        _("a declaration number"), lambda case: case.shipments.exclude(declaration_no="").exists()
    ),
    "route": RequiredFact(_("the route of a shipment"), lambda case: case.shipments.exclude(route=[]).exists()),
}
