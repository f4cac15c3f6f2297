"""Invented requests for assistance and transfers of leads: every state, in every demo agency's inbox."""

from .script import (
    BUREAU,
    BUREAU_HEAD,
    COMMERCE,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_LEAD,
    POLICE,
    POLICE_LEAD,
    PROCURATOR,
    DueSoon,
    Script,
    Step,
    When,
    company,
    goods,
    invented_uscc,
    person,
    promote,
    report,
    shipment,
    step,
)


def _asked(when: When, who: str, receiver: str, name: str, title: str, what: str) -> tuple[Step, Step]:
    """A request drafted and sent the same day."""
    return (
        step(when, who, "case.request_assistance", makes=name, receiver=receiver, title=title, report=what),
        step(when, who, f"{name}.send"),
    )


def _handed(when: When, who: str, receiver: str, name: str, title: str, what: str) -> tuple[Step, Step]:
    """A lead transferred to the competent agency."""
    return (
        step(when, who, "case.transfer_lead", makes=name, receiver=receiver, title=title, report=what),
        step(when, who, f"{name}.send"),
    )


BY_CUSTOMS = Script(
    report(
        "SYN-RE-01",
        "稀土氧化物经保税区换标转口",
        "保税仓储货物出区时更换唛头，原产地标记被撕除，去向与备案不符。",
        severity="high",
        parties=[
            company("某申保税物流公司", number=invented_uscc(201)),
            company("某酉贸易公司", "consignor", number=invented_uscc(202)),
        ],
        items=[goods("氧化铽", kg=540, cny=4_300_000, declared_as="研磨粉")],
        shipments=[shipment("2200", "上海外高桥", "CHN", "SGP", "USA", serial=201)],
        techniques=["RELABEL", "BONDED"],
    ),
    "GACC",
    52,
    (
        promote(51, CUSTOMS, "某酉公司换标转口氧化铽案", "Company You: terbium oxide relabelled in transit", "third_country_transshipment"),
        step(50, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(49, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1201号"),
        step(48, CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD)),
        *_asked(46, CUSTOMS, "MOFCOM_SCB", "licence", "查询某酉公司许可证和最终用户", "请查2025年以来氧化铽许可证及最终用户证明，说明境外收货人是否在管控名单。"),
        step(45, COMMERCE, "licence.accept"),
        step(38, COMMERCE, "licence.answer", answer="未发放许可证；境外收货人不在管控名单，但地址与一家名单实体相同。"),
        *_asked(30, CUSTOMS, "MPS_ECID", "funds", "协查某酉公司资金往来", "请协查2025年1月至今对公账户与境外收款情况。"),
        step(28, POLICE, "funds.accept"),
        *_asked(12, CUSTOMS, "MOFCOM_SCB", "goods", "请出具涉案货物管制属性意见", "请对取样检测报告出具管制属性意见。"),
        step(10, COMMERCE, "goods.return", reason="检测报告缺粒度分布，请补充后再送。"),
        *_asked(25, CUSTOMS, "MOFCOM_LAW", "law", "请解释换标行为的法律适用", "境内换标后转口是否构成规避管制。"),
        step(23, CUSTOMS, "law.withdraw", ending_reason="已有书面解释，不再需要。"),
        step(22, CUSTOMS, "law.correct", makes="wrong_withdrawal", verb="withdraw", kind="annul",
             paper="署缉更〔2026〕3号", reason="撤回登记在了另一件函上。"),
        step(21, CUSTOMS_LEAD, "wrong_withdrawal.refuse", reason="经核对，撤回的正是本函。"),
        step(9, CUSTOMS, "goods.correct", makes="later_sent", verb="send", kind="correct", corrected_to=11,
             paper="署缉更〔2026〕4号", reason="函件实际于次日发出。"),
        step(8, CUSTOMS, "later_sent.withdraw"),
        step(7, CUSTOMS, "funds.correct", makes="sent_late", verb="send", kind="correct", corrected_to=29,
             paper="署缉更〔2026〕5号", reason="机要交换单显示次日送达。"),
        step(6, CUSTOMS_LEAD, "sent_late.confirm"),
        step(1, CUSTOMS, "funds.correct", makes="again", verb="send", kind="correct", corrected_to=30,
             paper="署缉更〔2026〕6号", reason="交换单日期以收文章为准，应为当日。"),
        step(5, CUSTOMS, "case.request_assistance", makes="draft", receiver="MOFCOM_SCB", title="请协助约谈某申公司",
             report="拟请商务主管部门约谈保税物流公司负责人。"),
    ),
    occurred=60,
)  # fmt: skip

BY_COMMERCE = Script(
    report(
        "SYN-LU-01",
        "镥化合物收货人与名单实体共用地址",
        "许可后核查发现收货人办公地址与管控名单实体相同，实际用途存疑。",
        source_system="POST_SHIPMENT",
        report_type="end_use_check",
        severity="medium",
        parties=[
            company("某戌化工公司", number=invented_uscc(203)),
            company("某境外研究所", "end_user", "USA"),
        ],
        items=[goods("氧化镥", kg=25, cny=1_150_000)],
        shipments=[shipment("0100", "北京首都机场", "CHN", "SGP", "USA", serial=203)],
        techniques=["FALSE_EUC"],
    ),
    "MOFCOM_SCB",
    41,
    (
        promote(40, COMMERCE, "某戌公司改变最终用户案", "Company Xu: diversion to another end user", "end_use_diversion"),
        step(39, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(38, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕31号"),
        step(37, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
        *_asked(36, COMMERCE, "GACC", "declared", "调取某戌公司报关数据", "请提供2025年以来氧化镥全部报关单及随附单证。"),
        step(35, CUSTOMS, "declared.accept"),
        *_asked(DueSoon("INT_ASSIST"), COMMERCE, "GACC", "stop", "请对某戌公司在途货物布控", "请对两票在途货物布控查验，并告知结果。"),
        *_asked(20, COMMERCE, "MPS_ECID", "person", "协查经办人出入境记录", "请协查经办人近两年出入境记录。"),
        step(18, POLICE_LEAD, "person.decline", ending_reason="未立案，依法不能提供个人出入境记录。"),
        *_asked(3, COMMERCE, "GACC_ASB", "abroad", "请通过缉私合作渠道核实境外收货人", "请核实收货人登记信息和经营地址。"),
    ),
    occurred=200,
)  # fmt: skip

BY_BUREAU = Script(
    report(
        "SYN-YB-01",
        "走私团伙使用空壳公司轮换出口主体",
        "五家公司注册地址相同，法定代表人互为亲属，轮流申报同类货物。",
        source_system="ASB_INTEL",
        report_type="intelligence",
        severity="critical",
        handling_code="H2",
        parties=[company("某亥贸易公司", "shell_company", number=invented_uscc(204)), person("实际控制人", "organiser")],
        items=[goods("金属镱", kg=1_700, cny=980_000, declared_as="铁合金")],
        techniques=["SHELL", "MISNAME"],
    ),
    "GACC_ASB",
    29,
    (
        promote(28, BUREAU, "空壳公司轮换出口金属镱案", "Ytterbium metal exported by rotating shell companies", "false_declaration", handling="H2"),
        step(27, BUREAU_HEAD, "case.file_criminal", makes="crime", offence="SMUG_PROHIBITED",
             external_number="缉立字〔2026〕41号", reason="情报核实属实，有犯罪事实。"),
        step(26, BUREAU, "crime.add_line", makes="man", party="organiser"),
        # The procuratorate joined only later: until then the bureau recorded its steps from paper.
        *_asked(26, BUREAU, "SPP", "early", "商请就管辖提出意见", "五家公司分属三省，商请就案件管辖提出意见。"),
        step(25, BUREAU, "case.add_paper", agency="SPP", number="高检办收〔2026〕1103号", title="收文回执", dated=26,
             scan=("最高人民检察院", "收文回执")),
        step(25, BUREAU, "case.add_paper", agency="SPP", number="高检意见〔2026〕87号", title="关于管辖的意见", dated=26,
             scan=("最高人民检察院", "关于管辖的意见")),
        step(25, BUREAU, "early.accept", their_paper="高检办收〔2026〕1103号"),
        step(25, BUREAU, "early.answer", answer="同意由缉私局统一管辖。", their_paper="高检意见〔2026〕87号"),
        *_asked(26, BUREAU, "SPP", "roster", "商请指定联络检察官", "案情重大，商请指定一名联络检察官。"),
        step(25, BUREAU, "roster.accept", their_paper="高检办收〔2026〕1103号"),
        *_asked(24, BUREAU, "SPP", "opinion", "商请提前介入", "案件涉及五家空壳公司，商请就取证方向提出意见。"),
        step(22, PROCURATOR, "opinion.accept"),
        step(21, PROCURATOR, "behalf:early:accept.confirm"),
        step(21, PROCURATOR, "behalf:early:answer.dispute", reason="函件只同意先行侦查，管辖仍须报请指定。"),
        *_asked(6, BUREAU, "SPP", "evidence", "商请对电子数据取证提出意见", "涉案聊天记录存于境外服务器，商请提出取证意见。"),
        *_asked(5, BUREAU, "GACC", "history", "请提供五家公司历史查验记录", "请提供2024年以来布控和查验记录。"),
        *_asked(9, BUREAU, "MPS_ECID", "bank", "请协助查询涉案账户", "请查询五家公司对公账户及实际控制人账户。"),
        step(4, POLICE, "bank.accept"),
    ),
    joining=("SPP",),
)  # fmt: skip

LEADS_HANDED_ON = Script(
    report(
        "SYN-ER-01",
        "查验中发现的与本案无关的线索",
        "查验货代仓库时发现多家企业的许可证复印件和空白盖章文件。",
        parties=[company("某甲子货代公司", "freight_forwarder", number=invented_uscc(205))],
        items=[goods("氧化铒", kg=90, cny=64_000, declared_as="玻璃着色剂")],
        shipments=[shipment("5300", "深圳盐田", "CHN", "HKG", serial=205)],
        techniques=["LIC_ABUSE"],
    ),
    "GACC",
    36,
    (
        promote(35, CUSTOMS, "某甲子公司氧化铒伪报案", "Company Jia-Zi: erbium oxide under a false name", "false_declaration"),
        step(34, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(33, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1202号"),
        *_handed(8, CUSTOMS, "MOFCOM_SCB", "copies", "许可证复印件线索", "仓库内发现6家企业许可证复印件，疑被冒用。"),
        step(2, COMMERCE, "copies.accept", reason="接收，转调查岗。"),
        *_handed(4, CUSTOMS, "MPS_ECID", "stamps", "空白盖章文件线索", "发现空白盖章文件43份，涉嫌伪造公司印章。"),
        *_handed(20, CUSTOMS, "MPS_ECID", "money", "收费记录线索", "仓库电脑内有按票收费记录。"),
        step(18, POLICE, "money.return", reason="请附电子数据提取笔录。"),
        *_handed(28, CUSTOMS, "MOFCOM_SEO", "training", "企业合规培训线索", "涉案企业均称未接受过培训。"),
        step(27, CUSTOMS, "training.withdraw", ending_reason="改为电话通报。"),
        *_handed(15, CUSTOMS, "GACC_ASB", "crime", "冒用许可证线索", "疑有专门团伙冒用许可证。"),
        step(13, BUREAU, "crime.decline", ending_reason="数量、货值均远低于追诉标准，建议行政处理。"),
    ),
    occurred=37,
)  # fmt: skip

SCRIPTS = [BY_CUSTOMS, BY_COMMERCE, BY_BUREAU, LEADS_HANDED_ON]
