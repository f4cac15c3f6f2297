"""Finds names, identifiers, dates and places in a text, and replaces them by rules. All functions are pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NAME, IDENTIFIER, ADDRESS, PLACE, NUMBER, DATE = "name", "identifier", "address", "place", "number", "date"
PERSON, COMPANY, VESSEL = "person", "company", "vessel"
STEMS = "甲乙丙丁戊己庚辛壬癸"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANK = "■■"
ROUNDS = 5


@dataclass(frozen=True)
class ProtectedTerm:
    """A word that may not be published. `kind` is NAME, IDENTIFIER, ADDRESS or PLACE; of a name `of` says whose."""

    word: str
    kind: str
    of: str = COMPANY
    place: int = 0

    @property
    def blocks(self) -> bool:
        return self.kind != PLACE


@dataclass(frozen=True)
class DoubtfulPassage:
    """A part of a text that a person has to judge; while one `blocks`, the text is not published."""

    start: int
    end: int
    kind: str
    blocks: bool


def folded(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text without width, case, spaces and punctuation, and the place of each."""
    letters, places = [], []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).casefold():
            if one.isalnum():
                letters.append(one)
                places.append(place)
    return "".join(letters), places


def occurrences(text: str, word: str) -> list[tuple[int, int]]:
    """Where a word stands in a text, however it is spaced or written. A Latin word or number is not found in a longer
    one."""
    key, (letters, places) = folded(word)[0], folded(text)
    found, at = [], letters.find(key) if key else -1
    while at >= 0:
        start, end = places[at], places[at + len(key) - 1] + 1
        if _is_apart(text, start, end):
            found.append((start, end))
        at = letters.find(key, at + 1)
    return found


def _is_apart(text: str, start: int, end: int) -> bool:
    return not (_joins(text[start - 1 : start], text[start]) or _joins(text[end - 1], text[end : end + 1]))


def _joins(before: str, after: str) -> bool:
    return _sort(before) != "" and _sort(before) == _sort(after)


def _sort(character: str) -> str:
    """L for a letter of an alphabet, D for a digit, "" for what joins nothing: Chinese characters, spaces, signs."""
    one = unicodedata.normalize("NFKC", character)[:1] if character else ""
    if one.isdigit():
        return "D"
    return "L" if one.isalpha() and "CJK" not in unicodedata.name(one, "CJK") else ""


PLATE = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"
SIGN = re.compile(
    r"(?<![A-Za-z0-9])(?:\d{17}[\dXx]|[0-9A-Z]{18}|[A-Z]{4}[\s-]?\d{6,7}|IMO[\s:]?\d{7}|1[3-9]\d{9})(?![A-Za-z0-9])"
    rf"|{PLATE}|(?<![A-Za-z0-9])[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]*[A-Za-z0-9]"
    r"|[\u4e00-\u9fff]*[〔\[（(]\d{4}[〕\]）)]\d+号"
)
NUMBERS = re.compile(r"(?<![\d.,])\d{6,}(?![\d.,]*\d)")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATES: Sequence[tuple[re.Pattern[str], str, str]] = (
    (re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*\d{1,2}\s*[日号]"), r"\1年\2月", r"\1-\2"),
    (re.compile(r"(?<!\d)(\d{1,2})\s*月\s*\d{1,2}\s*[日号]"), r"\1月", r"\1月"),
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.]\d{1,2}(?!\d)"), r"\1年\2月", r"\1-\2"),
    (re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? ({MONTHS}),? (\d{{4}})\b"), r"\1 \2", r"\1 \2"),
    (re.compile(rf"\b({MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?, (\d{{4}})\b"), r"\1 \2", r"\1 \2"),
)
# No character that begins a phrase about a place, no 省, and no municipality of the rank of a province.
_OF_NAME = r"[^\W\d_A-Za-z在从于至到经由向往对将把被与和及是该本省市区县镇乡某的、，。]"
PLACES = re.compile(
    rf"(?!北京市|上海市|天津市|重庆市){_OF_NAME}{{2,5}}?(?:市|自治州|县|区|镇|乡|街道|村)(?!场|别|域|分|级|民)"
    rf"|{_OF_NAME}{{1,6}}(?:路|街|大道)\d+号"
    r"|\b(?:[A-Z][a-z]+ )+(?:City|District|County|Port|Town|Village|Road|Street)\b"
)


def findings(text: str, terms: Iterable[ProtectedTerm]) -> list[DoubtfulPassage]:
    """What remains in a text, in order and without overlaps. Terms of the case come before patterns."""
    found = [
        DoubtfulPassage(start, end, term.kind, term.blocks)
        for term in sorted(terms, key=lambda one: -len(one.word))
        for start, end in occurrences(text, term.word)
    ]
    dates = [(pattern, DATE) for pattern, _zh, _en in DATES]
    found += [
        DoubtfulPassage(*one.span(), kind, blocks=kind == IDENTIFIER)
        for pattern, kind in [(SIGN, IDENTIFIER), *dates, (PLACES, PLACE), (NUMBERS, NUMBER)]
        for one in pattern.finditer(text)
    ]
    return _apart(found)


def _apart(found: list[DoubtfulPassage]) -> list[DoubtfulPassage]:
    """Of those that overlap, the first in the list that blocks, else the first."""
    kept: list[DoubtfulPassage] = []
    for one in sorted(found, key=lambda each: not each.blocks):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)


