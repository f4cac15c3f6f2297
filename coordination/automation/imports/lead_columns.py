"""The columns of a table of leads, and where their cells stand in a report."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text
from cases.controls.countries import COUNTRY_HELP, ROUTE_HELP

from .tables import ImportedColumn

Field = tuple[str, str, str, tuple[str, ...], Text, str]
"""Field of the contract, Chinese and English heading, further headings, hint, example."""
Fields = tuple[Field, ...]


@dataclass(frozen=True)
class Path:
    """The place of a cell in a report: a field, or a field of the n-th row of a part, or of an identifier of that row.
    `scheme` is that of an identifier whose column says it."""

    field: str
    part: str = ""
    row: int = 0
    identifier: str = ""
    scheme: str = ""


_DAY = _("A day such as 2026-03-01, or a time of day after it.")
_NAMED = _("A name in either language, or the code.")

_REFERENCE = _("The number by which the lead is recognised when it is imported again.")
_KIND = _("Your own term, or one of the suggestions.")
_SEVERAL = _("Codes or names, separated by commas.")
REQUIRED = frozenset({"source_ref", "report_type", "title"})
_HEAD: Fields = (
    ("source_ref", "线索编号", "Reference", ("编号", "来源编号", "Reference of the source"), _REFERENCE, "2025-0017"),
    ("report_type", "报告种类", "Kind of report", ("线索类型", "来源类型"), _KIND, "举报"),
    ("title", "标题", "Title", ("线索标题", "线索名称"), "", "涉嫌无许可出口镓"),
    ("occurred_at", "发生时间", "Occurred at", ("发生日期", "案发时间"), _DAY, "2025-11-03"),
    ("narrative", "线索内容", "Narrative", ("内容", "简要情况", "叙述"), "", ""),
    ("severity", "严重程度", "Severity", (), _NAMED, ""),
    ("handling_code", "知悉范围", "Handling code", (), _NAMED, ""),
    ("techniques", "手法", "Techniques", (), _SEVERAL, ""),
)
_PARTY: Fields = (
    ("name", "名称", "name", ("单位名称", "企业名称", "姓名"), "", "宁波某金属有限公司"),
    ("role", "角色", "role", (), _NAMED, ""),
    ("kind", "类别", "kind", (), _NAMED, ""),
    ("country", "国别", "country", ("国家（地区）",), COUNTRY_HELP, ""),
    ("address", "地址", "address", (), "", ""),
    ("uscc", "统一社会信用代码", "unified social credit code", ("信用代码",), "", ""),
    ("scheme", "证件种类", "kind of other identifier", (), _("Such as RIC or IMO, or its name."), ""),
    ("identifier", "证件号码", "other identifier", (), "", ""),
)
_ITEM: Fields = (
    ("description", "货物名称", "Actual goods", ("货物", "物项名称", "商品名称"), "", "金属镓"),
    ("declared_as", "申报品名", "Declared as", ("申报名称",), "", ""),
    ("hs_code", "商品编号", "HS code", ("商品编码", "税则号列", "HS编码"), _("6, 8 or 10 digits."), "8112921000"),
    ("control_code", "管制编码", "Control code", (), "", ""),
    ("net_weight_kg", "净重（千克）", "Net weight (kg)", ("净重", "重量"), "", "500"),
    ("value", "货值", "Value", ("价值", "金额"), "", ""),
    ("currency", "币种", "Currency", ("币制",), _("ISO 4217; another code is kept and flagged."), ""),
    ("origin", "原产国（地区）", "Origin", ("原产国",), COUNTRY_HELP, ""),
    ("end_use", "最终用途", "End use", (), _NAMED, ""),
)
_SHIPMENT: Fields = (
    ("declaration_no", "报关单号", "Declaration number", ("报关单编号",), "", ""),
    ("port", "口岸", "Port", ("出境口岸",), "", ""),
    ("customs_district", "关区", "Customs district", ("申报关别",), _NAMED, ""),
    ("route", "运输路线", "Route", ("路线",), ROUTE_HELP, ""),
    ("final_destination", "最终目的国（地区）", "Final destination", ("最终目的国", "目的国"), COUNTRY_HELP, "越南"),
    ("mode", "出口方式", "Way of export", (), _NAMED, ""),
)
_PARTY_PATHS = {
    "uscc": Path("value", identifier="uscc", scheme="USCC"),
    "scheme": Path("scheme", identifier="other"),
    "identifier": Path("value", identifier="other"),
}
_PARTIES = (
    (0, "party", "涉嫌方", "Suspected party", ("涉嫌企业", "涉嫌单位", "当事人")),
    (1, "other", "相对方", "Other party", ("收货人", "最终用户", "境外收货人")),
)


def _column(field: Field, path: Path) -> tuple[ImportedColumn, Path]:
    key, zh, en, also, hint, example = field
    required = key in REQUIRED
    return ImportedColumn(key=key, zh=zh, en=en, also=also, required=required, hint=hint, example=example), path


def _columns(fields: Fields, part: str = "") -> list[tuple[ImportedColumn, Path]]:
    return [_column(field, Path(field[0], part)) for field in fields]


def _party_columns() -> Iterator[tuple[ImportedColumn, Path]]:
    """The columns of both parties. A heading may name the party by another word, such as 收货人名称."""
    for row, prefix, zh, en, names in _PARTIES:
        for name, zh_field, en_field, others, hint, example in _PARTY:
            also = [f"{word}{field}" for word in (zh, *names) for field in (zh_field, *others)]
            also += [*names, zh, en] if name == "name" else []
            also += [zh_field, *others] if name == "uscc" and row == 0 else []
            example = example if row == 0 else ""
            field = (f"{prefix}_{name}", f"{zh}{zh_field}", f"{en}: {en_field}", tuple(also), hint, example)
            yield _column(field, replace(_PARTY_PATHS.get(name, Path(name)), part="parties", row=row))


_ALL = [*_columns(_HEAD), *_party_columns(), *_columns(_ITEM, "items"), *_columns(_SHIPMENT, "shipments")]
COLUMNS = tuple(column for column, _path in _ALL)
PATHS = {column.key: path for column, path in _ALL}
