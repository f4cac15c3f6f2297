"""Reads visible sheets of an XLSX workbook as lines of texts, in a process of its own (`foreign_workbook`)."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from . import limits
from .errors import FieldError, Invalid, TooLarge
from .limited_process import ask

PROGRAM = Path(__file__).with_name("foreign_workbook.py")
LIMITS = {
    "memory": limits.WORKBOOK_MEMORY,
    "seconds": limits.WORKBOOK_SECONDS,
    "unpacked": limits.WORKBOOK_BYTES,
    "bytes": limits.TABLE_BYTES,
    "lines": limits.TABLE_LINES,
    "columns": limits.TABLE_COLUMNS,
    "cell": limits.TABLE_CELL,
    "sheets": 1,
}
# Of a workbook with many rows, which a person waits for at most once.
LARGE = {
    "memory": limits.LARGE_WORKBOOK_MEMORY,
    "seconds": limits.LARGE_WORKBOOK_SECONDS,
    "unpacked": limits.LARGE_WORKBOOK_BYTES,
    "bytes": limits.LARGE_TABLE_BYTES,
    "lines": limits.LARGE_TABLE_LINES,
    "columns": limits.TABLE_COLUMNS,
    "cell": limits.LARGE_TABLE_CELL,
    "sheets": limits.LARGE_TABLE_SHEETS,
}
DEFUSED = {"OPENPYXL_LXML": "False"}  # every part is then parsed by defusedxml, whether lxml is installed or not
log = logging.getLogger(__name__)


def read_workbook(content: bytes) -> dict[int, list[str]]:
    """Returns the lines of the first visible sheet that are not empty, by the number that the spreadsheet shows. A date
    is 2026-03-01, a number has the digits that it shows. Raises as `read_sheets`.
    """
    [lines] = read_sheets(content, LIMITS).values()
    return lines


def read_sheets(content: bytes, most: Mapping[str, int]) -> dict[str, dict[int, list[str]]]:
    """Returns the lines of each of the first visible sheets, by its name. `most` are the limits. Raises TooLarge, and
    Invalid naming line and column of every cell that cannot be read.
    """
    answer = ask(PROGRAM, json.dumps(most), content=content, env=DEFUSED)
    if answer is None:
        raise TooLarge.field("file", "size", _over("memory", most))
    if "over" in answer:
        raise TooLarge.field("file", "size", _over(answer["over"], most))
    if "broken" in answer:
        log.info("a workbook could not be read: %s", answer["broken"])
        detail = _("This workbook cannot be read. Save it in the spreadsheet program as “CSV UTF-8”, and send that.")
        raise Invalid.field("file", "workbook", detail)
    if "wrong" in answer:
        sheet = answer["sheet"] if most["sheets"] > 1 else ""
        wrong = answer["wrong"]
        raise Invalid(_cell_error(line, column, code, text, most, sheet) for line, column, code, text in wrong)
    return {name: {int(line): cells for line, cells in lines.items()} for name, lines in answer["sheets"].items()}


def _over(name: str, most: Mapping[str, int]) -> str:
    details = {
        "unpacked": _("Unpacked, the workbook has more than %(most)d MB. Remove other sheets and pictures.")
        % {"most": most["unpacked"] // 1_000_000},
        "bytes": _("The table has more than %(most)d KB of text: send it in parts.") % {"most": most["bytes"] // 1_000},
        "lines": _("The sheet has text below line %(most)d: send it in parts.") % {"most": most["lines"]},
        "columns": _("The table has more than %(most)d columns. Remove those that are not needed.")
        % {"most": most["columns"]},
        "memory": _(
            "Reading the workbook takes more than %(seconds)d seconds or %(most)d MB of memory. Copy the table "
            "without its formats into a new workbook, or send it in parts."
        )
        % {"seconds": most["seconds"], "most": most["memory"] // 1024 // 1024},
    }
    return details[name]


def _cell_error(line: int, column: int, code: str, text: str, most: Mapping[str, int], sheet: str) -> FieldError:
    details = {
        "error": _("the cell shows the error %(text)s. Correct it.") % {"text": text[:20]},
        "formula": _("the formula has no result. Open the file in the spreadsheet program, save it and send it again."),
        "digits": _("a spreadsheet keeps only 15 digits of a number. Format the cell as text and enter it again."),
        "merged": _("the cells %(text)s are merged. Separate them and fill in each.") % {"text": text},
        "max_length": _("the cell has more than %(most)d characters.") % {"most": most["cell"]},
    }
    return cell_error("file", line, column, code, details[code], sheet)


def cell_error(field: str, line: int, column: int, code: str, detail: str, sheet: str = "") -> FieldError:
    """An error at a line and a column, both as the spreadsheet shows them, in a named sheet if there are several."""
    letters = xl_col_to_name(column - 1)
    place = {"sheet": sheet, "line": line, "column": letters, "what": detail}
    words = _("Sheet “%(sheet)s”, line %(line)d, column %(column)s: %(what)s") if sheet else ""
    words = words or _("Line %(line)d, column %(column)s: %(what)s")
    return FieldError(f"/{field}/{line}/{letters}", code, words % place)
