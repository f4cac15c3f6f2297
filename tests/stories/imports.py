"""Imports of tables."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel.large_tables import ReadSheet, ReadTable, read_large_table
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import csv_file
from agencies.kernel.uploads import Verdict
from agencies.runs.worker import work
from coordination.actions.performing import perform
from coordination.automation.imports.actions import check_import, take_import, upload_table
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.models import Import
from coordination.tooling.operation.background_jobs import WORKS

IMPORTER = "customs.officer"
HEADINGS = ("线索编号", "报告种类", "标题", "涉嫌方名称", "统一社会信用代码", "货物名称", "最终目的国")


def lead_line(number: Any, **cells: str) -> list[str]:
    """One line of a register of leads, with these headings."""
    usual = {"线索编号": f"R-{number}", "报告种类": "举报", "标题": f"线索 {number}", "最终目的国": "越南"}
    return [str({**usual, **cells}.get(heading, "")) for heading in HEADINGS]


def table_file(rows: Iterable[Sequence[str]], name: str = "register.csv") -> SimpleUploadedFile:
    """A file that the scanner has passed."""
    file = SimpleUploadedFile(name, csv_file(rows))
    file.verdict = Verdict()  # type: ignore[attr-defined]  # set by the scan of a request
    return file


def uploaded_import(
    cast: Any,
    rows: Iterable[Sequence[str]] | None = None,
    *,
    headings: Sequence[str] = HEADINGS,
    who: str = IMPORTER,
    source: str = "register",
) -> Import:
    """A table of leads, by default of two, whose columns are assigned as proposed."""
    lines = [lead_line(1), lead_line(2)] if rows is None else rows
    table = read_large_table(table_file([headings, *lines]))
    return upload_table(KINDS["leads"], table, actor=cast[who], source=source, file_name="register.csv")


def work_off() -> None:
    """What the worker does, until nothing is left."""
    while work(WORKS):
        pass


def import_story(cast: Any, state: str = "TAKEN", **given: Any) -> Import:
    """An import in this state: UPLOADED, CHECKED or TAKEN."""
    made = uploaded_import(cast, **given)
    who = cast[given.get("who", IMPORTER)]
    if state in ("CHECKED", "TAKEN"):
        check_import(made, actor=who)
        work_off()
        made.refresh_from_db()
    if state == "TAKEN":
        take_import(made, actor=who)
        work_off()
        made.refresh_from_db()
    return made


def open_case_import(
    cast: Any, state: str = "UPLOADED", *, who: str = "customs.lead", second: str = "customs.head"
) -> Any:
    """An import of one open case, that of the empty table, in this state: UPLOADED, CHECKED, ASKED (it
    waits for the second person; the request is returned) or TAKEN."""
    kind = KINDS["open_cases"]
    sheets = [
        ReadSheet(
            sheet.zh, [one.heading for one in sheet.columns], {2: {one.heading: one.example for one in sheet.columns}}
        )
        for sheet in kind.sheets
        if sheet.code in ("cases", "proceedings", "parties")
    ]
    table = ReadTable("xlsx", sheets)
    made = upload_table(kind, table, actor=cast[who], source=kind.source, file_name="cases.xlsx")
    if state == "UPLOADED":
        return made
    check_import(made, actor=cast[who])
    work_off()
    made.refresh_from_db()
    if state == "CHECKED":
        return made
    asked = perform(RESOURCES["imports"], cast[who], made, "take", {}).created
    if state == "ASKED":
        return asked
    perform(RESOURCES["confirmations"], cast[second], asked, "confirm", {})
    work_off()
    made.refresh_from_db()
    return made


def results_of(imported: Import) -> Mapping[int, str]:
    """Line → newest result."""
    return {row.line: row.result for row in imported.rows.order_by("position")}


def rows_of_file(content: bytes) -> list[dict[str, str]]:
    """The lines of a CSV file by its headings."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
