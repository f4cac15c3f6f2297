"""Invented criminal proceedings from the police's own leads: every state of proceedings and suspects."""

from .script import (
    BUREAU,
    BUREAU_HEAD,
    BUREAU_LEAD,
    POLICE,
    POLICE_HEAD,
    POLICE_LEAD,
    HoursAgo,
    Script,
    Step,
    arrested,
    company,
    goods,
    held,
    invented_uscc,
    person,
    promote,
    report,
    shipment,
    step,
)


def _intelligence(ref: str, title: str, narrative: str, **rest: object) -> dict[str, object]:
    known = {"source_system": "ASB_INTEL", "report_type": "intelligence", "handling_code": "H2", "severity": "high"}
    return report(ref, title, narrative, **{**known, **rest})


def _filed(when: int, who: str, offence: str, number: str) -> Step:
    return step(
        when, who, "case.file_criminal", makes="crime", offence=offence, external_number=number,
        reason="有犯罪事实，应当追究刑事责任。",
    )  # fmt: skip


def _suspects(when: int, who: str, *roles: str) -> tuple[Step, ...]:
    """One line for each party, labelled by its role."""
    return tuple(step(when, who, "crime.add_line", makes=role, party=role) for role in roles)


INVESTIGATED = Script(
    _intelligence(
        "SYN-CR-01",
        "海上接驳走私钨矿砂线索",
        "夜间小型船舶多次在锚地与外轮接驳，疑走私钨矿砂。",
        severity="critical",
        parties=[
            {"role": "vessel", "kind": "vessel", "name": "某甲运12", "identifiers": [{"scheme": "IMO", "value": "9074729"}]},
            person("船上负责人", "carrier"),
            person("岸上联络人", "organiser"),
        ],
        items=[goods("钨矿砂", kg=46_000)],
        shipments=[shipment("6800", "珠江口锚地", "CHN", "VNM")],
        techniques=["BYPASS"],
    ),
    "GACC_ASB",
    16,
    (
        step(16, BUREAU, "lead.take_up"),
        promote(15, BUREAU, "海上走私钨矿砂案", "Tungsten ore smuggled by sea", "undeclared_export", handling="H2"),
        _filed(14, BUREAU_HEAD, "SMUG_PROHIBITED", "缉立字〔2026〕51号"),
        *_suspects(13, BUREAU, "carrier", "organiser"),
        step(13, BUREAU, "carrier.surveil", paper="监居字〔2026〕101号", reason="患有疾病，不宜羁押。"),
        *held(12, BUREAU, "organiser", "拘字〔2026〕101号"),
        step(10, BUREAU, "organiser.request_arrest"),
    ),
    occurred=18,
)  # fmt: skip

UNDER_PROSECUTOR_REVIEW = Script(
    _intelligence(
        "SYN-CR-02",
        "买卖两用物项许可证团伙",
        "网络群组内公开叫价买卖许可证，成交十余次。",
        source_system="NET_PATROL",
        parties=[
            company("某戊子信息咨询公司", "agent", number=invented_uscc(402)),
            person("群主", "organiser"),
            person("中间人", "intermediary"),
        ],
        techniques=["LIC_ABUSE"],
    ),
    "MPS_ECID",
    140,
    (
        step(139, POLICE, "lead.take_up"),
        promote(138, POLICE, "网络买卖许可证案", "Licences traded online", "licence_abuse", handling="H2"),
        step(138, POLICE, "case.share", agency="MOFCOM_SCB", profile="full", reason="请协助辨认许可证真伪。"),
        _filed(136, POLICE_HEAD, "ILLEGAL_BUSINESS", "经侦立字〔2026〕61号"),
        *_suspects(135, POLICE, "organiser", "intermediary"),
        *held(130, POLICE, "organiser", "拘字〔2026〕102号"),
        step(128, POLICE, "organiser.request_arrest"),
        step(122, POLICE, "organiser.refuse_arrest", reason="证据不足，不批准逮捕。"),
        step(122, POLICE, "organiser.bail", paper="取保字〔2026〕61号", reason="检察院不批准逮捕，变更为取保候审。"),
        step(60, POLICE, "intermediary.bail", paper="取保字〔2026〕62号", reason="认罪认罚，取保候审。"),
        step(6, POLICE_LEAD, "crime.prosecute_opinion"),
    ),
)  # fmt: skip

