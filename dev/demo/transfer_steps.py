"""Steps that the transfers of the demonstration share."""

from .script import (
    COMMERCE,
    COMMERCE_LEAD,
    CUSTOMS,
    CUSTOMS_LEAD,
    ON_PAPER,
    Step,
    When,
    step,
)

CUSTOMS_TEAM = (CUSTOMS, CUSTOMS_LEAD)
COMMERCE_TEAM = (COMMERCE, COMMERCE_LEAD)
EVIDENCE = "1.报关单；2.检测报告；3.购销合同；4.银行流水；5.询问笔录。"
FACTS = "一、案件来源及办理经过。二、查明的事实：{what}。三、证据：报关单、检测报告、购销合同、银行流水、询问笔录。四、移送依据：行政执法机关移送涉嫌犯罪案件的规定。五、建议移送。"


def drafted(when: When, who: str, team: tuple[str, str], receiver: str, offence: str, what: str) -> Step:
    return step(
        when, who, "case.draft_transfer", makes="referral", receiver=receiver, offence=offence,
        title=f"移送涉嫌犯罪案件：{what}", report=FACTS.format(what=what), team=team, enclosures=EVIDENCE,
    )  # fmt: skip


def by_customs(when: When, what: str, offence: str = "SMUG_PROHIBITED") -> Step:
    return drafted(when, CUSTOMS, CUSTOMS_TEAM, "GACC_ASB", offence, what)


def by_commerce(when: When, what: str, offence: str = "ILLEGAL_BUSINESS") -> Step:
    return drafted(when, COMMERCE, COMMERCE_TEAM, "MPS_ECID", offence, what)


def handed_over(approved: When, delivered: When, who: str, head: str) -> tuple[Step, ...]:
    return (
        step(approved, head, "referral.approve", reason="同意移送。", incomplete_because=ON_PAPER),
        step(delivered, who, "referral.deliver", reason="案卷材料随附，由专人送达。"),
    )
