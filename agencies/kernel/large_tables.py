"""Tables of an import as files: CSV, several CSV files in a ZIP archive, or the sheets of a workbook."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from .errors import FieldError, Invalid, TooLarge
from .limits import (
    LARGE_TABLE_BYTES,
    LARGE_TABLE_CELL,
    LARGE_TABLE_FILE,
    LARGE_TABLE_HEADING,
    LARGE_TABLE_ROWS,
    LARGE_TABLE_SHEETS,
)
from .text_files import WORKBOOK, Lines, decoded, lines_below, plain_cell, records_of, refuse_characters
from .texts import normalise_text
from .uploads import refuse_unclean
from .workbooks import LARGE, cell_error, read_sheets

WORKBOOK_PART = "[Content_Types].xml"
XLSX = "xlsx"
MAC = "__MACOSX/"  # what macOS adds to an archive
NAMED_IN_UTF8 = 0x800
DAMAGED = (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error)
"""What a damaged archive raises."""
Records = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class ReadSheet:
    """One table of a file: its headings in order, and the cells of its lines by heading. `name` is that of the sheet or
    of the file in the archive, "" for a single CSV file."""

    name: str
    headings: list[str]
    lines: Lines


@dataclass(frozen=True)
class ReadTable:
    """A file as it was read. `encoding` is that of its text (see `text_files.ENCODINGS`), or "xlsx"."""

    encoding: str
    sheets: list[ReadSheet]


def read_large_table(file: Any, *, sheets: int = 1) -> ReadTable:
    """Reads an uploaded file with at most so many tables; of a workbook the first visible ones. Tables without lines
    are left out.

    Raises TooLarge, naming the limit, and Invalid, naming line and column of what cannot be read.
    """
    if file.size > LARGE_TABLE_FILE:
        detail = _("The file has more than %(most)d MiB: send it in parts.") % {"most": LARGE_TABLE_FILE >> 20}
        raise TooLarge.field("file", "size", detail)
    refuse_unclean(file)
    content = file.read()
    encoding, found = _tables(content, sheets)
    read: list[ReadSheet] = []
    for name, records in found:
        left = LARGE_TABLE_ROWS - sum(len(sheet.lines) for sheet in read)
        read += _sheet(name, records, left)
    if not read:
        raise Invalid.field("file", "rows", _("The table has no lines below its headings."))
    return ReadTable(encoding, read)


def _tables(content: bytes, sheets: int) -> tuple[str, Iterable[tuple[str, Records]]]:
    """The encoding of a file, and the lines of each of its tables."""
    if not content.startswith(WORKBOOK):
        text, encoding = decoded(content)
        return encoding, [("", records_of(text, "file", LARGE_TABLE_CELL))]
    packed = _csv_files(content, sheets)
    if packed is None:
        found = read_sheets(content, {**LARGE, "sheets": min(sheets, LARGE_TABLE_SHEETS)})
        return XLSX, [(name, _records_of_sheet(name if sheets > 1 else "", lines)) for name, lines in found.items()]
    texts = {name: decoded(part) for name, part in packed.items()}
    encoding = next((encoding for _text, encoding in texts.values()), "")
    return encoding, [(name, records_of(text, "file", LARGE_TABLE_CELL)) for name, (text, _encoding) in texts.items()]


def _csv_files(content: bytes, most: int) -> dict[str, bytes] | None:
    """The CSV files of an archive by their names without suffix; None for a workbook. All together are read up to
    the limit, so that a small archive cannot fill the memory."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(MAC)]
            if any(one.filename == WORKBOOK_PART for one in parts):
                return None
            names = [PurePosixPath(_name_of(one).replace("\\", "/")) for one in parts]
            if not parts or len(parts) > most or any(name.suffix.lower() != ".csv" for name in names):
                detail = _("Send a CSV file, a workbook, or an archive with at most %(most)d CSV files only.")
                raise Invalid.field("file", "archive", detail % {"most": most})
            if doubled := next((name.stem for n, name in enumerate(names) if name.stem in _stems(names[:n])), ""):
                detail = _("The archive has two files with the name “%(name)s”. Send each sheet once.")
                raise Invalid.field("file", "archive", detail % {"name": doubled})
            return _unpacked(archive, dict(zip(_stems(names), parts, strict=True)))
    except DAMAGED as wrong:
        detail = _("This archive cannot be read. Pack the files again, without a password.")
        raise Invalid.field("file", "archive", detail) from wrong


def _name_of(part: ZipInfo) -> str:
    """The name of a file in an archive. Chinese Windows writes names in GBK, which the format does not say."""
    if part.flag_bits & NAMED_IN_UTF8:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _stems(names: Iterable[PurePosixPath]) -> list[str]:
    return [name.stem for name in names]


def _unpacked(archive: ZipFile, parts: Mapping[str, ZipInfo]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = LARGE_TABLE_BYTES
    for name, packed in parts.items():
        with archive.open(packed) as part:
            content = found[name] = part.read(left + 1)
        left -= len(content)
        if left < 0:
            detail = _("The table has more than %(most)d KB of text: send it in parts.")
            raise TooLarge.field("file", "size", detail % {"most": LARGE_TABLE_BYTES // 1_000})
    return found


def _records_of_sheet(name: str, lines: Mapping[int, list[str]]) -> Records:
    refuse_characters(lines, name)
    for line in sorted(lines):
        if any(cells := [plain_cell(normalise_text(cell)) for cell in lines[line]]):
            yield line, cells


def _sheet(name: str, records: Records, most: int) -> Iterator[ReadSheet]:
    """The table, unless it has no lines. Raises Invalid for a heading that appears twice or is too long."""
    number, head = next(records, (1, []))
    headings: dict[int, str] = {}
    errors: list[FieldError] = []
    for column, heading in enumerate(head, start=1):
        if len(heading) > LARGE_TABLE_HEADING:
            detail = _("the cell has more than %(most)d characters.") % {"most": LARGE_TABLE_HEADING}
            errors.append(cell_error("file", number, column, "max_length", detail, name))
        elif heading and heading in headings.values():
            detail = _("the heading “%(heading)s” appears twice.") % {"heading": heading[:40]}
            errors.append(cell_error("file", number, column, "columns", detail, name))
        elif heading:
            headings[column] = heading
    if errors:
        raise Invalid(errors)
    if lines := lines_below(records, headings, most=most, field="file"):
        yield ReadSheet(name, list(headings.values()), lines)