RETURNED_ONCE = Script(
    _intelligence(
        "SYN-CR-03",
        "伪造检测报告骗取放行",
        "多份检测报告编号不连续，检测机构否认出具。",
        source_system="TIP_OFF",
        parties=[person("报告制作人", "domestic_helper"), person("公司负责人", "legal_representative")],
        items=[goods("锗粉", kg=900, cny=2_700_000, declared_as="硅粉")],
    ),
    "MPS_ECID",
    160,
    (
        promote(159, POLICE, "伪造检测报告案", "Forged test reports", "false_declaration", handling="H2"),
        _filed(157, POLICE_HEAD, "FORGED_PAPERS", "经侦立字〔2026〕62号"),
        *_suspects(156, POLICE, "domestic_helper", "legal_representative"),
        *held(150, POLICE, "domestic_helper", "拘字〔2026〕103号"),
        step(148, POLICE, "domestic_helper.request_arrest"),
        *arrested(142, POLICE, "domestic_helper", "捕字〔2026〕62号"),
        step(85, POLICE, "measure:domestic_helper.release", reason="羁押期限将届满，不需要继续羁押。"),
        step(50, POLICE_LEAD, "crime.prosecute_opinion"),
        step(20, POLICE, "crime.return", reason="补充查明报告流向。"),
    ),
)  # fmt: skip

NOT_PROSECUTED = Script(
    _intelligence(
        "SYN-CR-04",
        "旅客携带铼片出境",
        "旅客随身携带铼片，称用于教学。",
        severity="low",
        parties=[person("携带人", "carrier")],
        items=[goods("铼片", kg=1.4, cny=32_000)],
        shipments=[shipment("0100", "北京首都机场", "CHN", "FRA")],
        techniques=["CONCEAL"],
    ),
    "GACC_ASB",
    110,
    (
        promote(109, BUREAU, "旅客携带铼片出境案", "Rhenium sheets carried by a passenger", "concealment"),
        _filed(107, BUREAU_HEAD, "SMUG_PROHIBITED", "缉立字〔2026〕52号"),
        *_suspects(106, BUREAU, "carrier"),
        step(60, BUREAU_LEAD, "crime.prosecute_opinion"),
        step(35, BUREAU, "carrier.not_prosecute", nonprosecution="discretionary", reason="犯罪情节轻微，依法不起诉。"),
    ),
)  # fmt: skip

ON_APPEAL = Script(
    _intelligence(
        "SYN-CR-05",
        "组织多人伪报钼铁出口",
        "利用多家公司名义伪报品名出口钼粉。",
        severity="critical",
        parties=[person("组织者", "principal_offender"), person("财务人员", "accomplice"), person("司机", "carrier")],
        items=[goods("钼粉", kg=33_000, cny=10_400_000, declared_as="钼铁", hs_code="8102100001")],
        techniques=["MISNAME", "SHELL"],
    ),
    "GACC_ASB",
    330,
    (
        promote(329, BUREAU, "组织伪报出口钼粉案", "Organised false declarations of molybdenum powder", "false_declaration"),
        _filed(327, BUREAU_HEAD, "SMUG_PROHIBITED", "缉立字〔2026〕53号"),
        *_suspects(326, BUREAU, "principal_offender", "accomplice", "carrier"),
        *held(320, BUREAU, "principal_offender", "拘字〔2026〕104号"),
        step(318, BUREAU, "principal_offender.request_arrest"),
        *arrested(312, BUREAU, "principal_offender", "捕字〔2026〕53号"),
        step(268, BUREAU, "measure:principal_offender.request_extension", paper="提延〔2026〕7号"),
        step(265, BUREAU_LEAD, "clock:CRM_INVEST.extend", step="1", paper="检延〔2026〕7号", reason="案情复杂，期限届满不能终结。"),
        step(235, BUREAU_LEAD, "clock:CRM_INVEST.extend", step="2", paper="检延〔2026〕19号", reason="重大犯罪集团案件。"),
        step(200, BUREAU_LEAD, "crime.prosecute_opinion"),
        step(175, BUREAU, "crime.prosecute"),
        step(40, BUREAU, "crime.judge", outcome_reason="一审：主犯7年，财务人员1年6个月，司机无罪。"),
        step(40, BUREAU, "principal_offender.convict", charge="走私国家禁止进出口的货物罪", sentence="fixed_term", sentence_months=84, fine_cny=800_000),
        step(40, BUREAU, "accomplice.convict", charge="走私国家禁止进出口的货物罪", sentence="fixed_term", sentence_months=18, suspended_months=24, fine_cny=50_000),
        step(40, BUREAU, "carrier.acquit", reason="证据不足，宣告无罪。"),
        step(31, BUREAU, "principal_offender.appeal", reason="主犯上诉。"),
        step(28, BUREAU, "accomplice.finalise", reason="未上诉、未抗诉。"),
    ),
)  # fmt: skip