def redacted(text: str, terms: Sequence[ProtectedTerm], *, chinese: bool) -> str:
    """The text by the rules: names and identifiers replaced, dates cut to the month, places below the province left
    out. No term that blocks survives."""
    for pattern, zh, en in DATES:
        text = pattern.sub(zh if chinese else en, text)
    labels = {term: _label(term, terms, chinese=chinese) for term in terms}
    text = SIGN.sub(_safe("（编号略）" if chinese else "(number omitted)", terms), _replaced(text, labels))
    text = PLACES.sub(_safe("某地" if chinese else "a place", terms), text)
    for _again in range(ROUNDS):  # a label beside other words may form another name
        if not _left(text, terms):
            return text
        text = _replaced(text, dict.fromkeys(terms, _safe(BLANK, terms)))
    while left := _left(text, terms):
        start, end = left[0]
        text = text[:start] + text[end:]
    return text


def _left(text: str, terms: Iterable[ProtectedTerm]) -> list[tuple[int, int]]:
    return [span for term in terms if term.blocks for span in occurrences(text, term.word)]


def _replaced(text: str, labels: dict[ProtectedTerm, str]) -> str:
    spans = [(start, end, label) for term, label in labels.items() for start, end in occurrences(text, term.word)]
    done, last = [], 0
    for start, end, label in sorted(spans, key=lambda one: (one[0], -one[1])):
        if start >= last:
            done += [text[last:start], label]
            last = end
    return "".join([*done, text[last:]])


def _label(term: ProtectedTerm, terms: Sequence[ProtectedTerm], *, chinese: bool) -> str:
    if term.kind == NAME:
        zh, en = f"某{STEMS[term.place % len(STEMS)]}", LETTERS[term.place % len(LETTERS)]
        named = {PERSON: (zh, f"Person {en}"), VESSEL: (f"{zh}轮", f"Vessel {en}")}
        words = named.get(term.of, (f"{zh}公司", f"Company {en}"))
    else:
        words = {
            ADDRESS: ("（地址略）", "(address omitted)"),
            PLACE: ("某地", "a place"),
        }.get(term.kind, ("（编号略）", "(number omitted)"))
    return _safe(words[0] if chinese else words[1], terms)


def _safe(label: str, terms: Iterable[ProtectedTerm]) -> str:
    """The label, or blanks if it contains a term itself."""
    return BLANK if any(occurrences(label, term.word) for term in terms if term.blocks) else label
