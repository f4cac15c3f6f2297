"""Invented leads on offences of officials: a confidential letter in every state, on one case shared by three
agencies."""

from .script import (
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEGAL,
    PROCURATOR,
    Script,
    Step,
    company,
    goods,
    invented_uscc,
    promote,
    report,
    shipment,
    step,
)

GROUP = "中央纪委国家监委驻海关总署纪检监察组"


def _letter(day: int, name: str, official: str, facts: str, *then: Step, addressee: str = GROUP) -> tuple[Step, ...]:
    drafted = step(
        day, CUSTOMS, "case.draft_confidential_letter", makes=name, addressee=addressee, official=official, facts=facts,
        team=[CUSTOMS_LEGAL],
    )  # fmt: skip
    return drafted, *then


def _submitted(day: int, name: str) -> Step:
    return step(day, CUSTOMS, f"{name}.submit", to=CUSTOMS_HEAD)


def _sent(day: int, name: str, number: int) -> tuple[Step, ...]:
    return (
        _submitted(day, name),
        step(day - 1, CUSTOMS_HEAD, f"{name}.approve", reason="同意移送，注意保密。"),
        step(day - 1, CUSTOMS, f"{name}.send", number=f"署密〔2026〕{number}号"),
    )


ONE_CASE = Script(
    report(
        "SYN-SEAL-01",
        "镓锭多次免查放行",
        "同一企业申报的镓锭连续多票未经查验放行，复查发现品名不符。",
        severity="high",
        parties=[company("某壬戌半导体材料公司", number=invented_uscc(951))],
        items=[goods("镓锭", kg=420, cny=1_050_000, declared_as="铝锭")],
        shipments=[shipment("5200", "广州南沙", "CHN", "MYS", serial=951)],
    ),
    "GACC",
    40,
    (
        promote(39, CUSTOMS, "某壬戌公司镓锭免查放行案",
            "Company Ren-Xu: gallium ingots released without inspection", "unlicensed_export"),
        step(38, CUSTOMS, "case.share", agency="GACC_ASB", profile="full", reason="共同核查。"),
        step(38, CUSTOMS, "case.share", agency="MOFCOM_SCB", profile="full", reason="核查许可情况。"),
        *_letter(30, "reported", "某关员甲，现场查验岗", "四票查验指令被其改为免查。", *_sent(29, "reported", 3),
                 step(26, CUSTOMS, "reported.receive", paper="收件回执〔2026〕3号"),
                 step(12, CUSTOMS, "reported.answer", paper="复函〔2026〕9号", result="已立案审查调查。")),
        *_letter(20, "received", "某关员乙，审单岗", "与报关行人员有资金往来。", *_sent(19, "received", 5),
                 step(17, CUSTOMS, "received.receive", paper="收件回执〔2026〕6号")),
        *_letter(9, "sent", "某科长丙", "授意不移送该案。", *_sent(8, "sent", 8)),
        step(7, CUSTOMS, "sent.name", people=[PROCURATOR], reason="涉嫌徇私舞弊不移交刑事案件，抄告检察机关。"),
        *_letter(6, "approved", "某关员丁", "提前告知查验安排。", _submitted(5, "approved"),
                 step(4, CUSTOMS_HEAD, "approved.approve", reason="同意移送。")),
        *_letter(4, "waiting", "某副处长戊", "为企业出具不实情况说明。", _submitted(3, "waiting")),
        *_letter(4, "refused", "某关员己", "群众来信反映收受礼品。", _submitted(3, "refused"),
                 step(2, CUSTOMS_HEAD, "refused.refuse", ending_reason="线索过于笼统，先行核实。")),
        *_letter(3, "withdrawn", "某关员庚", "与企业人员同名，疑为亲属。",
                 step(2, CUSTOMS, "withdrawn.withdraw", ending_reason="经核实并非同一人。")),
        *_letter(1, "draft", "某关员辛", "删除系统布控记录，正在固定证据。"),
    ),
)  # fmt: skip

SCRIPTS = [ONE_CASE]
