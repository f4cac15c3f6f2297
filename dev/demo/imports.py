"""Imports of the demonstration: leads that were taken over but for three rows, and open cases that wait for their
second person."""

from django.core.files.base import ContentFile

from agencies.kernel.large_tables import read_large_table
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import book_file, csv_file
from agencies.kernel.uploads import Verdict
from agencies.people.models import User
from agencies.people.sight import actor_for
from agencies.runs.worker import work
from coordination.actions.performing import perform
from coordination.automation.imports.actions import check_import, record_file, take_import, upload_table
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.models import Import
from coordination.tooling.operation.background_jobs import WORKS

HOTLINE = "海关举报热线（演示）"
HEADINGS = "线索编号,报告种类,标题,发生时间,涉嫌方名称,货物名称,商品编号,净重（千克）,最终目的国,备注"
# Three rows have a mistake: no title, no such country, too few digits.
LEADS = """\
热〔2026〕1,举报,举报某公司以铝锭名义出口镓（演示）,2026-05-11,示例甲金属有限公司,金属镓,8112929010,200,越南,来电记录
热〔2026〕2,举报,举报某公司拆分报关规避许可（演示）,2026-05-18,示例乙贸易有限公司,氧化锗,2825600001,80,马来西亚,
热〔2026〕3,举报,,2026-05-20,示例丙实业有限公司,锑锭,8110101000,500,越南,来电人未留姓名
热〔2026〕4,举报,举报某货代代填最终用途说明（演示）,2026-06-02,示例丁货运代理有限公司,,,,韩国,已电话核实
热〔2026〕5,举报,举报无人机发动机改名出口（演示）,2026-06-09,示例戊科技有限公司,航空发动机,8407101000,45,乌托邦,
热〔2026〕6,举报,举报某公司借用他人许可证（演示）,2026-06-15,示例己国际贸易有限公司,石墨,3801100010,1000,日本,
热〔2026〕7,举报,举报镝铁合金以废料名义出口（演示）,2026-06-23,示例庚稀土有限公司,镝铁合金,720,300,日本,附照片两张
热〔2026〕8,举报,举报快件夹带样品出境（演示）,2026-07-01,示例辛新材料有限公司,铟,8112923010,3,美国,
"""


def load_imports() -> None:
    if Import.objects.exists():
        return
    load_leads()
    load_open_cases()


def load_leads() -> None:
    officer = actor_for(User.objects.get(username="customs.officer"))
    lines = [line.split(",") for line in (HEADINGS, *LEADS.splitlines())]
    table = read_large_table(_scanned(csv_file(lines).decode("utf-8-sig").encode("gb18030")))
    made = upload_table(KINDS["leads"], table, actor=officer, source=HOTLINE, file_name="举报热线台账（演示）.csv")
    check_import(made, actor=officer)
    work_off()
    made.refresh_from_db()
    take_import(made, actor=officer)
    work_off()
    made.refresh_from_db()
    record_file(made, actor=officer)  # the refused rows, to be corrected


def load_open_cases() -> None:
    """The case of the empty table, whose import the unit lead asks for and the head has to confirm."""
    kind, lead = KINDS["open_cases"], actor_for(User.objects.get(username="customs.lead"))
    sheets = [
        (sheet.zh, [[one.heading for one in sheet.columns], [one.example for one in sheet.columns]])
        for sheet in kind.sheets
    ]
    table = read_large_table(_scanned(book_file(sheets)), sheets=len(kind.sheets))
    made = upload_table(kind, table, actor=lead, source=kind.source, file_name="在办案件台账（演示）.xlsx")
    check_import(made, actor=lead)
    work_off()
    made.refresh_from_db()
    perform(RESOURCES["imports"], lead, made, "take", {}, strict=True)


def work_off() -> None:
    """What the worker does, until nothing is left."""
    while work(WORKS):
        pass


def _scanned(content: bytes) -> "ContentFile[bytes]":
    file = ContentFile(content)
    file.verdict = Verdict()  # type: ignore[attr-defined]  # set by the scan of a request
    return file
