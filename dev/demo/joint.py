"""Invented matters of cooperation: tasks of every state and urgency, shares of every kind, restricted cases."""

from typing import Any

from .script import (
    BUREAU,
    BUREAU_LEAD,
    COMMERCE,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_LEAD,
    POLICE,
    POLICE_LEAD,
    PROCURATOR,
    HoursAgo,
    Script,
    Step,
    When,
    company,
    goods,
    invented_uscc,
    promote,
    report,
    shipment,
    step,
)


def _task(when: When, who: str, agency: str, name: str, title: str, due_in: int | None = None, body: str = "") -> Step:
    due: dict[str, Any] = {} if due_in is None else {"due_in": due_in}
    return step(when, who, "case.ask_task", makes=name, agency=agency, title=title, body=body, **due)


def _note(when: When, who: str, name: str, audience: str, text: str) -> Step:
    return step(when, who, "case.write_note", makes=name, audience=audience, text=text)


def _shared(when: When, who: str, agency: str, reason: str, profile: str = "full", **rest: Any) -> Step:
    return step(when, who, "case.share", agency=agency, profile=profile, reason=reason, **rest)


def _paper(days: int, who: str, agency: str, number: str, title: str, makes: str = "", **rest: Any) -> Step:
    written = (number, title)
    return step(
        days, who, "case.add_paper", makes=makes, agency=agency, number=number, title=title, dated=days + 1, scan=written,
        **rest,
    )  # fmt: skip


def _file(when: When, who: str, name: str, audience: str, title: str, text: str) -> Step:
    return step(when, who, "case.attach_file", makes=name, audience=audience, title=title, scan=(text,))


