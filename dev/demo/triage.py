"""Invented leads waiting in inboxes, and some closed, put back, attached or detached."""

from .script import (
    BUREAU,
    CENTRE,
    COMMERCE,
    CUSTOMS,
    CUSTOMS_LEAD,
    POLICE,
    DueSoon,
    HoursAgo,
    Script,
    Step,
    When,
    company,
    goods,
    invented_uscc,
    person,
    report,
    shipment,
    step,
)

BAD_CHECKSUM = "91000000MADEM9999X"  # a wrong check character: kept as received, and flagged


def _waiting(agency: str, received: When, values: dict[str, object], *steps: Step, **rest: object) -> Script:
    return Script(values, agency, received, steps, **rest)  # type: ignore[arg-type]


TO_CUSTOMS = [
    _waiting("JECC", HoursAgo(30), report(
        "SYN-LD-131", "举报：夜间装柜，实货与申报不符", "群众来电举报某堆场夜间换货。", severity="medium",
        source_system="HOTLINE", report_type="hotline",
    ), step(HoursAgo(26), CENTRE, "lead.assign", agency="GACC", reason="堆场在海关监管区内，交海关核查。")),
    _waiting("JECC", HoursAgo(5), report(
        "SYN-LD-132", "举报：网店出售无证出口的磁材", "来电人提供网店名称，未留联系方式。", severity="low",
        source_system="HOTLINE", report_type="hotline",
    )),
    _waiting("GACC", HoursAgo(2), report(
        "SYN-LD-101", "钨粉报成铁粉，密度异常", "称重与体积折算密度为申报货物的2.4倍。", severity="critical",
        parties=[company("某甲钨制品公司", number=invented_uscc(101)), company("某辛子货代公司", "freight_forwarder")],
        items=[goods("疑似钨粉", kg=26_000, cny=390_000, declared_as="铁粉", hs_code="7205290000")],
        shipments=[shipment("5300", "深圳蛇口", "CHN", "VNM", serial=601)], techniques=["MISNAME"],
    ), occurred=1),
    _waiting("GACC", DueSoon("INT_TRIAGE"), report(
        "SYN-LD-102", "磁材出口单价低于行业均价六成", "同型号近三个月单价连续下降。", severity="medium",
        parties=[company("某辛丑磁业公司", number=BAD_CHECKSUM)],
        items=[goods("钕铁硼磁体", kg=1_150, cny=52_000, declared_as="磁性材料")],
        shipments=[shipment("3100", "宁波北仑", "CHN", "THA", serial=602)], techniques=["UNDERVALUE"],
    ), occurred=6),
    _waiting("GACC", 9, report(
        "SYN-LD-103", "石墨制品收货人与名单实体同址", "收货人地址与管控名单实体一致。", severity="high",
        parties=[company("某辛寅碳材公司", number=invented_uscc(603)), company("示例二号贸易有限公司（演示）", "consignee", "VNM")],
        items=[goods("等静压石墨", kg=8_000, cny=640_000)],
        shipments=[shipment("0200", "天津新港", "CHN", "HKG", "VNM", serial=603)], techniques=["TRANSSHIP"],
    ), step(8, CUSTOMS, "lead.take_up", reason="正在核对地址。"), occurred=15),
    _waiting("GACC", 3, report(
        "SYN-LD-104", "跨境电商包裹内查获铟片", "包裹申报为手机配件。", severity="low", source_system="POSTAL_SCREEN",
        parties=[person("寄件人（待查）", "consignor")],
        items=[goods("铟片", kg=2.5, declared_as="手机配件")],
        shipments=[shipment("5100", "广州邮局", "CHN", "USA")], techniques=["EXPRESS"],
    ), step(2, CUSTOMS, "lead.take_up"), step(1, CUSTOMS, "lead.put_back", reason="等待称重结果，交值班岗。"), occurred=3,
        revisions=((HoursAgo(16), {
            "narrative": "包裹申报为手机配件。复检：同一寄件人另有三件，合计铟片9.8千克。",
            "items": [goods("铟片", kg=9.8, declared_as="手机配件")],
            "severity": "medium",
        }),)),
    _waiting("GACC", HoursAgo(20), report(
        "SYN-LD-105", "限制知悉：口岸工作人员被要求放行", "匿名来电。", severity="high", handling_code="H3",
        source_system="TIP_OFF", report_type="tip", parties=[person("口岸协管人员", "insider")], techniques=["INSIDER"],
    )),
    _waiting("GACC", 14, report(
        "SYN-LD-106", "铋锭申报为铅锭", "光谱复核。", severity="medium",
        parties=[company("某辛卯有色公司", number=invented_uscc(606))],
        items=[goods("铋锭", kg=9_000, cny=810_000, declared_as="铅锭")],
        shipments=[shipment("7200", "钦州", "CHN", "KOR", serial=606)], techniques=["MISNAME"],
    ), step(13, CUSTOMS, "lead.take_up"),
       step(12, CUSTOMS, "lead.close", closing="false_lead", reason="复检为铅锭，光谱仪误报。")),
    _waiting("GACC", 11, report(
        "SYN-LD-107", "仲钨酸铵伪报线索（重复）", "与已立案件为同一票货物。", severity="medium",
        parties=[company("某甲钨制品公司", number=invented_uscc(101))],
        shipments=[shipment("5300", "深圳蛇口", "CHN", "VNM", serial=101)],
    ), step(10, CUSTOMS, "lead.close", closing="duplicate", reason="同一报关单已在办理。")),
    _waiting("GACC", 13, report(
        "SYN-LD-108", "钼粉案新增三票报关单", "系统补充比对结果。", severity="high",
        parties=[company("某戊粉末冶金公司", number=invented_uscc(103))],
        items=[goods("钼粉", kg=5_100, cny=1_580_000, declared_as="金属粉末制品", hs_code="8102100001")],
        shipments=[shipment("3100", "宁波北仑", "CHN", "MYS", serial=608)], techniques=["SPLIT"],
    ), step(12, CUSTOMS, "lead.attach", case="SYN-MO-01", reason="同一货主。")),
    _waiting("GACC", 10, report(
        "SYN-LD-109", "锗片寄往研究机构", "误并入其他案件，已撤回。", severity="low",
        parties=[company("某辛辰光学公司", number=invented_uscc(609))], items=[goods("锗片", kg=3, cny=21_000)],
    ), step(9, CUSTOMS, "lead.attach", case="SYN-GE-01", reason="初步认为同一企业。"),
       step(3, CUSTOMS_LEAD, "lead.detach", reason="企业不同，名称相近。")),
    _waiting("GACC", 40, report(
        "SYN-LD-110", "钪合金报成铝材", "原结论不足，重新打开。", severity="medium",
        parties=[company("某辛巳铝业公司", number=invented_uscc(610))], items=[goods("铝钪合金", kg=420, declared_as="铝材")],
    ), step(39, CUSTOMS, "lead.close", closing="insufficient", reason="没有样品。"),
       step(5, CUSTOMS, "lead.reopen", reason="补送样品检测含钪2.1%。")),
]  # fmt: skip

