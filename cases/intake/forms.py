"""Forms for intake by hand. They collect data in the shape of the contract, which validates it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import HappenedAt
from agencies.kernel.errors import FieldError
from agencies.kernel.named_fields import NamedField, Offer, translated_offers
from agencies.kernel.spelled_fields import DayField, QuantityField, settle_currency
from agencies.kernel.texts import TextField
from agencies.organisations.models import Agency
from cases.casefile import identifiers
from cases.casefile.models import Handling, Item, Party, Severity
from cases.controls.countries import country_offers
from cases.controls.forms import CountryField, RouteField
from cases.controls.models import District, PartyRole, Technique
from cases.controls.words import END_USES, MODES, YES_NO

from .labels import FIELDS, MANUAL, REPORT_TYPES, ROWS, pointer_label
from .labels import PARTS as PARTS_LABELS
from .receiving import UNNUMBERED

EMPTY: tuple[Any, ...] = (None, "", [])
MOST_ROWS = 50
TOO_MANY_ROWS = _("%(part)s: the page accepts at most %(most)d rows. Send the rest as separate reports.")
SHANGHAI = "+08:00"  # times entered by people are Shanghai time


def listed(name: str, **attrs: Any) -> forms.TextInput:
    """A text input with suggestions from the <datalist id="…"> of the page."""
    return forms.TextInput(attrs={"list": name, "autocomplete": "off", **attrs})


def number() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class LabelledForm(forms.Form):
    """A field without a label has that of the contract. `offers` are those of the lists of the page."""

    def __init__(self, *args: Any, offers: Mapping[str, list[Offer]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: dict[str, Any] = FIELDS
        for name, field in self.fields.items():
            field.label = field.label or words.get(name)
            if type(field) is NamedField:
                field.source = offers[field.widget.attrs["list"]]


class ReportForm(LabelledForm):
    title = TextField()
    report_type = NamedField(
        own_words=True,
        widget=listed("report-types"),
        help_text=_("Your own term, or one of the suggestions."),
    )
    source_ref = TextField(
        required=False,
        help_text=_("Number of the letter or call. Empty: the next number of your agency."),
    )
    received_at = HappenedAt(
        label=_("Arrived at"), required=False, help_text=_("When the paper or call reached you. Empty: now.")
    )
    occurred_on = DayField(label=_("Occurred on"), required=False, help_text=_("Leave empty if unknown."))
    occurred_time = TextField(label=_("Time of day"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    severity = forms.ChoiceField(choices=Severity.choices, initial=Severity.MEDIUM)
    handling_code = forms.ChoiceField(choices=Handling.choices)
    narrative = TextField(required=False, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["techniques"] = forms.MultipleChoiceField(
            label=_("Techniques"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(technique.code, technique.name) for technique in Technique.objects.order_by("code")],
        )

    def content(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data.get(name) for name in ("title", "report_type", "source_ref", "narrative")}
        chosen = {name: self.cleaned_data.get(name) for name in ("severity", "handling_code", "techniques")}
        day, time = self.cleaned_data.get("occurred_on"), self.cleaned_data.get("occurred_time")
        occurred = f"{day}T{time}{SHANGHAI}" if day and time else str(day or time or "")
        return {**typed, **chosen, "source_system": MANUAL, "occurred_at": occurred}


def unknown_or(choices: Any) -> forms.ChoiceField:
    """A choice that may stay open."""
    return forms.ChoiceField(choices=[("", _("Not known")), *choices], required=False)


class RowForm(LabelledForm):
    """One row of a part. No field is required; an empty row is left out.

    `given` names the fields that make a row: a select at its first value does not.
    """

    given: tuple[str, ...] = ()

    def is_filled(self) -> bool:
        """Whether something was entered. It uses the raw input, so that a row with errors keeps its place."""
        return any(self.typed(name) for name in self.given)

    def typed(self, name: str) -> str:
        return str(self[name].data or "").strip()

    def content(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def field_at(self, steps: list[str]) -> str:
        """The field for a pointer inside this row: ["identifiers", "0", "value"] → "value_1"."""
        return steps[0] if steps and steps[0] in self.fields else ""


class PartyForm(RowForm):
    given = ("name", "role", "country", "address", "owner", "owner_share", "value_1", "value_2")
    IDENTIFIERS = (1, 2)

    name = TextField(required=False)
    kind = forms.ChoiceField(choices=Party.Kind.choices, required=False)
    role = NamedField(own_words=True, required=False, widget=listed("party-roles"))
    country = CountryField(required=False, widget=listed("countries"))
    address = TextField(required=False)
    military = unknown_or(list(YES_NO.items()))
    owner = TextField(required=False, help_text=_("The party that holds a share in it."))
    owner_share = TextField(required=False, widget=number())
    scheme_1 = NamedField(own_words=True, label=_("Kind of identifier"), required=False, widget=listed("schemes"))
    value_1 = TextField(label=_("Identifier"), required=False)
    scheme_2 = NamedField(
        own_words=True, label=_("Kind of second identifier"), required=False, widget=listed("schemes")
    )
    value_2 = TextField(label=_("Second identifier"), required=False)

    def content(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            **{name: typed.get(name) for name in ("name", "kind", "role", "country", "address")},
            **{name: typed.get(name) for name in ("military", "owner", "owner_share")},
            "identifiers": [
                {"scheme": typed.get(f"scheme_{n}"), "value": typed.get(f"value_{n}")} for n in self._identifiers()
            ],
        }

    def _identifiers(self) -> list[int]:
        return [n for n in self.IDENTIFIERS if self.typed(f"scheme_{n}") or self.typed(f"value_{n}")]

    def field_at(self, steps: list[str]) -> str:
        if len(steps) == 3 and steps[0] == "identifiers" and steps[1].isdigit():
            return f"{steps[2]}_{self._identifiers()[int(steps[1])]}"
        return super().field_at(steps)


class ItemForm(RowForm):
    given = (
        *("description", "declared_as", "hs_code", "control_code", "net_weight_kg", "value"),
        *("recipient", "channel"),
    )

    description = TextField(label=_("Actual goods"), required=False)
    nature = forms.ChoiceField(choices=Item.Nature.choices, required=False)
    declared_as = TextField(required=False)
    hs_code = TextField(required=False)
    control_code = TextField(required=False)
    net_weight_kg = QuantityField(unit="kg", required=False)
    value = QuantityField(unit="CNY", required=False)
    currency = NamedField(own_words=True, required=False, initial="CNY", widget=listed("currencies"))
    recipient = TextField(required=False, help_text=_("Of technology, software or a service."))
    channel = TextField(required=False, help_text=_("Of technology, software or a service."))
    origin = CountryField(required=False, widget=listed("countries"))
    end_use = unknown_or(list(END_USES.items()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        settle_currency(self, cleaned)
        return cleaned

    def content(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        for name in ("net_weight_kg", "value"):
            number = typed.get(name)
            typed[name] = "" if number is None else format(number, "f")
        typed["currency"] = typed.get("currency", "").upper() if typed["value"] else ""
        return typed


class ShipmentForm(RowForm):
    given = ("declaration_no", "licence_no", "port", "customs_district", "route", "final_destination")

    declaration_no = TextField(required=False)
    licence_no = TextField(required=False, help_text=_("Of the export licence, as it is declared."))
    port = TextField(required=False)
    customs_district = NamedField(required=False, widget=listed("districts"))
    route = RouteField(required=False, widget=listed("countries"))
    final_destination = CountryField(
        required=False,
        widget=listed("countries"),
        help_text=_("If the goods were bound for another country than the last one of the route."),
    )
    mode = unknown_or(list(MODES.items()))


def _rows(form: type[RowForm]) -> "type[forms.BaseFormSet[Any]]":
    return forms.formset_factory(form, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


ROW_FORMS: dict[str, type[RowForm]] = {"parties": PartyForm, "items": ItemForm, "shipments": ShipmentForm}
PARTS = {part: _rows(form) for part, form in ROW_FORMS.items()}


class IntakeForm:
    """The report and its rows as one form. Errors and added rows never lose what was entered."""

    def __init__(self, agency: Agency, data: QueryDict | None = None) -> None:
        data = None if data is None else _counted(data)
        self.offers = offers()
        self.head = ReportForm(data, initial={"handling_code": agency.default_handling}, offers=self.offers)
        each = {"offers": self.offers}
        self.rows = {part: rows(data, prefix=part, form_kwargs=each) for part, rows in PARTS.items()}

    def is_valid(self) -> bool:
        """Validates every form, so that all errors are shown at once."""
        is_valid = not [form for form in self._forms() if not form.is_valid()]
        for part in PARTS:
            if rows_sent(self.head.data, part) > MOST_ROWS:
                self.head.add_error(None, TOO_MANY_ROWS % {"part": PARTS_LABELS[part], "most": MOST_ROWS})
                is_valid = False
        return is_valid

    def content(self) -> dict[str, Any]:
        """The report in the shape of the contract. Empty fields are absent."""
        report = self.head.content() | {part: [form.content() for form in self._filled_rows(part)] for part in PARTS}
        report["source_ref"] = report["source_ref"] or UNNUMBERED
        return {name: _without_gaps(value) for name, value in report.items() if value not in EMPTY}

    def show(self, errors: Iterable[FieldError]) -> None:
        """Adds each error of the contract to its field, unless that field has an error already."""
        reported = {(form, name) for form in self._forms() for name in form.errors}
        for error in errors:
            form, name = self._place_of(error.pointer)
            if name and (form, name) not in reported:
                form.add_error(name, error.detail)
            elif not name:
                form.add_error(None, f"{pointer_label(error.pointer)}: {error.detail}")

    @property
    def wrong(self) -> list[tuple[str, forms.BoundField]]:
        """Every field with errors and the label of its row, for the list at the top of the page."""
        head = [("", bound) for bound in self.head.visible_fields() if bound.errors]
        rows = [
            (f"{ROWS[part]} {n}", bound)
            for part, rows in self.rows.items()
            for n, row in enumerate(rows.forms, start=1)
            for bound in row.visible_fields()
            if bound.errors
        ]
        return head + rows

    @property
    def general_errors(self) -> list[str]:
        """Errors that belong to no field."""
        return [error for form in self._forms() for error in form.non_field_errors()]

    def forget_errors(self) -> None:
        """Clears the errors: adding a row does not submit the form."""
        for form in self._forms():
            form.errors.clear()

    def _place_of(self, pointer: str) -> tuple[Any, str]:
        part, *steps = pointer.strip("/").split("/")
        if part in PARTS and steps:
            row = self._filled_rows(part)[int(steps[0])]
            return row, row.field_at(steps[1:])
        name = {"occurred_at": "occurred_on", "happened_at": "received_at"}.get(part, part)
        return self.head, name if name in self.head.fields else ""

    def _filled_rows(self, part: str) -> list[Any]:
        return [form for form in self.rows[part].forms if form.is_filled()]

    def _forms(self) -> list[Any]:
        return [self.head, *(form for rows in self.rows.values() for form in rows.forms)]


def _without_gaps(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_gaps(one) for name, one in value.items() if one not in EMPTY}
    return [_without_gaps(one) for one in value] if isinstance(value, list) else value


def add_empty_row(data: QueryDict, part: str) -> QueryDict:
    """The submitted data with one more empty row of a part."""
    more = _counted(data)
    if part in PARTS:
        more[f"{part}-TOTAL_FORMS"] = str(min(int(str(more[f"{part}-TOTAL_FORMS"])) + 1, MOST_ROWS))
    return more


def rows_sent(data: Mapping[str, Any], part: str) -> int:
    """The number of rows of a part, by the highest index in the field names."""
    row = re.compile(rf"{part}-(\d{{1,9}})-(?:{'|'.join(ROW_FORMS[part].base_fields)})", re.ASCII)
    sent = (row.fullmatch(name) for name, value in data.items() if str(value).strip())
    return max((int(match[1]) + 1 for match in sent if match), default=0)


def _counted(data: QueryDict) -> QueryDict:
    """The data with row counts that cover every submitted row. Submitted counts are ignored."""
    counted = data.copy()
    for part in PARTS:
        sent = str(data.get(f"{part}-TOTAL_FORMS", ""))
        count = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= len(str(MOST_ROWS)) else 1
        counted[f"{part}-TOTAL_FORMS"] = str(min(max(count, rows_sent(data, part)), MOST_ROWS))
        counted[f"{part}-INITIAL_FORMS"] = "0"
    return counted


# Suggestions ---------------------------------------------------------------------------------------------------------
BY_HAND = ("tip_off", "letter", "inspection", "hotline", "press_lead")
SCHEMES = ("USCC", "RIC", "CREG", "PASSPORT", "IMO", "PHONE")
CURRENCIES = [
    Offer("CNY", "CNY", ("人民币", "Renminbi", "RMB")),
    Offer("USD", "USD", ("美元", "US dollar")),
    Offer("EUR", "EUR", ("欧元", "Euro")),
    Offer("HKD", "HKD", ("港元", "Hong Kong dollar")),
    Offer("JPY", "JPY", ("日元", "Yen")),
]


def offers() -> dict[str, list[Offer]]:
    """What the lists of the page offer, by their ids. Kinds, roles, schemes and currencies are open vocabularies."""
    return {
        "report-types": translated_offers({kind: REPORT_TYPES[kind] for kind in BY_HAND}),
        "schemes": translated_offers({scheme: identifiers.SCHEME_LABELS[scheme] for scheme in SCHEMES}),
        "currencies": CURRENCIES,
        "party-roles": [Offer.of(role) for role in PartyRole.objects.order_by("id")],
        "countries": list(country_offers()),
        "districts": [Offer.of(district) for district in District.objects.order_by("code")],
    }
