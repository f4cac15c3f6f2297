"""Invented transfers of suspected crimes, because no complete one was ever published. One script for each state."""

from .script import (
    BUREAU,
    BUREAU_HEAD,
    BUREAU_LEAD,
    COMMERCE,
    COMMERCE_HEAD,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    ON_PAPER,
    POLICE,
    POLICE_LEAD,
    DueSoon,
    HoursAgo,
    Script,
    Step,
    When,
    arrested,
    assessment,
    company,
    goods,
    held,
    invented_uscc,
    notice,
    person,
    promote,
    report,
    shipment,
    step,
)

CUSTOMS_TEAM = (CUSTOMS, CUSTOMS_LEAD)
COMMERCE_TEAM = (COMMERCE, COMMERCE_LEAD)
FACTS = "一、案件来源及办理经过。二、查明的事实：{what}。三、证据：报关单、检测报告、购销合同、银行流水、询问笔录。四、移送依据：行政执法机关移送涉嫌犯罪案件的规定。五、建议移送。"


def _drafted(when: When, who: str, team: tuple[str, str], receiver: str, offence: str, what: str) -> Step:
    return step(
        when, who, "case.draft_transfer", makes="referral", receiver=receiver, offence=offence,
        title=f"移送涉嫌犯罪案件：{what}", report=FACTS.format(what=what), team=team,
    )  # fmt: skip


def _by_customs(when: When, what: str, offence: str = "SMUG_PROHIBITED", receiver: str = "GACC_ASB") -> Step:
    return _drafted(when, CUSTOMS, CUSTOMS_TEAM, receiver, offence, what)


def _by_commerce(when: When, what: str, offence: str = "ILLEGAL_BUSINESS", receiver: str = "MPS_ECID") -> Step:
    return _drafted(when, COMMERCE, COMMERCE_TEAM, receiver, offence, what)


def _handed_over(approved: When, delivered: When, who: str, head: str) -> tuple[Step, ...]:
    return (
        step(approved, head, "referral.approve", reason="同意移送。", incomplete_because=ON_PAPER),
        step(delivered, who, "referral.deliver", reason="案卷材料随附，由专人送达。"),
    )


def _paper(when: When, who: str, indicators: str, form: str, name: str) -> tuple[Step, ...]:
    """A paper about the referral, drafted by one person and issued by the same or another."""
    return step(when, who, "referral.draft_paper", makes=name, form=form), step(when, indicators, f"{name}.issue")


