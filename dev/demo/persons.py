"""Invented criminal proceedings with a focus on people: twenty-seven defendants, and every course a measure can
take."""

from typing import Any

from .script import (
    BUREAU,
    BUREAU_HEAD,
    BUREAU_LEAD,
    CUSTOMS,
    POLICE,
    POLICE_HEAD,
    POLICE_LEAD,
    PROCURATOR,
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

CRIME = "走私国家禁止进出口的货物罪"
# The twenty-seven by role: two units and twenty-five people.
UNITS = ("unit_1", "unit_2")
PEOPLE = tuple(f"defendant_{n:02}" for n in range(1, 26))
LEADERS, ARRESTED, BAILED = PEOPLE[:3], PEOPLE[:12], PEOPLE[12:]


def _named(roles: tuple[str, ...], word: str) -> list[dict[str, object]]:
    return [person(f"{word}{n}", role) for n, role in enumerate(roles, 1)]


def _each(when: int, who: str, verb: str, names: tuple[str, ...], **answers: Any) -> tuple[Step, ...]:
    return tuple(step(when, who, f"{name}.{verb}", **answers) for name in names)


def _sentenced(when: int, name: str, months: int, fine: int, *, suspended: int = 0) -> Step:
    known: dict[str, Any] = {"suspended_months": suspended} if suspended else {}
    kind = "detention" if months < 6 else "fixed_term"
    return step(
        when, BUREAU, f"{name}.convict", charge=CRIME, sentence=kind, sentence_months=months, fine_cny=fine, **known
    )


TWENTY_SEVEN = Script(
    report(
        "SYN-PM-27",
        "跨省收购锑锭夹藏出境，27名被告",
        "收购、仓储、报关、运输、押运分工明确，三个月出境锑锭逾百吨。",
        source_system="ASB_INTEL",
        report_type="intelligence",
        severity="critical",
        handling_code="H2",
        parties=[
            company("某辛子贸易公司", "unit_1", number=invented_uscc(427)),
            company("某辛丑物流公司", "unit_2", number=invented_uscc(428)),
            *_named(PEOPLE, "被告人"),
        ],
        items=[goods("锑锭", kg=118_000, cny=33_000_000, declared_as="锌锭", hs_code="8110101000")],
        shipments=[shipment("5300", "深圳大鹏湾", "CHN", "VNM", serial=427)],
        techniques=["CONCEAL", "MISNAME"],
    ),
    "GACC_ASB",
    310,
    (
        promote(309, BUREAU, "跨省锑锭走私案（27名被告）", "Antimony ingots smuggled across provinces (27 defendants)", "concealment", handling="H2"),
        step(307, BUREAU_HEAD, "case.file_criminal", makes="crime", offence="SMUG_PROHIBITED", external_number="缉立字〔2026〕27号", reason="有犯罪事实，应当追究刑事责任。"),
        *(step(305, BUREAU, "crime.add_line", makes=role, party=role) for role in (*UNITS, *PEOPLE)),
        *(one for n, name in enumerate(ARRESTED, 1) for one in held(300, BUREAU, name, f"缉拘〔2026〕27-{n}号")),
        *(
            step(298, BUREAU_HEAD, f"clock:CRM_ARREST_REQ:{name}.extend", step="2", paper=f"缉延〔2026〕27-{n}号", reason="结伙作案的重大嫌疑分子。")
            for n, name in enumerate(ARRESTED, 1)
        ),
        *_each(275, BUREAU, "request_arrest", ARRESTED),
        *(one for n, name in enumerate(ARRESTED[:10], 1) for one in arrested(270, BUREAU, name, f"缉捕〔2026〕27-{n}号")),
        *_each(270, BUREAU, "refuse_arrest", ARRESTED[10:], reason="没有逮捕必要。"),
        *_each(270, BUREAU, "bail", ARRESTED[10:], paper="缉保〔2026〕27号", reason="检察院不批准逮捕，变更为取保候审。"),
        *_each(295, BUREAU, "bail", BAILED, paper="缉保〔2026〕26号", reason="采取取保候审不致发生社会危险性。"),
        *(step(228, BUREAU, f"measure:{name}.request_extension", paper="缉提延〔2026〕27号") for name in ARRESTED[:10]),
        *(
            step(225, BUREAU_LEAD, f"clock:CRM_INVEST:{name}.extend", step="1", paper="检延〔2026〕27号", reason="案情复杂，期限届满不能终结。")
            for name in ARRESTED[:10]
        ),
        step(200, BUREAU_LEAD, "defendant_25.drop", reason="查明不知情，终止侦查。"),
        step(200, BUREAU, "measure:defendant_25.release", reason="终止侦查，解除取保候审。"),
        step(190, BUREAU_LEAD, "crime.prosecute_opinion", reason="27人中26人移送审查起诉。"),
        step(165, BUREAU, "crime.return", reason="查明资金流向。"),
        step(140, BUREAU_LEAD, "crime.prosecute_opinion", reason="补充侦查完毕。"),
        step(125, BUREAU, "defendant_24.not_prosecute", nonprosecution="discretionary", reason="犯罪情节轻微。"),
        step(125, BUREAU, "case.share", agency="SPP", profile="full", reason="审查起诉。"),
        step(125, PROCURATOR, "case.give_opinion", makes="opinion", receiver="GACC", origin="crime", parties=["defendant_24"], title="检察意见：建议给予行政处罚", report="犯罪情节轻微，建议给予行政处罚。"),
        step(125, PROCURATOR, "opinion.send", reason="检察意见〔2026〕24号。"),
        step(124, BUREAU, "measure:defendant_24.release", reason="不起诉，解除取保候审。"),
        step(122, CUSTOMS, "opinion.accept", reason="收到检察意见，立案调查。"),
        step(120, BUREAU, "defendant_23.not_prosecute", nonprosecution="insufficient", reason="两次补充侦查仍证据不足。"),
        step(119, BUREAU, "measure:defendant_23.release", reason="不起诉，解除取保候审。"),
        step(118, BUREAU, "crime.prosecute"),
        step(75, CUSTOMS, "opinion.report", answer="已作出行政处罚决定，罚款4万元。"),
        step(60, BUREAU, "crime.judge", outcome_reason="一审分案宣判：主犯12年，其余拘役4个月至有期徒刑5年，二单位罚金，一人无罪。"),
        *(step(60, BUREAU, f"{unit}.convict", charge=CRIME, sentence="fine_only", fine_cny=fine) for unit, fine in zip(UNITS, (2_000_000, 600_000), strict=True)),
        _sentenced(60, PEOPLE[0], 144, 1_000_000),
        *(_sentenced(60, name, months, 200_000) for name, months in zip(PEOPLE[1:10], (60, 54, 48, 42, 40, 38, 36, 30, 24), strict=True)),
        *(_sentenced(60, name, 36, 50_000, suspended=48) for name in PEOPLE[10:14]),
        *(_sentenced(60, name, 18, 20_000, suspended=24) for name in PEOPLE[14:18]),
        *(_sentenced(60, name, 4, 5_000) for name in PEOPLE[18:20]),
        step(60, BUREAU, "defendant_21.exempt", charge=CRIME, reason="从犯、自首，犯罪情节轻微。"),
        step(59, BUREAU, "measure:defendant_21.release", reason="免予刑事处罚，解除取保候审。"),
        step(60, BUREAU, "defendant_22.acquit", reason="证据不足，指控的犯罪不能成立。"),
        step(59, BUREAU, "measure:defendant_22.release", reason="宣告无罪，解除取保候审。"),
        *_each(52, BUREAU, "appeal", LEADERS, reason="不服一审判决。"),
        step(51, BUREAU, "defendant_22.appeal", reason="检察院抗诉。"),
        *_each(45, BUREAU, "finalise", (*UNITS, *PEOPLE[3:21]), reason="未上诉、未抗诉。"),
        step(15, BUREAU, "defendant_02.uphold_judgment", reason="二审维持原判。"),
        step(15, BUREAU, "defendant_03.change_sentence", charge=CRIME, sentence="fixed_term", sentence_months=42, fine_cny=150_000, reason="二审认定从犯，减轻处罚。"),
        step(14, BUREAU, "defendant_22.remand", reason="事实不清，发回重审。"),
    ),
    occurred=400,
)  # fmt: skip

EVERY_TURN = Script(
    report(
        "SYN-PM-02",
        "走私碲化镉靶材团伙",
        "团伙以展品名义运出碲化镉靶材，境外人员在境内收货。",
        source_system="ASB_INTEL",
        report_type="intelligence",
        severity="critical",
        handling_code="H2",
        parties=[
            company("某辛寅光电公司", "exporter", number=invented_uscc(429)),
            *_named(("boss", "buyer", "driver", "clerk", "broker"), "某人"),
            person("境外采购人", "foreigner"),
        ],
        items=[goods("碲化镉靶材", kg=3_100, cny=4_800_000, declared_as="展品")],
        techniques=["TEMP_EXPORT", "MISNAME"],
    ),
    "GACC_ASB",
    24,
    (
        promote(23, BUREAU, "展品名义走私碲化镉靶材案", "Cadmium telluride targets smuggled as exhibits", "false_declaration", handling="H2"),
        step(22, BUREAU_HEAD, "case.file_criminal", makes="crime", offence="SMUG_PROHIBITED", external_number="缉立字〔2026〕58号", reason="有犯罪事实，应当追究刑事责任。"),
        *(step(22, BUREAU, "crime.add_line", makes=role, party=role) for role in ("exporter", "boss", "buyer", "driver", "clerk", "broker", "foreigner")),
        step(21, BUREAU, "foreigner.identify", country="VNM", reason="护照核实。"),
        step(21, BUREAU, "boss.charge", charges=["SMUG_PROHIBITED"]),
        # approved, not yet executed
        *held(15, BUREAU, "boss", "缉拘〔2026〕58-1号"),
        step(13, BUREAU, "boss.request_arrest"),
        step(HoursAgo(5), BUREAU, "boss.approve_arrest"),
        # refused, released, contested
        *held(14, BUREAU, "buyer", "缉拘〔2026〕58-2号"),
        step(12, BUREAU, "buyer.request_arrest"),
        step(6, BUREAU, "buyer.refuse_arrest", reason="现有证据不足以证明有犯罪事实。"),
        step(6, BUREAU, "measure:buyer.release", reason="不批准逮捕，立即释放。"),
        step(5, BUREAU, "buyer.report_execution"),
        step(4, BUREAU, "buyer.contest_refusal", reason="补充通讯记录，要求复议。"),
        # the detention has run out: no arrest was requested within three days
        *held(6, BUREAU, "driver", "缉拘〔2026〕58-3号"),
        step(HoursAgo(3), BUREAU, "clerk.summon", paper="缉传〔2026〕58-1号"),
        step(10, BUREAU_LEAD, "broker.use_technical", paper="缉技〔2026〕1号"),
        step(HoursAgo(30), BUREAU, "foreigner.detain", paper="缉拘〔2026〕58-4号", reason="可能逃跑。"),
        step(HoursAgo(28), BUREAU, "measure:foreigner.deliver"),
        step(HoursAgo(27), BUREAU, "measure:foreigner.question"),
        step(HoursAgo(26), BUREAU, "measure:foreigner.notify_family", reason="通知驻华使领馆。"),
    ),
    occurred=30,
)  # fmt: skip

HANDED_ON = Script(
    report(
        "SYN-PM-03",
        "虚假材料骗取两用物项许可证",
        "经侦立案后查明主要犯罪地在外省。",
        source_system="TIP_OFF",
        report_type="tip",
        severity="medium",
        parties=[person("材料制作人", "organiser")],
        items=[goods("高纯铟", kg=400, cny=900_000)],
    ),
    "MPS_ECID",
    32,
    (
        promote(31, POLICE, "骗取许可证案", "Licences obtained by fraud", "licence_abuse", handling="H2"),
        step(30, POLICE_HEAD, "case.file_criminal", makes="crime", offence="FORGED_PAPERS", external_number="经侦立字〔2026〕64号", reason="有犯罪事实，应当追究刑事责任。"),
        step(29, POLICE, "crime.add_line", makes="organiser", party="organiser"),
        *held(4, POLICE, "organiser", "拘字〔2026〕64号"),
        step(2, POLICE_LEAD, "crime.hand_on", to_agency="某省公安厅经侦总队", outcome_reason="主要犯罪地和嫌疑人居住地均在外省，移送有管辖权的公安机关。"),
    ),
)  # fmt: skip

CONTESTED = Script(
    report(
        "SYN-PM-04",
        "帮助他人伪报钨酸钠出口",
        "报关员多次代人修改品名。",
        source_system="TIP_OFF",
        report_type="tip",
        parties=[person("报关员", "declarant"), person("货主", "owner")],
        items=[goods("钨酸钠", kg=6_000, cny=720_000, declared_as="硫酸钠")],
        techniques=["MISNAME"],
    ),
    "GACC_ASB",
    130,
    (
        promote(129, BUREAU, "伪报钨酸钠出口案", "Sodium tungstate under a false declaration", "false_declaration"),
        step(127, BUREAU_HEAD, "case.file_criminal", makes="crime", offence="SMUG_PROHIBITED", external_number="缉立字〔2026〕59号", reason="有犯罪事实，应当追究刑事责任。"),
        *(step(126, BUREAU, "crime.add_line", makes=role, party=role) for role in ("declarant", "owner")),
        step(40, BUREAU_LEAD, "crime.prosecute_opinion"),
        step(9, BUREAU, "declarant.not_prosecute", nonprosecution="statutory", reason="检察院认为没有犯罪故意。"),
        step(5, BUREAU, "declarant.contest_nonprosecution", reason="聊天记录证明明知，要求复议。"),
    ),
)  # fmt: skip

SCRIPTS = [TWENTY_SEVEN, EVERY_TURN, HANDED_ON, CONTESTED]
