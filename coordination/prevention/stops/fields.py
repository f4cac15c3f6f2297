"""What a stop asks when it is drafted or edited, what the form offers from a case, and the check of the numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel import times
from agencies.kernel.action_fields import ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.named_fields import Offer
from agencies.organisations.models import Agency, is_antismuggling
from cases.casefile import choices
from cases.casefile.identifiers import check_identifier, normalize_identifier
from cases.casefile.models import Case, Party, Shipment
from cases.controls.models import District
from coordination.prevention.campaigns import CAMPAIGN, running_campaigns
from coordination.prevention.exporters.models import Exporter

from .models import LONGEST_NOTICE, LONGEST_REQUEST, Ground, Stop, StopKind, title_of

NUMBERS = {"declaration_no": "DECL", "container": "CNTR", "exporter_code": "USCC"}
EXPORTER_ROLES = ("exporter", "declarant")
USUAL_DAYS = 14


# What the form offers ------------------------------------------------------------------------------------------------
def customs_agencies(thing: Any, actor: Actor) -> Choices:
    """Customs agencies that work in the system, except the sender and the anti-smuggling bureaux, which release
    nothing."""
    found = Agency.objects.agencies().filter(line=Agency.Line.CUSTOMS, signs_in=True).exclude(pk=actor.own_agency)
    return [(one.code, one.name) for one in found.order_by("id") if not is_antismuggling(one.code)]


def _only_in_system(thing: Any, actor: Actor) -> str:
    return _("Choose a customs agency that works in this system. Send any other one its notice on paper.")


def _case(thing: Any) -> Case | None:
    """The case on which a stop begins. A draft that is edited offers what it says itself."""
    return thing if isinstance(thing, Case) else None


def _shipment(thing: Any) -> Shipment | None:
    """The newest shipment of the case with a declaration number, else the newest one."""
    case = _case(thing)
    if case is None:
        return None
    listed: Sequence[Shipment] = sorted(
        case.shipments.all(), key=lambda one: (bool(one.declaration_no), one.created_at)
    )
    return listed[-1] if listed else None


def _exporter(thing: Any) -> Party | None:
    case = _case(thing)
    if case is None:
        return None
    parties = list(case.parties.prefetch_related("identifiers").order_by("created_at", "pk"))
    named = [one for role in EXPORTER_ROLES for one in parties if one.role == role]
    return named[0] if named else None


def _likely_customs(thing: Any, actor: Actor) -> str:
    if isinstance(thing, Stop):
        return thing.customs.code
    shipment, offered = _shipment(thing), [code for code, _name in customs_agencies(thing, actor)]
    district = shipment.district.code if shipment and shipment.district else ""
    own = Agency.objects.agencies().filter(code__in=offered, district=district).values_list("code", flat=True)
    return next(iter(own), "") if district else ""


def _declared(thing: Any, actor: Actor) -> str:
    if isinstance(thing, Stop):
        return thing.declaration_no
    shipment = _shipment(thing)
    return shipment.declaration_no if shipment else ""


def _declarations(thing: Any, actor: Actor) -> list[Offer]:
    """The declarations of the case."""
    case = _case(thing)
    listed = case.shipments.exclude(declaration_no="") if case else ()
    return [Offer.explained(one.declaration_no, f"{one.declaration_no} {one.port}".strip()) for one in listed]


def _likely_district(thing: Any, actor: Actor) -> str:
    if isinstance(thing, Stop | Exporter):
        return thing.district.code if thing.district else ""
    shipment = _shipment(thing)
    return shipment.district.code if shipment and shipment.district else ""


def _container(thing: Any, actor: Actor) -> str:
    if isinstance(thing, Stop):
        return thing.container
    case = _case(thing)
    numbers = (
        case.parties.filter(identifiers__scheme="CNTR").values_list("identifiers__value", flat=True) if case else ()
    )
    return next(iter(numbers), "")


def _exporter_name(thing: Any, actor: Actor) -> str:
    if isinstance(thing, Exporter):
        return thing.name
    found = _exporter(thing)
    return thing.exporter if isinstance(thing, Stop) else found.name if found else ""


def _exporter_code(thing: Any, actor: Actor) -> str:
    if isinstance(thing, Exporter):
        return thing.uscc
    found = _exporter(thing)
    own = [one.value for one in found.identifiers.all() if one.scheme.upper() == "USCC"] if found else []
    return thing.exporter_code if isinstance(thing, Stop) else next(iter(own), "")


def _goods(thing: Any, actor: Actor) -> str:
    case = _case(thing)
    named = [one.description for one in case.items.filter(nature="goods")] if case else []
    return thing.goods if isinstance(thing, Stop) else "; ".join(named)[:500]


def _weight(thing: Any, actor: Actor) -> Any:
    """The weight of the goods of the case, if that of each is known."""
    if isinstance(thing, Stop):
        return thing.weight_kg
    case = _case(thing)
    weights = list(case.items.filter(nature="goods").values_list("net_weight_kg", flat=True)) if case else []
    return sum(weights) if weights and None not in weights else None


def _campaigns(thing: Any, actor: Actor) -> Choices:
    return [] if isinstance(thing, Stop) and thing.case_id else running_campaigns(thing, actor)


def _likely_last_day(thing: Any, actor: Actor) -> Any:
    return thing.last_day if isinstance(thing, Stop) else times.today() + timedelta(days=USUAL_DAYS)


# Fields --------------------------------------------------------------------------------------------------------------
CUSTOMS = ActionField(
    "customs",
    gettext_lazy("Customs agency"),
    choices=customs_agencies,
    initial=_likely_customs,
    of_new=True,
    refusal=_only_in_system,
    help=gettext_lazy("The agency of the district where the goods are declared."),
)
GROUND = ActionField("ground", gettext_lazy("Ground of the notice"), choices=Ground.choices, stores=True)
FACT = ActionField(
    "fact",
    gettext_lazy("Fact that fulfils the ground"),
    kind="long",
    stores=True,
    help=gettext_lazy("The notice and its date, the suspension, or what changed and how this is known."),
)
TEXT = ActionField(
    "text",
    gettext_lazy("What customs should look for, and why"),
    kind="long",
    stores=True,
    help=gettext_lazy("Customs alone read this. The request itself holds no goods."),
)
DECLARATION = OptionalField(
    "declaration_no",
    gettext_lazy("Declaration number"),
    max_length=40,
    initial=_declared,
    suggests=_declarations,
    of_new=True,
    clears=True,
    help=gettext_lazy("18 digits."),
)
CONTAINER = OptionalField(
    "container",
    gettext_lazy("Container number"),
    max_length=40,
    initial=_container,
    of_new=True,
    clears=True,
    help=gettext_lazy("Four letters and seven digits, such as CSQU3054383."),
)
DISTRICT = OptionalField(
    "district",
    gettext_lazy("Customs district"),
    kind="choice",
    choices=choices.districts,
    initial=_likely_district,
    of_new=True,
    clears=True,
    help=gettext_lazy("Required for a stop notice without a declaration number."),
)
EXPORTER = OptionalField(
    "exporter", gettext_lazy("Exporter"), max_length=300, initial=_exporter_name, of_new=True, clears=True
)
EXPORTER_CODE = OptionalField(
    "exporter_code",
    gettext_lazy("Unified social credit code"),
    max_length=40,
    initial=_exporter_code,
    of_new=True,
    clears=True,
)
GOODS = OptionalField("goods", gettext_lazy("Goods"), max_length=500, initial=_goods, of_new=True, clears=True)
WEIGHT = OptionalField(
    "weight_kg",
    gettext_lazy("Weight in kg"),
    kind="decimal",
    unit="kg",
    initial=_weight,
    of_new=True,
    clears=True,
)
LAST_DAY = ActionField(
    "last_day", gettext_lazy("Last day of the watch"), kind="date", initial=_likely_last_day, of_new=True
)
ABOUT = (DECLARATION, CONTAINER, DISTRICT, EXPORTER, EXPORTER_CODE, GOODS, WEIGHT)
NOTICE_FIELDS = (
    CUSTOMS,
    GROUND,
    FACT,
    *ABOUT,
    replace(LAST_DAY, help=gettext_lazy("Policy: at most 365 days. Goods that are held stay held until it is lifted.")),
)
REQUEST_FIELDS = (
    CUSTOMS,
    TEXT,
    *ABOUT,
    replace(LAST_DAY, help=gettext_lazy("Policy: at most 30 days from today.")),
)
OF_NO_CASE = replace(CAMPAIGN, choices=_campaigns)
FIELDS = {StopKind.NOTICE: (*NOTICE_FIELDS, OF_NO_CASE), StopKind.REQUEST: (*REQUEST_FIELDS, OF_NO_CASE)}
"""The same where a stop begins without a case, and of a draft."""


# Check ---------------------------------------------------------------------------------------------------------------
def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a stop from its answers, with normalized numbers. Raises Invalid with every wrong field."""
    found: dict[str, Any] = {name: normalize_identifier(given.get(name) or "") for name in NUMBERS}
    errors = list(number_errors(found))
    found |= {name: given.get(name) or "" for name in ("ground", "fact", "text", "exporter", "goods", "campaign")}
    found |= {"weight_kg": given.get("weight_kg"), "district": given.get("district"), "last_day": given["last_day"]}
    if isinstance(found["district"], str):
        found["district"] = District.objects.filter(code=found["district"]).first()
    errors += [*_errors_in_goods(kind, found), *_errors_in_last_day(kind, found)]
    if errors:
        raise Invalid(errors)
    return found | {"title": title_of(found)}


