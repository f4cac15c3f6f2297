"""Reads the first visible sheet of an XLSX workbook as lines of texts, in a process of its own (`foreign_workbook`)."""

import json
import logging
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
}
DEFUSED = {"OPENPYXL_LXML": "False"}  # every part is then parsed by defusedxml, whether lxml is installed or not
log = logging.getLogger(__name__)


def read_workbook(content: bytes) -> dict[int, list[str]]:
    """Returns the lines that are not empty, by the number that the spreadsheet shows. A date is 2026-03-01, a number
    has the digits that it shows. Raises TooLarge, and Invalid naming line and column of every cell that cannot be read.
    """
    answer = ask(PROGRAM, json.dumps(LIMITS), content=content, env=DEFUSED)
    if answer is None:
        raise TooLarge.field("file", "size", _over("memory"))
    if "over" in answer:
        raise TooLarge.field("file", "size", _over(answer["over"]))
    if "broken" in answer:
        log.info("a workbook could not be read: %s", answer["broken"])
        detail = _("This workbook cannot be read. Save it in the spreadsheet program as “CSV UTF-8”, and send that.")
        raise Invalid.field("file", "workbook", detail)
    if "wrong" in answer:
        raise Invalid(_cell_error(*cell) for cell in answer["wrong"])
    return {int(line): cells for line, cells in answer["lines"].items()}


def _over(name: str) -> str:
    details = {
        "unpacked": _("Unpacked, the workbook has more than %(most)d MB. Remove other sheets and pictures.")
        % {"most": limits.WORKBOOK_BYTES // 1_000_000},
        "bytes": _("The table has more than %(most)d KB of text: send it in parts.")
        % {"most": limits.TABLE_BYTES // 1_000},
        "lines": _("The sheet has text below line %(most)d: send it in parts.") % {"most": limits.TABLE_LINES},
        "columns": _("The table has more than %(most)d columns. Remove those that are not needed.")
        % {"most": limits.TABLE_COLUMNS},
        "memory": _(
            "Reading the workbook takes more than %(seconds)d seconds or %(most)d MB of memory. Copy the table "
            "without its formats into a new workbook, or send it in parts."
        )
        % {"seconds": limits.WORKBOOK_SECONDS, "most": limits.WORKBOOK_MEMORY // 1024 // 1024},
    }
    return details[name]


def _cell_error(line: int, column: int, code: str, text: str) -> FieldError:
    details = {
        "error": _("the cell shows the error %(text)s. Correct it.") % {"text": text[:20]},
        "formula": _("the formula has no result. Open the file in the spreadsheet program, save it and send it again."),
        "digits": _("a spreadsheet keeps only 15 digits of a number. Format the cell as text and enter it again."),
        "merged": _("the cells %(text)s are merged. Separate them and fill in each.") % {"text": text},
        "max_length": _("the cell has more than %(most)d characters.") % {"most": limits.TABLE_CELL},
    }
    return cell_error("file", line, column, code, details[code])


def cell_error(field: str, line: int, column: int, code: str, detail: str) -> FieldError:
    """An error at a line and a column, both as the spreadsheet shows them."""
    letters = xl_col_to_name(column - 1)
    place = {"line": line, "column": letters, "what": detail}
    return FieldError(f"/{field}/{line}/{letters}", code, _("Line %(line)d, column %(column)s: %(what)s") % place)
