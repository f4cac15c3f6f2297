"""What happened before a penalty, as its decision states it: only steps that were taken, each with its day and paper.

In Chinese, like `contexts`.
"""

from datetime import datetime

from agencies.kernel import times
from cases.clocks.law import rule_on
from cases.clocks.models import Unit
from cases.papers.wording import Fields, day
from cases.proceedings.models import Decision
from cases.proceedings.workflow.decision_conditions import has_lapsed, statement_rule

UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日"}


def course_fields(line: Decision) -> Fields:
    steps = {step.verb: step for step in line.steps_taken()}

    def sentence(verb: str, words: str) -> str:
        step = steps.get(verb)
        if step is None:
            return ""
        return words.format(day=day(step.at), paper=step.paper, person=step.person, notice=line.notice_number)

    stated = sentence("hear_party", "当事人于{day}提出陈述、申辩（{paper}）")
    statement = (
        (f"{stated}：{line.statement.rstrip('。. ')}。" if stated else "")
        or sentence("waive_statement", "当事人于{day}书面放弃陈述、申辩（{paper}）。")
        or _lapsed(line, statement_rule(line), "当事人在规定期限内未提出陈述、申辩。")
    )
    asked = sentence("request_hearing", "当事人于{day}要求听证（{paper}）。")
    hearing = (
        sentence("hold_hearing", "我单位于{day}举行听证，听证主持人{person}，制作听证笔录（{paper}）。")
        or sentence("withdraw_hearing", "当事人于{day}撤回听证要求（{paper}）。")
        or sentence("waive_hearing", "当事人于{day}书面放弃听证（{paper}）。")
        or ("" if line.without_hearing else _lapsed(line, "ADM_HEARING_REQ", "当事人在规定期限内未要求听证。"))
    )
    return {
        "告知经过": sentence(
            "serve_notice",
            "我单位于{day}向当事人送达《行政处罚告知书》（{notice}），告知拟作出的行政处罚内容及事实、"
            "理由、依据和依法享有的权利。",
        ),
        "陈述申辩经过": statement,
        "听证经过": asked + hearing,
        "审核经过": _reviewed(line),
    }


def _lapsed(line: Decision, code: str, words: str) -> str:
    return words if has_lapsed(line, code) else ""


def _reviewed(line: Decision) -> str:
    done = [words for words, text in (("法制审核", line.review_opinion), ("集体讨论", line.minutes)) if text]
    return f"本决定作出前经过{'和'.join(done)}。" if done else ""


def period(code: str, at: datetime | None = None) -> str:
    """The length of a period as papers write it: 5个工作日."""
    rule = rule_on(code, at or times.now())
    return f"{rule.length}{UNITS.get(Unit(rule.unit), '')}" if rule and rule.length else ""
