"""Customs queries, identifications and licences of the demonstration: one in each part of their course, with names that
are recognisably invented."""

from datetime import timedelta
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case, Item
from coordination.prevention.customsqueries.actions import enter_query
from coordination.prevention.customsqueries.models import CustomsQuery
from coordination.prevention.identifications.actions import ask_on_case, ask_on_query
from coordination.prevention.identifications.models import Identification
from coordination.prevention.licences.actions import import_licences
from coordination.prevention.licences.spreadsheet import COLUMNS, changes, changes_digest, read_rows

OFFICER, LEAD, BUREAU, BUREAU_LEAD = "customs.officer", "customs.lead", "commerce.officer", "commerce.lead"
RECORD = "演示登记"
TABLE = (
    "26DU000101,某辛未新材料公司,,氧化镓,,500,kg,JPN,示例一号光电株式会社（演示）,2026-01-01,2099-12-31,issued",
    "26DU000102,某壬申进出口公司,,锑锭,,20000,kg,KOR,示例四号金属株式会社（演示）,2026-01-01,2026-06-30,issued",
    "26DU000103,某癸酉贸易公司,,石墨电极,,1200,kg,DEU,示例五号工业公司（演示）,2026-01-01,2099-12-31,suspended",
    "26DU000104,某甲戌矿业公司,,三氧化二锑,,3000,kg,VNM,示例六号化工公司（演示）,2026-01-01,2099-12-31,revoked",
)
USUAL = {"papers_asked": ["contract", "parameters", "test_report", "end_use"], "currency": "CNY"}
SERVICE = {"service_way": "system", "paper": "送达回证（演示）"}
# Where each query ends: days since its draft, exporter, goods as declared and suspected, HS code, destination, licence.
QUERIES = (
    ("DRAFT", 0, "某甲戌矿业公司", "氧化锌", "三氧化二锑", "2825800000", "VNM", "26DU000104"),
    ("ISSUED", 1, "某丙子化工公司", "工业盐", "氟化氢", "2811110000", "MYS", ""),
    ("SERVED", 4, "某辛未新材料公司", "氧化镓粉", "", "2825909001", "JPN", "26DU000101"),
    ("ANSWERED", 6, "某丁丑机电公司", "过滤机", "离心分离机", "8421199090", "THA", ""),
    ("NO_REPLY", 30, "某乙亥科技公司", "合金粉", "钨粉", "8101100010", "MYS", ""),
    ("RECEIVED", 9, "某壬申进出口公司", "锌锭", "锑锭", "8110101000", "KOR", "26DU000102"),
    ("NOT_CONTROLLED", 12, "某戊寅五金公司", "不锈钢阀门", "耐腐蚀阀门", "8481804090", "IDN", ""),
    ("LICENCE_NEEDED", 20, "某癸酉贸易公司", "石墨制品", "高纯石墨", "3801100030", "DEU", "26DU000103"),
    ("WITHDRAWN", 8, "某己卯商贸公司", "碳酸钙", "", "2836500000", "VNM", ""),
)
OF_ITEMS = ("SENT", "RETURNED", "OPINION", "WITHDRAWN")


def load_queries() -> None:
    """Loads them once."""
    if CustomsQuery.objects.filter(exporter=QUERIES[0][2]).exists():
        return
    _licences()
    for line, row in enumerate(QUERIES, 1):
        _query(line, *row)
    for state, item in zip(OF_ITEMS, _undetermined()[: len(OF_ITEMS)], strict=False):
        given = {"goods": item.description, "hs_code": item.hs_code, "question": "请鉴别该物项的管制属性。"}
        _identified(ask_on_case(item.case, actor=_who(OFFICER), item=str(item.pk), **given), state)


