"""Invented transfers that the police did not file, and their outcomes. One script for each state of the two
workflows."""

from .script import (
    BUREAU,
    BUREAU_DEPUTY,
    BUREAU_HEAD,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    PROCURATOR,
    PROCURATOR_HEAD,
    DueSoon,
    HoursAgo,
    Script,
    Step,
    When,
    company,
    complete_hand_over,
    goods,
    invented_uscc,
    promote,
    report,
    shipment,
    step,
)

NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
WHY_NOT = "现有证据不能证明当事人明知货物受管制而逃避海关监管，不符合立案条件。"
GROUNDS = "当事人两次更改申报、隐瞒检测报告，足以证明主观故意；提请复议并附补充证据目录。"
SUGGESTION = "本机关认为公安机关应当立案而不立案，理由：伪报品名、重复发生、内部邮件载明规避许可。请依法监督。"
UPHELD = "经复议，新提交材料仍不能证明主观故意，维持不予立案决定。"
ASKED = "请书面说明不立案的理由，并附有关证据材料。"
EXPLAINED = "邮件由离职员工发出，其身份和权限未能查实；企业在查验前已书面询问许可事项。"
ORDER = "不立案理由不能成立：伪报行为连续发生，询问许可后仍继续申报。请在十五日以内立案。"


def received(days: int) -> tuple[Step, ...]:
    """From draft to receipt, signed `days` ago."""
    return (
        step(days + 7, CUSTOMS, "case.add_act", title="伪报品名出口管制物项"),
        step(
            days + 7,
            CUSTOMS,
            "case.draft_transfer",
            makes="referral",
            receiver="GACC_ASB",
            offence="SMUG_PROHIBITED",
            title="移送涉嫌走私国家禁止进出口的货物案",
            report="一、事实。二、证据。三、依据。四、建议移送。",
            enclosures="1.报关单；2.检测报告；3.内部邮件；4.询问笔录。",
            team=(CUSTOMS, CUSTOMS_LEAD),
        ),
        step(days + 6, CUSTOMS, "referral.submit"),
        *complete_hand_over(days + 4, CUSTOMS, CUSTOMS_HEAD),
        step(days, BUREAU, "referral.accept", reason="签收。"),
        step(days, BUREAU, "referral.complete", reason="材料齐全。"),
    )


def _not_filed(days: int) -> tuple[Step, ...]:
    """From draft to non-filing, `days` ago."""
    return (
        *received(days + 2),
        step(days, BUREAU_HEAD, "referral.not_file", ending_reason=WHY_NOT),
        step(days, CUSTOMS, "referral.confirm_receipt"),
    )


def _reconsidered(asked: When, decided: When) -> tuple[Step, ...]:
    return (
        step(asked, CUSTOMS, "referral.ask_reconsideration", letter=GROUNDS),
        step(decided, BUREAU_DEPUTY, "referral.uphold", letter=UPHELD),
    )


def _suggested(when: When) -> Step:
    return step(
        when, CUSTOMS_LEAD, "referral.suggest_supervision", makes="supervision", procuratorate="SPP", grounds=SUGGESTION
    )


def _asked(when: When) -> tuple[Step, ...]:
    return (
        step(when, PROCURATOR, "supervision.ask_reasons", letter=ASKED),
        step(when, BUREAU, "supervision.confirm_receipt"),
    )


def _explained(when: When) -> Step:
    return step(when, BUREAU, "supervision.explain", letter=EXPLAINED)


IN_ENGLISH = {
    "钨铁": "Ferro-tungsten",
    "电解锰": "Electrolytic manganese",
    "锑锭": "Antimony ingots",
    "偏钨酸铵": "Ammonium metatungstate",
    "氧化铽": "Terbium oxide",
    "钼粉": "Molybdenum powder",
    "金属锗": "Germanium metal",
    "镝铁合金": "Dysprosium-iron alloy",
    "碲粉": "Tellurium powder",
    "铋锭": "Bismuth ingots",
    "钐钴磁粉": "Samarium-cobalt powder",
    "仲钨酸铵": "Ammonium paratungstate",
    "高纯石墨": "High-purity graphite",
    "锗锭": "Germanium ingots",
    "碳化钨粉": "Tungsten carbide powder",
    "氧化镝": "Dysprosium oxide",
    "金属铟": "Indium metal",
    "六氟化钨": "Tungsten hexafluoride",
}


def _titles(goods_name: str) -> tuple[str, str]:
    return f"{goods_name}伪报出口案", f"{IN_ENGLISH[goods_name]} under a false declaration"


