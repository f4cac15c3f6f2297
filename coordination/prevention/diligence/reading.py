"""Reads the tables of this noun: the items of a questionnaire, the answers to it, and what an officer found."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.text_files import parse_day, read_table
from coordination.prevention.sheets import cell_error

from .models import AnswerKind, GapRule, Questionnaire, QuestionnaireItem, Review, ReviewAnswer, Verdict

ITEMS, ANSWERS, FINDINGS = "items", "answers", "findings"  # names of the tables
ITEM_COLUMNS = ("number", "kind", "question_zh", "question_en", "gap", "basis")
ANSWER_COLUMNS = ("number", "answer", "paper")
FINDING_COLUMNS = ("number", "verdict", "remark", "gap", "due_on")
MOST_ITEMS = 100
LONGEST = {
    "question_zh": 400,
    "question_en": 400,
    "basis": 120,
    "answer": 2000,
    "paper": 80,
    "remark": 2000,
    "gap": 300,
}
NUMBER = re.compile(r"\w[\w.]{0,9}")
YES_NO = {**dict.fromkeys(("yes", "是", "有"), "yes"), **dict.fromkeys(("no", "否", "无"), "no")}
# A rule that a kind of answer can meet.
RULES: Mapping[str, frozenset[str]] = {
    AnswerKind.YES_NO: frozenset({GapRule.NONE, GapRule.NO, GapRule.YES, GapRule.EMPTY}),
    AnswerKind.TEXT: frozenset({GapRule.NONE, GapRule.EMPTY}),
    AnswerKind.FILE: frozenset({GapRule.NONE, GapRule.EMPTY}),
    AnswerKind.DATE: frozenset({GapRule.NONE, GapRule.EMPTY, GapRule.PAST}),
}


@dataclass
class TableErrors:
    """The errors of one table, each at its cell."""

    table: str
    found: list[FieldError] = field(default_factory=list)

    def add(self, line: int, column: str, detail: str, code: str = "invalid") -> None:
        self.found.append(cell_error(self.table, line, column, detail, code))

    def refuse_long(self, line: int, cells: Mapping[str, str], columns: Iterable[str]) -> None:
        for column in columns:
            if len(cells.get(column, "")) > LONGEST[column]:
                detail = _("%(column)s is longer than %(most)d characters.")
                self.add(line, column, detail % {"column": column, "most": LONGEST[column]}, "max_length")

    def refuse(self) -> None:
        if self.found:
            raise Invalid(self.found)


def read_items(text: str) -> list[dict[str, Any]]:
    """The items of a questionnaire as columns of `QuestionnaireItem`, in order. Raises Invalid for each bad cell."""
    _headings, lines = read_table(text, ITEM_COLUMNS, most=MOST_ITEMS, needed=ITEM_COLUMNS[:4], field=ITEMS)
    errors, found = TableErrors(ITEMS), dict[str, dict[str, Any]]()
    for line, cells in lines.items():
        cells = dict.fromkeys(ITEM_COLUMNS, "") | cells
        number, kind, gap = cells["number"], cells["kind"], cells["gap"]
        if not NUMBER.fullmatch(number):
            errors.add(line, "number", _("the number of an item has at most 10 letters, digits and dots."))
        elif number in found:
            errors.add(line, "number", _("item %(number)s appears twice.") % {"number": number}, "double")
        if kind not in AnswerKind.values:
            errors.add(
                line, "kind", _("kind is one of: %(names)s.") % {"names": ", ".join(AnswerKind.values)}, "choice"
            )
        elif gap not in RULES[kind]:
            names = ", ".join(sorted(RULES[kind] - {""}))
            errors.add(line, "gap", _("gap is empty or one of: %(names)s.") % {"names": names}, "choice")
        errors.refuse_long(line, cells, ("question_zh", "question_en", "basis"))
        for column in ("question_zh", "question_en"):
            if not cells[column]:
                errors.add(line, column, _("every item has its question in both languages."), "required")
        found[number] = cells
    errors.refuse()
    return [{"position": position, **cells} for position, cells in enumerate(found.values(), start=1)]


def items_table(items: Iterable[QuestionnaireItem]) -> str:
    """The text that `read_items` reads."""
    return _written(ITEM_COLUMNS, ([str(getattr(item, name)) for name in ITEM_COLUMNS] for item in items))


def answers_table(review: Review) -> str:
    """The text that `read_answers` reads, with the answers so far."""
    return _written(ANSWER_COLUMNS, ([one.number, one.answer, one.paper] for one in answers_of(review)))


def findings_table(review: Review) -> str:
    """The text that `read_findings` reads, with the items and no verdict yet."""
    return _written(FINDING_COLUMNS, ([one.number, one.verdict, one.remark, "", ""] for one in answers_of(review)))


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue()


def answers_of(review: Review) -> list[ReviewAnswer]:
    return list(review.answers.select_related("item"))


def read_answers(review: Review, text: str) -> list[ReviewAnswer]:
    """The rows of the review with the answers of the table, those that it names. Raises Invalid."""
    _headings, lines = read_table(text, ANSWER_COLUMNS, most=MOST_ITEMS, needed=("number", "answer"), field=ANSWERS)
    errors, found, known = TableErrors(ANSWERS), dict[str, ReviewAnswer](), _by_number(review)
    for line, cells in lines.items():
        row = _row(line, cells["number"], known, found, errors)
        errors.refuse_long(line, cells, ("answer", "paper"))
        if row is not None:
            row.answer = _answer(line, row.item, cells["answer"], errors)
            row.paper = cells.get("paper", "")
    errors.refuse()
    if not any(row.answer or row.paper for row in found.values()):
        raise Invalid.field(ANSWERS, "required", _("No item is answered. Enter at least one answer."))
    return list(found.values())


def _answer(line: int, item: QuestionnaireItem, text: str, errors: TableErrors) -> str:
    """The answer in its stored form: yes or no, or a day as 2026-12-31."""
    if text and item.kind == AnswerKind.YES_NO:
        if text.casefold() not in YES_NO:
            errors.add(line, "answer", _("answer this item with yes or no."), "choice")
        return YES_NO.get(text.casefold(), text)
    if text and item.kind == AnswerKind.DATE:
        day = _day(text)
        if day is None:
            errors.add(line, "answer", _("answer this item with a day such as 2026-12-31."), "date")
        return day.isoformat() if day else text
    return text


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


def _by_number(review: Review) -> dict[str, ReviewAnswer]:
    return {one.number: one for one in answers_of(review)}


def _row(
    line: int,
    number: str,
    known: Mapping[str, ReviewAnswer],
    found: dict[str, ReviewAnswer],
    errors: TableErrors,
) -> ReviewAnswer | None:
    """The row with this number, which then counts as found; None with an error if it is unknown or named twice."""
    if number not in known:
        errors.add(line, "number", _("the questionnaire has no item %(number)s.") % {"number": number or "–"}, "choice")
        return None
    if number in found:
        errors.add(line, "number", _("item %(number)s appears twice.") % {"number": number}, "double")
        return None
    found[number] = known[number]
    return found[number]


@dataclass(frozen=True)
class Finding:
    """What an officer found about one item. A gap has what is missing and until when."""

    row: ReviewAnswer
    verdict: str
    remark: str
    gap: str
    due_on: date | None


def read_findings(review: Review, text: str) -> list[Finding]:
    """One finding for each item of the review. Raises Invalid for each bad cell and missing item."""
    _headings, lines = read_table(text, FINDING_COLUMNS, most=MOST_ITEMS, needed=FINDING_COLUMNS[:2], field=FINDINGS)
    errors, found, known = TableErrors(FINDINGS), dict[str, ReviewAnswer](), _by_number(review)
    findings = []
    for line, cells in lines.items():
        row = _row(line, cells["number"], known, found, errors)
        errors.refuse_long(line, cells, ("remark", "gap"))
        if row is not None:
            findings.append(_finding(line, row, cells, errors))
    errors.refuse()
    if missing := [number for number in known if number not in found]:
        detail = _("Every item needs a finding. Missing: %(numbers)s.") % {"numbers": ", ".join(missing)}
        raise Invalid.field(FINDINGS, "required", detail)
    return findings


def _finding(line: int, row: ReviewAnswer, cells: Mapping[str, str], errors: TableErrors) -> Finding:
    verdict, gap, due = cells["verdict"], cells.get("gap", ""), cells.get("due_on", "")
    day = _day(due) if due else None
    if not verdict:
        errors.add(line, "verdict", _("choose a finding."), "required")
    elif verdict not in Verdict.values:
        names = ", ".join(Verdict.values)
        errors.add(line, "verdict", _("the finding is one of: %(names)s.") % {"names": names}, "choice")
    elif verdict == Verdict.GAP:
        if not gap:
            errors.add(line, "gap", _("say what is missing."), "required")
        if not due:
            errors.add(line, "due_on", _("give the day until which the gap is to be closed."), "required")
        elif day is None:
            errors.add(line, "due_on", _("give a day such as 2026-12-31."), "date")
        elif day < times.today():
            errors.add(line, "due_on", _("this day has passed."), "past")
    elif gap or due:
        errors.add(line, "gap", _("what is missing and a day are given for a gap alone."), "verdict")
    return Finding(row, verdict, cells.get("remark", ""), gap, day)


def counts_as_gap(row: ReviewAnswer) -> bool:
    """Whether the answer meets the rule of its item. It is a mark for the officer and decides nothing."""
    item, answer = row.item, row.paper if row.item.kind == AnswerKind.FILE else row.answer
    match item.gap:
        case GapRule.EMPTY:
            return not answer
        case GapRule.PAST:
            day = _day(answer) if answer else None
            return day is None or day < times.today()
        case GapRule.NO | GapRule.YES:
            return not answer or answer == item.gap
    return False


def questions_of(questionnaire: Questionnaire) -> list[QuestionnaireItem]:
    return list(questionnaire.items.all())
