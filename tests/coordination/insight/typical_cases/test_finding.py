"""Redaction by rules: no name or identifier survives, and what remains is marked for a person."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coordination.insight.typical_cases.finding import (
    ADDRESS,
    BLANK,
    COMPANY,
    IDENTIFIER,
    NAME,
    PERSON,
    PLACE,
    ProtectedTerm,
    findings,
    occurrences,
    redacted,
)

COMPANY_ZH = ProtectedTerm("深圳锑矿贸易有限公司", NAME, COMPANY, 0)
PERSON_ZH = ProtectedTerm("王建国", NAME, PERSON, 1)
COMPANY_EN = ProtectedTerm("Example Metals Ltd", NAME, COMPANY, 0)
NUMBER = ProtectedTerm("MSKU 1234567", IDENTIFIER)
TERMS = [
    COMPANY_ZH,
    PERSON_ZH,
    COMPANY_EN,
    NUMBER,
    ProtectedTerm("Yantian", PLACE),
    ProtectedTerm("福田路1号", ADDRESS),
]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("深圳锑矿贸易有限公司经理王建国", "某甲公司经理某乙"),
        ("集装箱 msku-1234567 内", "集装箱 （编号略） 内"),
        ("2026年3月5日，货物于3月7日离港", "2026年3月，货物于3月离港"),
        ("在广东省深圳市查获", "在广东省某地查获"),
        ("在上海市查获", "在上海市查获"),
        ("粤B12345的货车", "（编号略）的货车"),
        ("身份证110101199003071234", "身份证（编号略）"),
    ],
)
def test_the_rules_in_chinese(text, done):
    assert redacted(text, TERMS, chinese=True) == done


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("EXAMPLE  METALS LTD. exported it", "Company A. exported it"),
        ("on 5 March 2026 by way of Yantian", "on March 2026 by way of a place"),
        ("found in Shenzhen City on March 5, 2026", "found in a place on March 2026"),
        ("ask john@example.cn", "ask (number omitted)"),
    ],
)
def test_the_rules_in_english(text, done):
    assert redacted(text, TERMS, chinese=False) == done


def test_a_latin_name_is_found_as_a_word_only_and_a_chinese_one_anywhere():
    assert occurrences("Limited", "Li") == []
    assert occurrences("Mr Li, limited", "Li") == [(3, 5)]
    assert occurrences("据王 建国称", "王建国") == [(1, 5)]
    assert occurrences("ＭＳＫＵ１２３４５６７", "msku-1234567")


def test_what_remains_is_marked_with_its_kind():
    text = "王建国于2026年3月5日在深圳市申报 12345678 号货物"
    found = {text[one.start : one.end]: (one.kind, one.blocks) for one in findings(text, TERMS)}
    assert found["王建国"] == ("name", True)
    assert found["2026年3月5日"] == ("date", False)
    assert found["深圳市"] == ("place", False)
    assert found["12345678"] == ("number", False)


WORDS = st.one_of(
    st.text("王李张建国明某甲乙公司编号略地", min_size=2, max_size=6),
    st.lists(st.text("abCDxyz", min_size=2, max_size=5), min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["某甲公司", "Company A", "Person B", "编号略", "■■甲", "公司", "a place", "某地"]),
)


@given(
    names=st.lists(WORDS, min_size=1, max_size=5),
    parts=st.lists(st.one_of(st.integers(0, 4), st.text("在于，。 王某甲公司abc-12", max_size=6)), max_size=12),
    chinese=st.booleans(),
)
@example(names=["abab"], parts=["ab", 0, "ab"], chinese=False)
def test_no_name_of_a_party_survives(names, parts, chinese):
    terms = [ProtectedTerm(name, NAME, PERSON if n % 2 else COMPANY, n) for n, name in enumerate(names)]
    text = "".join(names[one % len(names)] if isinstance(one, int) else one for one in parts)
    done = redacted(text, terms, chinese=chinese)
    assert [name for name in names if occurrences(done, name)] == []
    assert not any(one.blocks and one.kind == NAME for one in findings(done, terms))
    in_chinese = [name for name in names if all("\u4e00" <= one <= "\u9fff" for one in name)]
    assert [name for name in in_chinese if name in done] == []


def test_a_label_that_is_itself_a_name_is_not_used():
    terms = [ProtectedTerm("某甲公司", NAME, COMPANY, 0), ProtectedTerm("Company A", NAME, COMPANY, 0)]
    assert redacted("某甲公司", terms, chinese=True) == BLANK
    assert redacted("Company A", terms, chinese=False) == BLANK
