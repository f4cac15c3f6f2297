"""Forms of the duty pages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import HappenedAt
from agencies.kernel.bilingual import NamedModel
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.text_files import SheetForm, iso_text, read_table
from agencies.kernel.texts import TextField
from agencies.organisations.models import Agency
from agencies.people.forms import PersonField, day_field
from agencies.people.models import User

from .actions import RosterEntry

Thing = TypeVar("Thing", bound=NamedModel)
COLUMNS = ("desk", "person", "from", "to", "phone", "on_call")
NEEDED = COLUMNS[:4]
CHINESE = dict(zip(("值班部门", "值班人员", "开始时间", "结束时间", "电话", "听班审批人"), COLUMNS, strict=True))
"""Headings of a Chinese table → columns."""
MOST_ROWS = 1000


class ShiftForm(forms.Form):
    """One row of the roster. Desks and people are limited to one agency."""

    desk = forms.ModelChoiceField(label=_("Desk"), queryset=Agency.objects.none(), to_field_name="code")
    person = PersonField(label=_("Duty officer"))
    starts_at = HappenedAt(label=_("Begins"), help_text=_("Beijing time."))
    ends_at = HappenedAt(label=_("Ends at"))
    phone = TextField(
        label=_("Phone of the desk"), max_length=30, required=False, help_text=_("Empty: the person's own number.")
    )
    on_call = forms.BooleanField(
        label=_("On-call approver"),
        required=False,
        help_text=_(
            "Called by telephone for decisions, not present at the desk; must be the responsible person or a unit lead."
        ),
    )

    def __init__(self, *args: Any, agency_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["desk"].queryset = desks_of(agency_id)
        fields["person"].queryset = people_of(agency_id)

    def entry(self) -> RosterEntry:
        return RosterEntry(**self.cleaned_data)


class RosterForm(SheetForm):
    """A roster, sent as a file or as text."""

    def __init__(self, *args: Any, agency_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_id = agency_id

    def read(self, text: str, cleaned: dict[str, Any]) -> list[RosterEntry]:
        return read_roster(text, agency_id=self.agency_id)


class AbsenceForm(forms.Form):
    person = PersonField(label=_("Absent person"))
    since = day_field(_("First day"))
    until = day_field(_("Last day"))
    deputy = PersonField(
        label=_("Deputy"),
        required=False,
        help_text=_(
            "Receives the person's assignments and answers for the desk, but does not approve on the person's behalf."
        ),
    )

    def __init__(self, *args: Any, agency_id: int, only: str | None = None, **kwargs: Any) -> None:
        """`only` is the id of the single person to choose, where the actor may enter only their own absence."""
        super().__init__(*args, **kwargs)
        colleagues = people_of(agency_id)
        for name in ("person", "deputy"):
            field: Any = self.fields[name]
            field.queryset = colleagues.filter(pk=only) if only and name == "person" else colleagues
        if only:
            self.initial.setdefault("person", colleagues.values_list("username", flat=True).filter(pk=only).first())
        for name in ("since", "until"):
            self.fields[name].required = True


class NoteForm(forms.Form):
    text = TextField(
        label=_("Information for the next shift"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


def desks_of(agency_id: int) -> Any:
    return Agency.objects.filter(agency_id=agency_id).order_by("-is_agency", "id")


def people_of(agency_id: int) -> Any:
    return User.objects.filter(agency_id=agency_id, is_active=True).order_by("username")


def read_roster(text: str, *, agency_id: int) -> list[RosterEntry]:
    """Reads a CSV file with the columns desk (code or name), person (sign-in name or name), from, to, phone and
    on_call, or with the headings of a Chinese table. Raises Invalid naming line and column of every bad cell.
    """
    headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=NEEDED, also=CHINESE)
    return read_rows(lines, agency_id=agency_id, headings=headings)


def read_rows(
    lines: Mapping[int, Mapping[str, Any]], *, agency_id: int, headings: Mapping[str, str] | None = None
) -> list[RosterEntry]:
    """Reads lines by their numbers, from a file or a machine. Raises Invalid naming line and column of every bad
    cell."""
    desks: Called[Agency] = _by_name((desk.code, desk) for desk in desks_of(agency_id))
    people: Called[User] = _by_name((person.username, person) for person in people_of(agency_id))
    errors: list[FieldError] = []
    entries = [_entry(number, row, desks, people, errors, headings or {}) for number, row in lines.items()]
    if errors:
        raise Invalid(errors)
    return [entry for entry in entries if entry is not None]


Called = dict[str, dict[str, Thing]]
"""What a row may write for a desk or person → those that it means, by code or sign-in name."""


def _by_name(rows: Iterable[tuple[str, Thing]]) -> Called[Thing]:
    found: Called[Thing] = {}
    for code, thing in rows:
        for name in {code, thing.name_zh, thing.name_en} - {""}:
            found.setdefault(name, {})[code] = thing
    return {name: {name: things[name]} if name in things else things for name, things in found.items()}


def _entry(
    number: int,
    row: Mapping[str, Any],
    desks: Called[Agency],
    people: Called[User],
    errors: list[FieldError],
    headings: Mapping[str, str],
) -> RosterEntry | None:
    values = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    problems = list(_problems_in(values, desks, people))
    for column, detail in problems:
        place = {"line": number, "column": headings.get(column, column), "what": detail}
        errors.append(FieldError(f"/file/{number}", column, gettext("Line %(line)d, %(column)s: %(what)s") % place))
    if problems:
        return None
    return RosterEntry(
        desk=next(iter(desks[values["desk"]].values())),
        person=next(iter(people[values["person"]].values())),
        starts_at=_moment(values["from"]),
        ends_at=_moment(values["to"]),
        phone=values["phone"],
        on_call=YES[values["on_call"].lower()],
        line=number,
    )


YES = {"": False, "0": False, "false": False, "否": False, "1": True, "true": True, "是": True}


def _problems_in(values: dict[str, str], desks: Called[Agency], people: Called[User]) -> Iterator[tuple[str, str]]:
    if values["desk"] not in desks:
        yield "desk", gettext("“%(value)s” is not a desk of this agency.") % {"value": values["desk"]}
    if values["person"] not in people:
        detail = gettext("“%(value)s” is no active account of this agency, by name or sign-in name.")
        yield "person", detail % {"value": values["person"]}
    for name, found in (("desk", desks.get(values["desk"], {})), ("person", people.get(values["person"], {}))):
        if len(found) > 1:
            detail = gettext("Several have the name %(name)s. Write one of these instead: %(choices)s.")
            yield name, detail % {"name": values[name], "choices": ", ".join(sorted(found))}
    for name in ("from", "to"):
        try:
            _moment(values[name])
        except forms.ValidationError:
            yield name, gettext("Enter a date and time such as 2026-02-16 08:30.")
    if values["on_call"].lower() not in YES:
        yield "on_call", gettext("Enter 1 or 0.")
    if len(values["phone"]) > 30:
        yield "phone", gettext("A telephone number has at most 30 characters.")


def _moment(text: str) -> Any:
    return HappenedAt().clean(iso_text(text))
