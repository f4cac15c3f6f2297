"""Forms of imports: the upload, and the mapping of the columns."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, Invalid
from agencies.kernel.large_tables import read_large_table
from agencies.kernel.named_fields import NamedField, Offer
from agencies.kernel.texts import TextField

from .kinds import KINDS
from .mapping import Mapped, sheets_by_code
from .models import Import
from .tables import ImportedColumn, ImportedTable


class UploadForm(forms.Form):
    """A table of one kind, and the agency's own source where the kind has none. `cleaned_data["table"]` is what was
    read."""

    kind = forms.ChoiceField(label=_("What the table contains"), widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Table"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.zip"}),
    )
    source = NamedField(
        own_words=True,
        label=_("Source of your agency"),
        max_length=60,
        help_text=_("A register or channel of your own, such as a hotline. Rows are known by it and their number."),
        error_messages={"required": _("Name the register or channel from which the rows come.")},
    )

    def __init__(self, data: Any, files: Any, *, actor: Actor, kinds: Mapping[str, ImportedTable], kind: str) -> None:
        """`kinds` are those that the actor may import, `kind` is the code of the one that is asked for."""
        super().__init__(data, files, initial={"kind": kind})
        self.actor, self.chosen = actor, kinds[kind]
        choice: Any = self.fields["kind"]
        choice.choices = [(code, one.title) for code, one in kinds.items()]
        self.fields["file"].help_text = str(self.chosen.file_help)
        source: Any = self.fields["source"]
        source.source = [Offer(code, str(label)) for code, label in self.chosen.sources(actor)]
        source.widget.attrs |= {"list": "sources", "autocomplete": "off"}
        self.offers = source.source
        if self.chosen.source:
            del self.fields["source"]

    def clean(self) -> dict[str, Any]:
        cleaned, kind = super().clean() or {}, self.chosen
        if kind.source:
            cleaned["source"] = kind.source
        if cleaned.get("source"):
            try:
                kind.refuse_source(cleaned["source"], self.actor)
            except ActionError as refusal:
                self.add_error("source" if "source" in self.fields else None, refusal.detail)
        if cleaned.get("file"):
            try:
                cleaned["table"] = read_large_table(cleaned["file"], sheets=len(kind.sheets))
                sheets_by_code(kind, cleaned["table"])
            except Invalid as wrong:
                for error in wrong.errors:
                    self.add_error("file", error.detail)
        return cleaned


class MappingForm(forms.Form):
    """For each column a heading of the file, and a value for rows whose cell is empty."""

    def __init__(self, data: Any, *, imported: Import) -> None:
        super().__init__(data, initial={"version": imported.version})
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput())
        self.places: list[tuple[str, ImportedColumn]] = []
        for code, headings in imported.headings.items():
            for column in KINDS[imported.kind].sheet(code).columns:
                self._add(imported, code, column, headings)

    def _add(self, imported: Import, code: str, column: ImportedColumn, headings: list[str]) -> None:
        self.places.append((code, column))
        label = column.words
        heading: forms.Field = forms.ChoiceField(
            label=label,
            choices=[("", _("– not in the file –")), *((one, one) for one in headings)],
            required=False,
            initial=imported.mapping.get(code, {}).get(column.key, ""),
        )
        value = TextField(
            label=_("%(column)s, if empty") % {"column": label},
            required=False,
            max_length=300,
            initial=imported.fixed.get(code, {}).get(column.key, ""),
        )
        for name, field in ((heading_name(code, column.key), heading), (value_name(code, column.key), value)):
            field.widget.attrs["aria-label"] = field.label
            self.fields[name] = field

    def columns_of(self, sheet: str) -> list[tuple[ImportedColumn, forms.BoundField, forms.BoundField]]:
        """The columns of a sheet with their fields."""
        return [
            (column, self[heading_name(code, column.key)], self[value_name(code, column.key)])
            for code, column in self.places
            if code == sheet
        ]

    def given(self) -> tuple[Mapped, Mapped]:
        """The mapping and the values that the person entered."""
        mapping: Mapped = {code: {} for code, _column in self.places}
        fixed: Mapped = {code: {} for code, _column in self.places}
        for code, column in self.places:
            if heading := self.cleaned_data[heading_name(code, column.key)]:
                mapping[code][column.key] = heading
            if value := self.cleaned_data[value_name(code, column.key)]:
                fixed[code][column.key] = value
        return mapping, fixed

    def show(self, invalid: Invalid) -> None:
        """Adds each error at sheet and column to its field."""
        for error in invalid.errors:
            code, _slash, key = error.pointer.strip("/").partition("/")
            name = heading_name(code, key)
            self.add_error(name if name in self.fields else None, error.detail)


def heading_name(sheet: str, column: str) -> str:
    return f"{sheet}.{column}"


def value_name(sheet: str, column: str) -> str:
    return f"{sheet}.{column}.value"