def _query(
    line: int,
    end: str,
    days: int,
    exporter: str,
    goods: str,
    suspected: str,
    hs_code: str,
    destination: str,
    licence: str,
) -> None:
    """Drafts a query and walks it to its end."""
    named = {"exporter": exporter, "goods": goods, "suspected_as": suspected, "hs_code": hs_code}
    query = _draft(line, days, **named, destination=destination, licence_no=licence)
    if end == "DRAFT":
        return
    _do(query, "issue", LEAD, **_ago(days))
    if end == "WITHDRAWN":
        _do(query, "withdraw", LEAD, reason="商品项填写有误，另行制发。")
    if end in ("ISSUED", "WITHDRAWN"):
        return
    _do(query, "serve", OFFICER, **{**_ago(days - 1), **SERVICE})
    if end == "NO_REPLY":
        _do(query, "no_reply", OFFICER)
    if end in ("SERVED", "NO_REPLY"):
        return
    answer = {"reply": "货物为普通工业用途，随附合同及技术参数。", "papers_received": ["contract", "parameters"]}
    _do(query, "record_answer", OFFICER, **answer, **_ago(days - 3))
    if end in ("RECEIVED", "LICENCE_NEEDED"):
        _identified(_asked(query), "RECEIVED" if end == "RECEIVED" else "CLOSED")
    if end == "NOT_CONTROLLED":
        _do(query, "not_controlled", LEAD, reason="经核对技术参数，低于管制参数。")
    if end == "LICENCE_NEEDED":
        _do(query, "licence_needed", LEAD, reason="经鉴别属于管制物项，须经许可。")
        _do(query, "tell_result", LEAD, told_way="system")


def _licences() -> None:
    rows = read_rows("\n".join((",".join(COLUMNS), *TABLE)))
    import_licences(rows, actor=_who(BUREAU_LEAD), seen=changes_digest(changes(rows)))


def _draft(line: int, days: int, **named: Any) -> CustomsQuery:
    given = {
        **USUAL,
        "declaration_no": f"2220202600000070{line:02}",
        "line": line,
        "declared_on": times.today() - timedelta(days=days + 1),
        "net_weight_kg": 1000 * line,
        "value": 120000 * line,
        "evidence": "查验发现货物密度、外观与申报品名不符，可能属于管制物项。",
        **named,
    }
    return enter_query(actor=_who(OFFICER), **given, **_ago(days))


def _asked(query: CustomsQuery) -> Identification:
    sample = {"sample_number": "SY-07", "sample_place": "海关化验室留样库", "sample_seal": "F-20260701"}
    question = "请鉴别该货物是否属于管制物项及其管制编码。"
    goods = {"goods": query.suspected_as, "hs_code": query.hs_code, "due_at": times.now() + timedelta(days=6)}
    made = ask_on_query(query, actor=_who(OFFICER), question=question, **goods, **sample)
    query.refresh_from_db()
    return made


def _identified(made: Identification, state: str) -> None:
    """Walks a request to this state."""
    if state == "RETURNED":
        _do(made, "return", BUREAU, to_complete="请补充检测报告。")
    if state == "WITHDRAWN":
        _do(made, "withdraw", OFFICER, reason="企业已补交许可证。")
    if state not in ("RECEIVED", "OPINION", "CLOSED"):
        return
    _do(made, "receive", BUREAU, handler=str(User.objects.get(username=BUREAU).pk))
    if state != "RECEIVED":
        said = {"finding": "controlled", "control_code": "1C901", "reports": "检〔演示〕7号"}
        _do(made, "give_opinion", BUREAU_LEAD, reasons="样品纯度及技术指标达到管制物项描述的参数。", **said)
    if state == "CLOSED":
        _do(made, "close", OFFICER)


def _undetermined() -> list[Item]:
    """Items of invented cases of customs that no officer has determined, each of another case."""
    open_basis = (Item.Basis.UNKNOWN, Item.Basis.PENDING)
    led = Item.objects.filter(case__lead__code="GACC", case__is_synthetic=True, case__state=Case.State.HANDLING)
    found = led.filter(basis__in=open_basis).exclude(case__handling="H3").select_related("case")
    return list({item.case_id: item for item in found.order_by("-created_at", "pk")}.values())


def _do(thing: Any, verb: str, who: str, **given: Any) -> None:
    resource = next(one for one in RESOURCES.values() if isinstance(thing, one.model))
    resource.actions_of(thing)[verb](thing, actor=_who(who), **given)
    thing.refresh_from_db()


def _ago(days: int) -> dict[str, Any]:
    return {"happened_at": times.now() - timedelta(days=days), "paper": RECORD} if days else {}


def _who(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
