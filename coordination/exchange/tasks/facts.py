"""Facts of a case that a task may require (必填项), named by code in playbooks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.casefile.models import Case, Item, Party


@dataclass(frozen=True)
class Fact:
    words: str | Promise
    known: Callable[[Case], bool]


def _each_item(**unknown: object) -> Callable[[Case], bool]:
    """True if there is at least one item and the column is known for all items."""
    return lambda case: case.items.exists() and not case.items.filter(**unknown).exists()


def _companies_identified(case: Case) -> bool:
    companies = case.parties.filter(kind=Party.Kind.COMPANY)
    return companies.exists() and not companies.filter(identifiers=None).exists()


OPEN_BASIS = [Item.Basis.UNKNOWN, Item.Basis.PENDING]
FACTS = {
    "violation_types": Fact(_("violation types"), lambda case: case.violation_types.exists()),
    "acts": Fact(_("the acts, each with its last day"), lambda case: case.acts.exclude(conduct_until=None).exists()),
    "parties": Fact(_("an identifier of every company"), _companies_identified),
    "end_user": Fact(
        _("a party abroad: buyer, intermediary or end user"),
        lambda case: case.parties.exclude(Q(country=None) | Q(country__alpha3="CHN")).exists(),
    ),
    "control_basis": Fact(_("the control basis of every item"), _each_item(basis__in=OPEN_BASIS)),
    "hs_code": Fact(_("the HS code of every item"), _each_item(hs_code="")),
    "declared_as": Fact(_("the declared name of every item"), _each_item(declared_as="")),
    "weight": Fact(_("the net weight of every item"), _each_item(net_weight_kg=None)),
    "value": Fact(_("the value of every item"), _each_item(value=None)),
    "declaration": Fact(_("a declaration number"), lambda case: case.shipments.exclude(declaration_no="").exists()),
    "route": Fact(_("the route of a shipment"), lambda case: case.shipments.exclude(route=[]).exists()),
}
