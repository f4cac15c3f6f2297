"""Rows of a case register, as an agency writes them."""

from collections.abc import Iterator

from coordination.automation.imports.tables import TableRow
from coordination.automation.opencases.reading import RegisteredCase, registered_cases
from coordination.automation.opencases.sheets import SHEETS

NUMBER = "沪关缉字〔2026〕118号"
PROCEEDING = "沪关缉违字〔2026〕118号"
CASE = {
    "number": NUMBER,
    "title": "某申甲公司伪报品名出口镓案",
    "opened_on": "2026-08-12",
    "paper": "沪关缉线〔2026〕77号",
    "severity": "高",
}
PARTY = {"name": "某申甲贸易有限公司", "kind": "企业", "scheme": "USCC", "identifier": "91310000MA1K35XD53"}
ITEM = {"description": "金属镓", "declared_as": "铝锭", "hs_code": "8112929010", "net_weight_kg": "200"}
FILED = {
    "number": PROCEEDING,
    "kind": "行政（海关）",
    "opened_on": "2026-08-12",
    "opened_paper": "沪关缉线〔2026〕77号",
    "filed_on": "2026-08-20",
    "filed_paper": "沪关缉立〔2026〕118号",
    "handler": "customs.officer",
}
PAUSED = {
    "proceeding": PROCEEDING,
    "period": "CUS_DECISION",
    "ground": "检测、检验、检疫、鉴定",
    "paused_on": "2026-09-15",
    "paused_paper": "沪关缉鉴〔2026〕12号",
    "resumed_on": "2026-10-10",
    "resumed_paper": "鉴定书〔2026〕55号",
}
ASKED = {
    "number": "沪关缉协〔2026〕31号",
    "kind": "协查",
    "receiver": "MPS_ECID",
    "title": "请协助核查资金往来",
    "text": "请协助调取2026年7月的资金流水。",
    "sent_on": "2026-09-10",
    "sent_paper": "沪关缉协〔2026〕31号",
}
TRANSFER = {
    "number": "沪关缉移〔2026〕4号",
    "kind": "移送涉嫌犯罪案件",
    "receiver": "GACC_ASB",
    "title": "某申甲公司涉嫌走私国家禁止进出口的货物",
    "text": "涉嫌伪报品名出口金属镓200千克。",
    "offence": "SMUG_PROHIBITED",
    "team": "林知远；容止戈",
    "approved_on": "2026-09-15 16:00",
    "approved_paper": "署移〔2026〕4号审批表",
    "sent_on": "2026-09-16 10:00",
    "sent_paper": "沪关缉移〔2026〕4号",
}


def rows(number: str = NUMBER, **sheets: list[dict[str, str]]) -> list[TableRow]:
    """Rows of one case; without a sheet of cases, of the usual one."""
    listed = {"cases": [CASE | {"number": number}], **sheets}
    return [
        TableRow(sheet, line, cells if sheet == "cases" else {"case": number, **cells})
        for sheet, written in listed.items()
        for line, cells in enumerate(written, start=2)
    ]


def registered(number: str = NUMBER, **sheets: list[dict[str, str]]) -> RegisteredCase:
    [matter], errors = registered_cases(rows(number, **sheets))
    assert not errors
    return matter


def tables(listed: list[TableRow]) -> Iterator[tuple[str, list[list[str]]]]:
    """Each sheet as a table with the headings of the template."""
    for sheet in SHEETS:
        keys = [column.key for column in sheet.columns]
        lines = [[row.cells.get(key, "") for key in keys] for row in listed if row.sheet == sheet.code]
        if lines:
            yield sheet.zh, [[column.heading for column in sheet.columns], *lines]
