"""Reads the first sheet of an XLSX workbook as rows of texts.

Only the parts of the format that carry cells are read: a workbook is a ZIP file of XML. Sizes are limited before
anything is unpacked, and documents with a type declaration are refused, so that a small file cannot fill the memory.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from .errors import Invalid
from .tables import FIRST_SERIAL

MOST_UNPACKED = 20_000_000
MOST_COLUMNS, MOST_ROWS = 200, 20_000
SHEET = "xl/worksheets/sheet1.xml"
BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
# RuntimeError is a password, NotImplementedError an unknown compression.
UNREADABLE = (
    *(zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, OverflowError),
    *(NotImplementedError, RuntimeError),
)
COLUMN = re.compile(r"[A-Z]{1,3}")


def read_workbook(content: bytes) -> list[list[str]]:
    """Returns the rows of the first sheet; a date as 2026-03-01, a number with the digits that it shows. Raises
    Invalid.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Invalid.field("file", "size", _("The workbook is too large. Send the table in parts."))
            texts, dates = list(_shared_texts(packed)), _date_styles(packed)
            return list(_rows(read_part(packed, _first_sheet(packed)), texts, dates))
    except UNREADABLE as wrong:
        detail = _("This workbook cannot be read. Save it in the spreadsheet program as “CSV UTF-8”, and send that.")
        raise Invalid.field("file", "workbook", detail) from wrong


def _tag(name: str) -> str:
    return f"{{*}}{name}"


def _all(name: str) -> str:
    return f".//{{*}}{name}"


def read_part(packed: zipfile.ZipFile, path: str) -> ElementTree.Element:
    """Reads one XML document of an office file. Raises ValueError if it declares a type, ParseError if it is broken."""
    content = packed.read(path)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\x00" in content[:200]:
        raise ValueError("a workbook has no type declaration")
    return ElementTree.fromstring(content)  # noqa: S314 - without declarations, and of limited size


def _first_sheet(packed: zipfile.ZipFile) -> str:
    """The path of the sheet that the workbook shows first."""
    sheet = read_part(packed, "xl/workbook.xml").find(_all("sheet"))
    if sheet is None:
        raise ValueError("a workbook has a sheet")
    wanted = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
    for link in read_part(packed, "xl/_rels/workbook.xml.rels").findall(_all("Relationship")):
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return SHEET


def _shared_texts(packed: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" in packed.namelist():
        for one in read_part(packed, "xl/sharedStrings.xml").findall(_all("si")):
            yield _text(one)


def _text(element: ElementTree.Element) -> str:
    """The text without phonetic guides."""
    runs = [*element.findall(_tag("t")), *element.findall(f"{_tag('r')}/{_tag('t')}")]
    return "".join(run.text or "" for run in runs)


def _date_styles(packed: zipfile.ZipFile) -> set[int]:
    """Numbers of the cell styles that show a number as a date."""
    if "xl/styles.xml" not in packed.namelist():
        return set()
    styles = read_part(packed, "xl/styles.xml")
    named = {int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in styles.findall(_all("numFmt"))}
    shown = styles.find(_tag("cellXfs"))
    formats = [int(one.get("numFmtId", "0")) for one in (shown if shown is not None else ())]
    return {n for n, code in enumerate(formats) if code in BUILT_IN_DATES or _is_date(named.get(code, ""))}


def _is_date(code: str) -> bool:
    return bool(re.search(r"[ymd年月日]", QUOTED.sub("", code).lower()))


def _rows(sheet: ElementTree.Element, texts: list[str], dates: set[int]) -> Iterator[list[str]]:
    """Every row up to the last, so that a line has the number that the spreadsheet shows."""
    last = 0
    for row in sheet.findall(_all("row")):
        number = int(row.get("r", last + 1))
        if number > MOST_ROWS:
            raise Invalid.field("file", "rows", _("A sheet has at most %(most)d rows.") % {"most": MOST_ROWS})
        yield from ([] for _empty in range(last + 1, number))
        yield _cells(row, texts, dates)
        last = number


def _cells(row: ElementTree.Element, texts: list[str], dates: set[int]) -> list[str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(row.findall(_all("c"))):
        named = COLUMN.match(cell.get("r", ""))
        column = _number_of(named.group()) if named else place
        if column < MOST_COLUMNS:
            found[column] = _value(cell, texts, dates)
    return [found.get(n, "") for n in range(max(found, default=-1) + 1)]


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ElementTree.Element, texts: list[str], dates: set[int]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(_tag("v")) or ""
    if kind == "inlineStr":
        inside = cell.find(_tag("is"))
        return "" if inside is None else _text(inside)
    if kind == "s" and value:
        return texts[int(value)]
    if kind != "n" or not value:
        return value
    number = Decimal(repr(float(value)))
    if int(cell.get("s", "0")) in dates:
        return (date.fromordinal(FIRST_SERIAL) + timedelta(days=int(number))).isoformat()
    return format(number.quantize(Decimal(1)) if number == number.to_integral_value() else number, "f")
