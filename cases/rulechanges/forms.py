"""Forms of the import, and of a suspension interval."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.spelled_fields import DayField
from agencies.kernel.tables import csv_file
from agencies.kernel.text_files import SheetForm
from agencies.kernel.texts import TextField
from cases.controls.rulebook import Rulebook
from cases.controls.tables import SUSPENSIONS, TABLES

from .actions import ProposedRows, propose
from .models import RuleChange


class ImportForm(SheetForm):
    """A table as a file or as its text. The rows are added to the draft `beside`; the result is `ProposedRows`."""

    field_order = ("table", "file", "text", "grounds")

    table = forms.ChoiceField(label=_("Table"))
    grounds = TextField(
        label=_("Grounds"), max_length=300, help_text=_("What is changed and why, with the number of the instrument.")
    )

    def __init__(self, *args: Any, beside: RuleChange | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beside = beside
        table: Any = self.fields["table"]
        table.choices = [(one.name, one.label) for one in TABLES.values()]
        if beside is not None:
            del self.fields["grounds"]

    def read(self, text: str, cleaned: dict[str, Any]) -> ProposedRows | None:
        return propose(cleaned["table"], text, beside=self.beside) if "table" in cleaned else None


class SuspensionForm(forms.Form):
    """An interval in which a rule is not applied, or the instrument that confirms that it applies again."""

    rule = forms.ChoiceField(label=_("Rule"))
    instrument = forms.ChoiceField(
        label=_("Instrument"), help_text=_("Import a new instrument first; the interval can be added to its draft.")
    )
    suspended_from = DayField(label=_("Suspended from"))
    suspended_until = DayField(
        label=_("Last day of the suspension"),
        required=False,
        help_text=_("Empty only if the instrument gives none."),
    )
    resumed_by = forms.ChoiceField(
        label=_("Instrument that confirms that the rule applies again"),
        required=False,
        help_text=_("To confirm the end of an interval, enter its first and last day again."),
    )
    confidence = forms.ChoiceField(
        label=_("Confidence"),
        choices=[("S", _("The text was read")), ("K", _("Well known, not read again")), ("U", _("Uncertain"))],
    )
    grounds = TextField(
        label=_("Grounds"), max_length=300, help_text=_("What is changed and why, with the number of the instrument.")
    )

    def __init__(self, *args: Any, book: Rulebook, beside: RuleChange | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["rule"].choices = [(rule.code, f"{rule.code} · {rule.cited}") for rule in book.rules]
        instruments = sorted(book.instruments.values(), key=lambda row: row["issued"], reverse=True)
        offered = [(row["code"], f"{row['number'] or row['name_zh']} · {row['code']}") for row in instruments]
        fields["instrument"].choices = offered
        fields["resumed_by"].choices = [("", "—"), *offered]
        if beside is not None:
            del fields["grounds"]

    @property
    def as_csv(self) -> str:
        """The row as the text of the table of suspensions. Only of a valid form."""
        row = [self.cleaned_data[name] or "" for name in SUSPENSIONS.header]
        return csv_file([SUSPENSIONS.header, row]).decode("utf-8-sig")
