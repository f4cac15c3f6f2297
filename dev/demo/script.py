"""The format of a demonstration matter: a report, and steps in chronological order.

A script is data. `player` submits its report as a machine would and performs its actions as the people of the demo
would.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stdnum.cn import uscc

CUSTOMS, CUSTOMS_LEAD, CUSTOMS_HEAD = "customs.officer", "customs.lead", "customs.head"
CUSTOMS_LEGAL = "customs.legal"
COMMERCE_LEGAL = "commerce.legal"
COMMERCE, COMMERCE_LEAD, COMMERCE_HEAD = "commerce.officer", "commerce.lead", "commerce.head"
POLICE, POLICE_LEAD, POLICE_HEAD = "police.officer", "police.lead", "police.head"
BUREAU, BUREAU_LEAD, BUREAU_HEAD = "antismuggling.officer", "antismuggling.lead", "antismuggling.head"
BUREAU_DEPUTY = "antismuggling.deputy"
PROCURATOR, PROCURATOR_HEAD = "procurator", "procurator.head"
CENTRE = "centre.coordinator"
ON_PAPER = "移送书、调查报告、物品清单和证据目录随纸质案卷移送。"  # why a demonstrated transfer goes without them here


@dataclass(frozen=True)
class HoursAgo:
    hours: float


@dataclass(frozen=True)
class DueSoon:
    """A time such that a period of this rule that starts then ends within the next 24 hours, or as close as the working
    calendar allows."""

    rule: str


When = int | str | HoursAgo | DueSoon
"""Days ago, an ISO date, or one of the above."""


@dataclass(frozen=True)
class Step:
    """`who` performs `verb` on the object labelled `on`: "lead", "case", the label an earlier step `makes`,
    "task:STEP", "clock:RULE", "measure:NAME" and "clock:RULE:NAME" of the suspect of that name, "lot:NUMBER",
    "opinion:ROUND:AGENCY", or "behalf:LABEL:VERB" for a step recorded on a labelled object for an agency that did not
    use the system."""

    when: When
    who: str
    on: str
    verb: str
    makes: str
    answers: Mapping[str, Any]


def step(when: When, who: str, act: str, *, makes: str = "", **answers: Any) -> Step:
    """`act` is "object.verb". Answers are those of the verb, except: people by username (`team`, `to`), a party by role
    (`party`), an item by description (`item`), lots by number (`lots`), a deadline in hours from now (`due_in`; of a
    conference `starts_in`), the subject of a question by label (`about`), a paper's date in days ago (`dated`) and its
    scan by its text (`scan`), a paper of an agency that does not use the system by its number (`their_paper`).
    "object.correct" proposes to correct the record of a `verb`, to a time (`corrected_to`) or as annulled."""
    on, verb = act.rsplit(".", 1)
    return Step(when, who, on, verb, makes, answers)


def held(when: When, who: str, name: str, paper: str) -> tuple[Step, ...]:
    """A lawful detention: delivered, questioned and the family notified within 24 hours."""
    return (
        step(when, who, f"{name}.detain", paper=paper),
        *(step(when, who, f"measure:{name}.{verb}") for verb in ("deliver", "question", "notify_family")),
    )


def arrested(when: When, who: str, name: str, paper: str) -> tuple[Step, ...]:
    """Approved by the procuratorate, executed, and the receipt sent."""
    return (
        step(when, who, f"{name}.approve_arrest"),
        step(when, who, f"{name}.arrest", paper=paper),
        *(step(when, who, f"measure:{name}.{verb}") for verb in ("question", "notify_family")),
        step(when, who, f"{name}.report_execution"),
    )


def paper(when: When, who: str, signs: str, form: str, name: str) -> tuple[Step, ...]:
    """A paper about the referral, drafted by one person and issued by the same or another."""
    return step(when, who, "referral.draft_paper", makes=name, form=form), step(when, signs, f"{name}.issue")


def complete_hand_over(when: When, who: str, head: str) -> tuple[Step, ...]:
    """An approved transfer whose checklist is complete: letter, investigation report and list of goods are issued
    before it is handed over. The report names its evidence."""
    return (
        step(when, head, "referral.approve", reason="同意移送。"),
        *paper(when, who, head, "TRF_LETTER", "letter"),
        *paper(when, who, head, "TRF_INVREP", "investigation"),
        *paper(when, who, who, "TRF_GOODSLIST", "list"),
        step(when, who, "referral.deliver", reason="案卷材料随附，由专人送达。"),
    )


@dataclass(frozen=True)
class Script:
    """`report` is a payload of the intake contract; `occurred` adds its date as days ago. `agency` is the agency whose
    system sends it. `revisions` are later reports under the same key: (when, differences). `joining` are agencies that
    use the system only from the first step of their own people on."""

    report: Mapping[str, Any]
    agency: str
    received: When
    steps: tuple[Step, ...] = ()
    occurred: int | None = None
    revisions: tuple[tuple[When, Mapping[str, Any]], ...] = ()
    synthetic: bool = True
    joining: tuple[str, ...] = ()


def report(ref: str, title: str, narrative: str, **rest: Any) -> dict[str, Any]:
    """An invented report; by default from the customs risk system and internal."""
    return {
        "source_system": "RISK_CONTROL", "source_ref": ref, "report_type": "risk_hit", "title": title,
        "narrative": narrative, "severity": "medium", "handling_code": "H1", **rest,
    }  # fmt: skip


def company(name: str, role: str = "exporter", country: str = "CHN", *, number: str = "") -> dict[str, Any]:
    identifiers = [{"scheme": "USCC", "value": number}] if number else []
    return {"role": role, "kind": "company", "name": name, "country": country, "identifiers": identifiers}


def person(name: str, role: str) -> dict[str, Any]:
    return {"role": role, "kind": "person", "name": name, "identifiers": []}


def invented_uscc(serial: int) -> str:
    """A well-formed credit code that no company can have: there is no region 000000."""
    body = f"91000000MADEM{serial:04d}"
    return body + str(uscc.calc_check_digit(body))


def goods(description: str, *, kg: float | None = None, cny: float | None = None, **rest: Any) -> dict[str, Any]:
    value = {} if cny is None else {"value": cny, "currency": "CNY"}
    return {"description": description, "net_weight_kg": kg, **value, **rest}


def shipment(district: str, port: str, *route: str, serial: int | None = None) -> dict[str, Any]:
    number = None if serial is None else f"{district}20260{serial:09d}"
    return {"declaration_no": number, "port": port, "customs_district": district, "route": list(route)}


def notified(
    when: When, who: str, line: str, proposed: str, fine: int, *, gains: int | None = None, major: bool = False
) -> tuple[Step, ...]:
    """A pre-penalty notice that is issued and served; apart from the penalty it always says the same."""
    confiscated: dict[str, Any] = {} if gains is None else {"proposed_confiscated_cny": gains}
    content: dict[str, Any] = {
        "facts": "未经许可出口管制物项，有报关单、化验报告和询问笔录为证。", "basis": "出口管制法第三十四条第一项",
        "proposed": proposed, "proposed_penalties": ["fine"], "proposed_fine_cny": fine, "major": major, **confiscated,
    }  # fmt: skip
    number = f"罚告〔2026〕{fine // 10_000}号"
    served = {"notice_number": number, "paper": f"送达回证（{number}）", "person": "当事人代理人"}
    return step(when, who, f"{line}.notify", **content), step(when, who, f"{line}.serve_notice", **served)


def stated(when: When, who: str, line: str, statement: str) -> Step:
    return step(when, who, f"{line}.hear_party", statement=statement, paper="陈述申辩笔录", person="当事人代理人")


def waived(when: When, who: str, line: str) -> Step:
    return step(
        when, who, f"{line}.waive_hearing", paper="放弃听证声明", person="当事人代理人", reason="书面放弃听证。"
    )


def heard(when: When, who: str, line: str) -> tuple[Step, ...]:
    """The party makes a statement and waives the hearing in writing."""
    said = stated(when, who, line, "当事人承认违法事实，请求从轻处罚。")
    return said, waived(when, who, line), step(when, who, f"{line}.review", reason="已听取陈述申辩，书面放弃听证。")


def weighed(when: When, legal: str, who: str, line: str) -> tuple[Step, ...]:
    """Legal review and collective discussion."""
    return (
        step(when, legal, f"{line}.record_review", review_opinion="事实清楚，程序合法，同意处罚意见。"),
        step(when, who, f"{line}.record_discussion", discussed_by="主要负责人和分管负责人共三人",
             minutes="逐项讨论事实、定性和幅度。", conclusion="同意按拟处罚意见决定。"),
    )  # fmt: skip


def served(when: When, who: str, line: str) -> Step:
    return step(when, who, f"{line}.serve", service="delivered", paper="送达回证", person="当事人代理人")


def assessment(reason: str, conclusion: str = "administrative") -> dict[str, Any]:
    """Answers of a transfer assessment."""
    return {"assessed": conclusion, "reason": reason}


def promote(when: When, who: str, title: str, title_en: str, *types: str, handling: str = "H1") -> Step:
    kept = {"title": title, "title_en": title_en, "handling": handling, "violation_types": list(types)}
    return step(when, who, "lead.promote", makes="case", **kept)
