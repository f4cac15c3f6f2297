"""Files of imports: the empty table of a kind, and the rows of an import with their results."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from agencies.kernel.bilingual import pick
from agencies.kernel.tables import TYPES, Row, book_file, csv_file, write_file

from .kinds import KINDS
from .mapping import LINE, REASON, RESULT, RESULT_HEADINGS
from .models import Import
from .page import column_names, problem_words, rows_with
from .tables import ImportedSheet, ImportedTable

FILE_TYPES = {**TYPES, "zip": "application/zip"}


def template_of(kind: ImportedTable) -> bytes:
    """A workbook with the sheets of the kind, headings in both languages and one example, and a last sheet that says
    what each column contains. An import reads only the sheets of the kind, which come first."""
    sheets = [(sheet.words, _example(sheet)) for sheet in kind.sheets]
    return book_file([*sheets, (_("How to fill it in"), _notes(kind))])


def _example(sheet: ImportedSheet) -> list[Row]:
    return [[one.heading for one in sheet.columns], [one.example for one in sheet.columns]]


def _notes(kind: ImportedTable) -> Iterator[Row]:
    yield [_("Sheet"), _("Column"), _("Name in the API"), _("Required"), _("What a cell contains"), _("Example")]
    for sheet in kind.sheets:
        for one in sheet.columns:
            yield [sheet.words, one.heading, one.key, _("yes") if one.required else "", str(one.hint), one.example]


def rows_file(imported: Import, result: str, form: str) -> tuple[str, bytes]:
    """The rows with one result as they were sent, with their line, result and reasons after them, so that they can be
    corrected and imported again. Several sheets are a workbook, or an archive of CSV files. Returns its form too."""
    kind = KINDS[imported.kind]
    if len(imported.headings) == 1:
        file = BytesIO()
        write_file(form, _rows(imported, result, *imported.headings), file, title=str(kind.title))
        return form, file.getvalue()
    sheets = [(kind.sheet(code).words, _rows(imported, result, code)) for code in imported.headings]
    if form == "xlsx":
        return form, book_file(sheets)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, rows in sheets:
            archive.writestr(f"{name}.csv", csv_file(rows))
    return "zip", file.getvalue()


def _rows(imported: Import, result: str, code: str) -> Iterator[Row]:
    names = column_names(imported)[code]
    # A file that was corrected and sent again has the results of the earlier import.
    headings = [heading for heading in imported.headings[code] if heading not in RESULT_HEADINGS]
    yield [*headings, pick(*LINE), pick(*RESULT), pick(*REASON)]
    rows = rows_with(imported, result).filter(sheet=code).order_by("position")
    for row in rows.iterator(chunk_size=500):
        why = "; ".join(problem_words(names, one) for one in (*row.problems, *row.doubts))
        yield [*(row.cells.get(heading, "") for heading in headings), row.line, str(row.result_label), why]
