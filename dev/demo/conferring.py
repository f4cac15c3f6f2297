"""Invented matters with instructions, opinions and conferences in every state."""

from typing import Any

from .script import (
    BUREAU,
    BUREAU_LEAD,
    COMMERCE,
    COMMERCE_HEAD,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    POLICE,
    POLICE_HEAD,
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


def _down(when: When, kind: str, name: str, title: str, text: str, **rest: Any) -> Step:
    to: dict[str, Any] = {} if kind == "take_up" else {"receiver": "GACC_ASB"}
    return step(when, CUSTOMS, f"case.{kind}", makes=name, title=title, text=text, **to, **rest)


def _issued(when: When, name: str) -> tuple[Step, Step]:
    return step(when, CUSTOMS, f"{name}.submit"), step(when, CUSTOMS_HEAD, f"{name}.issue")


def _asked_up(when: When, name: str, title: str, text: str) -> tuple[Step, Step, Step]:
    made = step(when, BUREAU, "case.ask_up", makes=name, receiver="GACC", title=title, text=text)
    return made, step(when, BUREAU_LEAD, f"{name}.send"), step(when, CUSTOMS, f"{name}.receive")


def _said(when: When, who: str, name: str, agency: str, verb: str, stance: str, **why: str) -> Step:
    return step(when, who, f"opinion:{name}:{agency}.{verb}", stance=stance, **why)


def _given(when: When, desk: tuple[str, str, str], name: str, agency: str, stance: str, **why: str) -> tuple[Step, ...]:
    verbs = ("draft", "review", "give")
    return tuple(_said(when, who, name, agency, verb, stance, **why) for who, verb in zip(desk, verbs, strict=True))


COMMERCE_DESK = (COMMERCE, COMMERCE_LEAD, COMMERCE_HEAD)
POLICE_DESK = (POLICE, POLICE_LEAD, POLICE_HEAD)

UP_AND_DOWN = Script(
    report(
        "SYN-UD-01",
        "锑制品在两个关区拆分申报",
        "同一企业在两个关区拆分申报锑制品，管辖需要明确。",
        severity="high",
        parties=[company("某庚寅矿产公司", number=invented_uscc(601))],
        items=[goods("氧化锑", kg=21_000, cny=2_310_000, declared_as="氧化锌")],
        shipments=[
            shipment("5200", "广州黄埔", "CHN", "VNM", serial=601),
            shipment("7200", "广西凭祥", "CHN", "VNM", serial=602),
        ],
    ),
    "GACC",
    26,
    (
        promote(25, CUSTOMS, "某庚寅公司跨关区拆分申报案", "Company Geng-Yin: declarations split across customs districts", "false_declaration"),
        step(25, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        _down(24, "designate", "named", "关于指定某庚寅公司案管辖的通知", "两个关区均有违法行为发生，指定你局办理。"),
        *_issued(24, "named"),
        step(23, BUREAU, "named.receive"),
        step(22, BUREAU, "case.open_proceeding", makes="bureau", kind="customs"),
        step(22, BUREAU, "named.take", reason="已受理并启动调查。"),
        _down(20, "instruct", "lots", "批示：逐票核对拆分申报", "逐票核对两关区报关单，列明拆分规律。", due_in=-6 * 24),
        *_issued(20, "lots"),
        step(19, BUREAU, "lots.receive"),
        step(10, BUREAU, "lots.report", answer="共核对三十一票，二十六票为同日拆分。"),
        step(9, CUSTOMS, "lots.accept_report"),
        _down(12, "instruct", "buyers", "批示：查清境外收货人", "查清两家境外收货人的实际控制关系。", due_in=-30),
        *_issued(12, "buyers"),
        step(11, BUREAU, "buyers.receive"),
        _down(HoursAgo(5), "instruct", "stock", "批示：清点在库货物", "对企业在库锑制品清点造册。", due_in=6 * 24),
        step(HoursAgo(5), CUSTOMS, "stock.submit"),
        _down(2, "take_up", "taken", "关于提级办理的通知", "案情重大，由总署直接办理。", origin="bureau"),
        *_issued(2, "taken"),
        _down(8, "assign_down", "visit", "交办：走访代理报关企业", "走访两家代理报关企业并取得委托书。", due_in=20),
        step(8, CUSTOMS_LEAD, "visit.send"),
        step(7, BUREAU, "visit.receive"),
        step(1, BUREAU, "visit.report", answer="已走访，委托书两份随附。"),
        _down(7, "assign_down", "port", "交办：核查凭祥口岸装载记录", "调取三个月装载记录。", due_in=4 * 24),
        step(7, CUSTOMS_LEAD, "port.send"),
        step(6, BUREAU_LEAD, "port.object", objection="口岸属南宁关区，建议交由南宁缉私局核查。"),
        _down(15, "assign_down", "talks", "交办：约谈企业负责人", "约谈企业负责人。"),
        step(15, CUSTOMS_LEAD, "talks.send"),
        step(14, CUSTOMS_LEAD, "talks.recall", reason="企业负责人已主动到案。"),
        _down(13, "assign_down", "double", "交办：走访企业", "走访企业。"),
        step(13, CUSTOMS, "double.withdraw", reason="与已发函件重复。"),
        _down(HoursAgo(3), "assign_down", "samples", "交办：补取样品", "对三票货物补取样品。"),
        *_asked_up(18, "seals", "关于查封两处仓库的请示", "拟查封黄埔、凭祥两处仓库。"),
        step(17, CUSTOMS_LEAD, "seals.agree", answer="同意查封，注意制作清单。"),
        *_asked_up(16, "cash", "关于扣划保证金的请示", "拟扣划企业保证金。"),
        step(15, CUSTOMS_LEAD, "cash.disagree", answer="尚无处罚决定，不同意扣划。"),
        *_asked_up(11, "codes", "关于归类口径的请示", "粗氧化锑是否按同一商品编号归类。"),
        step(10, CUSTOMS_LEAD, "codes.reply", answer="按归类决定办理，参见所附口径。"),
        *_asked_up(4, "lab", "关于委托鉴定的请示", "拟委托鉴定机构复检。"),
        step(3, CUSTOMS, "lab.return", reason="请写明拟委托机构和样品编号。"),
    ),
    occurred=30,
)  # fmt: skip

ROUND_THE_TABLE = Script(
    report(
        "SYN-CF-01",
        "磷酸铁锂生产设备出口的处置意见",
        "企业以普通机械申报出口生产设备，能否放行各机关意见不一。",
        severity="high",
        parties=[company("某庚卯装备公司", number=invented_uscc(602))],
        items=[goods("电池正极材料生产设备", kg=18_000, cny=12_400_000, declared_as="普通机械")],
        shipments=[shipment("2200", "上海洋山", "CHN", "IDN", serial=603)],
    ),
    "GACC",
    20,
    (
        promote(19, CUSTOMS, "某庚卯公司生产设备出口案", "Company Geng-Mao: export of production equipment", "unlicensed_export"),
        *(
            step(19, CUSTOMS, "case.share", agency=agency, profile="full", reason="会商成员单位。")
            for agency in ("MOFCOM_SCB", "MPS_ECID", "SPP")
        ),
        step(18, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        # A paper letter of the ministry, which does not use the system, recorded by its addressee.
        step(17, COMMERCE, "case.add_paper", agency="MOFCOM", number="商安函〔2026〕77号", title="关于核查设备出口的函", dated=18, scan=("商安函〔2026〕77号", "关于核查设备出口的函")),
        step(17, COMMERCE, "case.record_instruction", their_paper="商安函〔2026〕77号", kind="assign_down", title="关于核查设备出口的函", text="请核查该批设备的技术参数并报部。", due_in=3 * 24),
        # One round with all opinions but one, one in conflict on changed facts, one in progress, one cancelled.
        step(16, CUSTOMS, "case.ask_opinions", makes="seize", agencies=["MOFCOM_SCB", "MPS_ECID", "SPP"], title="是否扣留该批设备", text="设备参数接近管制阈值，拟先行扣留。", due_in=-10 * 24),
        *_given(15, COMMERCE_DESK, "seize", "MOFCOM_SCB", "concur"),
        *_given(14, POLICE_DESK, "seize", "MPS_ECID", "not_competent", reasons="尚未发现犯罪事实，不属本局管辖。"),
        step(13, CUSTOMS, "seize.conclude", conclusion="先行扣留；经侦局认为不属其管辖，检察院未提出意见。"),
        step(9, CUSTOMS, "case.ask_opinions", makes="release", agencies=["MOFCOM_SCB", "MPS_ECID", "SPP"], title="补证后能否放行", text="企业提交最终用户证明，能否放行。", due_in=40),
        *_given(8, COMMERCE_DESK, "release", "MOFCOM_SCB", "conditions", conditions="企业补交最终用途承诺书后放行。"),
        step(7, CUSTOMS, "opinion:release:MOFCOM_SCB.ask_task", agency="MOFCOM_SCB", title="收取并核验最终用途承诺书", due_in=3 * 24),
        step(6, CUSTOMS, "case.add_party", name="某庚辰技术公司", kind="company", role="intermediary"),
        *_given(5, POLICE_DESK, "release", "MPS_ECID", "object", reasons="新增中间商背景未查清，不同意放行。"),
        _said(4, PROCURATOR, "release", "SPP", "draft", "concur"),
        step(3, CUSTOMS, "case.ask_opinions", makes="fine", agencies=["MOFCOM_SCB", "SPP"], title="拟处罚幅度", text="拟按违法经营额一倍处罚。", about="offence", due_in=5 * 24),
        _said(2, COMMERCE, "fine", "MOFCOM_SCB", "draft", "concur"),
        _said(1, COMMERCE_LEAD, "fine", "MOFCOM_SCB", "review", "conditions", conditions="应先听取企业陈述申辩。"),
        step(12, CUSTOMS, "case.ask_opinions", makes="wrong", agencies=["SPP"], title="是否移送", text="是否移送公安机关。"),
        step(11, CUSTOMS, "wrong.cancel", reason="待扣留后一并研究。"),
        # Held and confirmed, held and disputed, planned, cancelled.
        step(15, CUSTOMS, "case.call_conference", makes="first", title="设备出口案第一次会商", agenda="一、参数认定\n二、扣留范围", starts_in=-12 * 24, place="海关总署第三会议室", desks=["MOFCOM_SCB", "MPS_ECID"]),
        step(14, COMMERCE, "first.answer", answer="coming"),
        step(14, POLICE, "first.answer", answer="coming"),
        step(11, CUSTOMS, "first.write_minutes", text="会议认为该批设备应先行扣留，参数由商务部门认定。"),
        step(11, CUSTOMS, "first.add_resolution", agency="MOFCOM_SCB", title="出具设备参数认定意见", due_in=2 * 24),
        step(10, CUSTOMS, "first.ask_tasks"),
        step(10, COMMERCE, "first.confirm"),
        step(9, POLICE, "first.confirm"),
        step(5, CUSTOMS, "case.call_conference", makes="second", title="设备出口案第二次会商", agenda="新增中间商的核查分工", starts_in=-50, place="协调中心会议室", phone="010-0000-1688", desks=["MOFCOM_SCB", "MPS_ECID", "GACC_ASB"]),
        step(4, COMMERCE, "second.answer", answer="coming"),
        step(4, POLICE, "second.answer", answer="coming"),
        step(4, BUREAU, "second.answer", answer="absent", reason="当日有抓捕任务。"),
        step(1, CUSTOMS, "second.write_minutes", text="中间商由经侦局核查，商务部门协助。"),
        step(1, CUSTOMS, "second.add_resolution", agency="GACC_ASB", title="核查中间商出入境记录", due_in=5 * 24),
        step(HoursAgo(8), POLICE, "second.object", reason="会上议定由海关先行提供报关资料，纪要未写。"),
        step(2, CUSTOMS, "case.call_conference", makes="third", title="设备出口案处罚幅度会商", agenda="拟处罚幅度和听证安排", starts_in=3 * 24, place="视频会议", phone="会议号 1688-03", desks=["MOFCOM_SCB", "SPP"], people=[CUSTOMS_LEAD]),
        step(1, COMMERCE, "third.answer", answer="coming"),
        step(8, CUSTOMS, "case.call_conference", makes="none", title="与企业技术人员会商", agenda="设备参数说明", starts_in=-5 * 24, desks=["MOFCOM_SCB"]),
        step(7, CUSTOMS, "none.cancel", reason="企业已书面说明。"),
    ),
    occurred=24,
)  # fmt: skip

SCRIPTS = [UP_AND_DOWN, ROUND_THE_TABLE]