def number_errors(columns: Mapping[str, str]) -> list[FieldError]:
    """Customs find nothing by a number with an error in it, so such a number is refused."""
    texts = {
        "declaration_no": _("This is no declaration number: 18 digits, of which the fifth to eighth are the year."),
        "container": _("This is no container number: check its four letters, six digits and check digit."),
        "exporter_code": _("This is no unified social credit code: check its 18 characters."),
    }
    return [
        FieldError(f"/{name}", wrong, texts[name])
        for name, scheme in NUMBERS.items()
        if columns.get(name) and (wrong := check_identifier(scheme, columns[name]))
    ]


def _errors_in_goods(kind: str, found: Mapping[str, Any]) -> list[FieldError]:
    declared = found["declaration_no"] or (found["container"] and found["district"])
    if kind == StopKind.NOTICE and not declared:
        detail = _(
            "A stop notice is for goods that are declared (DUR art. 22(2)): enter the declaration number, or the "
            "container and the customs district."
        )
        return [FieldError("/declaration_no", "required", detail)]
    if not any(found[name] for name in (*NUMBERS, "exporter")):
        return [FieldError("/declaration_no", "required", _("Enter a declaration, a container or an exporter."))]
    return []


def _errors_in_last_day(kind: str, found: Mapping[str, Any]) -> list[FieldError]:
    today, last = times.today(), found["last_day"]
    longest = LONGEST_NOTICE if kind == StopKind.NOTICE else LONGEST_REQUEST
    if last < today:
        return [FieldError("/last_day", "past", _("The last day is in the past."))]
    if last > today + longest:
        detail = _("The last day is at most %(days)d days from today (policy).") % {"days": longest.days}
        return [FieldError("/last_day", "max_value", detail)]
    return []