FULL_TRAIL = Script(
    report(
        "SYN-W-01",
        "仲钨酸铵伪报为钛白粉出口",
        "申报钛白粉24吨，密度和单价与所报货物明显不符，取样检测为仲钨酸铵，企业没有两用物项出口许可证。",
        severity="critical",
        parties=[
            company("某甲钨制品公司", number=invented_uscc(101)),
            person("某甲公司法定代表人", "legal_representative"),
            company("某乙贸易公司（境外）", "consignee", "VNM"),
        ],
        items=[goods("仲钨酸铵", kg=24_000, cny=5_280_000, declared_as="钛白粉", hs_code="2841801000", control_code="1C117.d")],
        shipments=[shipment("5300", "深圳蛇口", "CHN", "VNM", "USA", serial=101)],
        techniques=["MISNAME", "TRANSSHIP"],
    ),
    "GACC",
    75,
    (
        step(74, CUSTOMS, "lead.take_up"),
        promote(73, CUSTOMS, "某甲公司仲钨酸铵伪报出口案", "false_declaration"),
        step(73, CUSTOMS, "case.share", agency="MOFCOM_SCB", profile="full", reason="核查许可情况。"),
        step(72, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs", reason="布控查验发现。"),
        step(71, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1101号"),
        step(71, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(71, CUSTOMS, "case.take_goods", item="仲钨酸铵", description="仲钨酸铵", quantity=24_000, unit="kg",
             location="深圳蛇口监管仓库2号库", seal="GACC-530011", paper="涉案物品清单〔2026〕1101号"),
        step(71, CUSTOMS, "offence.order_measure", measure="detention", lots=["1"], authority="深圳海关关长",
             paper="扣留凭单〔2026〕1101号", reason="防止货物转移，扣留24吨。"),
        step(70, CUSTOMS, "case.ask_task", makes="task", agency="MOFCOM_SCB", title="查询某甲公司许可证发放情况",
             body="请查2024年以来钨类物项许可证的申请和发放。", due_in=-66 * 24),
        step(69, COMMERCE, "task.accept", claim=True),
        step(68, COMMERCE, "task.complete", result="未查到该公司申请或者取得许可证的记录。"),
        _by_customs(67, "某甲公司将24吨仲钨酸铵伪报为钛白粉出口，货值528万元"),
        step(66, CUSTOMS, "referral.submit"),
        *_handed_over(65, 65, CUSTOMS, CUSTOMS_HEAD),
        *_paper(65, CUSTOMS, CUSTOMS_HEAD, "TRF_LETTER", "letter"),
        *_paper(65, CUSTOMS, CUSTOMS, "TRF_GOODSLIST", "list"),
        step(65, CUSTOMS, "list.reissue", makes="second_list", reason="首版清单漏写管制编码。"),
        step(65, CUSTOMS, "second_list.issue"),
        step(64, BUREAU, "referral.accept", reason="清点案卷3册，签收。"),
        *_paper(64, BUREAU, BUREAU, "TRF_RECEIPT", "receipt"),
        step(64, CUSTOMS, "letter.file_scan", scan=("涉嫌犯罪案件移送书", "（签章件）")),
        step(64, BUREAU, "referral.ask_supplement", asked_papers="检测机构资质证明；货值计核表。"),
        step(64, CUSTOMS, "referral.confirm_receipt"),
        *_paper(64, BUREAU, BUREAU, "SUPPL", "supplement"),
        step(62, CUSTOMS, "referral.supply", supplied="资质证明1份，货值计核表1份。"),
        step(61, BUREAU_HEAD, "referral.file", makes="crime", external_number="缉立字〔2026〕31号", reason="有犯罪事实，应当追究刑事责任。"),
        step(61, CUSTOMS, "referral.confirm_receipt"),
        *_paper(61, BUREAU, BUREAU_HEAD, "FILE_CRM", "filing"),
        step(60, CUSTOMS, "referral.hand_goods", reason="仲钨酸铵24吨及单证原件，双方清点。"),
        step(60, BUREAU, "crime.receive_goods", lots=["1"], keeping="stays", authority="缉私局局长",
             paper="移交清单〔2026〕31号", reason="双方清点无误，货物仍存原库，由海关代为保管。"),
        step(60, CUSTOMS_LEAD, "offence.transfer", outcome_reason="已由缉私局立案侦查。"),
        step(59, CUSTOMS_LEAD, "offence.close"),
        step(60, BUREAU, "crime.add_line", makes="unit", party="exporter"),
        step(60, BUREAU, "crime.add_line", makes="man", party="legal_representative"),
        *held(58, BUREAU, "man", "拘字〔2026〕31号"),
        step(56, BUREAU, "man.request_arrest"),
        *arrested(51, BUREAU, "man", "捕字〔2026〕31号"),
        step(20, BUREAU_LEAD, "crime.prosecute_opinion", reason="事实清楚，证据确实、充分。"),
        step(6, BUREAU, "crime.prosecute", reason="检察院已提起公诉。"),
    ),
    occurred=80,
)  # fmt: skip

NOT_FILED_THEN_FINED = Script(
    report(
        "SYN-TE-01",
        "碲化镉废料含碲锭出口",
        "申报为有色金属废料，取样发现夹有碲锭680千克。企业称包装工人误装，事后补报。",
        parties=[company("某丙再生资源公司", number=invented_uscc(102)), company("某丁物流公司", "freight_forwarder")],
        items=[goods("碲锭", kg=680, cny=265_000, declared_as="有色金属废料", hs_code="2804500001")],
        shipments=[shipment("2200", "上海洋山", "CHN", "JPN", serial=102)],
        techniques=["CONCEAL"],
    ),
    "GACC",
    130,
    (
        promote(129, CUSTOMS, "某丙公司夹藏碲锭出口案", "concealment"),
        step(129, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(128, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1102号"),
        step(128, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(127, CUSTOMS, "offence.add_line", makes="line", party="exporter"),
        step(121, CUSTOMS, "line.assess_transfer", **assessment("货值26.5万元，超过追诉标准，有夹藏，应当移送。", "transfer")),
        _by_customs(120, "某丙公司在废料中夹带碲锭680千克，货值26.5万元"),
        step(119, CUSTOMS, "referral.submit"),
        *_handed_over(118, 118, CUSTOMS, CUSTOMS_HEAD),
        *_paper(118, CUSTOMS, CUSTOMS_HEAD, "TRF_LETTER", "letter"),
        step(117, BUREAU, "referral.accept"),
        step(115, BUREAU_HEAD, "referral.not_file", ending_reason="现有证据不能证明主观故意，不符合立案条件。"),
        step(114, CUSTOMS, "task:CONSIDER_RECONSIDERATION.claim"),
        step(113, CUSTOMS, "referral.accept_non_filing", reason="研究后不申请复议，转行政处理。"),
        step(100, CUSTOMS, "line.notify", **notice("拟罚款6万元；从轻：主动补报，首次违法。")),
        step(92, CUSTOMS, "line.review", reason="当事人逾期未申请听证。"),
        step(88, CUSTOMS_HEAD, "line.mitigate", decision_number="署关缉违字〔2026〕1102号", fine_cny=60_000,
             ground_kind="APL32_1", ground="行政处罚法32条1项：主动消除或者减轻危害后果。"),
        step(86, CUSTOMS, "line.serve", service="delivered"),
        step(78, CUSTOMS, "line.pay", on="fine", amount=60_000, receipt="缴款书00009"),
        step(78, CUSTOMS, "line.perform", reason="罚款已缴纳。"),
        step(77, CUSTOMS_LEAD, "offence.decide", outcome_reason="公安机关不予立案后依法减轻处罚。"),
        step(77, CUSTOMS_LEAD, "offence.close"),
        step(76, CUSTOMS, "case.conclude", outcome="减轻处罚，罚款6万元，已缴纳。"),
        step(75, CUSTOMS_HEAD, "case.close", reason="案件办结，材料归档。"),
    ),
    occurred=133,
)  # fmt: skip

REVIEW_OVERDUE = Script(
    report(
        "SYN-MO-01",
        "钼粉分散申报经第三地转口",
        "同一货主两个月内分11票申报“金属粉末制品”，每票不足2吨，合计钼粉19.6吨，均经同一境外仓转运。",
        severity="high",
        parties=[company("某戊粉末冶金公司", number=invented_uscc(103)), company("某己境外仓", "intermediary", "MYS")],
        items=[goods("钼粉", kg=19_600, cny=6_100_000, declared_as="金属粉末制品", hs_code="8102100001", control_code="1C117.b")],
        shipments=[shipment("3100", "宁波北仑", "CHN", "MYS", "USA", serial=103)],
        techniques=["SPLIT", "TRANSSHIP"],
    ),
    "GACC",
    40,
    (
        promote(39, CUSTOMS, "某戊公司拆分申报钼粉转口案", "third_country_transshipment"),
        step(38, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(37, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1103号"),
        step(36, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        _by_customs(22, "某戊公司拆分申报钼粉19.6吨经第三地转口，货值610万元"),
        step(21, CUSTOMS, "referral.submit"),
        *_handed_over(20, 20, CUSTOMS, CUSTOMS_HEAD),
        step(19, BUREAU, "referral.accept", reason="案卷2册，签收。"),
        step(17, BUREAU, "referral.propose", proposed="file", proposal="经审查，拆分申报、经第三地转口的事实有报关单和仓单证明，涉嫌走私国家禁止出口的货物，依据刑事诉讼法第一百一十二条，建议立案侦查。"),
    ),
    occurred=45,
)  # fmt: skip

DECISION_DUE = Script(
    report(
        "SYN-IN-01",
        "磷化铟晶片藏匿于光伏组件出境",
        "X光机检图像异常，开箱发现光伏组件夹层内藏磷化铟晶片42千克。",
        severity="high",
        parties=[company("某庚光伏公司", number=invented_uscc(104)), person("货物实际经办人", "organiser")],
        items=[goods("磷化铟晶片", kg=42, cny=1_180_000, declared_as="光伏组件", hs_code="2853904051")],
        shipments=[shipment("0200", "天津新港", "CHN", "KOR", serial=104)],
        techniques=["CONCEAL"],
    ),
    "GACC",
    30,
    (
        promote(29, CUSTOMS, "某庚公司藏匿磷化铟出口案", "concealment"),
        step(28, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(27, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1104号"),
        step(26, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(26, CUSTOMS, "case.take_goods", item="磷化铟晶片", description="磷化铟晶片", quantity=42, unit="kg",
             location="天津新港海关证物库", seal="GACC-020044", paper="涉案物品清单〔2026〕1104号"),
        step(26, CUSTOMS, "offence.order_measure", measure="detention", lots=["1"], authority="天津海关关长",
             paper="扣留凭单〔2026〕1104号", reason="扣留磷化铟晶片42千克。"),
        _by_customs(20, "某庚公司在光伏组件夹层藏匿磷化铟晶片42千克，货值118万元"),
        step(19, CUSTOMS, "referral.submit", reason="请主要负责人审批。"),
        step(18, CUSTOMS_HEAD, "referral.revise", reason="请补充光伏组件夹层的查验记录和货值依据后再报。"),
        step(DueSoon("TRF_APPROVE"), CUSTOMS, "referral.submit", reason="已补充查验记录和货值计核表，请主要负责人审批。"),
    ),
    occurred=31,
)  # fmt: skip

SUPPLEMENT = Script(
    report(
        "SYN-SH-01",
        "借用他人许可证出口人造金刚石微粉",
        "许可证载明的最终用户与实际收货人不一致，证件疑被多家企业轮流使用，并按票收费。",
        source_system="LICENCE_AUDIT",
        report_type="licence_check",
        severity="high",
        parties=[
            company("某辛超硬材料公司", number=invented_uscc(105)),
            company("某壬进出口公司", "licence_holder", number=invented_uscc(106)),
        ],
        items=[goods("人造金刚石微粉", kg=310, cny=2_480_000)],
        shipments=[shipment("4600", "郑州新郑机场", "CHN", "ARE", serial=105)],
        techniques=["LIC_ABUSE", "FALSE_EUC"],
    ),
    "MOFCOM_SCB",
    48,
    (
        step(47, COMMERCE, "lead.take_up"),
        promote(46, COMMERCE, "某壬公司出借许可证案", "licence_abuse"),
        step(46, COMMERCE, "case.share", agency="GACC", profile="full", reason="请提供通关数据。"),
        step(45, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(44, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕21号"),
        step(43, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        _by_commerce(13, "某壬公司出借、倒卖两用物项许可证，获利约90万元"),
        step(12, COMMERCE, "referral.submit"),
        *_handed_over(11, 11, COMMERCE, COMMERCE_HEAD),
        step(HoursAgo(44), POLICE, "referral.accept"),
        step(HoursAgo(20), POLICE, "referral.ask_supplement", asked_papers="许可证原件；11票报关单与许可证使用的对照表。"),
    ),
    occurred=60,
)  # fmt: skip

DRAFT = Script(
    report(
        "SYN-GA-01",
        "金属镓以快递小包多次寄递出境",
        "三个月内37件快递，申报“工艺品”，收件人均为同一境外地址，累计金属镓62千克。",
        source_system="POSTAL_SCREEN",
        severity="high",
        parties=[company("某癸电子商行", number=invented_uscc(107)), company("某快递网点", "courier_company")],
        items=[goods("金属镓", kg=62, cny=130_000, declared_as="工艺品")],
        shipments=[shipment("5100", "广州邮局", "CHN", "DEU", serial=107)],
        techniques=["EXPRESS", "SPLIT", "MISNAME"],
    ),
    "GACC",
    12,
    (
        promote(11, CUSTOMS, "某癸商行寄递金属镓案", "parcels"),
        step(10, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(9, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1105号"),
        step(8, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        _by_customs(2, "某癸商行以快递小包寄递金属镓62千克"),
    ),
    occurred=20,
)  # fmt: skip

REFUSED_THEN_FINED = Script(
    report(
        "SYN-GE-01",
        "锗镜片未领许可证出口",
        "申报红外镜片，含锗量超过限值，数量少，企业称不知需要许可证。",
        severity="low",
        parties=[company("某子光学公司", number=invented_uscc(108))],
        items=[goods("锗红外镜片", kg=18, cny=96_000, declared_as="光学镜片")],
        shipments=[shipment("2300", "南京禄口机场", "CHN", "ITA", serial=108)],
    ),
    "GACC",
    95,
    (
        promote(94, CUSTOMS, "某子公司锗镜片无证出口案", "unlicensed_export"),
        step(93, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(92, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1106号"),
        step(91, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(90, CUSTOMS, "offence.add_line", makes="line", party="exporter"),
        _by_customs(85, "某子公司未领许可证出口锗镜片18千克"),
        step(84, CUSTOMS, "referral.submit"),
        step(83, CUSTOMS_HEAD, "referral.refuse", ending_reason="货值低于追诉标准，无逃避监管的故意，按行政违法处理。"),
        step(70, CUSTOMS, "line.notify", **notice("拟罚款5万元。")),
        step(66, CUSTOMS, "line.waive_hearing", reason="当事人书面放弃听证。"),
        step(60, CUSTOMS_HEAD, "line.decide", decision_number="署关缉违字〔2026〕1106号", fine_cny=50_000),
        step(58, CUSTOMS, "line.serve", service="delivered"),
        step(30, CUSTOMS, "line.seek_remedy", remedy="reconsideration", body="上一级海关", reason="当事人认为处罚过重。"),
        step(57, CUSTOMS_LEAD, "offence.decide", outcome_reason="罚款5万元。"),
    ),
    occurred=96,
)  # fmt: skip

APPROVED = Script(
    report(
        "SYN-SM-01",
        "钐钴磁体报成铁氧体磁铁",
        "光谱检测含钐24%，申报为普通铁氧体磁铁，同一报关员名下另有4票同类申报。",
        severity="high",
        parties=[company("某丑磁材公司", number=invented_uscc(109)), company("某寅报关行", "customs_broker")],
        items=[goods("钐钴永磁体", kg=3_900, cny=1_560_000, declared_as="铁氧体磁铁")],
        shipments=[shipment("3100", "宁波梅山", "CHN", "THA", "USA", serial=109)],
        techniques=["MISNAME", "MISCONTENT"],
    ),
    "GACC",
    26,
    (
        promote(25, CUSTOMS, "某丑公司钐钴磁体伪报案", "false_declaration"),
        step(24, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(23, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1107号"),
        step(22, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        _by_customs(4, "某丑公司将钐钴磁体3.9吨伪报为铁氧体磁铁，货值156万元"),
        step(2, CUSTOMS, "referral.submit"),
        step(HoursAgo(10), CUSTOMS_HEAD, "referral.approve", reason="同意移送。", incomplete_because=ON_PAPER),
        step(HoursAgo(9), CUSTOMS, "referral.draft_paper", makes="letter", form="TRF_LETTER"),
    ),
    occurred=27,
)  # fmt: skip

DELIVERED = Script(
    report(
        "SYN-SB-01",
        "锑锭绕关运输被截获",
        "边境便道查获货车2辆，装锑锭31吨，无任何报关单证。",
        severity="critical",
        source_system="BORDER_PATROL",
        parties=[person("货车驾驶人", "carrier"), person("货主（待查）", "owner")],
        items=[goods("锑锭", kg=31_000, cny=5_900_000)],
        shipments=[shipment("7200", "边境便道", "CHN", "VNM")],
        techniques=["BYPASS"],
    ),
    "GACC",
    7,
    (
        promote(6, CUSTOMS, "锑锭31吨绕关出口案", "undeclared_export"),
        step(6, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(5, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1108号"),
        step(5, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        step(5, CUSTOMS, "case.take_goods", item="锑锭", description="锑锭", quantity=31_000, unit="kg",
             location="口岸监管仓库", storage="口岸某仓储公司", paper="涉案物品清单〔2026〕1108号"),
        step(5, CUSTOMS, "case.take_goods", description="运输货车", quantity=2, unit="vehicle",
             location="口岸停车场", paper="涉案物品清单〔2026〕1109号"),
        step(5, CUSTOMS, "offence.order_measure", measure="detention", lots=["1"], authority="南宁海关关长",
             paper="扣留凭单〔2026〕1108号", reason="扣留锑锭31吨。"),
        step(5, CUSTOMS, "offence.order_measure", measure="detention", lots=["2"], authority="南宁海关关长",
             paper="扣留凭单〔2026〕1109号", reason="扣留运输工具2辆。"),
        step(4, CUSTOMS, "clock:CUS_DECISION.pause", ground="appraise", paper="署化委〔2026〕118号化验鉴定委托书"),
        _by_customs(3, "锑锭31吨绕关运输，货值590万元"),
        step(2, CUSTOMS, "referral.submit"),
        *_handed_over(HoursAgo(26), HoursAgo(20), CUSTOMS, CUSTOMS_HEAD),
        *_paper(HoursAgo(20), CUSTOMS, CUSTOMS_HEAD, "TRF_LETTER", "letter"),
    ),
    occurred=8,
)  # fmt: skip

UNDER_REVIEW = Script(
    report(
        "SYN-DY-01",
        "伪造最终用户证明申领镝化合物许可证",
        "最终用户证明所盖印章与备案不符，境外用户书面否认曾经出具。",
        source_system="LICENCE_AUDIT",
        report_type="licence_check",
        severity="high",
        parties=[company("某卯稀土公司", number=invented_uscc(110)), company("某境外用户", "end_user", "JPN")],
        items=[goods("氧化镝", kg=2_000, cny=3_400_000)],
        techniques=["FALSE_EUC"],
    ),
    "MOFCOM_SCB",
    33,
    (
        promote(32, COMMERCE, "某卯公司伪造最终用户证明案", "end_use_diversion"),
        step(31, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(30, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕22号"),
        step(29, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        _by_commerce(6, "某卯公司伪造印章和最终用户证明骗取许可证", "FORGED_PAPERS"),
        step(5, COMMERCE, "referral.submit"),
        *_handed_over(4, 4, COMMERCE, COMMERCE_HEAD),
        step(HoursAgo(6), POLICE_LEAD, "referral.accept", reason="案卷1册，签收。"),
    ),
    occurred=90,
)  # fmt: skip

WITHDRAWN = Script(
    report(
        "SYN-BI-01",
        "铋粉出口许可证超量使用",
        "实际出口数量超过许可证载明数量，超出部分400千克。",
        parties=[company("某辰新材料公司", number=invented_uscc(111))],
        items=[goods("铋粉", kg=400, cny=72_000)],
        shipments=[shipment("4900", "长沙", "CHN", "IND", serial=111)],
        techniques=["LIC_ABUSE"],
    ),
    "GACC",
    60,
    (
        promote(59, CUSTOMS, "某辰公司超量出口铋粉案", "licence_abuse"),
        step(58, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(57, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1109号"),
        step(56, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        _by_customs(50, "某辰公司超出许可证数量出口铋粉400千克", "SMUG_ORDINARY"),
        step(49, CUSTOMS, "referral.submit"),
        *_handed_over(48, 48, CUSTOMS, CUSTOMS_HEAD),
        step(47, CUSTOMS_HEAD, "referral.call_off", ending_reason="商务主管部门来函：许可证变更已于出口前批准，事实有变。"),
        step(40, CUSTOMS_LEAD, "offence.drop", outcome_reason="变更许可在先，没有违法事实。"),
    ),
    occurred=62,
)  # fmt: skip

DECISION_OVERDUE = Script(
    report(
        "SYN-GR-01",
        "无证经营人造石墨出口代理",
        "某代理公司为11家企业“包证”出口人造石墨，许可证来源不明。",
        source_system="LICENCE_AUDIT",
        report_type="licence_check",
        severity="high",
        parties=[company("某巳供应链公司", "agent", number=invented_uscc(112))],
        items=[goods("人造石墨", kg=86_000, cny=2_900_000)],
        techniques=["LIC_ABUSE", "SHELL"],
    ),
    "MOFCOM_SCB",
    38,
    (
        promote(37, COMMERCE, "某巳公司买卖许可证案", "licence_abuse"),
        step(36, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(35, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕23号"),
        step(34, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        _by_commerce(16, "某巳公司买卖两用物项许可证，涉11家企业"),
        step(12, COMMERCE, "referral.submit", reason="请主要负责人审批。"),
    ),
    occurred=120,
)  # fmt: skip

TO_SIGN = Script(
    report(
        "SYN-SC-01",
        "氧化钪技术资料与样品外带",
        "企业离职人员携带工艺资料与样品，拟在境外设厂。",
        source_system="TIP_OFF",
        report_type="tip",
        severity="high",
        handling_code="H2",
        parties=[person("离职技术人员", "insider"), company("某午新材料公司", "company", number=invented_uscc(113))],
        items=[goods("氧化钪提纯工艺资料"), goods("氧化钪样品", kg=1.2)],
        techniques=["TECH", "INSIDER"],
    ),
    "MOFCOM_SCB",
    21,
    (
        promote(20, COMMERCE, "某午公司技术资料外带案", "technology_transfer", handling="H2"),
        step(19, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(18, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕24号"),
        step(17, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        _by_commerce(6, "某午公司离职人员向境外提供受管制技术"),
        step(5, COMMERCE, "referral.submit"),
        *_handed_over(HoursAgo(40), HoursAgo(30), COMMERCE, COMMERCE_HEAD),
    ),
    occurred=25,
)  # fmt: skip

FILED_GOODS_OVERDUE = Script(
    report(
        "SYN-W-02",
        "碳化钨粉夹藏在陶瓷制品中出口",
        "陶瓷制品集装箱内发现碳化钨粉7.4吨，企业两次变更申报。",
        severity="high",
        parties=[
            company("某未硬质合金公司", number=invented_uscc(114)),
            person("某未公司销售负责人", "organiser"),
            person("某未公司报关员", "declarant"),
        ],
        items=[goods("碳化钨粉", kg=7_400, cny=2_300_000, declared_as="陶瓷制品", hs_code="2849902000", control_code="1C117.d")],
        shipments=[shipment("4200", "青岛前湾", "CHN", "IND", serial=114)],
        techniques=["CONCEAL", "CROSS_DOCS"],
    ),
    "GACC",
    34,
    (
        promote(33, CUSTOMS, "某未公司夹藏碳化钨粉案", "concealment"),
        step(32, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(31, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1110号"),
        step(30, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        _by_customs(22, "某未公司夹藏碳化钨粉7.4吨，货值230万元"),
        step(21, CUSTOMS, "referral.submit"),
        *_handed_over(20, 20, CUSTOMS, CUSTOMS_HEAD),
        step(19, BUREAU, "referral.accept"),
        step(17, BUREAU_HEAD, "referral.file", makes="crime", external_number="缉立字〔2026〕32号"),
        step(16, CUSTOMS, "referral.confirm_receipt"),
        step(16, CUSTOMS_LEAD, "offence.transfer", outcome_reason="已由缉私局立案侦查。"),
        step(15, BUREAU, "crime.add_line", makes="first", party="organiser"),
        step(15, BUREAU, "crime.add_line", makes="second", party="declarant"),
        step(HoursAgo(60), BUREAU, "first.detain", paper="拘字〔2026〕32号", reason="有串供可能。"),
        step(HoursAgo(55), BUREAU, "measure:first.deliver"),
        step(HoursAgo(54), BUREAU, "measure:first.notify_family"),
        step(HoursAgo(50), BUREAU, "second.detain", paper="拘字〔2026〕33号"),
        step(HoursAgo(46), BUREAU, "measure:second.deliver"),
        step(HoursAgo(45), BUREAU, "measure:second.question"),
        step(HoursAgo(44), BUREAU, "measure:second.notify_family"),
        step(HoursAgo(12), BUREAU_LEAD, "second.request_arrest"),
    ),
    occurred=35,
)  # fmt: skip

SCRIPTS = [
    FULL_TRAIL, NOT_FILED_THEN_FINED, REVIEW_OVERDUE, DECISION_DUE, SUPPLEMENT, DRAFT, REFUSED_THEN_FINED, APPROVED,
    DELIVERED, UNDER_REVIEW, WITHDRAWN, DECISION_OVERDUE, TO_SIGN, FILED_GOODS_OVERDUE,
]  # fmt: skip
