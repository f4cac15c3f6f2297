"""The reference lists as JSON: the codes that reports and figures use, with their names in both languages.

They are the lists of the forms, so a code in an answer of this operation is a code that the API accepts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField

from agencies.kernel.bilingual import NamedModel
from agencies.kernel.named_fields import translated_offers
from agencies.kernel.permissions import scope_or_signed_in
from agencies.kernel.shapes import Shape
from agencies.kernel.texts import Text
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.casefile.identifiers import SCHEME_LABELS
from cases.casefile.models import Handling, Party, Severity
from cases.controls.models import Country, District, Offence, PartyRole, Technique
from cases.controls.store import current
from cases.intake.labels import REPORT_TYPES

from .operations import Call, get

READERS = scope_or_signed_in(ApiKey.Scope.REFERENCE_READ)
CodedRow = Mapping[str, Any]


@dataclass(frozen=True)
class ReferenceList:
    """What a list is, and its rows. Each row has `code`, `name_zh`, `name_en`, and what the list adds."""

    label: Text
    rows: Callable[[], Iterable[CodedRow]]


def _named(model: type[NamedModel], code: str = "code", **more: str) -> Callable[[], Iterable[CodedRow]]:
    """The rows of a table of codes; `more`: key of the answer → column."""
    columns = {"code": code, "name_zh": "name_zh", "name_en": "name_en"} | more

    def rows() -> Iterable[CodedRow]:
        found = model._default_manager.order_by(code).values_list(*columns.values())
        return [dict(zip(columns, values, strict=True)) for values in found]

    return rows


def _texts(texts: Mapping[str, Text]) -> Callable[[], Iterable[CodedRow]]:
    def rows() -> Iterable[CodedRow]:
        for offer in translated_offers(texts):
            yield {"code": offer.code} | dict(zip(("name_zh", "name_en"), offer.names, strict=True))

    return rows


def _agencies() -> Iterable[CodedRow]:
    """Agencies and their units. `agency` is the agency that a unit belongs to."""
    columns = ("code", "name_zh", "name_en", "line", "is_agency", "agency__code", "parent__code", "district")
    for row in Agency.objects.order_by("code").values(*columns):
        yield {**row, "agency": row.pop("agency__code"), "parent": row.pop("parent__code")}


def _minerals() -> Iterable[CodedRow]:
    """The materials of the control list."""
    named = {one.material: one.family_zh for one in current().goods.values()}
    for material, family in sorted(named.items()):
        yield {"code": material, "name_zh": family, "name_en": material.replace("_", " ")}


def _goods() -> Iterable[CodedRow]:
    """The goods of the control list in use. HS codes are an indication only."""
    for one in sorted(current().goods.values(), key=lambda item: item.item_id):
        yield {
            **{"code": one.item_id, "name_zh": one.name_zh, "name_en": one.name_en, "mineral": one.material},
            **{"control_codes": list(one.codes), "hs_codes": list(one.hs_codes), "spec_zh": one.spec_zh},
            "spec_en": one.spec_en,
        }


LISTS: dict[str, ReferenceList] = {
    "agencies": ReferenceList(_("Agencies and their units"), _agencies),
    "districts": ReferenceList(_("Customs districts"), _named(District, province="province")),
    "countries": ReferenceList(_("Countries and regions"), _named(Country, "alpha3", alpha2="alpha2")),
    "minerals": ReferenceList(_("Minerals"), _minerals),
    "goods": ReferenceList(_("Goods of the control list"), _goods),
    "techniques": ReferenceList(_("Techniques of evasion"), _named(Technique)),
    "offences": ReferenceList(_("Offences"), _named(Offence, article="article")),
    "party-roles": ReferenceList(_("Roles of a party"), _named(PartyRole)),
    "party-kinds": ReferenceList(_("Kind of party"), _texts(dict(Party.Kind.choices))),
    "report-types": ReferenceList(_("Types of report"), _texts(REPORT_TYPES)),
    "schemes": ReferenceList(_("Kinds of identifier"), _texts(SCHEME_LABELS)),
    "severities": ReferenceList(_("Severity"), _texts(dict(Severity.choices))),
    "handling-codes": ReferenceList(_("Handling code"), _texts(dict(Handling.choices))),
}


class ListedShape(Shape):
    name = CharField()
    title = CharField()
    url = CharField()


class IndexShape(Shape):
    results = ListedShape(many=True)


ROW = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("code", "name_zh", "name_en")},
    "required": ["code", "name_zh", "name_en"],
    "additionalProperties": {},  # what each list adds
}
ANSWER = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "results": {"type": "array", "items": ROW},
    },
    "required": ["name", "results"],
}


@get(
    "reference/",
    "list",
    _("List the reference lists"),
    permission=READERS,
    answers=IndexShape,
)
def index(call: Call) -> Any:
    """Name, title and address of each list."""
    address = call.request.build_absolute_uri(call.request.path)
    return {"results": [{"name": name, "title": one.label, "url": f"{address}{name}/"} for name, one in LISTS.items()]}


@get(
    "reference/<slug:name>/",
    "read",
    _("Read a reference list"),
    _("The whole list. Send its ETag as If-None-Match: the answer is 304 while the list is the same."),
    permission=READERS,
    answers=ANSWER,
    conditional=True,
)
def read(call: Call, name: str) -> Any:
    """One list with its ETag."""
    if name not in LISTS:
        raise Http404
    return call.unless_known({"name": name, "results": list(LISTS[name].rows())})
