"""The intake contract: fields of a report and the receipt for its sender.

Validated content omits absent, null and empty fields and has one format for dates and amounts, so that equal reports
have equal digests.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    Field,
    IntegerField,
    ListField,
    Serializer,
    UUIDField,
    ValidationError,
)

from agencies.kernel.errors import Invalid
from agencies.kernel.limits import NARRATIVE, REPORT_CODES, REPORT_IDENTIFIERS, REPORT_IDENTIFIERS_OF_PARTY, REPORT_ROWS
from agencies.kernel.shapes import Shape, shown
from agencies.kernel.strict import Strict
from agencies.kernel.texts import normalise_text
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.models import Handling, Item, Party, Severity, ShipmentLeg
from cases.casefile.rows import MOST_LEGS, refuse_wrong_leg
from cases.controls.destinations import DECLARED, DESCRIBED
from cases.controls.serializers import PossibleVerdictShape
from cases.controls.words import END_USES, MODES, YES_NO

from .doubts import KNOWN, is_ahead
from .labels import FLAGS
from .models import Lead
from .verdicts import flags_of

WHOLE_DIGITS, DECIMAL_PLACES = 14, 4
EARLIEST = date(1900, 1, 1)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)
HS_CODE = re.compile(r"\d{2}[. ]?\d{2}[. ]?\d{2}([. ]?\d{2}([. ]?\d{2})?)?", re.ASCII)
PLAIN_NUMBER = re.compile(r"-?\d{1,60}(\.\d{1,60})?", re.ASCII)


# Values --------------------------------------------------------------------------------------------------------------
class JsonTextField(CharField):
    """A JSON string; a number is refused. Optional by default; empty counts as null."""

    def __init__(self, **kwargs: Any) -> None:
        optional = {} if kwargs.get("required") else {"required": False, "allow_null": True, "allow_blank": True}
        super().__init__(**{**optional, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return normalise_text(str(super().to_internal_value(data)))


class NumberField(JsonTextField):
    """A text used for matching: its normalized form must fit as well ("ß" is "SS" in capitals)."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if self.max_length is not None and len(normalize_identifier(value)) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return value


class CodeField(JsonTextField):
    """A code of a reference table, given by key because the framework deep-copies fields."""

    default_error_messages = {"unknown_code": _("“{code}” is not on the list.")}

    def __init__(self, among: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.among = among

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in KNOWN[self.among]:
            self.fail("unknown_code", code=code[:20])
        return code


@extend_schema_field({"type": "string", "pattern": f"^({HS_CODE.pattern})?$", "maxLength": 14})
class HsCode(JsonTextField):
    """6, 8 or 10 digits, as in the tariff. Dots and spaces are removed."""

    default_error_messages = {"hs_code": _("A commodity code has 6, 8 or 10 digits.")}

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code and not HS_CODE.fullmatch(code):
            self.fail("hs_code")
        return code.replace(".", "").replace(" ", "")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "number", "minimum": 0, "maximum": 10**WHOLE_DIGITS - 1},
            {"type": "string", "pattern": r"^\d{1,60}(\.\d{1,60})?$"},
        ],
        "description": _("At most 14 digits before and 4 after the decimal point."),
    }
)
class AmountField(Field[Any, Any, Any, Any]):
    """A decimal ≥ 0, as number or string, stored as normalized text: 1.50 and "1.5" are equal."""

    default_error_messages = {
        "invalid": _("This is not a plain decimal number."),
        "min_value": _("This must not be negative."),
        "max_digits": _("At most 14 digits before and 4 after the decimal point."),
    }

    def to_internal_value(self, data: Any) -> str:
        number = self._number(data)
        if not number.is_finite():
            self.fail("invalid")
        if number < 0:
            self.fail("min_value")
        if number and number.adjusted() >= WHOLE_DIGITS:  # checked before formatting: 1e999999999 is a short text
            self.fail("max_digits")
        whole, _point, places = format(abs(number), "f").partition(".")
        if len(places.rstrip("0")) > DECIMAL_PLACES:
            self.fail("max_digits")
        return ".".join(part for part in (whole.lstrip("0") or "0", places.rstrip("0")) if part)

    def _number(self, data: Any) -> Decimal:
        if isinstance(data, Decimal):
            if data and data.adjusted() < -100:
                self.fail("max_digits")
            return data
        if isinstance(data, int) and not isinstance(data, bool):
            return Decimal(data)
        if not isinstance(data, str) or not PLAIN_NUMBER.fullmatch(data.strip()):
            self.fail("invalid")
        return Decimal(data.strip())

    def to_representation(self, value: Any) -> str:
        return str(value)


