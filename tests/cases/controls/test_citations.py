"""Citations of articles of law in Chinese and English."""

import pytest
from django.utils.translation import override

from agencies.kernel.reference import read_csv
from cases.clocks.reference import DATA as CLOCKS
from cases.controls.citations import chinese_numeral, cited
from cases.controls.reference import DATA

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("APL art.60", "《行政处罚法》第六十条"),
        ("CPL art.177(3); SPPL", "《刑事诉讼法》第一百七十七条第三款；《推进行政执法与刑事司法衔接工作的规定》"),
        ("APL art.64 item.1", "《行政处罚法》第六十四条第（一）项"),
        ("ACL art.25; ACL art.27; CUL art.6", "《行政强制法》第二十五条、第二十七条；《海关法》第六条"),
        ("G2025_123 item.2", "海关总署公告2025年第123号第二条"),
        ("MOFCOM+GACC Ann. 2025 No.18", "商务部、海关总署公告2025年第18号"),
    ],
)
def test_a_chinese_reader_gets_the_title_and_the_place(basis: str, words: str) -> None:
    with override("zh-hans"):
        assert cited(basis) == words


def test_an_english_reader_gets_the_short_form() -> None:
    with override("en"):
        assert cited("CPL art.177(3); SPPL") == "CPL art.177(3); SPPL"


@pytest.mark.parametrize("basis", ["", "XYZ art.1", "internal"])
def test_text_that_is_no_citation_is_unchanged(basis: str) -> None:
    with override("zh-hans"):
        assert cited(basis) == basis


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (19, "十九"),
        (21, "二十一"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (353, "三百五十三"),
    ],
)
def test_articles_are_counted_as_statutes_count_them(number: int, words: str) -> None:
    assert chinese_numeral(number) == words


def test_every_shipped_citation_has_chinese_words() -> None:
    shipped = [
        *(row["legal_basis"] for row in read_csv(CLOCKS / "clocks.csv")),
        *(row["article"] for row in read_csv(DATA / "offences.csv")),
        *(row["source_instrument"] for row in read_csv(DATA / "control_items.csv")),
    ]
    with override("zh-hans"):
        assert [basis for basis in shipped if "art." in cited(basis) or "Ann." in cited(basis)] == []
