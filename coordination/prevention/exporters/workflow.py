"""Workflow of an exporter: an agency follows it until it no longer has to. An entry also begins on a party of a
case or lead."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from cases.casefile import choices
from cases.casefile.models import Case
from cases.controls.models import District
from cases.intake.labels import row_label
from cases.intake.models import Lead
from coordination.exchange.letters.tables import begun

from .access import keeps_register, registers_party
from .models import Exporter

S, OWN = Exporter.State, Visibility.OWN


def _districts(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} {one.name}") for one in District.objects.order_by("code")]


def _district_now(thing: Any, actor: Actor) -> str:
    district = getattr(thing, "district", None)
    return district.code if district else ""


FACTS = (
    ActionField("name", _("Name"), stores=True, help=_("As in the company register.")),
    ActionField("name_en", _("Name in English"), required=False, stores=True, clears=True),
    ActionField(
        "uscc",
        _("Unified social credit code"),
        required=False,
        clears=True,
        help=_("18 characters. Leave it empty if it is not known."),
    ),
    ActionField("customs_code", _("Customs registration code"), required=False, clears=True, help=_("10 characters.")),
    ActionField(
        "district", _("Customs district"), required=False, clears=True, choices=_districts, initial=_district_now
    ),
    ActionField("address", _("Address"), required=False, stores=True, clears=True, max_length=300),
    ActionField("contact", _("Contact"), required=False, stores=True, clears=True, help=_("Name, office and phone.")),
    ActionField("remark", _("Internal remark"), kind="long", required=False, stores=True, clears=True),
)

# fmt: off
TRANSITIONS = {
    "edit":   transition(S.FOLLOWED, by=keeps_register, fields=FACTS, visibility=OWN),
    "rest":   transition(S.FOLLOWED, to=S.RESTING, by=keeps_register, fields=(REASON,), visibility=OWN),
    "follow": transition(S.RESTING, to=S.FOLLOWED, by=keeps_register, fields=(REASON,), visibility=OWN),
}
# fmt: on

LABELS = {
    "register": Labels(_("Register an exporter"), _("registered the exporter")),
    "edit": Labels(_("Edit"), _("changed the entry of the exporter")),
    "rest": Labels(_("No longer follow"), _("no longer follows the exporter"), "danger"),
    "follow": Labels(_("Follow again"), _("follows the exporter again")),
}

EXPORTER = Workflow("exporter", S, TRANSITIONS, LABELS, final=frozenset({S.RESTING}))


# The verb that a party of a case or a lead gets ------------------------------------------------------------------------
SCHEMES = {"uscc": "USCC", "customs_code": "CREG"}


def from_party(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry as far as the case knows the party that a link names."""
    party = next((one for one in case.parties.all() if str(one.pk) == str(answers.get("party", ""))), None)
    if party is None:
        return {}
    numbers = [(one.scheme, one.value) for one in party.identifiers.all()]
    return {"party": str(party.pk), **_entry(party.name, party.address, numbers)}


def reported_parties(lead: Lead, actor: Actor) -> list[tuple[str, str]]:
    """The parties of the current report by their place."""
    listed = lead.newest.content.get("parties", [])
    return [(str(n), row_label("parties", n, party)) for n, party in enumerate(listed)]


def from_report(lead: Lead, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry as far as the report knows the party that a link names."""
    place = str(answers.get("party", ""))
    party = next((one for n, one in enumerate(lead.newest.content.get("parties", [])) if str(n) == place), None)
    if party is None:
        return {}
    numbers = [(one["scheme"], one["value"]) for one in party.get("identifiers", [])]
    return {"party": place, **_entry(party.get("name", ""), party.get("address", ""), numbers)}


def _entry(name: str, address: str, identifiers: Iterable[tuple[str, str]]) -> dict[str, str]:
    known = {scheme.upper(): value for scheme, value in identifiers}
    return {"name": name, "address": address, **{field: known.get(scheme, "") for field, scheme in SCHEMES.items()}}


FACTS_OF_PARTY = tuple(replace(field, of_new=True, stores=False, clears=False) for field in FACTS)
REGISTER = Labels(_("Register as an exporter"), _("registered the exporter"))
STARTS = Workflow(
    "case",
    Case.State,
    {
        "register_exporter": begun(
            by=registers_party,
            fields=(ActionField("party", _("Party"), choices=choices.parties), *FACTS_OF_PARTY),
            fills=from_party,
            of_row="party",
            visibility=Visibility.OWN,
        )
    },
    {"register_exporter": REGISTER},
)
ON_LEADS = Workflow(
    "lead",
    Lead.State,
    {
        "register_exporter": transition(
            *Lead.State,
            by=keeps_register,
            fields=(ActionField("party", _("Party"), choices=reported_parties), *FACTS_OF_PARTY),
            fills=from_report,
            of_row="party",
            visibility=Visibility.OWN,
        )
    },
    {"register_exporter": REGISTER},
)
