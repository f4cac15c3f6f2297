"""Invented administrative proceedings: every state of proceedings and of decisions on their parties."""

from .script import (
    COMMERCE,
    COMMERCE_HEAD,
    COMMERCE_LEAD,
    COMMERCE_LEGAL,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    CUSTOMS_LEGAL,
    DueSoon,
    HoursAgo,
    Script,
    Step,
    assessment,
    company,
    goods,
    heard,
    invented_uscc,
    notified,
    promote,
    report,
    served,
    shipment,
    step,
    weighed,
)

PARTY_ROLES = ("exporter", "consignor", "declarant", "producer", "customs_broker", "freight_forwarder", "agent")


def _parties(first: int, *names: str) -> list[dict[str, object]]:
    return [
        company(name, role, number=invented_uscc(first + n))
        for n, (name, role) in enumerate(zip(names, PARTY_ROLES, strict=False))
    ]


def _lines(when: int, who: str, count: int) -> tuple[Step, ...]:
    """One decision for each party, labelled line0, line1 …"""
    return tuple(
        step(when, who, "offence.add_line", makes=f"line{n}", party=role) for n, role in enumerate(PARTY_ROLES[:count])
    )


QUERIED = Script(
    report(
        "SYN-Q-01",
        "出口高纯石墨毡，需质疑是否管制",
        "申报为保温材料，规格接近管制参数，需要企业提供检测报告。",
        parties=_parties(301, "某甲丑炭素公司"),
        items=[goods("石墨毡", kg=2_200, cny=310_000, declared_as="保温材料")],
        shipments=[shipment("0400", "石家庄", "CHN", "KOR", serial=301)],
    ),
    "GACC",
    6,
    (
        promote(5, CUSTOMS, "某甲丑公司石墨毡质疑案", "Company Jia-Chou: graphite felt under query", "unlicensed_export"),
        step(4, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(4, CUSTOMS, "offence.apply_playbook", playbook="unlicensed_export"),
        step(4, CUSTOMS, "offence.query", reason="请在7个工作日内提供检测报告和用途说明。"),
    ),
    occurred=7,
)  # fmt: skip

# On the demonstration's control list by number and name (see `watchlists`).
LISTED = {
    **company("示例一号重工株式会社（演示）", "listed_entity", "JPN"),
    "identifiers": [{"scheme": "IMO", "value": "9074729"}],
}
WARNED = Script(
    report(
        "SYN-WN-01",
        "客户新列入管控名单，合同未终止",
        "企业在境外客户列入名单后仍保留两份未执行合同。",
        source_system="LIST_WATCH",
        report_type="list_hit",
        severity="low",
        parties=[*_parties(302, "某甲寅机电公司"), LISTED],
        items=[goods("高性能钕铁硼磁体", kg=800, cny=240_000)],
    ),
    "MOFCOM_SCB",
    18,
    (
        promote(17, COMMERCE, "某甲寅公司与名单实体交易预防案", "Company Jia-Yin: planned sale to an entity on the control list", "control_list_listing"),
        step(16, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(14, COMMERCE, "offence.warn", outcome_reason="已约谈并发出警示函，企业书面承诺终止合同。"),
    ),
)  # fmt: skip

WARNED_AND_CLOSED = Script(
    report(
        "SYN-WN-02",
        "向关注名单实体报价未作风险评估",
        "企业向关注名单实体报价，尚未签约。",
        source_system="LIST_WATCH",
        report_type="list_hit",
        severity="low",
        parties=[*_parties(303, "某甲卯仪器公司"), company("示例二号贸易公司（演示）", "watched_entity", "VNM")],
    ),
    "MOFCOM_SCB",
    70,
    (
        promote(69, COMMERCE, "某甲卯公司关注名单交易预防案", "Company Jia-Mao: planned sale to an entity on the watch list", "watch_list_listing"),
        step(68, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(66, COMMERCE, "offence.warn", outcome_reason="发出警示函，企业补做风险评估。"),
        step(60, COMMERCE_LEAD, "offence.close"),
        step(12, COMMERCE, "case.conclude", outcome="警示后整改完成。"),
        step(8, COMMERCE_LEAD, "case.close", reason="整改回访合格。"),
    ),
)  # fmt: skip

REJECTED = Script(
    report(
        "SYN-RJ-01",
        "匿名举报某企业出口钛合金",
        "举报称出口钛合金零件未领许可证，未附证据。",
        source_system="TIP_OFF",
        report_type="tip",
        severity="low",
        parties=_parties(304, "某甲辰精工公司"),
        items=[goods("钛合金零件")],
    ),
    "MOFCOM_SCB",
    44,
    (
        promote(43, COMMERCE, "某甲辰公司被举报案", "Company Jia-Chen: tip-off without findings", "unlicensed_export"),
        step(42, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(30, COMMERCE_LEAD, "offence.reject", outcome_reason="经核查，零件不属于管制物项，不予立案。"),
    ),
)  # fmt: skip

FILED = Script(
    report(
        "SYN-FL-01",
        "单兵夜视仪部件报成摄像头模组",
        "参数与管制门槛一致，申报品名笼统。",
        severity="high",
        parties=_parties(305, "某甲巳光电公司"),
        items=[goods("红外焦平面探测器组件", kg=14, cny=1_900_000, declared_as="摄像头模组")],
        shipments=[shipment("7900", "成都双流机场", "CHN", "ARE", serial=305)],
        techniques=["MISNAME"],
    ),
    "GACC",
    11,
    (
        promote(10, CUSTOMS, "某甲巳公司红外组件伪报案", "Company Jia-Si: infrared assemblies under a false name", "false_declaration"),
        step(9, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(3, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1301号"),
        step(3, CUSTOMS, "case.share", agency="MOFCOM_SCB", profile="status", reason="供许可审查参考。"),
    ),
    occurred=12,
)  # fmt: skip

PARTIES_BEFORE_DECISION = Script(
    report(
        "SYN-IV-01",
        "系列企业无证出口镝铁合金",
        "同一园区五家关联企业轮流出口镝铁合金，合计12吨，均无许可证。",
        severity="critical",
        parties=_parties(311, "某乙子合金公司", "某乙丑合金公司", "某乙寅报关公司", "某乙卯冶炼公司", "某乙辰代理公司"),
        items=[goods("镝铁合金", kg=12_000, cny=21_000_000, declared_as="铁合金")],
        shipments=[shipment("4000", "南昌", "CHN", "MEX", serial=311)],
        techniques=["MISNAME", "SPLIT"],
    ),
    "GACC",
    230,
    (
        promote(229, CUSTOMS, "某乙园区系列企业镝铁合金案", "Park companies Yi: dysprosium-iron alloy without licences", "unlicensed_export"),
        step(228, CUSTOMS, "case.share", agency="MOFCOM_SCB", profile="full", reason="联合调查。"),
        step(228, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(225, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1302号"),
        step(224, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        *_lines(220, CUSTOMS, 5),
        *notified(30, CUSTOMS, "line1", "拟罚款80万元。", 800_000),
        step(29, CUSTOMS, "line1.request_hearing", paper="听证申请书", person="当事人代理人", reason="当事人书面要求听证。"),
        step(20, CUSTOMS, "line1.notify_hearing", hearing_in=72, paper="听证通知书送达回证", person="当事人代理人",
             reason="听证通知书已送达。"),
        *notified(20, CUSTOMS, "line2", "拟罚款12万元。", 120_000),
        *heard(19, CUSTOMS, "line2"),
        step(60, COMMERCE, "case.open_proceeding", makes="licences", kind="commerce"),
        step(15, CUSTOMS, "line4.drop", reason="仅代办手续，不知情。"),
        *notified(2, CUSTOMS, "line0", "拟没收违法所得21万元，并处罚款320万元。", 3_200_000, gains=210_000),
        *notified(1, CUSTOMS, "line3", "拟罚款10万元。", 100_000)[:1],
    ),
    occurred=260,
)  # fmt: skip

PARTIES_AFTER_DECISION = Script(
    report(
        "SYN-DC-01",
        "铌铁和钽粉混装出口",
        "申报铌铁，实际混装钽粉，多方参与。",
        severity="high",
        parties=_parties(
            321, "某丙子贸易公司", "某丙丑实业公司", "某丙寅申报公司", "某丙卯矿业公司", "某丙辰报关行", "某丙巳货代公司",
            "某丙午代理公司",
        ),
        items=[goods("钽粉", kg=1_900, cny=7_600_000, declared_as="铌铁")],
        shipments=[shipment("3700", "厦门", "CHN", "EST", serial=321)],
        techniques=["MISNAME", "CONCEAL"],
    ),
    "GACC",
    170,
    (
        promote(169, CUSTOMS, "某丙公司等钽粉混装出口案", "Company Bing and others: tantalum powder in mixed cargo", "concealment"),
        step(168, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(166, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1303号"),
        step(165, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        *_lines(160, CUSTOMS, 7),
        step(150, CUSTOMS, "line0.record_figures", rules=["ECL34_1", "CPR14"], goods_value_cny=7_600_000),
        step(150, CUSTOMS, "line1.record_figures", rules=["ECL34_1"], turnover_cny=160_000),
        *(
            one
            for n, fine in enumerate((200, 90, 40, 60, 15))
            for one in notified(132, CUSTOMS, f"line{n}", f"拟罚款{fine}万元。", fine * 10_000, major=n < 2)
        ),
        *(one for n in range(3) for one in heard(131, CUSTOMS, f"line{n}")),
        *(step(106, CUSTOMS, f"line{n}.review", reason="逾期未陈述申辩，未申请听证。") for n in (3, 4)),
        *(one for n in range(4) for one in weighed(105, CUSTOMS_LEGAL, CUSTOMS, f"line{n}")),
        *(
            step(104, CUSTOMS, f"line{n}.assess_transfer", **assessment("混装由境外买方指使，没有证据证明各方有逃避监管的故意，行政处理。"))
            for n in range(5)
        ),
        step(89, CUSTOMS, "line6.assess_transfer", **assessment("另有单独走私嫌疑，随另案移送。", "transfer")),
        step(100, CUSTOMS_HEAD, "line1.decide", decision_number="署关缉违字〔2026〕1303-2号", fine_cny=900_000),
        served(98, CUSTOMS, "line1"),
        step(60, CUSTOMS, "line1.seek_remedy", remedy="litigation", body="某海关所在地中级人民法院", reason="不服罚款数额。"),
        step(54, CUSTOMS, "line1.accept_remedy", reason="法院立案。"),
        step(100, CUSTOMS_HEAD, "line2.mitigate", decision_number="署关缉违字〔2026〕1303-3号", fine_cny=150_000,
             ground_kind="APL32_4", ground="行政处罚法32条4项：配合查处有立功表现。"),
        served(97, CUSTOMS, "line2"),
        step(85, CUSTOMS, "line2.pay", on="fine", amount=150_000, receipt="缴款书00017"),
        step(85, CUSTOMS, "line2.perform", reason="罚款已缴。"),
        step(99, CUSTOMS_HEAD, "line3.decide", decision_number="署关缉违字〔2026〕1303-4号", fine_cny=600_000),
        served(95, CUSTOMS, "line3"),
        step(25, CUSTOMS, "line3.enforce", reason="逾期不缴，发出催告书。"),
        step(98, CUSTOMS_HEAD, "line4.no_penalty", decision_number="署关缉违字〔2026〕1303-5号",
             ground_kind="APL33_2", ground="行政处罚法33条2款：有证据足以证明没有主观过错。"),
        served(20, CUSTOMS, "line4"),
        step(90, CUSTOMS, "line5.drop", reason="未参与申报。"),
        step(88, CUSTOMS, "line6.transfer", reason="另案移送处理。"),
        step(3, CUSTOMS_HEAD, "line0.decide", decision_number="署关缉违字〔2026〕1303-1号", fine_cny=2_000_000),
    ),
    occurred=175,
)  # fmt: skip

DECISION_OVERDUE = Script(
    report(
        "SYN-CM-01",
        "未按许可证条件使用进口控制设备",
        "企业把许可用于科研的设备转租第三方。",
        source_system="POST_SHIPMENT",
        report_type="end_use_check",
        severity="medium",
        parties=_parties(331, "某丁子仪器公司", "某丁丑租赁公司"),
        items=[goods("等静压机", cny=3_300_000)],
    ),
    "MOFCOM_SCB",
    128,
    (
        promote(127, COMMERCE, "某丁公司改变设备用途案", "Company Ding: equipment put to another end use", "end_use_diversion"),
        step(126, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(120, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕41号"),
        step(119, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        *_lines(110, COMMERCE, 2),
        *notified(40, COMMERCE, "line1", "拟罚款20万元。", 200_000),
        *heard(38, COMMERCE, "line1"),
        *weighed(30, COMMERCE_LEGAL, COMMERCE, "line1"),
        step(29, COMMERCE, "line1.assess_transfer", **assessment("设备未出境，不涉及走私，行政处理。")),
        step(12, COMMERCE_HEAD, "line1.decide", decision_number="商安罚〔2026〕11号", fine_cny=200_000),
    ),
    occurred=150,
)  # fmt: skip

PRESERVED = Script(
    report(
        "SYN-PR-01",
        "企业拟销毁出口合同底稿",
        "现场检查发现企业正在清理2025年出口合同。",
        source_system="FIELD_VISIT",
        report_type="inspection",
        severity="high",
        parties=_parties(333, "某丁寅材料公司"),
        items=[goods("氧化钇", kg=5_200, cny=1_040_000)],
    ),
    "MOFCOM_SCB",
    40,
    (
        promote(39, COMMERCE, "某丁寅公司氧化钇出口核查案", "Company Ding-Yin: check of yttrium oxide exports", "unlicensed_export"),
        step(38, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(37, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕42号"),
        step(37, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        step(DueSoon("ADM_REG_PRESERVE"), COMMERCE, "offence.order_measure", measure="preservation", subject="合同底稿32册",
             authority="安全与管制局局长", paper="先行登记保存通知书〔2026〕42号", reason="防止销毁合同底稿。"),
        step(HoursAgo(3), COMMERCE, "offence.add_line", makes="line", party="exporter"),
    ),
    occurred=45,
)  # fmt: skip

NO_CASE = Script(
    report(
        "SYN-NC-01",
        "疑似无证出口铼粒",
        "系统比对提示未见许可证。",
        parties=_parties(334, "某丁卯合金公司"),
        items=[goods("铼粒", kg=60, cny=1_400_000)],
        shipments=[shipment("0100", "北京天竺", "CHN", "GBR", serial=334)],
    ),
    "GACC",
    27,
    (
        promote(26, CUSTOMS, "某丁卯公司铼粒出口核查案", "Company Ding-Mao: check of rhenium pellet exports", "unlicensed_export"),
        step(25, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(24, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1304号"),
        step(22, CUSTOMS, "offence.apply_playbook", playbook="unlicensed_export"),
        step(21, CUSTOMS_LEAD, "offence.drop", outcome_reason="许可证号录入错误，实有许可证。"),
    ),
    occurred=28,
)  # fmt: skip

CONCLUDED_THEN_REOPENED = Script(
    report(
        "SYN-RO-01",
        "氯化铵复合肥出口特定国家",
        "复合肥含氯化铵，目的国属特定国家。",
        severity="low",
        parties=_parties(335, "某丁辰农资公司"),
        items=[goods("复合肥（含氯化铵）", kg=48_000, cny=92_000)],
        shipments=[shipment("8600", "昆明", "CHN", "MMR", serial=335)],
    ),
    "GACC",
    88,
    (
        promote(87, CUSTOMS, "某丁辰公司复合肥出口案", "Company Ding-Chen: compound fertiliser without a licence", "unlicensed_export"),
        step(86, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(80, CUSTOMS_LEAD, "offence.reject", outcome_reason="数量货值小，责令改正。"),
        step(79, CUSTOMS_LEAD, "offence.close"),
        step(78, CUSTOMS, "case.conclude", outcome="责令改正，不予立案。"),
        step(77, CUSTOMS_LEAD, "case.close", reason="办结。"),
        step(9, CUSTOMS_LEAD, "case.reopen", reason="发现同一企业另有三票同类出口，原结论需要复核。"),
    ),
    occurred=89,
)  # fmt: skip

CONCLUDED = Script(
    report(
        "SYN-CN-01",
        "保税料件短少，疑流向境外",
        "盘点短少钨条320千克。",
        parties=_parties(336, "某丁巳照明公司", "某丁午仓储公司"),
        items=[goods("钨条", kg=320, cny=118_000)],
        shipments=[shipment("2300", "苏州", "CHN", serial=336)],
        techniques=["BONDED"],
    ),
    "GACC",
    62,
    (
        promote(61, CUSTOMS, "某丁巳公司保税钨条短少案", "Company Ding-Si: bonded tungsten bars missing", "bonded_irregularity"),
        step(60, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(58, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1305号"),
        step(57, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(56, CUSTOMS, "offence.add_line", makes="line", party="exporter"),
        step(50, CUSTOMS_HEAD, "line.no_penalty", decision_number="署关缉违字〔2026〕1305号",
             ground_kind="APL33_1", ground="行政处罚法33条1款：违法行为轻微并及时改正，没有造成危害后果。"),
        served(48, CUSTOMS, "line"),
        step(47, CUSTOMS, "line.perform", reason="不予处罚，无履行内容。"),
        step(46, CUSTOMS_LEAD, "offence.decide", outcome_reason="短少系计量误差，不予处罚。"),
        step(45, CUSTOMS_LEAD, "offence.close"),
        step(4, CUSTOMS, "case.conclude", outcome="不予处罚，企业已补税。"),
    ),
    occurred=70,
)  # fmt: skip

CLOSED_THIS_MONTH = Script(
    report(
        "SYN-CL-01",
        "稀土磁粉样品出口未领许可证",
        "企业寄送样品5千克，称样品不需要许可证。",
        severity="low",
        parties=_parties(338, "某丁未磁材公司"),
        items=[goods("钕铁硼磁粉（含铽）", kg=5, cny=4_200, declared_as="样品")],
        shipments=[shipment("3300", "杭州萧山机场", "CHN", "DEU", serial=338)],
        techniques=["EXPRESS"],
    ),
    "GACC",
    50,
    (
        promote(49, CUSTOMS, "某丁未公司样品无证出口案", "Company Ding-Wei: samples sent without a licence", "parcels"),
        step(48, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(47, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1306号"),
        step(47, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(46, CUSTOMS, "offence.add_line", makes="line", party="exporter"),
        *notified(40, CUSTOMS, "line", "拟罚款3000元。", 3_000),
        *heard(39, CUSTOMS, "line"),
        step(35, CUSTOMS_HEAD, "line.mitigate", decision_number="署关缉违字〔2026〕1306号", fine_cny=3_000,
             ground_kind="APL32_5", ground="海关行政处罚裁量基准：数量小、主动交代，减轻处罚。"),
        served(33, CUSTOMS, "line"),
        step(20, CUSTOMS, "line.pay", on="fine", amount=3_000, receipt="缴款书00021"),
        step(20, CUSTOMS, "line.perform", reason="罚款已缴。"),
        step(HoursAgo(8), CUSTOMS_LEAD, "offence.decide", outcome_reason="减轻处罚，罚款3000元。"),
        step(HoursAgo(7), CUSTOMS_LEAD, "offence.close"),
        step(HoursAgo(6), CUSTOMS, "case.conclude", outcome="减轻处罚并已履行。"),
        step(HoursAgo(5), CUSTOMS_LEAD, "case.close", reason="办结。"),
    ),
    occurred=52,
)  # fmt: skip

SCRIPTS = [
    QUERIED, WARNED, WARNED_AND_CLOSED, REJECTED, FILED, PARTIES_BEFORE_DECISION, PARTIES_AFTER_DECISION,
    DECISION_OVERDUE, PRESERVED, NO_CASE, CONCLUDED_THEN_REOPENED, CONCLUDED, CLOSED_THIS_MONTH,
]  # fmt: skip
