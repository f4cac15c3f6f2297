"""Published cases, advanced as far as their sources go.

Undated events are recorded on the first day on which they are known to have happened (`KNOWN` if the sources give only
a year), with a remark. A period that begins and ends on such a day takes no time, so none looks missed.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cases.intake import actions as intake

from .script import (
    BUREAU,
    BUREAU_HEAD,
    BUREAU_LEAD,
    COMMERCE,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_HEAD,
    CUSTOMS_LEAD,
    CUSTOMS_LEGAL,
    POLICE,
    Script,
    Step,
    step,
)

SAMPLES = Path(intake.__file__).parent / "data" / "samples"
UNDATED = "日期未见公布，按已知最晚日期记录。"
NO_NUMBER = "文号未见公布"
NOT_PUBLISHED = "所见公布的文本没有写明。"
# Paper and person of a procedural step that the publication does not describe.
UNSTATED = {"paper": NO_NUMBER, "person": "未见公布", "reason": UNDATED + NOT_PUBLISHED}
NOT_MOVED = "公布的是行政处罚决定；是否评估移送未见公布，按行政处理记录。"
CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}

# The day by which a matter is known to have reached its state, if no source gives a date: the end of the year in the
# decision number, or of the conduct.
KNOWN = {
    "PC014": "2025-12-31",
    "PC019": "2025-12-31",
    "PC021": "2025-12-31",
    "PC022": "2025-12-31",
    "PC024": "2026-01-31",
    "PC025": "2025-12-31",
    "PC027": "2022-12-31",
    "PC028": "2023-12-31",
    "PC032": "2024-12-31",
}


class Sample:
    """A published matter: what its source would report, and what is known about it."""

    def __init__(self, report: dict[str, Any], known: dict[str, Any]) -> None:
        self.report, self.known = report, known
        self.id: str = known["id"]
        self.ref: str = report["source_ref"]
        self.day: str = KNOWN.get(self.id) or date.fromisoformat(known["reported_on"]).isoformat()

    @property
    def summary(self) -> str:
        """What is known, from whom, and where sources contradict each other."""
        known = self.known
        parts = [known["narrative_zh"], f"来源：{known['source']}（可信度：{CONFIDENCE[known['confidence']]}）"]
        if known["discrepancies"]:
            parts.append("来源不一致 / Sources disagree:\n" + "\n".join(f"- {one}" for one in known["discrepancies"]))
        return "\n\n".join(parts)

    def step(self, who: str, act: str, **rest: Any) -> Step:
        return step(self.day, who, act, **rest)


def samples() -> list[Sample]:
    reports, known = (_lines(SAMPLES / name) for name in ("intake.jsonl", "cases.jsonl"))
    return [Sample(*pair) for pair in zip(reports, known, strict=True)]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def scripts() -> list[Script]:
    """One script for each sample. A published matter without a course is an error."""
    return [_script(sample) for sample in samples()]


def _script(sample: Sample) -> Script:
    agency, way = WAYS[sample.id]
    revisions = REVISIONS.get(sample.id, ())
    return Script(sample.report, agency, sample.day, tuple(way(sample)), revisions=revisions, synthetic=False)


# Courses -------------------------------------------------------------------------------------------------------------
Way = Callable[[Sample], Iterator[Step]]


def _opened(sample: Sample, who: str) -> Iterator[Step]:
    titles = {"title": sample.known["title_zh"], "title_en": sample.known["title_en"]}
    kind = sample.known["violation_type"]
    yield sample.step(who, "lead.promote", makes="case", **titles, handling="H0", violation_types=[kind])
    severity = sample.report["severity"]
    yield sample.step(
        who, "case.classify", **titles, summary=sample.summary, severity=severity, handling="H0", reason=UNDATED
    )


def _closed_case(sample: Sample, who: str, chief: str, outcome: str, **ground: str) -> Iterator[Step]:
    yield sample.step(who, "case.conclude", outcome=outcome, **ground)
    yield sample.step(chief, "case.close", reason="公开信息已记录完毕。")


def _convicted(offence: str, *lines: tuple[str, str, int | None, int | None, str], ends: str = "JUDGED") -> Way:
    """`lines`: role, charge, months, fine, note. `ends` is how far the courts are known to have gone."""

    def way(sample: Sample) -> Iterator[Step]:
        yield from _opened(sample, BUREAU)
        yield sample.step(
            BUREAU_HEAD, "case.file_criminal", makes="crime", offence=offence, reason=f"据公开判决补录。{UNDATED}"
        )
        for n, (role, *_rest) in enumerate(lines):
            yield sample.step(BUREAU, "crime.add_line", makes=f"suspect{n}", party=role)
        yield sample.step(BUREAU_LEAD, "crime.prosecute_opinion", reason=UNDATED)
        yield sample.step(BUREAU, "crime.prosecute", reason=UNDATED)
        yield sample.step(BUREAU, "crime.judge", outcome_reason=sample.known["outcome"]["text_en"])
        for n, (_role, charge, months, fine, note) in enumerate(lines):
            given = {"sentence_months": months, "fine_cny": fine, "sentence": _principal_punishment(months, fine)}
            known = {name: value for name, value in given.items() if value is not None}
            yield sample.step(BUREAU, f"suspect{n}.convict", charge=charge, reason=note, **known)
        if ends == "FINAL":
            for verb, note in (("appeal", UNDATED), ("uphold_judgment", "二审维持原判。")):
                for n in range(len(lines)):
                    yield sample.step(BUREAU, f"suspect{n}.{verb}", reason=note)
            yield sample.step(BUREAU_HEAD, "crime.close", reason="判决已生效。")
            yield from _closed_case(sample, BUREAU, BUREAU_HEAD, sample.known["outcome"]["text_en"])
        else:
            yield sample.step(
                BUREAU, "case.share", agency="GACC", profile="full", reason="涉两用物项走私，供风险分析。"
            )

    return way


def _principal_punishment(months: int | None, fine: int | None) -> str | None:
    """What the sources support: a term, a fine alone, or nothing."""
    if months is not None:
        return "fixed_term"
    return None if fine is None else "fine_only"


def _fined(
    role: str, *, proposed: str, basis: str = "见已公布的处罚信息。", fine: float | None = None, note: str = "",
    weighed: str = NOT_MOVED, mitigated: str = "", **figures: Any,
) -> Way:  # fmt: skip
    """A penalty decision as published: decided and served. It stays open, because payment is unknown.

    `figures` are the provisions and sums in the publication, `mitigated` the reason for a fine below their minimum.
    """

    def way(sample: Sample) -> Iterator[Step]:
        number = sample.known["decision_no"] or f"{NO_NUMBER}（{sample.ref}）"
        yield from _investigated(sample, role, number)
        if figures:
            yield sample.step(CUSTOMS, "line.record_figures", **figures)
        gains = figures.get("gains_cny")
        sums = {name: sum_ for name, sum_ in (("fine_cny", fine), ("confiscated_cny", gains)) if sum_ is not None}
        yield from _course(sample, weighed, basis=basis, proposed=proposed, sums=sums)
        imposed = {"decision_number": number, **sums}
        if mitigated:
            yield sample.step(CUSTOMS_HEAD, "line.mitigate", ground_kind="unstated", ground=mitigated, **imposed)
        else:
            yield sample.step(CUSTOMS_HEAD, "line.decide", reason=note or UNDATED, **imposed)
        yield sample.step(CUSTOMS, "line.serve", service="delivered", **UNSTATED)
        yield sample.step(CUSTOMS_LEAD, "offence.decide", outcome_reason=sample.known["outcome"]["text_en"])

    return way


def _course(sample: Sample, weighed: str, *, basis: str, proposed: str, sums: dict[str, float]) -> Iterator[Step]:
    """Notice, statement, hearing, review and discussion, of which the publication says nothing: so do the records."""
    kinds = [kind for kind, name in (("fine", "fine_cny"), ("gains", "confiscated_cny")) if name in sums]
    content = {"facts": sample.known["narrative_zh"], "basis": basis, "proposed": proposed}
    named = {f"proposed_{name}": value for name, value in sums.items()}
    yield sample.step(CUSTOMS, "line.notify", **content, proposed_penalties=kinds or ["other"], **named)
    yield sample.step(CUSTOMS, "line.serve_notice", notice_number=NO_NUMBER, **UNSTATED)
    yield sample.step(CUSTOMS, "line.assess_transfer", assessed="administrative", reason=weighed)
    yield sample.step(CUSTOMS, "line.hear_party", statement=NOT_PUBLISHED, paper=NO_NUMBER, person="未见公布")
    yield sample.step(CUSTOMS, "line.waive_hearing", **UNSTATED)
    yield sample.step(CUSTOMS, "line.review", reason=UNDATED)
    yield sample.step(CUSTOMS_LEGAL, "line.record_review", review_opinion=NOT_PUBLISHED)
    discussed = dict.fromkeys(("discussed_by", "minutes", "conclusion"), NOT_PUBLISHED)
    yield sample.step(CUSTOMS, "line.record_discussion", **discussed)


def _investigated(sample: Sample, role: str, number: str) -> Iterator[Step]:
    yield from _opened(sample, CUSTOMS)
    yield sample.step(CUSTOMS, "case.open_proceeding", makes="offence", kind="customs", reason=UNDATED)
    yield sample.step(CUSTOMS_LEAD, "offence.file", external_number=number, reason="据公开处罚信息补录。")
    # The real investigators are not published; these two record it here.
    yield sample.step(CUSTOMS, "offence.investigate", team=(CUSTOMS, CUSTOMS_LEAD), reason=UNDATED)
    yield sample.step(CUSTOMS, "offence.add_line", makes="line", party=role)


def _not_punished(role: str, ground: str, weighed: str) -> Way:
    def way(sample: Sample) -> Iterator[Step]:
        number = f"{NO_NUMBER}（{sample.ref}）"
        yield from _investigated(sample, role, number)
        yield sample.step(CUSTOMS, "line.assess_transfer", assessed="administrative", reason=weighed)
        yield sample.step(CUSTOMS_HEAD, "line.no_penalty", decision_number=number, ground_kind="APL33_1", ground=ground)
        yield sample.step(CUSTOMS, "line.serve", service="delivered", **UNSTATED)
        yield sample.step(CUSTOMS, "line.perform", reason="不予处罚，无履行内容。")
        yield sample.step(CUSTOMS_LEAD, "offence.decide", outcome_reason="事后补办许可证，不予处罚。")
        yield sample.step(CUSTOMS_LEAD, "offence.close")
        yield from _closed_case(sample, CUSTOMS, CUSTOMS_LEAD, "不予处罚（出口管制法34条1项，行政处罚法33条1款）。")

    return way


def _under_verification(note: str) -> Way:
    """Found by customs, result not published."""

    def way(sample: Sample) -> Iterator[Step]:
        yield from _opened(sample, CUSTOMS)
        yield sample.step(CUSTOMS, "case.open_proceeding", makes="offence", kind="customs", reason=note)

    return way


def _withdrawn(sample: Sample) -> Iterator[Step]:
    reason = "终止侦查；材料是否退回行政机关未说明。"
    yield from _opened(sample, BUREAU)
    yield sample.step(
        BUREAU_HEAD,
        "case.file_criminal",
        makes="crime",
        offence="SMUG_PROHIBITED",
        reason=f"据辩护方文章补录。{UNDATED}",
    )
    for n, role in enumerate(("exporter", "legal_representative")):
        yield sample.step(BUREAU, "crime.add_line", makes=f"suspect{n}", party=role)
        yield sample.step(BUREAU_LEAD, f"suspect{n}.drop", reason=reason)
    yield sample.step(BUREAU_LEAD, "crime.withdraw", outcome_reason=reason)
    yield sample.step(BUREAU, "crime.tell_withdrawal", reason="自行发现的案件，无移送机关。")
    yield sample.step(BUREAU_LEAD, "crime.close")
    yield from _closed_case(sample, BUREAU, BUREAU_LEAD, reason)


def _caught(sample: Sample) -> Iterator[Step]:
    yield from _opened(sample, BUREAU)
    yield sample.step(
        BUREAU_HEAD,
        "case.file_criminal",
        makes="crime",
        reason="公开通报：抓获8人，案件进入刑事程序；罪名和人员未公布。",
    )


def _recorded(who: str, chief: str, outcome: str) -> Way:
    """A matter without proceedings in the system: recorded as a case, concluded and closed with what is known."""

    def way(sample: Sample) -> Iterator[Step]:
        yield from _opened(sample, who)
        elsewhere = {"no_crime_ground": "elsewhere", "reason": "由公开信息所载机关办理，本系统仅作记录。"}
        yield from _closed_case(sample, who, chief, outcome, **elsewhere)

    return way


def _opened_only(who: str) -> Way:
    def way(sample: Sample) -> Iterator[Step]:
        yield from _opened(sample, who)

    return way


def _lead_closed(who: str, closing: str, reason: str) -> Way:
    def way(sample: Sample) -> Iterator[Step]:
        yield sample.step(who, "lead.take_up")
        yield sample.step(who, "lead.close", closing=closing, reason=reason)

    return way


def _attached(who: str, ref: str) -> Way:
    def way(sample: Sample) -> Iterator[Step]:
        yield sample.step(who, "lead.attach", case=ref, reason="同一篇报道的另一部分。")

    return way


LISTED = "列单公告，不指控违法行为；已转许可审查，不作为案件线索。"
ANTIMONY_NET = "REUTERS-2025-07-09-SB"

WAYS: dict[str, tuple[str, Way]] = {
    "PC001": ("GACC_ASB", _convicted(
        "SMUG_PROHIBITED",
        ("principal_offender", "走私国家禁止进出口的货物罪", 144, 1_000_000, "有期徒刑12年，并处罚金100万元。"),
        ("accomplice", "走私国家禁止进出口的货物罪", 60, None, "26人，拘役4个月至有期徒刑5年不等，此处记最高刑期；均并处罚金。"),
    )),
    "PC003": ("GACC_ASB", _convicted(
        "", ("defendant", "罪名未见公布", 72, None, "4人，有期徒刑10个月至6年不等，此处记最高刑期；并处罚金，数额未公布。"),
    )),
    "PC004": ("GACC_ASB", _convicted(
        "SMUG_PROHIBITED",
        ("exporter", "走私国家禁止进出口的货物罪", None, 28_000_000, "单位罚金2800万元。"),
        ("legal_representative", "走私国家禁止进出口的货物罪", 78, 500_000, "有期徒刑6年6个月，罚金50万元。"),
        ends="FINAL",
    )),
    "PC005": ("GACC_ASB", _convicted(
        "SMUG_ORDINARY",
        ("owner", "走私普通货物罪", None, None, "所见文本未写出最终刑期。"),
        ("carrier", "走私普通货物罪", None, None, "多名人员，区分主犯、从犯；刑期未见。"),
    )),
    "PC007": ("GACC", _recorded(CUSTOMS, CUSTOMS_LEAD, "携带人批评教育；公司和责任人员被依法追究责任，方式未公布。")),
    "PC008": ("GACC_ASB", _caught),
    "PC010": ("GACC", _recorded(CUSTOMS, CUSTOMS_LEAD, "相关出境渠道已切断；人数和数量未公布。")),
    "PC011": ("MPS_ECID", _lead_closed(POLICE, "out_of_remit", "涉国家秘密，属国家安全机关管辖；判决已公布，不作为出口管制案件。")),
    "PC013": ("GACC", _under_verification("2025年3月18日查验，货物不予放行；是否移交缉私部门说法不一。")),
    "PC014": ("GACC", _fined("exporter", proposed="未经许可擅自出口管制物项（出口管制法34条1项）。", basis="出口管制法34条1项", rules=["ECL34_1"], goods_value_cny=3348.25, note="罚款数额未见公布；当事人认错认罚并删单退关。")),
    "PC018": ("GACC", _fined("exporter", proposed="按走私行为处罚，罚款200万元。", fine=2_000_000)),
    "PC019": ("GACC", _not_punished("exporter", "出口管制法34条1项；行政处罚法33条1款：初次、如实申报、事后补办许可证。", "货值208488元，超过20万元；管制生效两日后如实申报，没有逃避监管，事后补办许可证，按行政处理。")),
    "PC021": ("GACC", _under_verification("海关稽查发现；处理结果在所见摘要中没有写明。")),
    "PC022": ("GACC", _under_verification("取样检测三项指标均超过管制限值；后续处理结果未公布。")),
    "PC024": ("GACC", _fined("exporter", proposed="没收违法所得33.95万元，罚款130万元。", rules=["ECL34_1"], gains_cny=339_500, fine=1_300_000, note="并没收违法所得33.95万元。")),
    "PC025": ("GACC", _fined("exporter", proposed="罚款2.7万元。", fine=27_000, rules=["ECL34_1"], mitigated="低于出口管制法34条规定的罚款下限；所见文本未写明减轻处罚的依据。")),
    "PC027": ("GACC", _fined("exporter", proposed="依海关行政处罚实施条例罚款47.3万元。", rules=["CPR14"], fine=473_000, note="约为货值的7%，适用旧规。")),
    "PC028": ("GACC", _fined("exporter", proposed="依海关行政处罚实施条例14条罚款5200元。", basis="海关行政处罚实施条例14条", rules=["CPR14"], goods_value_cny=58_000, fine=5_200, note="数量超过20吨而货值小、情节轻。", weighed="折算氯化铵126吨，超过20吨；如实申报、货值约5.8万元，没有逃避监管，按行政处理。")),
    "PC029": ("GACC", _lead_closed(CUSTOMS, "insufficient", "网络文章，没有处罚文号，未见海关来源。")),
    "PC031": ("GACC", _lead_closed(CUSTOMS, "insufficient", "文章彼此矛盾：标题300吨，正文25吨；出处说法不一，未见原文。")),
    "PC032": ("GACC", _fined("processing_company", proposed="依海关行政处罚实施条例18条1款处罚。", basis="海关行政处罚实施条例18条1款", rules=["CPR18"], goods_value_cny=1_465_621.49, note="罚款数额在所见文本中未显示。")),
    "PC034": ("GACC_ASB", _withdrawn),
    "PC035": ("MOFCOM_SCB", _recorded(COMMERCE, COMMERCE_LEAD, "28家美国实体列入管控名单，禁止向其出口两用物项；不指控违法行为。")),
    "PC037": ("MOFCOM_SCB", _lead_closed(COMMERCE, "out_of_remit", LISTED)),
    "PC038": ("MOFCOM_SCB", _lead_closed(COMMERCE, "out_of_remit", LISTED)),
    "PC039": ("MOFCOM_SCB", _lead_closed(COMMERCE, "out_of_remit", LISTED)),
    "PC041": ("MOFCOM_SCB", _lead_closed(COMMERCE, "out_of_remit", LISTED)),
    "PC042": ("MOFCOM_SCB", _recorded(COMMERCE, COMMERCE_LEAD, "20家日本实体列入关注名单，许可从严审查；不指控违法行为。")),
    "PC044": ("MOFCOM_SCB", _lead_closed(COMMERCE, "out_of_remit", LISTED)),
    "PC046": ("MOFCOM_SCB", _opened_only(COMMERCE)),
    "PC047": ("MOFCOM_SCB", _attached(COMMERCE, ANTIMONY_NET)),
}  # fmt: skip

# Corrections by a source, beside its first version.
REVISIONS = {
    "PC013": (
        ("2025-05-19", {
            "narrative": "5月19日海关说明：公司按程序申报，货物为锡铋合金焊锡膏，不是稀土；因不能提供出口许可证不予放行。说明没有提到移交缉私部门。",
            "techniques": [],
        }),
    ),
}  # fmt: skip