TO_OTHERS = [
    _waiting("MOFCOM_SCB", HoursAgo(7), report(
        "SYN-LD-201", "许可证申请人与历史处罚企业同一控制人", "工商信息比对。", severity="high",
        source_system="LICENCE_AUDIT", report_type="licence_check",
        parties=[company("某壬子科技公司", number=invented_uscc(701)), company("某壬丑公司", "company", number=invented_uscc(105))],
        items=[goods("碳纤维预制体", kg=600, cny=1_900_000)], techniques=["SHELL"],
    )),
    _waiting("MOFCOM_SCB", 8, report(
        "SYN-LD-202", "境外用户拒绝交货后核查", "用户两次推迟现场核查。", severity="medium",
        source_system="POST_SHIPMENT", report_type="end_use_check",
        parties=[company("某壬寅公司", number=invented_uscc(703)), company("某境外用户", "end_user", "IND")],
        items=[goods("三乙基铟", kg=15, cny=880_000)], techniques=["FALSE_EUC"],
    )),
    _waiting("MOFCOM_SCB", DueSoon("INT_TRIAGE"), report(
        "SYN-LD-203", "Overseas subsidiary ships rare-earth alloy onward", "Shipping data show a re-export from a bonded zone abroad within five days of arrival.",
        severity="low", source_system="TRADE_DATA", report_type="data_match",
        parties=[company("Invented Alloys Pte", "intermediary", "SGP")], items=[goods("Terbium alloy", kg=75)], techniques=["TRANSSHIP"],
    ), step(HoursAgo(3), COMMERCE, "lead.take_up")),
    _waiting("MPS_ECID", HoursAgo(11), report(
        "SYN-LD-301", "地下钱庄代收出口货款", "与多家磁材企业资金往来密集。", severity="critical",
        source_system="FUNDS_WATCH", report_type="funds_alert", handling_code="H2",
        parties=[person("钱庄经营者（待查）", "financier"), company("某癸子磁材公司", number=invented_uscc(801))],
    )),
    _waiting("MPS_ECID", 7, report(
        "SYN-LD-302", "伪造商检证书线索", "查获印模一批。", severity="high", source_system="TIP_OFF", report_type="tip",
        parties=[person("制证人员（待查）", "domestic_helper")],
    ), step(6, POLICE, "lead.take_up")),
    _waiting("MPS_ECID", HoursAgo(26), report(
        "SYN-LD-303", "限制知悉：涉密线索", "内容限制知悉。", severity="high", source_system="TIP_OFF", report_type="tip",
        handling_code="H3", parties=[person("待查人员", "insider")],
    )),
    _waiting("GACC_ASB", HoursAgo(4), report(
        "SYN-LD-401", "渔船夜间驳运金属锭", "雷达记录异常停靠。", severity="critical",
        source_system="ASB_INTEL", report_type="intelligence", handling_code="H2",
        parties=[{"role": "vessel", "kind": "vessel", "name": "某癸丑渔8", "identifiers": [{"scheme": "IMO", "value": "9074720"}]}],
        items=[goods("金属锭（种类待查）")], shipments=[shipment("6700", "湛江外海", "CHN", "VNM")], techniques=["BYPASS"],
    )),
    _waiting("GACC_ASB", 6, report(
        "SYN-LD-402", "物流园内分装锑锭", "群众举报。", severity="medium", source_system="TIP_OFF", report_type="tip",
        parties=[company("某癸寅物流公司", number=invented_uscc(901))], items=[goods("锑锭", kg=3_000)],
    ), step(5, BUREAU, "lead.take_up")),
    _waiting("CUS_3100", 9, report(
        "SYN-LD-501", "磁瓦夹带钐钴磁体", "隶属海关查验发现。", severity="medium",
        parties=[company("某癸卯磁瓦公司", number=invented_uscc(951))],
        items=[goods("钐钴磁体", kg=210, cny=84_000, declared_as="铁氧体磁瓦")],
        shipments=[shipment("3100", "宁波北仑", "CHN", "POL", serial=951)], techniques=["CONCEAL"],
    ), occurred=10),
]  # fmt: skip

SCRIPTS = [*TO_CUSTOMS, *TO_OTHERS]