TASK_FORCE = Script(
    report(
        "SYN-JT-01",
        "镓、锗、锑多渠道外流的联合核查",
        "风险模型提示同一境外买家通过四种渠道同时获取镓、锗、锑，需要各机关分头核查。",
        severity="critical",
        handling_code="H2",
        parties=[
            company("某己子国际贸易公司", number=invented_uscc(501)),
            company("某境外买家", "overseas_buyer", "USA"),
            company("某己丑中间商", "intermediary", "THA"),
        ],
        items=[
            goods("金属镓", kg=1_200, cny=2_640_000, declared_as="铁制品"),
            goods("锗锭", kg=640, cny=9_600_000, declared_as="锌锭"),
            goods("锑锭", kg=58_000, cny=9_900_000, declared_as="铅锭"),
        ],
        shipments=[
            shipment("5200", "广州黄埔", "CHN", "THA", "USA", serial=501),
            shipment("2200", "上海洋山", "CHN", "MYS", "USA", serial=502),
        ],
        techniques=["MISNAME", "RELABEL", "TRANSSHIP", "SHELL"],
    ),
    "GACC",
    24,
    (
        step(24, CUSTOMS, "lead.take_up"),
        promote(23, CUSTOMS, "镓锗锑多渠道外流联合核查", "Gallium, germanium and antimony: joint inquiry into outflows", "third_country_transshipment", "false_declaration", handling="H2"),
        _shared(22, CUSTOMS, "MOFCOM_SCB", "联合核查组成员。"),
        _shared(22, CUSTOMS, "MPS_ECID", "联合核查组成员。"),
        _shared(22, CUSTOMS, "GACC_ASB", "联合核查组成员。"),
        _shared(22, CUSTOMS, "SPP", "同步了解取证情况。"),
        _shared(22, CUSTOMS, "MSS", "仅告知进展。", profile="status"),
        step(21, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(20, CUSTOMS, "offence.apply_playbook", playbook="false_declaration"),
        step(20, COMMERCE, "case.open_proceeding", makes="licences", kind="commerce"),
        # For each agency something late, something for today, something done.
        _task(20, CUSTOMS, "MOFCOM_SCB", "licence", "梳理境外买家关联企业", -48, "列明股权、地址、联系人重合情况。"),
        _note(19, CUSTOMS, "note", "case", "三种金属的境外买家地址相同，建议合并研判。@MOFCOM_SCB @MPS_ECID"),
        _note(19, CUSTOMS, "desk_note", "unit:GACC_RISK", "模型命中说明见风险平台，@customs.lead 请复核后再对外提供。"),
        _note(18, COMMERCE, "answer_note", "case", "已收悉，股权穿透结果本周内提供。"),
        _note(17, CUSTOMS, "wrong_note", "agency", "另一案件的货代电话记录。"),
        step(17, CUSTOMS, "wrong_note.withdraw", reason="写错案件。"),
        step(16, CUSTOMS, "desk_note.edit", text="模型命中说明已更新，@customs.lead 请复核后再对外提供。"),
        _file(18, CUSTOMS, "map", "case", "三种金属流向示意.pdf", "镓、锗、锑各渠道流向示意"),
        _file(17, CUSTOMS, "wrong_file", "agency", "货代电话记录.pdf", "另一案件的货代电话记录"),
        step(17, CUSTOMS, "wrong_file.withdraw", reason="附错案件。"),
        step(18, COMMERCE, "licence.accept", claim=True),
        _task(4, CUSTOMS, "MOFCOM_SCB", "list", "比对管控名单和关注名单", 20),
        _task(19, CUSTOMS, "MOFCOM_SCB", "guide", "提供三种金属的管制参数说明", -15 * 24),
        step(18, COMMERCE, "guide.accept", claim=True),
        step(16, COMMERCE, "guide.complete", result="已提供书面说明。"),
        _task(18, COMMERCE, "GACC_RISK", "risk", "补充布控规则", -24, "对新出现的两家中间商布控。"),
        step(17, CUSTOMS, "risk.accept", claim=True),
        _task(3, COMMERCE, "GACC", "declared", "汇总2025年以来报关数据", 22),
        _task(18, CUSTOMS, "MPS_ECID", "funds", "梳理资金链", -72, "重点为境外代付。"),
        _task(5, CUSTOMS, "MPS_ECID", "persons", "核查三名经办人身份", 18),
        step(4, POLICE, "persons.accept", claim=True),
        _task(17, CUSTOMS, "GACC_ASB", "route", "核查运输路线", -30),
        step(15, BUREAU, "route.accept", claim=True),
        step(14, BUREAU, "route.hand_over", to=BUREAU_LEAD, reason="经办人出差。"),
        _task(2, CUSTOMS, "GACC_ASB", "samples", "送检样品编号核对", 21),
        _task(16, CUSTOMS, "SPP", "evidence", "就电子证据标准提出意见", -20),
        _task(2, CUSTOMS, "SPP", "meeting", "参加案件会商", 23),
        _task(15, CUSTOMS, "MPS_ECID", "visit", "走访境内仓库", 24 * 6),
        step(13, POLICE_LEAD, "visit.decline", reason="未立案，建议由海关实地核查。"),
        _task(14, CUSTOMS, "GACC_ASB", "double", "调取监控录像", 24 * 5),
        step(12, CUSTOMS, "double.cancel", reason="已由口岸海关提供。"),
        _task(13, CUSTOMS, "GACC_RISK", "model", "复核风险模型参数", 24 * 8),
        step(12, CUSTOMS, "model.claim"),
        step(10, CUSTOMS_LEAD, "model.release", reason="改由值班岗处理。"),
        _paper(12, CUSTOMS, "MSS", "〔2026〕外联函第31号", "关于境外买家背景情况的复函", shared=True),
        _paper(9, CUSTOMS, "SPP", "检办函〔2026〕118号", "关于电子证据取证要求的函", makes="letter"),
        _paper(9, CUSTOMS, "SPP", "检办函〔2026〕118号", "关于电子证据取证要求的函（缺页）", makes="torn"),
        step(8, CUSTOMS_LEAD, "torn.withdraw", reason="扫描缺第二页，已重新登记。"),
        _task(HoursAgo(5), BUREAU, "MOFCOM_SCB", "opinion", "出具物项鉴别意见", 24 * 3),
        _task(HoursAgo(30), COMMERCE, "SPP", "law", "就单位犯罪认定提供参考意见", 24 * 4),
        step(HoursAgo(20), PROCURATOR, "law.accept", claim=True),
    ),
    occurred=40,
)  # fmt: skip

DONE_THIS_MONTH = Script(
    report(
        "SYN-JT-02",
        "铋制品出口企业走访核查",
        "对辖区三家铋制品出口企业开展走访。",
        severity="low",
        parties=[company("某己寅医药公司", number=invented_uscc(503))],
        items=[goods("次硝酸铋", kg=1_500, cny=270_000)],
    ),
    "MOFCOM_SCB",
    15,
    (
        promote(14, COMMERCE, "铋制品企业走访核查", "Bismuth producers: checks on site", "unlicensed_export"),
        _shared(14, COMMERCE, "GACC", "提供通关数据。"),
        _shared(14, COMMERCE, "GACC_ASB", "了解情况。", profile="status"),
        _shared(14, COMMERCE, "MPS_ECID", "资金核查。", until_in=30),
        _task(13, COMMERCE, "GACC_RISK", "data", "提供近一年出口数据", 24 * 2),
        step(12, CUSTOMS, "data.accept", claim=True),
        step(HoursAgo(9), CUSTOMS, "data.complete", result="已提供出口数据表，未见异常。"),
        _task(12, COMMERCE, "MPS_ECID", "funds", "核对境外收款", 24 * 2),
        step(11, POLICE, "funds.accept", claim=True),
        step(HoursAgo(7), POLICE, "funds.complete", result="未见异常收款。"),
    ),
)  # fmt: skip

SHARE_ENDED = Script(
    report(
        "SYN-SH-02",
        "二手等离子设备出口核查",
        "旧设备技术参数缺失，需确认是否管制。",
        parties=[company("某己卯设备公司", number=invented_uscc(504))],
        items=[goods("等离子喷涂设备", cny=860_000)],
        shipments=[shipment("0900", "大连", "CHN", "RUS", serial=504)],
    ),
    "GACC",
    32,
    (
        promote(31, CUSTOMS, "某己卯公司旧设备出口核查案", "Company Ji-Mao: check of used equipment exports", "unlicensed_export"),
        _shared(30, CUSTOMS, "MOFCOM_SCB", "请鉴别物项。"),
        _shared(30, CUSTOMS, "MPS_ECID", "核实法定代表人身份。"),
        step(20, CUSTOMS, "case.unshare", agency="MPS_ECID", reason="身份已核实，不再需要。"),
        step(6, CUSTOMS_LEAD, "case.offer_lead", agency="MOFCOM_SCB", reason="主要问题为物项鉴别，建议由商务主管部门牵头。"),
    ),
    occurred=33,
)  # fmt: skip

LEAD_TAKEN_OVER = Script(
    report(
        "SYN-LD-01",
        "出口技术服务合同疑涉管制技术",
        "合同约定派员境外指导稀土分离。",
        severity="high",
        parties=[company("某己辰工程公司", number=invented_uscc(505))],
        items=[goods("稀土分离技术服务")],
        techniques=["TECH"],
    ),
    "GACC",
    35,
    (
        promote(34, CUSTOMS, "某己辰公司技术服务出口案", "Company Ji-Chen: technical services abroad", "technology_transfer"),
        _shared(33, CUSTOMS, "MOFCOM_SCB", "技术出口由商务主管部门管理。"),
        step(33, CUSTOMS_LEAD, "case.offer_lead", agency="MOFCOM_SCB", reason="不涉及货物，请商务主管部门牵头。"),
        step(32, COMMERCE_LEAD, "case.accept_lead", reason="同意牵头。"),
        step(31, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
        step(30, COMMERCE_LEAD, "offence.file", external_number="商安罚立〔2026〕51号"),
        step(29, COMMERCE, "offence.investigate", team=(COMMERCE, COMMERCE_LEAD)),
    ),
)  # fmt: skip

RESTRICTED_BY_CUSTOMS = Script(
    report(
        "SYN-H3-01",
        "限制知悉：内部人员泄露布控参数",
        "布控规则多次被精准规避，疑内部泄露。",
        severity="critical",
        handling_code="H3",
        parties=[company("某庚子货代公司", "freight_forwarder", number=invented_uscc(506))],
        techniques=["INSIDER"],
    ),
    "GACC",
    13,
    (
        promote(12, CUSTOMS, "布控参数泄露核查", "Leak of targeting parameters: inquiry", "concealment", handling="H3"),
        _shared(12, CUSTOMS, "GACC_ASB", "仅限专案人员。"),
        _task(5, CUSTOMS, "GACC_ASB", "watch", "核对布控规避时间表", 36),
        step(11, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
    ),
)  # fmt: skip

RESTRICTED_BY_COMMERCE = Script(
    report(
        "SYN-H3-02",
        "限制知悉：许可审查材料外流",
        "申请材料内容出现在境外媒体。",
        source_system="TIP_OFF",
        report_type="tip",
        severity="high",
        handling_code="H3",
        parties=[company("某庚丑咨询公司", "agent", number=invented_uscc(507))],
        techniques=["INSIDER"],
    ),
    "MOFCOM_SCB",
    10,
    (
        promote(9, COMMERCE, "许可材料外流核查", "Leak of licence files: inquiry", "technology_transfer", handling="H3"),
        step(8, COMMERCE, "case.open_proceeding", makes="offence", kind="commerce"),
    ),
)  # fmt: skip

OPENED_ONLY = Script(
    report(
        "SYN-OP-01",
        "English-language tip: gallium arsenide wafers",
        "A trading partner writes that wafers bought in Europe carry packing lists of a Chinese maker without licence.",
        source_system="TIP_OFF",
        report_type="tip",
        parties=[
            company("Invented Wafer Trading B.V.", "intermediary", "NLD"),
            company("某庚寅半导体公司", "producer", number=invented_uscc(508)),
        ],
        items=[goods("Gallium arsenide wafers", cny=540_000)],
        shipments=[shipment("2300", "南京", "CHN", "NLD")],
    ),
    "MOFCOM_SCB",
    4,
    (promote(3, COMMERCE, "经荷兰转口砷化镓晶片案", "Gallium arsenide wafers via the Netherlands", "unlicensed_export"),),
    occurred=50,
)  # fmt: skip

SCRIPTS = [
    TASK_FORCE, DONE_THIS_MONTH, SHARE_ENDED, LEAD_TAKEN_OVER, RESTRICTED_BY_CUSTOMS, RESTRICTED_BY_COMMERCE,
    OPENED_ONLY,
]  # fmt: skip
