"""Invented matters that change hands: between administrative agencies, back from criminal justice, within a bureau."""

from typing import Any

from .script import (
    BUREAU,
    BUREAU_HEAD,
    BUREAU_LEAD,
    CENTRE,
    COMMERCE,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    PROCURATOR,
    HoursAgo,
    Script,
    Step,
    When,
    company,
    complete_hand_over,
    goods,
    invented_uscc,
    person,
    promote,
    report,
    shipment,
    step,
)


def _moved(when: When, name: str, title: str, text: str, *, sent: bool = True, **rest: Any) -> tuple[Step, ...]:
    made = step(
        when, CUSTOMS, "case.transfer_matter", makes=name, receiver="MOFCOM_SCB", title=title, report=text,
        enclosures="一、调查笔录；二、单证复印件。", **rest,
    )  # fmt: skip
    return (made, step(when, CUSTOMS_LEAD, f"{name}.send")) if sent else (made,)


def _declined(when: When, name: str, why: str) -> Step:
    return step(when, COMMERCE_LEAD, f"{name}.decline", ending_reason=why)


def _asked_centre(when: When, name: str) -> Step:
    return step(when, CUSTOMS, f"{name}.ask_centre", reason="双方均认为不属于本机关管辖，请协调中心提出书面意见。")


def _opined(when: When, name: str, competent: str, letter: str) -> Step:
    return step(when, CENTRE, f"{name}.opine", competent=competent, letter=letter)