def matter(serial: int, goods_name: str, kg: float, cny: float, declared: str, began: int, *steps: Step) -> Script:
    return Script(
        report(
            f"SYN-NF-{serial:02d}",
            f"{goods_name}伪报为{declared}出口",
            f"申报{declared}，取样检测为{goods_name}，企业没有两用物项出口许可证。",
            severity="high",
            parties=[
                company(
                    f"某{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉'[serial - 1]}进出口贸易公司",
                    number=invented_uscc(140 + serial),
                )
            ],
            items=[goods(goods_name, kg=kg, cny=cny, declared_as=declared)],
            shipments=[shipment("2200", "上海洋山", "CHN", "VNM", serial=140 + serial)],
            techniques=["MISNAME"],
        ),
        "GACC",
        began,
        (
            promote(began - 1, CUSTOMS, *_titles(goods_name), "false_declaration"),
            step(began - 2, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
            step(began - 3, CUSTOMS_LEAD, "offence.file", external_number=f"署关缉违字〔2026〕{1400 + serial}号"),
            step(began - 3, CUSTOMS, "offence.investigate"),
            *steps,
        ),
        occurred=began + 2,
    )


DEMAND = "商品数量、货值已达到立案追诉标准，有报关单、化验报告和询问笔录为证，应当移送公安机关。"


def demanded(serial: int, goods_name: str, *then: Step) -> Script:
    """A case that customs handles administratively although the procuratorate demands its transfer."""
    return Script(
        report(
            f"SYN-TD-{serial:02d}",
            f"{goods_name}伪报出口线索",
            f"举报人反映某公司以其他品名出口{goods_name}，仅作行政处理。",
            parties=[company(f"要求移送示例公司{serial}", number=invented_uscc(1470 + serial))],
            items=[goods(goods_name, kg=21_000, cny=460_000)],
            shipments=[shipment("5300", "深圳", "CHN", "KOR", "JPN", serial=1470 + serial)],
            techniques=["MISNAME"],
        ),
        "GACC",
        40,
        (
            promote(39, CUSTOMS, *_titles(goods_name), "false_declaration"),
            step(38, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
            step(37, CUSTOMS_LEAD, "offence.file", external_number=f"署关缉违字〔2026〕{1470 + serial}号"),
            step(37, CUSTOMS, "offence.investigate"),
            step(20, CUSTOMS, "case.share", agency="SPP", profile="full", reason="检察机关依法调阅。"),
            step(
                12,
                PROCURATOR,
                "case.demand_transfer",
                makes="demand",
                receiver="GACC",
                title=f"要求移送{goods_name}案",
                report=DEMAND,
            ),
            *then,
        ),
        occurred=60,
    )


SENT = step(2, PROCURATOR_HEAD, "demand.send")
REFUSED = (
    step(11, PROCURATOR_HEAD, "demand.send"),
    step(9, CUSTOMS_HEAD, "demand.give_reasons", letter="经复核，应税货值未达到立案追诉标准，行政处罚程序正在办理。"),
)
SCRIPTS = [
    demanded(1, "钨铁", SENT, step(1, CUSTOMS, "demand.confirm_receipt", reason="已收到，报负责人研究。")),
    demanded(2, "电解锰", *REFUSED),
    # Not filed; the three days for requesting reconsideration run.
    matter(1, "锑锭", 21_000, 3_900_000, "锌锭", 20, *_not_filed(2)),
    matter(2, "偏钨酸铵", 9_000, 1_900_000, "化工原料", 24, *_not_filed(4),
            step(HoursAgo(30), CUSTOMS, "referral.ask_reconsideration", letter=GROUNDS)),
    matter(3, "氧化铽", 1_500, 8_600_000, "氧化铝", 26, *_not_filed(6), *_reconsidered(4, HoursAgo(20))),
    # Straight to the procuratorate.
    matter(4, "钼粉", 12_000, 3_300_000, "铁粉", 26, *_not_filed(6), _suggested(4)),
    matter(5, "金属锗", 260, 2_700_000, "光学配件", 40, *_not_filed(16), *_reconsidered(14, 12), _suggested(11),
            *_asked(DueSoon("SUP_EXPLAIN"))),
    matter(6, "镝铁合金", 3_200, 5_100_000, "普通合金", 50, *_not_filed(26), *_reconsidered(24, 22), _suggested(21),
            *_asked(18), _explained(12)),
    matter(7, "碲粉", 900, 410_000, "有色金属粉末", 60, *_not_filed(34), *_reconsidered(32, 30), _suggested(29),
            *_asked(26), _explained(20), step(5, PROCURATOR, "supervision.uphold_reasons", letter="不立案理由成立。")),
    matter(8, "铋锭", 24_000, 1_300_000, "铅锭", 90, *_not_filed(64), *_reconsidered(62, 60), _suggested(59),
            *_asked(56), _explained(50), step(45, PROCURATOR, "supervision.uphold_reasons", letter="不立案理由成立。"),
            step(40, PROCURATOR, "supervision.tell_agency", reason="已书面告知。")),
    matter(9, "钐钴磁粉", 2_100, 1_150_000, "磁性材料", 66, *_not_filed(40), *_reconsidered(38, 36), _suggested(35),
            *_asked(32), _explained(26), step(9, PROCURATOR_HEAD, "supervision.order_filing", letter=ORDER),
            step(8, PROCURATOR, "supervision.record_service", paper="送达回证〔2026〕9号")),
    matter(10, "仲钨酸铵", 30_000, 6_600_000, "钛白粉", 170, *_not_filed(140), *_reconsidered(138, 136),
            _suggested(135), *_asked(132), _explained(126),
            step(120, PROCURATOR_HEAD, "supervision.order_filing", letter=ORDER),
            step(110, BUREAU_HEAD, "supervision.obey", external_number="缉立字〔2026〕141号", reason="依通知立案。"),
            step(108, CUSTOMS, "referral.hand_goods", reason="货物及单证移交，双方清点签字。"),
            step(9, PROCURATOR, "supervision.remind", letter="监督立案后已逾三个月，请告知侦查进展。")),
    matter(11, "高纯石墨", 18_000, 980_000, "碳素制品", 44, *_not_filed(20), _suggested(18),
            step(12, PROCURATOR, "supervision.dismiss", ending_reason="经审查，移送材料不足以认为应当立案。")),
    matter(12, "锗锭", 45, 460_000, "工艺品", 44, *_not_filed(20), _suggested(18),
            step(15, CUSTOMS_LEAD, "supervision.withdraw", ending_reason="企业补充提交许可证，事实有变。")),
]  # fmt: skip