class PercentField(AmountField):
    """A share of at most 100 percent."""

    default_error_messages = {"max_value": _("At most 100 percent.")}

    def to_internal_value(self, data: Any) -> str:
        share = super().to_internal_value(data)
        if Decimal(share) > 100:
            self.fail("max_value")
        return share


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
        ],
        "description": _("A date, or a date-time with offset. A time in the future is flagged."),
    }
)
class OccurredAtField(Field[Any, Any, Any, Any]):
    """Stored as a date, or as a time in UTC, so that one moment in two time zones is equal."""

    default_error_messages = {
        "invalid": _("This is neither a date (2026-03-01) nor a date-time (2026-03-01T08:30:00+08:00)."),
        "offset": _("Give the offset from UTC, e.g. +08:00."),
        "range": _("This is before 1900."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not (match := RFC3339.fullmatch(data.strip())):
            self.fail("invalid")
        try:
            sent = datetime.fromisoformat(data.strip().upper())
        except ValueError:
            self.fail("invalid")
        if sent.date() < EARLIEST:
            self.fail("range")
        if match.group(1) is None:
            return sent.date().isoformat()
        if sent.tzinfo is None:
            self.fail("offset")
        try:
            return sent.astimezone(UTC).isoformat()
        except OverflowError:
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": 10**18},
            {"type": "string", "format": "date-time"},
        ],
        "description": _(
            "A number or time that increases with each change at the source. An older one changes nothing."
        ),
    }
)
class SourceVersion(Field[Any, Any, Any, Any]):
    """Stored as a number or as a UTC time, so that two of one kind can be compared."""

    default_error_messages = {
        "invalid": _("This is neither a whole number from 0 to 10^18 nor a date-time with offset."),
    }

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= 10**18:
            return str(data)
        match = RFC3339.fullmatch(data.strip()) if isinstance(data, str) else None
        if match is None or match.group(1) is None:
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data.strip().upper())
            if moment.tzinfo is None:
                self.fail("invalid")
            return moment.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field({"type": "object", "additionalProperties": True})
