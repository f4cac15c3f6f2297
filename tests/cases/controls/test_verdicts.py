"""The verdict of the control law. `docs/control-verdicts.csv` holds the dated examples with their citations."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from agencies.kernel.reference import read_csv
from cases.controls.comparing import facts_of_example
from cases.controls.rulebook import shipped
from cases.controls.terms import CheckFacts
from cases.controls.verdicts import Verdict, controls, decisive

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database

EXAMPLES = list(read_csv(Path(__file__).parents[3] / "docs" / "control-verdicts.csv"))


def asked(on: str, **facts: object) -> Verdict:
    return controls(CheckFacts(**facts), date.fromisoformat(on), shipped())  # type: ignore[arg-type]  # keywords of CheckFacts


def what_differs(row: dict[str, str], verdict: Verdict) -> dict[str, str]:
    """What the verdict says other than the example. An empty cell of the example asserts nothing, "-" says none."""
    with translation.override("en"):
        cited = "; ".join(one.rule.cited for one in decisive(verdict))
    said = {
        "verdict": verdict.verdict,
        "could_become": ";".join(f"{one.verdict}:{','.join(one.missing)}" for one in verdict.could_become) or "-",
        "verify": "yes" if verdict.verify else "no",
        "citation": cited,
    }
    wrong = {name: text for name, text in said.items() if row[name] and row[name] != text}
    families = {one.family: one.verdict for one in verdict.families}
    wanted = dict(pair.split("=") for pair in row["families"].split(";") if pair)
    return wrong | {family: families[family] for family in wanted if families[family] != wanted[family]}


def test_every_dated_example_has_its_source_verdict_families_and_citation() -> None:
    wrong = []
    for line, row in enumerate(EXAMPLES, start=2):
        if differs := what_differs(row, controls(facts_of_example(row), date.fromisoformat(row["on"]), shipped())):
            wrong.append((line, row["description"] or row["control_code"], row["end_user"], row["on"], differs))
    assert wrong == []
    assert len(EXAMPLES) >= 250
    assert [row["description"] for row in EXAMPLES if not row["source"]] == []


@pytest.mark.parametrize("code", ["81101010", "8110.10.1000", "8110101000", "811010", "8110 10 10"])
def test_an_hs_code_in_every_form_is_an_indication_and_decides_nothing(code: str) -> None:
    verdict = asked("2026-11-07", hs_code=code)
    assert "CI016" in [one.goods.item_id for one in verdict.items]
    assert (verdict.verdict, verdict.could_become[-1].missing) == ("cannot_tell", ("description",))


def test_the_longest_name_counts_erbium_is_not_in_terbium_and_an_unlisted_hs_code_names_no_goods() -> None:
    assert [one.goods.item_id for one in asked("2026-11-07", description="氧化锑 500 kg").items] == ["CI017"]
    assert [one.goods.item_id for one in asked("2026-11-07", description="terbium oxides").items] == ["CI060"]
    assert asked("2026-11-07", hs_code="5201000001").items == ()
    assert asked("2026-11-07", hs_code="8110").items == ()


@pytest.mark.parametrize(
    ("description", "verdict"),
    [
        ("Ga 99.99%, 5 kg", "licence"),
        ("High purity gallium 7N", "licence"),
        ("含镓焊料", "cannot_tell"),
        ("无镓焊料", "outside_scope"),
        ("gallium-free solder", "outside_scope"),
        ("NdFeB magnets containing 3% Dy", "licence"),
        ("NdFeB magnets without dysprosium", "cannot_tell"),
        ("GaN", "licence"),
        ("gan bei", "outside_scope"),
    ],
)
def test_an_element_decides_only_if_nothing_else_is_named(description: str, verdict: str) -> None:
    assert asked("2026-06-01", description=description, destination="DEU").verdict == verdict


def test_a_user_whose_name_says_so_is_military_whatever_use_is_declared() -> None:
    facts = {"description": "金属镓", "destination": "USA", "end_use": "civil"}
    assert asked("2026-11-07", **facts, end_user="U.S. Department of Defense").verdict == "barred"
    assert asked("2026-11-07", **facts, end_user="Old Navy LLC").verdict == "licence"
    assert asked("2026-11-07", **facts, end_user="U.S. Air Force", military="no").verdict == "barred"


def test_military_use_of_suspended_goods_no_goods_and_an_unknown_limit_are_in_doubt() -> None:
    verdict = asked("2026-06-01", description="氧化钬", destination="USA", end_use="military")
    assert (verdict.verdict, verdict.verify) == ("suspended", True)
    assert "bar_while_suspended" in verdict.doubts
    verdict = asked("2026-06-01", destination="USA", end_use="military")
    assert (verdict.verdict, verdict.could_become[0].missing) == ("cannot_tell", ("description",))
    verdict = asked("2026-06-01", description="反无人机系统", parameters={"listed_drone_part": Decimal(1)})
    assert verdict.verdict == "cannot_tell"
    assert {"unknown_limit", "uncertain"} <= set(verdict.doubts)


def test_a_row_with_its_instrument_confirms_or_prolongs_a_suspension() -> None:
    book = shipped()
    rule = next(one for one in book.rules if one.code == "A2025_57")
    facts, day = CheckFacts(description="氧化钬"), date(2026, 11, 11)
    confirmed = replace(rule.suspensions[0], resumed_by="A2025_70")
    longer = replace(rule.suspensions[0], begins=date(2026, 11, 11), ends=None)
    for suspensions, verdict in (((confirmed,), "licence"), ((*rule.suspensions, longer), "suspended")):
        changed = tuple(replace(one, suspensions=suspensions) if one is rule else one for one in book.rules)
        found = controls(facts, day, replace(book, rules=changed))
        assert (found.verdict, found.verify) == (verdict, False)


def test_goods_with_an_unknown_code_are_always_to_be_verified() -> None:
    book, day = shipped(), date(2026, 11, 7)
    without = [goods for goods in book.goods.values() if not goods.codes]
    assert len(without) == 44
    names = {name.item_id: name.text for name in book.names if name.kind in ("name", "states")}
    for goods in without:
        verdict = controls(CheckFacts(description=names[goods.item_id]), day, book)
        assert verdict.verify, goods.item_id


def test_the_citation_is_that_of_an_official_document() -> None:
    verdict = asked("2024-12-03", description="金属镓", destination="USA", end_use="civil")
    with translation.override("zh-hans"):
        assert [one.rule.cited for one in decisive(verdict)] == ["商务部公告2024年第46号第二款"]