FINAL = Script(
    _intelligence(
        "SYN-CR-06",
        "邮递渠道输出人造金刚石",
        "以首饰名义寄递工业金刚石。",
        parties=[company("某戊寅饰品公司", number=invented_uscc(406)), person("负责人", "legal_representative")],
        items=[goods("人造金刚石", kg=75, cny=620_000, declared_as="首饰")],
        techniques=["EXPRESS", "MISNAME"],
    ),
    "GACC_ASB",
    300,
    (
        promote(299, BUREAU, "邮递输出人造金刚石案", "Synthetic diamonds sent by post", "parcels"),
        step(299, BUREAU, "case.share", agency="GACC", profile="full", reason="提供寄递渠道查验记录。"),
        _filed(297, BUREAU_HEAD, "SMUG_PROHIBITED", "缉立字〔2026〕54号"),
        *_suspects(296, BUREAU, "exporter", "legal_representative"),
        step(180, BUREAU_LEAD, "crime.prosecute_opinion"),
        step(155, BUREAU, "crime.prosecute"),
        step(100, BUREAU, "crime.judge", outcome_reason="一审：单位罚金70万元，负责人3年，缓刑4年。"),
        step(100, BUREAU, "exporter.convict", charge="走私国家禁止进出口的货物罪", sentence="fine_only", fine_cny=700_000, reason="单位犯罪。"),
        step(100, BUREAU, "legal_representative.convict", charge="走私国家禁止进出口的货物罪", sentence="fixed_term", sentence_months=36, suspended_months=48, fine_cny=60_000),
        step(88, BUREAU, "exporter.finalise", reason="未上诉、未抗诉。"),
        step(88, BUREAU, "legal_representative.finalise", reason="未上诉、未抗诉。"),
    ),
)  # fmt: skip

WITHDRAWN = Script(
    _intelligence(
        "SYN-CR-07",
        "疑似走私稀土荧光粉",
        "情报称某仓库存放待走私稀土荧光粉。",
        severity="medium",
        parties=[company("某戊卯照明公司", number=invented_uscc(407))],
        items=[goods("荧光粉", kg=800)],
    ),
    "GACC_ASB",
    58,
    (
        promote(57, BUREAU, "稀土荧光粉走私核查案", "Rare-earth phosphors: suspected smuggling", "undeclared_export"),
        _filed(55, BUREAU_HEAD, "SMUG_PROHIBITED", "缉立字〔2026〕55号"),
        *_suspects(54, BUREAU, "exporter"),
        step(15, BUREAU_LEAD, "exporter.drop", reason="检测不属于管制物项。"),
        step(15, BUREAU_LEAD, "crime.withdraw", outcome_reason="没有犯罪事实，撤销案件。"),
    ),
)  # fmt: skip

JUST_DETAINED = Script(
    _intelligence(
        "SYN-CR-08",
        "境外汇款与无证出口锑制品相关联",
        "资金监测发现大额境外汇款，与三氧化二锑出口时间吻合。",
        source_system="FUNDS_WATCH",
        parties=[person("资金经办人", "financier"), company("某戊辰化工公司", number=invented_uscc(408))],
        items=[goods("三氧化二锑", kg=22_000, cny=3_960_000, declared_as="氧化锌")],
        techniques=["MISNAME", "UNDERVALUE"],
    ),
    "MPS_ECID",
    9,
    (
        promote(8, POLICE, "资金异常关联锑制品出口案", "Unusual payments linked to antimony exports", "false_declaration", handling="H2"),
        step(8, POLICE, "case.share", agency="GACC", profile="full", reason="请协助调取报关数据。"),
        _filed(7, POLICE_HEAD, "ILLEGAL_BUSINESS", "经侦立字〔2026〕63号"),
        *_suspects(6, POLICE, "financier"),
        step(HoursAgo(18), POLICE, "financier.detain", paper="拘字〔2026〕63号", reason="可能毁灭证据。"),
        step(HoursAgo(15), POLICE, "measure:financier.deliver"),
        step(HoursAgo(4), POLICE, "case.ask_task", makes="task", agency="GACC", title="调取某戊辰公司报关单",
             body="2025年以来三氧化二锑、氧化锌全部报关单。", due_in=44),
    ),
)  # fmt: skip

SCRIPTS = [
    INVESTIGATED, UNDER_PROSECUTOR_REVIEW, RETURNED_ONCE, NOT_PROSECUTED, ON_APPEAL, FINAL, WITHDRAWN, JUST_DETAINED,
]  # fmt: skip
