"""Pages with one set of fields for each row of an object, such as the answers to a questionnaire.

The page sends its rows as the table that the action reads, so that page, API and a table from a spreadsheet are checked
alike.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from agencies.idempotency.actions import once
from agencies.kernel.errors import FieldError, Invalid
from agencies.people.forms import form_page, submit_form

MakeField = Callable[[Any], forms.Field | None]  # (row) → its field in this column, None if it has none
NUMBER = "number"


class RowsForm(forms.Form):
    """Fields for each of the `rows`, which have a `number`. `columns` are the columns of the table besides the number,
    with heading and field. `more` are fields of the whole object, before the rows.
    """

    def __init__(
        self,
        data: Any,
        *,
        rows: Sequence[Any],
        columns: Mapping[str, tuple[Any, MakeField]],
        more: Mapping[str, forms.Field],
        version: int,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.rows, self.columns, self.more = rows, columns, more
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput())
        self.fields |= more
        for at, row in enumerate(rows):
            for name, (heading, make) in columns.items():
                if (field := make(row)) is not None:
                    field.required = False
                    field.label = f"{row.number} {heading}"
                    field.widget.attrs["aria-label"] = field.label
                    self.fields[self._name(name, at)] = field

    def _name(self, column: str, at: int) -> str:
        return f"{column}_{at}"

    @property
    def headings(self) -> list[Any]:
        return [heading for heading, _make in self.columns.values()]

    @property
    def whole(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]

    def lines(self) -> Iterator[tuple[Any, list[tuple[Any, forms.BoundField | None]]]]:
        """Each row with heading and field of each column."""
        for at, row in enumerate(self.rows):
            names = [(heading, self._name(column, at)) for column, (heading, _make) in self.columns.items()]
            yield row, [(heading, self[name] if name in self.fields else None) for heading, name in names]

    def table(self) -> str:
        """The rows as the CSV text that the action reads; line 2 is the first row."""
        text = StringIO()
        write = csv.writer(text).writerow
        write([NUMBER, *self.columns])
        for at, row in enumerate(self.rows):
            cells = [self.cleaned_data.get(self._name(column, at)) for column in self.columns]
            write([row.number, *("" if cell is None else cell for cell in cells)])
        return text.getvalue()

    def answers(self) -> dict[str, Any]:
        """The version and the fields of the whole object, as far as they are answered."""
        whole = {name: self.cleaned_data[name] for name in ("version", *self.more)}
        return {name: value for name, value in whole.items() if value not in (None, "")}

    def placed(self, refused: Invalid, table: str) -> Invalid:
        """The errors of the action at the fields of the page. `table` is the name of the table."""
        return Invalid(self._placed(error, table) for error in refused.errors)

    def _placed(self, error: FieldError, table: str) -> FieldError:
        _start, _sep, place = error.pointer.partition(f"/{table}/")
        line, _sep, column = place.partition("/")
        if not line.isdecimal():
            return error
        # A person sees the field, and needs no number of a line.
        detail = error.detail.removeprefix(_at_line(int(line), ""))
        return FieldError(f"/{self._name(column, int(line) - 2)}", error.code, detail)


def rows_page(
    request: HttpRequest, *, form: RowsForm, table: str, act: Callable[..., Any], template: str, context: dict[str, Any]
) -> HttpResponse:
    """Shows the form, and performs the action with the rows as its answer `table`.

    `context` has `heading`, `help_text`, `button`, `back` and `back_label`.
    """

    def perform(_given: dict[str, Any]) -> str:
        try:
            act(**{table: form.table()}, **form.answers())
        except Invalid as refused:
            raise form.placed(refused, table) from refused
        return str(context["back"])

    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or submit_form(form, perform) or ""
        if sent.target:
            messages.success(request, _("Recorded: %(what)s.") % {"what": context["button"]})
            return redirect(sent.target)
    return form_page(request, template, context | {"form": form})


def cell_error(table: str, line: int, column: str, detail: str, code: str = "invalid") -> FieldError:
    """An error in one cell of the table, which names the line."""
    return FieldError(f"/{table}/{line}/{column}", code, _at_line(line, detail))


def _at_line(line: int, what: str) -> str:
    return _("Line %(line)d: %(what)s") % {"line": line, "what": what}
