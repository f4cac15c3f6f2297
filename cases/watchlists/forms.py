"""Form of the import page."""

from typing import Any

from agencies.kernel import text_files

from .spreadsheet import EntryRow, read_rows


class SheetForm(text_files.SheetForm):
    """Entries as a file or as its text."""

    def read(self, text: str, cleaned: dict[str, Any]) -> list[EntryRow]:
        return read_rows(text)
