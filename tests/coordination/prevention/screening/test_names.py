"""The comparison of names finds the names that mean the same body, and few others."""

import csv
import time
from pathlib import Path

import pytest

from cases.controls.names import Grade, NameIndex, Way, agreement, fold, fold_address

PAIRS = Path(__file__).with_name("pairs.csv")
LEAST_RECALL, LEAST_PRECISION, MOST_SECONDS = 0.98, 0.8, 0.3


def pairs():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_written_pairs_are_found_and_others_are_not(capsys):
    """The pairs are written by hand from published names. Translations are no pairs: they are names of an entry."""
    rows = pairs()
    found = [agreement(fold(row["name"]), fold(row["listed name"])) is not None for row in rows]
    same = [row["same"] == "yes" for row in rows]
    hits = sum(map(min, found, same))
    recall, precision = hits / sum(same), hits / sum(found)
    with capsys.disabled():
        print(f"\n{len(rows)} pairs: recall {recall:.3f}, precision {precision:.3f}")  # noqa: T201
    assert len(rows) >= 300
    assert recall >= LEAST_RECALL
    assert precision >= LEAST_PRECISION


def test_an_index_of_all_listed_names_says_the_same_as_each_pair():
    listed = [row["listed name"] for row in pairs()]
    index = NameIndex(listed)
    for row in pairs():
        one = fold(row["name"])
        expected = {place for place, other in enumerate(listed) if agreement(one, fold(other)) is not None}
        assert {place for place, _found in index.find(row["name"])} == expected, row["name"]


@pytest.mark.parametrize(
    ("one", "other", "grade", "way"),
    [
        ("示例重工株式会社", "示例重工株式會社", Grade.EXACT, Way.NAME),
        ("ＥＸＡＭＰＬＥ Ｉｎｃ．", "Example, Inc", Grade.EXACT, Way.NAME),
        ("Société Générale", "SOCIETE GENERALE", Grade.EXACT, Way.NAME),
        ("示例重工", "示例重工有限公司", Grade.PROBABLE, Way.FORM),
        ("Example GmbH", "Example Co., Ltd.", Grade.PROBABLE, Way.FORM),
        ("ООО «Пример»", "Primer JSC", Grade.PROBABLE, Way.FORM),
        ("示例重工（深圳）有限公司", "示例重工有限公司", Grade.POSSIBLE, Way.BRACKETS),
        ("Shili Zhonggong", "示例重工", Grade.PROBABLE, Way.READING),
        ("Inst. of Examples", "Examples Institute", Grade.PROBABLE, Way.WORDS),
        ("Iliushin Works", "Ilyushin Works", Grade.PROBABLE, Way.SOUND),
        ("Northrup Aircraft", "Northrop Aircraft", Grade.PROBABLE, Way.ALIKE),
        ("Example Heavy Industries Thailand", "Example Heavy Industries", Grade.POSSIBLE, Way.WITHIN),
        ("NUDT", "National University of Defense Technology", Grade.POSSIBLE, Way.ACRONYM),
        ("哈工大", "哈尔滨工业大学", Grade.POSSIBLE, Way.SHORT),
    ],
)
def test_the_strongest_way_gives_the_grade(one, other, grade, way):
    for asked, listed in ((one, other), (other, one)):
        found = agreement(fold(asked), fold(listed))
        assert found is not None
        assert (found.grade, found.way) == (grade, way)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SLZG", "示例重工"),  # initials of pinyin
        ("中国电子第二十九研究所", "中国电子第五十四研究所"),
        ("Example Factory No. 5", "Example Factory No. 7"),
        ("南京示例大学", "北京示例大学"),
        ("Northwestern Example University", "Northeastern Example University"),
        ("！？", "示例重工"),
        ("", "示例重工"),
        ("Ltd", "Example Ltd"),
        ("Beijing", "Beijing Example Works"),
    ],
)
def test_different_bodies_do_not_agree(one, other):
    assert agreement(fold(one), fold(other)) is None
    assert NameIndex([other]).find(one) == []


def test_an_address_agrees_without_spaces_width_and_script():
    assert fold_address("上海市浦東新區１００號，示例大廈") == fold_address("上海市浦东新区100号 示例大厦")
    assert fold_address("上海") == ""


@pytest.mark.slow
def test_fifty_thousand_names_answer_within_the_limit():
    syllables = ["ban", "chu", "del", "fo", "gar", "hin", "jo", "kul", "mir", "nes", "pol", "qua", "rat", "sim", "tov"]
    words = [a + b + c for a in syllables for b in syllables for c in syllables]
    signs = "华锐重工示例电子科技机械航空材料仪器光电半导体精密通信信息北方东海长江黄河金山天宇"
    latin = [f"{words[n % 3375]} {words[n * 7 % 3375]} {words[n * 13 % 3375]} Co Ltd" for n in range(30_000)]
    size = len(signs)
    han = ["".join(signs[n * k % size] for k in (1, 3, 7, 11, 17, 23)) + "有限公司" for n in range(20_000)]
    index = NameIndex([*latin, *han])
    for asked in (latin[777], han[777], "Unrelated Trading of Examples", "无关贸易（泰国）有限公司", "Banchu Delfo"):
        began = time.perf_counter()
        index.find(asked)
        assert time.perf_counter() - began < MOST_SECONDS, asked