WHO_IS_COMPETENT = Script(
    report(
        "SYN-GE-31",
        "锗产品经营资格与申报问题",
        "查验发现多家企业的锗产品出口，有的涉及经营资格，有的涉及申报不实，须分清由谁查处。",
        severity="high",
        parties=[
            company("某癸锗业公司", number=invented_uscc(231)),
            company("某子贸易公司", "forwarder", number=invented_uscc(232)),
        ],
        items=[goods("二氧化锗", kg=220, cny=390_000, declared_as="其他氧化物")],
        shipments=[shipment("8600", "昆明", "CHN", "THA", serial=231)],
        techniques=["LIC_ABUSE"],
    ),
    "GACC",
    70,
    (
        promote(69, CUSTOMS, "某癸公司锗产品出口管辖案", "Company Gui: germanium products, question of competence", "licence_abuse"),
        step(68, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(67, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1231号"),
        step(66, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(65, CUSTOMS, "offence.add_line", makes="trader", party="forwarder"),
        *_moved(60, "trade", "某子公司转让许可证", "转让许可证，属商务主管部门查处。", origin="offence", parties=["forwarder"]),
        step(57, COMMERCE, "trade.accept", makes="licence", reason="属我局职责，已受理。"),
        *_moved(40, "report", "未报告最终用户变化", "企业未报告最终用户变化。"),
        _declined(37, "report", "货物尚在海关监管，宜由海关一并查处。"),
        step(35, CUSTOMS_LEAD, "report.keep", reason="同意由我署并案查处。"),
        *_moved(44, "platform", "平台明知而提供服务", "电商平台明知违法仍提供服务。"),
        _declined(42, "platform", "线索不清。"),
        _asked_centre(40, "platform"),
        _opined(37, "platform", "MOFCOM_SCB", "平台服务违反出口管制法第三十六条，由商务主管部门查处为宜。"),
        step(35, COMMERCE, "platform.object", reason="涉案行为发生在通关环节，提请办公室研究。"),
        step(30, CENTRE, "platform.office_receiver", letter="协调办〔2026〕12号：由商务部安全与管制局查处。"),
        *_moved(30, "broker", "报关行明知而代理", "报关行明知无证仍代理申报。"),
        _declined(28, "broker", "报关行由海关管理。"),
        _asked_centre(26, "broker"),
        _opined(22, "broker", "MOFCOM_SCB", "服务提供者责任，由商务主管部门查处为宜。"),
        step(20, COMMERCE, "broker.object", reason="报关企业的监管属海关职责。"),
        *_moved(21, "yard", "堆场换装嫌疑", "堆场内换装。"),
        _declined(19, "yard", "属海关监管场所。"),
        _asked_centre(15, "yard"),
        _opined(9, "yard", "GACC", "海关监管场所内的行为，由海关查处为宜。"),
        *_moved(14, "bank", "收汇银行线索", "收汇银行未核验许可证。"),
        _declined(12, "bank", "属金融监管部门。"),
        _asked_centre(5, "bank"),
        *_moved(9, "agent", "中介机构线索", "中介提供虚假最终用户证明。"),
        _declined(6, "agent", "证据在海关。"),
        *_moved(8, "papers", "单证缺页的线索", "三份合同。"),
        step(6, COMMERCE, "papers.return", reason="合同缺附件，请补齐。"),
        *_moved(12, "double", "重复移送", "与前函重复。"),
        step(11, CUSTOMS, "double.withdraw", ending_reason="与前函重复，撤回。"),
        *_moved(HoursAgo(30), "fresh", "新查获的转让协议", "许可证转让协议一份。"),
        *_moved(HoursAgo(5), "unsent", "待移送的线索", "尚在核对。", sent=False),
    ),
    occurred=71,
)  # fmt: skip

TO_A_DISTRICT = Script(
    report(
        "SYN-GA-32",
        "镓产品保税区内违规",
        "缉私局在侦查中发现的仅属行政违法的行为，发生地在外关区。",
        parties=[company("某丑光电公司", number=invented_uscc(233))],
        items=[goods("氮化镓外延片", kg=18, cny=96_000)],
        shipments=[shipment("5300", "深圳福田保税区", "CHN", "HKG", serial=232)],
        techniques=["BONDED"],
    ),
    "GACC_ASB",
    40,
    (
        promote(39, BUREAU, "某丑公司保税镓产品违规案", "Company Chou: bonded gallium products", "bonded_irregularity"),
        step(35, BUREAU, "case.transfer_matter", makes="matter", receiver="CUS_5300", title="保税货物违规线索", report="未构成犯罪，属违反海关监管规定。"),
        step(35, BUREAU_LEAD, "matter.send"),
        step(30, BUREAU, "case.add_paper", agency="CUS_5300", number="深关函〔2026〕411号", title="关于管辖的复函", dated=31, scan=("深圳海关", "关于管辖的复函")),
        step(30, BUREAU_LEAD, "matter.decline", ending_reason="货物实际由广州口岸进出，建议由广州海关管辖。", their_paper="深关函〔2026〕411号"),
        step(6, BUREAU, "matter.ask_superior", reason="请海关总署指定管辖。"),
    ),
    occurred=42,
)  # fmt: skip

ONE_OF_TWO = Script(
    report(
        "SYN-SB-33",
        "锑锭伪报案中一家公司不构成犯罪",
        "两家公司共同申报，其中货代公司不明知。",
        severity="high",
        parties=[
            company("某寅锑业公司", number=invented_uscc(234)),
            company("某卯货代公司", "freight_forwarder", number=invented_uscc(235)),
        ],
        items=[goods("锑锭", kg=41_000, cny=6_600_000, declared_as="锌锭")],
        shipments=[shipment("2200", "上海外高桥", "CHN", "VNM", serial=233)],
        techniques=["MISNAME"],
    ),
    "GACC",
    120,
    (
        promote(119, CUSTOMS, "某寅公司锑锭伪报案", "Company Yin: antimony ingots declared as zinc", "false_declaration"),
        step(118, CUSTOMS, "case.change_party", party="freight_forwarder", name="某卯国际货运代理公司", address="上海市浦东新区外高桥", reason="来源所载名称不全，经核对营业执照更正。"),
        step(118, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(117, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1233号"),
        step(116, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(115, CUSTOMS, "offence.add_line", makes="exporter", party="exporter"),
        step(115, CUSTOMS, "offence.add_line", makes="forwarder", party="freight_forwarder"),
        *(step(110, CUSTOMS, f"{one}.assess_transfer", assessed="transfer", reason="货值660万元，达到追诉标准。") for one in ("exporter", "forwarder")),
        step(108, CUSTOMS, "case.add_act", title="将锑锭伪报为锌锭出口"),
        step(108, CUSTOMS, "case.draft_transfer", makes="referral", receiver="GACC_ASB", offence="SMUG_PROHIBITED", title="移送涉嫌犯罪案件：某寅公司伪报锑锭", report="两家公司共同伪报锑锭41吨。", enclosures="1.报关单；2.检测报告；3.委托合同；4.询问笔录。", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(107, CUSTOMS, "referral.submit"),
        *complete_hand_over(106, CUSTOMS, CUSTOMS_HEAD),
        step(105, BUREAU, "referral.accept"),
        step(103, BUREAU_HEAD, "referral.file", makes="crime", external_number="缉立字〔2026〕233号"),
        step(102, CUSTOMS, "referral.hand_goods"),
        *(step(102, CUSTOMS, f"{one}.transfer", reason="已由缉私局立案。") for one in ("exporter", "forwarder")),
        step(102, CUSTOMS_LEAD, "offence.transfer", outcome_reason="已由缉私局立案侦查。"),
        step(100, BUREAU, "crime.add_line", makes="unit", party="exporter"),
        step(100, BUREAU, "crime.add_line", makes="carrier", party="freight_forwarder"),
        step(60, BUREAU_LEAD, "carrier.drop", reason="现有证据不能证明其明知。"),
        step(60, BUREAU, "case.return_matter", makes="back", receiver="GACC", origin="crime", parties=["freight_forwarder"], ground="no_crime", title="反向移送：某卯货代公司", report="不构成犯罪，但未尽合理审查义务。", enclosures="侦查卷复印件一册。"),
        step(59, BUREAU_LEAD, "back.send"),
        step(57, CUSTOMS, "back.accept", resumed="offence", reason="收到，恢复办理。"),
        step(30, CUSTOMS, "back.report", answer="已对某卯公司作出处理，结果附后。"),
        step(20, BUREAU, "case.return_matter", makes="unsent", receiver="GACC", origin="crime", parties=["freight_forwarder"], ground="minor", title="补充反向移送材料", report="补充材料。"),
        step(19, BUREAU, "unsent.withdraw", ending_reason="材料已另函寄送。"),
    ),
    occurred=121,
)  # fmt: skip

NOT_PROSECUTED = Script(
    report(
        "SYN-W-34",
        "钨丝携带出境案",
        "犯罪情节轻微，不起诉后须给予行政处罚。",
        parties=[person("某甲某", "carrier")],
        items=[goods("钨丝", kg=130, cny=210_000)],
        shipments=[shipment("5300", "深圳罗湖", "CHN", "HKG", serial=234)],
        techniques=["EXPRESS"],
    ),
    "GACC_ASB",
    200,
    (
        promote(199, BUREAU, "携带钨丝出境案", "Tungsten wire carried across the border", "smuggling_act_unspecified"),
        step(198, BUREAU_HEAD, "case.file_criminal", makes="crime", offence="SMUG_PROHIBITED", external_number="缉立字〔2026〕234号", reason="本局查获。"),
        step(197, BUREAU, "crime.add_line", makes="carrier", party="carrier"),
        step(120, BUREAU_LEAD, "crime.prosecute_opinion"),
        step(90, BUREAU, "carrier.not_prosecute", nonprosecution="discretionary", reason="犯罪情节轻微。"),
        step(90, BUREAU, "case.share", agency="SPP", profile="full", reason="审查起诉。"),
        step(40, PROCURATOR, "case.give_opinion", makes="opinion", receiver="GACC", origin="crime", parties=["carrier"], title="检察意见：建议给予行政处罚", report="建议依照海关行政处罚实施条例处罚。"),
        step(40, PROCURATOR, "opinion.send"),
        step(38, CUSTOMS, "opinion.accept", reason="收到，立即办理。"),
        step(10, PROCURATOR, "case.give_opinion", makes="second", receiver="GACC", origin="crime", parties=["carrier"], title="检察意见：没收违法所得", report="建议没收违法所得。"),
        step(3, PROCURATOR, "second.send"),
    ),
    occurred=201,
)  # fmt: skip

ON_PAPER = Script(
    report(
        "SYN-RE-35",
        "县公安机关退回的稀土案",
        "县级公安机关不使用本系统，材料以纸质函件退回。",
        parties=[company("某辰稀土公司", number=invented_uscc(236))],
        items=[goods("氧化镝", kg=75, cny=138_000)],
        shipments=[shipment("4000", "南昌", "CHN", "JPN", serial=235)],
        techniques=["SPLIT"],
    ),
    "GACC",
    30,
    (
        promote(29, CUSTOMS, "某辰公司氧化镝拆分出口案", "Company Chen: dysprosium oxide split into small lots", "unlicensed_export"),
        step(5, CUSTOMS, "case.add_paper", agency="PPSD_36", number="赣公移〔2026〕77号", title="案件移送函", dated=6, scan=("江西省公安厅", "案件移送函")),
        step(4, CUSTOMS, "case.record_return", makes="back", their_paper="赣公移〔2026〕77号", report="未达追诉标准，移送行政处理。"),
    ),
    occurred=31,
)  # fmt: skip

WITHIN_THE_BUREAU = Script(
    report(
        "SYN-BI-36",
        "铋锭夹藏由行政转刑事",
        "缉私局行政办案中发现达到追诉标准。",
        severity="high",
        parties=[
            company("某巳有色公司", number=invented_uscc(237)),
            company("某午物流公司", "freight_forwarder", number=invented_uscc(238)),
        ],
        items=[goods("铋锭", kg=24_500, cny=2_900_000, declared_as="铅锭")],
        shipments=[shipment("5700", "珠海", "CHN", "MAC", serial=236)],
        techniques=["CONCEAL"],
    ),
    "GACC_ASB",
    64,
    (
        promote(63, BUREAU, "某巳公司夹藏铋锭案", "Company Si: bismuth ingots concealed in cargo", "false_declaration"),
        step(62, BUREAU, "case.open_proceeding", makes="offence", kind="customs"),
        step(61, BUREAU_LEAD, "offence.file", external_number="缉违字〔2026〕236号"),
        step(60, BUREAU, "offence.investigate", team=(BUREAU, BUREAU_LEAD)),
        step(59, BUREAU, "offence.add_line", makes="unit", party="exporter"),
        step(58, BUREAU, "offence.add_line", makes="carrier", party="freight_forwarder"),
        step(50, BUREAU, "case.convert", makes="conversion", ground="to_criminal", origin="offence", parties=["exporter"], offence="SMUG_PROHIBITED", title="行转刑：某巳公司夹藏铋锭", report="铋锭24.5吨，达到追诉标准。", team=(BUREAU, BUREAU_LEAD)),
        step(49, BUREAU, "conversion.submit"),
        step(48, BUREAU_HEAD, "conversion.file", makes="crime", external_number="缉立字〔2026〕236号"),
        step(20, BUREAU, "case.convert", makes="second", ground="to_criminal", origin="offence", parties=["freight_forwarder"], offence="SMUG_PROHIBITED", title="行转刑：某午物流公司", report="物流公司参与包装。", team=(BUREAU, BUREAU_LEAD)),
        step(19, BUREAU, "second.submit"),
        step(18, BUREAU_HEAD, "second.refuse", ending_reason="主观明知证据不足，继续行政办理。"),
        step(HoursAgo(26), BUREAU, "case.convert", makes="third", ground="to_criminal", origin="offence", parties=["freight_forwarder"], offence="SMUG_PROHIBITED", title="行转刑：某午物流公司（补充证据）", report="补充聊天记录。", team=(BUREAU, BUREAU_LEAD)),
        step(HoursAgo(20), BUREAU, "third.submit"),
    ),
    occurred=65,
)  # fmt: skip

SCRIPTS = [WHO_IS_COMPETENT, TO_A_DISTRICT, ONE_OF_TWO, NOT_PROSECUTED, ON_PAPER, WITHIN_THE_BUREAU]
