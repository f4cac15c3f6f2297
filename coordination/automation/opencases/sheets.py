"""The sheets of an agency's case register: their columns, with hints and examples of one case.

Each row names its case by the agency's own case number.
"""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text
from coordination.automation.imports.tables import ImportedColumn, ImportedSheet

CASE_NUMBER, NUMBER, PARTY = "沪关缉字〔2026〕118号", "沪关缉违字〔2026〕118号", "某申甲贸易有限公司"
DATE = _("Beijing time: 2026-03-01, or 2026-03-01 14:30 where a period runs in hours.")
PAPER = _("Number of the paper that shows it.")
SEVERAL = _("Several with semicolons between them.")
ONLY_TRANSFER = _("Only of a transfer of a suspected crime.")
AS_IN_CASES = _("As in the sheet of cases.")
OF_CASE = _("It names the case in all sheets and is found by the search.")
PRINTED = _("Papers print this title.")
MEDIUM = _("Empty: medium.")
STRICTEST = _("Empty: the strictest default of the agency.")
LAW_OF_DAY = _("The law of this day applies to the items.")
COMPANY = _("Company, person or vessel. Empty: company.")
CODE = _("Code or name.")
SCHEME = _("Such as USCC for the unified social credit code.")
DIGITS = _("6, 8 or 10 digits.")
GOODS = _("Empty: goods.")
OF_PROCEEDING = _("It names the proceeding in other sheets and is found by the search.")
CRIMINAL = _("Of a criminal one the opening is the filing.")
RUNS_FROM = _("The period for the decision runs from it.")
PERSON = _("Account or name of a person of the agency. Empty: who imports it.")
TWO = _("At least two officers, with semicolons between them.")
OFFENCE = _("Of a criminal proceeding: code or name.")
ON_CASE = _("Empty: a step on the case itself.")
OF_WHOLE = _("Empty: a step of the whole proceeding.")
ON_PERIOD = _("Only for a step on a period, such as its extension: code or name.")
BUTTON = _("As its button is called, in Chinese or English.")
ANSWERS = _("One on a line: name of the field, colon, answer.")
AS_IN_LETTER = _("As the letter has it.")
OVERRULED = _("Only for another one than the rules suggest.")
TEAM_OF_TRANSFER = _("Only of a transfer of a suspected crime; who approves it is not of the team.")
OF_PARTY = _("Only for a period about one party.")
STILL = _("Empty: it is still paused.")
Field = tuple[str, str, str, Text, str]
"""Key with a star if required, Chinese and English heading, hint, example."""
CASE: Field = ("case*", "本机关案号", "Case number of the agency", AS_IN_CASES, CASE_NUMBER)

