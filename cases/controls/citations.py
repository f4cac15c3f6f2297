"""Citations of articles of law in the reader's language.

Files and rows hold one form: "APL art.64 item.1; CPL art.177(3)". It consists of an instrument's code in
`data/instruments.csv`, the article (条), the paragraph in brackets (款) and the item (项). Announcements of ministries
have the form "MOFCOM+GACC Ann. 2025 No.18". English readers see these forms.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv

CITATION = re.compile(r"(?P<code>\w+)( art\.(?P<article>\d+)(\((?P<paragraph>\d+)\))?)?( item\.(?P<item>\d+))?")
ANNOUNCEMENT = re.compile(r"(?P<issuers>[A-Z+]+) Ann\. (?P<year>\d{4}) No\.(?P<number>\d+)")
ISSUERS = {
    "MOFCOM": "商务部",
    "GACC": "海关总署",
    "MIIT": "工业和信息化部",
    "SCA": "国家密码管理局",
    "MOST": "科学技术部",
    "SASTIND": "国家国防科技工业局",
    "EDD": "中央军委装备发展部",
}
DIGITS = "零一二三四五六七八九"


def cited_paragraph(row: Mapping[str, str], paragraph: str) -> str:
    """An instrument, given by its row, for an announcement with its number, and one of its paragraphs (款) if given."""
    name, english = _name(row), row["number"] or row["name_en"]
    place = f"第{chinese_numeral(int(paragraph))}款" if paragraph else ""
    return pick(name + place, f"{english}, item {paragraph}" if paragraph else english)


def cited(basis: str) -> str:
    """The citations in the reader's language. One of another form is returned unchanged."""
    return pick(official(basis), basis)


def official(basis: str) -> str:
    """The citations as an official document writes them, whatever the reader's language.

    Consecutive citations of one instrument name it once: 《行政强制法》第二十五条、第二十七条."""
    runs: list[tuple[str, list[str]]] = []
    for citation in basis.split("; "):
        name, place = _name_and_place(citation)
        if place and runs and runs[-1][0] == name:
            runs[-1][1].append(place)
        else:
            runs.append((name, [place]))
    return "；".join(name + "、".join(places) for name, places in runs)


def _name_and_place(citation: str) -> tuple[str, str]:
    found = CITATION.fullmatch(citation)
    name = found and _names().get(found["code"])
    return (name, _place(found)) if found and name else (_announcement(citation) or citation, "")


def _announcement(text: str) -> str:
    found = ANNOUNCEMENT.fullmatch(text)
    if found is None:
        return ""
    issuers = "、".join(ISSUERS.get(code, code) for code in found["issuers"].split("+"))
    return f"{issuers}公告{found['year']}年第{found['number']}号"


def _place(found: re.Match[str]) -> str:
    article, paragraph, item = found["article"], found["paragraph"], found["item"]
    if article is None:
        # Instruments without articles number their items only; these are cited like articles.
        return f"第{chinese_numeral(int(item))}条" if item else ""
    place = f"第{chinese_numeral(int(article))}条"
    if paragraph:
        place += f"第{chinese_numeral(int(paragraph))}款"
    return f"{place}第（{chinese_numeral(int(item))}）项" if item else place


@cache
def _names() -> dict[str, str]:
    """Code → the number of an announcement, or the title of any other instrument in 《》."""
    return {code: _name(row) for code, row in _rows().items()}


def _name(row: Mapping[str, str]) -> str:
    return _announcement(row["number"]) or f"《{row['name_zh']}》"


@cache
def _rows() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read_csv(Path(__file__).parent / "data" / "instruments.csv")}


def chinese_numeral(number: int) -> str:
    """1–999 in the numerals of statutes: 十, 二十一, 一百零五, 一百一十二."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if number < 20 else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")
