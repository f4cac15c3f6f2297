"""Forms of the pages of clocks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.calendar.schedule import ExceptionalDay, read_schedule
from agencies.kernel.action_fields import HappenedAt
from agencies.kernel.errors import Invalid
from agencies.kernel.text_files import SheetForm
from agencies.kernel.texts import TextField

from .models import PeriodRule
from .previewing import MOST_PAUSES

SPARE_PAUSES = 2  # empty rows of the form, after those that are filled in


class LengthsField(TextField):
    """Lengths of the extensions in their order, separated by commas, such as "2, 30"."""

    default_error_messages = {"number": _("Enter numbers, separated by commas.")}

    def clean(self, value: Any) -> list[int]:
        text: str = super().clean(value).replace("，", ",")
        places = [place.strip() for place in text.split(",")] if text else []
        if not all(place.isascii() and place.isdigit() for place in places):
            raise forms.ValidationError(self.error_messages["number"], code="number")
        return [int(place) for place in places]


class CalculatorForm(forms.Form):
    """A rule, the time of the event, pauses and extensions. Filled from the URL, so that a calculation can be
    shared.
    """

    rule = forms.ChoiceField(label=_("Rule"))
    start = HappenedAt(label=_("Event that starts the period"), help_text=_("Beijing time."))
    extend = forms.IntegerField(
        label=_("Extensions granted"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=_("Number of extensions under the rule."),
    )
    lengths = LengthsField(
        label=_("Lengths granted"),
        required=False,
        max_length=100,
        help_text=_("In the order of the extensions, separated by commas. Empty: the maximum allowed by law."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Any = self.fields["rule"]
        rule.choices = _by_track()
        self.rows = range(1, min(_filled(self.data) + SPARE_PAUSES, MOST_PAUSES) + 1)
        for n in self.rows:
            numbers = {"number": n}
            self.fields[f"from_{n}"] = HappenedAt(label=_("Pause %(number)d from") % numbers, required=False)
            self.fields[f"to_{n}"] = HappenedAt(label=_("Pause %(number)d until") % numbers, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for n in self.rows:
            if bool(cleaned.get(f"from_{n}")) != bool(cleaned.get(f"to_{n}")):
                self.add_error(f"to_{n}", _("Enter both ends of the pause."))
        return cleaned

    @property
    def filled_rows(self) -> list[int]:
        """Numbers of the rows with both ends."""
        given = self.cleaned_data
        return [n for n in self.rows if given.get(f"from_{n}") and given.get(f"to_{n}")]

    @property
    def pauses(self) -> list[tuple[datetime, datetime]]:
        return [(self.cleaned_data[f"from_{n}"], self.cleaned_data[f"to_{n}"]) for n in self.filled_rows]

    def refuse(self, wrong: Invalid) -> None:
        """Adds the errors of the calculation to the fields that caused them."""
        for error in wrong.errors:
            self.add_error(self._field(error.pointer), error.detail)

    def _field(self, pointer: str) -> str | None:
        name, *rest = pointer.strip("/").split("/")
        if name == "pauses" and len(rest) > 1:
            return f"{rest[1]}_{self.filled_rows[int(rest[0])]}"
        return name if name in self.fields else None


class ScheduleForm(SheetForm):
    """A published schedule, as a file or as its text. The text is used in the second step."""

    field_order = ("source", "document", "file", "text")

    source = TextField(label=_("Title of the notice"), max_length=200)
    document = TextField(label=_("Number of the notice"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("CSV or XLSX with the columns date, override and holiday.")

    def read(self, text: str, cleaned: dict[str, Any]) -> list[ExceptionalDay]:
        return read_schedule(text)

    def again(self) -> dict[str, Any]:
        """Data for the second step: a browser cannot send the same file twice."""
        return {**{name: self.cleaned_data[name] for name in ("source", "document")}, "text": self.cleaned_data["csv"]}


def _filled(data: Mapping[str, Any]) -> int:
    """The last row of pauses that was filled in, or 0."""
    rows = (name.partition("_") for name, value in data.items() if value)
    return max(
        (int(n) for end, _sep, n in rows if end in ("from", "to") and n.isascii() and n.isdigit() and len(n) < 3),
        default=0,
    )


def _by_track() -> list[tuple[str, list[tuple[str, str]]]]:
    """Rules grouped by part of the law, in the order of a procedure."""
    rules = list(PeriodRule.objects.order_by("id"))
    names = {rule.code: f"{rule.name} ({rule.code})" for rule in rules}
    tracks = dict(PeriodRule.Track.choices)
    return [
        (str(tracks[track]), [(code, names[code]) for code in dict.fromkeys(r.code for r in rules if r.track == track)])
        for track in dict.fromkeys(rule.track for rule in rules)
    ]