CASES: tuple[Field, ...] = (
    ("number*", "本机关案号", "Case number of the agency", OF_CASE, CASE_NUMBER),
    ("title*", "案件名称", "Title of the case", PRINTED, "某申甲公司伪报品名出口镓案"),
    ("title_en", "案件英文名称", "English title of the case", "", "Misdeclared export of gallium"),
    ("opened_on*", "受案日期", "Opened on", DATE, "2026-08-12"),
    ("paper*", "受案文书", "Paper of the opening", PAPER, "沪关缉线〔2026〕77号"),
    ("summary", "案情", "Summary", "", "以铝锭名义申报出口金属镓约200千克。"),
    ("severity", "严重程度", "Severity", MEDIUM, "高"),
    ("handling_code", "知悉范围", "Handling code", STRICTEST, "H1"),
    ("violation_types", "违法类型", "Violation types", SEVERAL, ""),
    ("occurred_on", "行为发生日期", "Day of the conduct", LAW_OF_DAY, "2026-07-30"),
)
PARTIES: tuple[Field, ...] = (
    CASE,
    ("name*", "当事人名称", "Name", "", PARTY),
    ("kind", "当事人种类", "Kind", COMPANY, "企业"),
    ("role", "当事人角色", "Role", "", "出口经营者"),
    ("country", "国家（地区）", "Country", CODE, "CHN"),
    ("scheme", "证件号码种类", "Scheme", SCHEME, "USCC"),
    ("identifier", "证件号码", "Identifier", "", "91310000MA1K35XD53"),
    ("address", "地址", "Address", "", "上海市浦东新区某路8号"),
)
ITEMS: tuple[Field, ...] = (
    CASE,
    ("description*", "物项描述", "Description", "", "金属镓"),
    ("declared_as", "申报品名", "Declared as", "", "铝锭"),
    ("hs_code", "商品编号", "HS code", DIGITS, "8112929010"),
    ("control_code", "管制编码", "Control code", "", "3C004"),
    ("nature", "物项性质", "Nature", GOODS, "货物"),
    ("net_weight_kg", "净重（千克）", "Net weight (kg)", "", "200"),
    ("value", "货值", "Value", "", "480000"),
    ("currency", "币制", "Currency", "", "CNY"),
    ("origin", "原产国（地区）", "Country of origin", CODE, "CHN"),
)
PROCEEDINGS: tuple[Field, ...] = (
    CASE,
    ("number*", "办案程序案号", "Number of the proceeding", OF_PROCEEDING, NUMBER),
    ("kind*", "程序种类", "Kind of proceeding", CRIMINAL, "行政（海关）"),
    ("opened_on*", "启动日期", "Opened on", DATE, "2026-08-12"),
    ("opened_paper*", "启动文书", "Paper of the opening", PAPER, "沪关缉线〔2026〕77号"),
    ("filed_on", "立案日期", "Filed on", RUNS_FROM, "2026-08-20"),
    ("filed_paper", "立案文书", "Paper of the filing", PAPER, "沪关缉立〔2026〕118号"),
    ("investigated_on", "开始调查日期", "Investigation begun on", DATE, "2026-08-21"),
    ("investigated_paper", "开始调查文书", "Paper of the investigation", PAPER, "沪关缉立〔2026〕118号"),
    ("handler", "承办人", "Handler", PERSON, ""),
    ("team", "办案人员", "Team", TWO, ""),
    ("parties", "所涉当事人", "Parties concerned", SEVERAL, PARTY),
    ("offence", "涉嫌罪名", "Suspected offence", OFFENCE, ""),
)
STEPS: tuple[Field, ...] = (
    CASE,
    ("proceeding", "办案程序案号", "Number of the proceeding", ON_CASE, NUMBER),
    ("party", "当事人名称", "Party", OF_WHOLE, PARTY),
    ("period", "期限", "Period", ON_PERIOD, ""),
    ("act*", "步骤", "Step", BUTTON, "移送评估"),
    ("done_on*", "办理日期", "Done on", DATE, "2026-09-02"),
    ("paper*", "依据文书", "Paper of the step", PAPER, "沪关缉审〔2026〕9号"),
    ("reason", "理由", "Reason", "", "未达到刑事立案标准"),
    ("answers", "表单内容", "Answers to the form", ANSWERS, "结论：行政处理"),
)
REFERRALS: tuple[Field, ...] = (
    CASE,
    ("number*", "文号", "Number of the letter", AS_IN_LETTER, "沪关缉协〔2026〕31号"),
    ("kind*", "移送种类", "Kind of referral", "", "协查"),
    ("receiver*", "接收机关", "Receiving agency", CODE, "MPS_ECID"),
    ("title*", "标题", "Title", "", "请协助核查资金往来"),
    ("text*", "正文", "Text of the letter", "", "请协助调取2026年7月的资金流水。"),
    ("parties", "所涉当事人", "Parties concerned", SEVERAL, PARTY),
    ("offence", "涉嫌罪名", "Suspected offence", ONLY_TRANSFER, ""),
    ("overruled_because", "另选机关的理由", "Reason for choosing another agency", OVERRULED, ""),
    ("team", "办案人员", "Team", TEAM_OF_TRANSFER, ""),
    ("approved_on", "批准日期", "Approved on", ONLY_TRANSFER, ""),
    ("approved_paper", "批准文书", "Paper of the approval", ONLY_TRANSFER, ""),
    ("sent_on", "发出日期", "Sent on", DATE, "2026-09-10"),
    ("sent_paper", "发文文书", "Paper of the sending", PAPER, "沪关缉协〔2026〕31号"),
)
PAUSES: tuple[Field, ...] = (
    CASE,
    ("proceeding*", "办案程序案号", "Number of the proceeding", "", NUMBER),
    ("party", "当事人名称", "Party", OF_PARTY, ""),
    ("period*", "期限", "Period", CODE, "CUS_DECISION"),
    ("ground*", "中止事由", "Ground", "", "检测、检验、检疫、鉴定"),
    ("paused_on*", "中止日期", "Paused on", DATE, "2026-09-15"),
    ("paused_paper*", "中止文书", "Paper of the pause", PAPER, "沪关缉鉴〔2026〕12号"),
    ("resumed_on", "恢复日期", "Resumed on", STILL, "2026-10-10"),
    ("resumed_paper", "恢复文书", "Paper of the resumption", PAPER, "鉴定书〔2026〕55号"),
)


def _sheet(code: str, zh: str, en: str, fields: tuple[Field, ...]) -> ImportedSheet:
    columns = tuple(
        ImportedColumn(key=key.rstrip("*"), zh=of_zh, en=of_en, required=key.endswith("*"), hint=hint, example=example)
        for key, of_zh, of_en, hint, example in fields
    )
    return ImportedSheet(code=code, zh=zh, en=en, columns=columns, required=code == "cases")


SHEETS = (
    _sheet("cases", "案件", "Cases", CASES),
    _sheet("parties", "当事人", "Parties", PARTIES),
    _sheet("items", "物项", "Items", ITEMS),
    _sheet("proceedings", "办案程序", "Proceedings", PROCEEDINGS),
    _sheet("steps", "已办步骤", "Steps taken", STEPS),
    _sheet("referrals", "移送与协查", "Referrals", REFERRALS),
    _sheet("pauses", "期限中止", "Pauses of periods", PAUSES),
)
SHEET = {sheet.code: sheet for sheet in SHEETS}