class ExtraField(Field[Any, Any, Any, Any]):
    """An object whose names and values are the source's own. It is kept and shown, and decides nothing."""

    default_error_messages = {"invalid": _("This is not a JSON object.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        kept: dict[str, Any] = json.loads(json.dumps(data, default=str))  # a decimal number becomes a text
        return kept

    def to_representation(self, value: Any) -> Any:
        return value


def occurred_of(content: Mapping[str, Any]) -> tuple[datetime | None, str]:
    """The time that a validated report gives, and its precision: "day", "minute" or "" for unknown.

    A time in the future is unknown: the clock of the source is wrong, and the law of the day of receipt applies.
    """
    occurred = content.get("occurred_at")
    if not occurred or is_ahead(occurred):
        return None, ""
    if "T" in occurred:
        return datetime.fromisoformat(occurred), "minute"
    return timezone.make_aware(datetime.combine(date.fromisoformat(occurred), time.min)), "day"


# Rows ----------------------------------------------------------------------------------------------------------------
OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
ROWS: dict[str, Any] = {**OPTIONAL, "many": True, "max_length": REPORT_ROWS}


class IdentifierInput(Strict):
    """An identifier of a party. `scheme` is an open vocabulary: USCC, RIC, IMO, … are checked."""

    scheme = NumberField(max_length=20)
    value = NumberField(max_length=120)


class PartyInput(Strict):
    """A party. `role` is an open vocabulary."""

    role = JsonTextField(max_length=60)
    kind = ChoiceField(choices=Party.Kind.choices, allow_blank=True, **OPTIONAL)
    name = JsonTextField(max_length=300)
    country = CodeField("countries", help_text="ISO 3166 alpha-3")
    address = JsonTextField(max_length=300)
    military = ChoiceField(choices=list(YES_NO.items()), allow_blank=True, **OPTIONAL)
    owner = JsonTextField(max_length=300, help_text=_("The party that holds a share in it."))
    owner_share = PercentField(**OPTIONAL)
    identifiers = IdentifierInput(**{**ROWS, "max_length": REPORT_IDENTIFIERS_OF_PARTY})

    def validate_identifiers(self, given: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """An identifier without scheme is kept; a scheme without value is dropped."""
        return [{"scheme": "", **identifier} for identifier in given or [] if identifier.get("value")]


class ItemInput(Strict):
    """An item. An unknown weight or value is omitted, not sent as 0. Without `nature` it is goods."""

    nature = ChoiceField(choices=Item.Nature.choices, allow_blank=True, **OPTIONAL)
    description = JsonTextField(max_length=500)
    declared_as = JsonTextField(max_length=500)
    hs_code = HsCode(max_length=14, help_text=_("6, 8 or 10 digits."))
    control_code = JsonTextField(max_length=40)
    net_weight_kg = AmountField(**OPTIONAL)
    value = AmountField(**OPTIONAL)
    currency = JsonTextField(max_length=3, help_text=_("ISO 4217; another code is kept and flagged."))
    recipient = JsonTextField(max_length=300, help_text=_("Of technology, software or a service."))
    channel = JsonTextField(
        max_length=200, help_text=_("How technology, software or a service was transferred or rendered.")
    )
    origin = CodeField("countries", help_text="ISO 3166 alpha-3")
    end_use = ChoiceField(choices=list(END_USES.items()), allow_blank=True, **OPTIONAL)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Goods are shipped: their recipient is a party, and their channel a shipment."""
        if given.get("nature") in (None, "", Item.Nature.GOODS):
            detail = gettext("Only technology, software and services have it.")
            if wrong := {name: [detail] for name in ("recipient", "channel") if given.get(name)}:
                raise ValidationError(wrong, "nature")
            given.pop("nature", None)  # equal to a report without it
        return given


class LegDayField(DateField):
    """Stored as text."""

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(value).isoformat()

    def to_representation(self, value: Any) -> str:
        return str(value)


class LegInput(Strict):
    """A leg of a shipment, as declared or as found. Each chain is in the order of its list. Without `source` it is the
    report."""

    chain = ChoiceField(choices=ShipmentLeg.Chain.choices)
    from_country = CodeField("countries", help_text="ISO 3166 alpha-3")
    from_place = JsonTextField(max_length=200)
    to_country = CodeField("countries", help_text="ISO 3166 alpha-3")
    to_place = JsonTextField(max_length=200)
    departs_on = LegDayField(**OPTIONAL)
    arrives_on = LegDayField(**OPTIONAL)
    mode = ChoiceField(choices=ShipmentLeg.Transport.choices, allow_blank=True, **OPTIONAL)
    carrier = JsonTextField(max_length=200)
    vessel = JsonTextField(max_length=200)
    container = NumberField(max_length=120)
    consignee = JsonTextField(max_length=300)
    source = JsonTextField(max_length=500)  # type: ignore[assignment]  # a field of this name

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """As for a leg that a person adds."""
        try:
            refuse_wrong_leg(given)
        except Invalid as wrong:
            raise ValidationError(
                {one.pointer[1:]: [ErrorDetail(one.detail, one.code)] for one in wrong.errors}
            ) from wrong
        return given


class ShipmentInput(Strict):
    """A shipment. `route` names countries and regions in order, as declared; `final_destination` is another country for
    which the goods were bound."""

    declaration_no = NumberField(max_length=40)
    licence_no = NumberField(max_length=40, help_text=_("Of the export licence, as it is declared."))
    port = JsonTextField(max_length=200)
    customs_district = CodeField("districts", help_text=_("Four digits, as on declarations."))
    route = ListField(
        child=CodeField("countries", required=True, help_text="ISO 3166 alpha-3"), max_length=REPORT_CODES, **OPTIONAL
    )
    final_destination = CodeField("countries", help_text="ISO 3166 alpha-3")
    mode = ChoiceField(choices=list(MODES.items()), allow_blank=True, **OPTIONAL)
    legs = LegInput(**{**ROWS, "max_length": MOST_LEGS})


class Report(Strict):
    """One report of one source system."""

    source_system = JsonTextField(required=True, max_length=60)
    source_ref = JsonTextField(required=True, max_length=200)
    report_type = JsonTextField(required=True, max_length=60)
    source_version = SourceVersion(**OPTIONAL)
    title = JsonTextField(required=True, max_length=300)
    occurred_at = OccurredAtField(**OPTIONAL)
    narrative = JsonTextField(max_length=NARRATIVE)
    severity = ChoiceField(choices=Severity.choices, allow_blank=True, **OPTIONAL)
    handling_code = ChoiceField(choices=Handling.choices, allow_blank=True, **OPTIONAL)
    parties = PartyInput(**ROWS)
    items = ItemInput(**ROWS)
    shipments = ShipmentInput(**ROWS)
    techniques = ListField(
        child=JsonTextField(required=True, max_length=40),
        max_length=REPORT_CODES,
        help_text=_("Codes; one that is not on the list is kept and flagged."),
        **OPTIONAL,
    )
    extra = ExtraField(**OPTIONAL)

    def validate_parties(self, given: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        if sum(len(party.get("identifiers", ())) for party in given or ()) > REPORT_IDENTIFIERS:
            detail = gettext("All parties together may have at most %(most)d identifiers.") % {
                "most": REPORT_IDENTIFIERS
            }
            raise ValidationError(detail, "max_length")
        return given


def validate_report(data: Any) -> dict[str, Any]:
    """Returns the content of a report for `receive_lead`. Raises DRF's ValidationError with every invalid field."""
    report = Report(data=data)
    report.is_valid(raise_exception=True)
    content: dict[str, Any] = report.validated_data
    return content


# The receipt ---------------------------------------------------------------------------------------------------------
class Flag(Shape):
    """A doubtful number, or what the control law says of an item for one destination on the day of the conduct.

    An item that is not controlled, or that no rule held here covers, has no flag. `reading` says whether the goods are
    taken as described or as declared. The fields after `detail` are those of a flag of the control law: `on`
    is the day of receipt if `on_known` is false, and `could_become` names the facts that are missing.
    """

    pointer = CharField()
    code = ChoiceField(choices=list(FLAGS))
    detail = CharField(allow_blank=True)
    destination = CharField(required=False, allow_blank=True)
    reading = ChoiceField(choices=(DESCRIBED, DECLARED), required=False)
    on = DateField(required=False)
    on_known = BooleanField(required=False)
    verify = BooleanField(required=False)
    could_become = PossibleVerdictShape(many=True, required=False)


class Receipt(Serializer[Lead]):
    """What the sender may know of its report: that it was received, and whether it is being worked on.

    `revised_at` is when its current revision arrived.
    """

    id = UUIDField()
    source_system = CharField()
    source_ref = CharField()
    report_type = CharField()
    status = ChoiceField(choices=["received", "taken_up", "closed"], source="receipt_status")
    revision = IntegerField()
    received_at = DateTimeField()
    revised_at = DateTimeField()

    @shown(Flag(many=True))
    def flags(self, lead: Lead) -> list[dict[str, Any]]:
        """Flags of the report just received (`flags` in the context), or of the current revision."""
        return list(self.context["flags"]) if "flags" in self.context else flags_of(lead)


class SentReceipt(Receipt):
    """A lead in the list of a system: as its receipt, without flags. `changed_at` is when anything about it changed."""

    flags = None
    source_version = CharField(allow_blank=True)
    changed_at = DateTimeField(source="updated_at")


class CheckedReport(Shape):
    """A report that would be taken: its flags, and the revision of the lead that has its reference, if there is one."""

    revision = IntegerField(allow_null=True)
    flags = Flag(many=True)


class DayDigest(Shape):
    """What a system sent on one day, to compare with what it knows.

    `digest` is the SHA-256, in hexadecimal, of one line for each lead: kind of report, reference and source version
    (as its receipt shows it: a time in UTC; empty if none was sent), separated by tabs. Lines are sorted by their UTF-8
    bytes and joined by line feeds.
    """

    day = DateField()
    source_system = CharField(allow_blank=True)
    leads = IntegerField()
    digest = CharField()
