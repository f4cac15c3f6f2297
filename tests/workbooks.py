"""Reads a workbook that the product wrote, as its receiver would, and checks what every workbook has."""

import io
from itertools import takewhile
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter


def read_back(content: bytes) -> list[tuple[Any, ...]]:
    """The rows of the first sheet above the notes. The head stays in sight, columns have widths, no cell is a
    formula."""
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.b for cell in sheet[1])
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    table = list(takewhile(any, rows))
    for column in range(1, len(table[0]) + 1):
        assert 8 <= sheet.column_dimensions[get_column_letter(column)].width <= 61
    return table
