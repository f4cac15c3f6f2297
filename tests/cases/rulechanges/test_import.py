"""An administrator imports rows of the control law; a second person confirms them; nothing else is changed."""

from datetime import date
from typing import Any

import pytest

from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import Forbidden
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import csv_file
from cases.casefile.models import Item
from cases.controls import store
from cases.controls.reading import MOST_ROWS
from cases.controls.rulebook import shipped_tables
from cases.controls.tables import TABLES
from cases.controls.terms import CheckFacts
from cases.controls.verdicts import controls
from cases.rulechanges import effect
from cases.rulechanges.actions import draft_change, propose
from cases.rulechanges.models import RuleChange
from coordination.actions.performing import perform
from coordination.tooling.operation.jobs import go_on
from tests import stories
from tests.refusals import refused_for

CHANGES, IMPORT = RESOURCES["rule-changes"], "/rule-changes/import/"
RULES, SUSPENSIONS = TABLES["control_rules"], TABLES["control_suspensions"]
GROUNDS = "Invented announcement for the test"
TUNGSTEN = CheckFacts(description="碳化钨", control_code="1C117.c")


def rule(code: str, **changes: str) -> list[str]:
    held = next((row for row in shipped_tables()["control_rules"] if row["code"] == code), None)
    row = {**(held or dict.fromkeys(RULES.header, "")), "code": code, **changes}
    return [row[name] for name in RULES.header]


def table(*rows: list[str], of: Any = RULES) -> str:
    return csv_file([of.header, *rows]).decode("utf-8-sig")


ENDED = table(rule("A2025_10", in_force_until="2027-01-31"))


def drafted(cast: Any, text: str = ENDED, name: str = "control_rules") -> RuleChange:
    seen = propose(name, text).digest
    return draft_change(actor=cast["sysadmin"], table=name, text=text, grounds=GROUNDS, seen=seen)


def requested(cast: Any, change: RuleChange) -> Confirmation:
    asked: Confirmation = perform(CHANGES, cast["sysadmin"], change, "publish", {}).created
    return asked


def confirmed(cast: Any, asked: Confirmation, by: str = "centre.coordinator") -> None:
    perform(RESOURCES["confirmations"], cast[by], asked, "confirm", {})
    store.forget()


def posted(cast: Any, who: str = "sysadmin", **data: Any) -> Any:
    return cast.browser(who).post(IMPORT, {"table": "control_rules", "grounds": GROUNDS, **data})


def test_the_verdict_changes_from_the_day_of_the_new_row_and_not_before(cast: Any) -> None:
    confirmed(cast, requested(cast, drafted(cast)))
    book = store.current()
    assert controls(TUNGSTEN, date(2027, 1, 31), book).verdict == "licence"
    after = {one.family: one.verdict for one in controls(TUNGSTEN, date(2027, 2, 1), book).families}
    assert (after["dual_use"], after["licence_catalogue"]) == ("does_not", "licence")
    before = store.read_version(book.version - 1)
    assert controls(TUNGSTEN, date(2027, 2, 1), before).verdict == "licence"
    again = cast.browser("customs.officer").get(
        f"/controls/?version={before.version}&control_code=1C117.c&on=2027-02-01"
    )
    assert "Licence needed" in again.content.decode()


def test_nothing_is_in_force_until_another_person_who_sees_the_same_difference_confirms(cast: Any) -> None:
    change = drafted(cast)
    asked = requested(cast, change)
    with pytest.raises(Forbidden):
        confirmed(cast, asked, by="sysadmin")
    page = cast.browser("centre.coordinator").get(f"/confirmations/{asked.pk}/").content.decode()
    assert f'href="/rule-changes/{change.pk}/"' in page
    shown = cast.browser("centre.coordinator").get(f"/rule-changes/{change.pk}/").content.decode()
    assert "<ins>2027-01-31</ins>" in shown
    store.forget()
    assert controls(TUNGSTEN, date(2027, 2, 1), store.current()).verdict == "licence"


def test_a_publication_that_no_longer_matches_what_is_in_force_is_refused(cast: Any) -> None:
    asked = requested(cast, drafted(cast))
    confirmed(cast, requested(cast, drafted(cast, table(rule("A2025_57", note_en="Another note")))))
    with refused_for("changed"):
        confirmed(cast, asked)


def test_a_draft_can_hold_rows_of_several_tables(cast: Any) -> None:
    instruments = TABLES["instruments"]
    new = dict.fromkeys(instruments.header, "") | {
        **{"code": "X2026_1", "name_zh": "示例公告", "name_en": "Invented announcement", "issuer": "MOFCOM"},
        **{"issued": "2026-11-09", "confidence": "S"},
    }
    change = drafted(cast, table([new[name] for name in instruments.header], of=instruments), "instruments")
    row = ["A2025_57", "X2026_1", "2026-11-11", "2027-11-10", "", "S"]
    answers = {"table": "control_suspensions", "rows": table(row, of=SUSPENSIONS)}
    perform(CHANGES, cast["sysadmin"], change, "import_rows", answers)
    change.refresh_from_db()
    confirmed(cast, requested(cast, change))
    verdict = controls(CheckFacts(description="氧化钬"), date(2027, 1, 1), store.current())
    suspension = verdict.rules[0].standing.suspension
    assert suspension is not None
    assert (verdict.verdict, suspension.cited) == ("suspended", "Invented announcement")


def test_a_suspension_is_added_by_a_form_on_its_own(cast: Any) -> None:
    browser = cast.browser("sysadmin")
    answers = {"rule": "A2025_57", "instrument": "A2025_70", "suspended_from": "2026-11-11", "grounds": GROUNDS}
    wrong = browser.post("/rule-changes/suspension/", {**answers, "confidence": "S", "suspended_until": "2026-11-01"})
    assert "suspended_until “2026-11-01”: is before the first day" in wrong.content.decode()
    page = browser.post("/rule-changes/suspension/", {**answers, "confidence": "S", "suspended_until": "2027-11-10"})
    assert "<ins>2027-11-10</ins>" in page.content.decode()
    sent = {name: page.context["sent"][name] for name in ("table", "text", "grounds")}
    browser.post(IMPORT, {**sent, "seen": page.context["seen"], "go": "1"})
    assert RuleChange.objects.get().tables["control_suspensions"][0]["suspended_until"] == "2027-11-10"


def test_an_administrator_sees_counts_by_agency_and_no_case(cast: Any) -> None:
    case = stories.case(cast)
    Item.objects.filter(case=case).update(description="碳化钨", control_code="1C117.c", conduct_on=date(2027, 2, 1))
    change = drafted(cast)
    admin = cast.browser("sysadmin").get(f"/rule-changes/{change.pk}/").content.decode()
    centre = cast.browser("centre.coordinator").get(f"/rule-changes/{change.pk}/").content.decode()
    assert case.number not in admin
    assert "General Administration of Customs" in admin
    assert f'href="/cases/{case.pk}/"' in centre


def test_the_effect_on_many_items_is_found_by_a_worker(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stories.case(cast)
    Item.objects.filter(case=case).update(description="碳化钨", control_code="1C117.c", conduct_on=date(2027, 2, 1))
    monkeypatch.setattr(effect, "AT_ONCE", 0)
    change = drafted(cast)
    change.refresh_from_db()
    assert "is_complete" not in change.effect
    while go_on():
        pass
    change.refresh_from_db()
    assert change.effect["is_complete"]
    assert list(change.effect["agencies"].values()) == [{"item": 1, "lead": 0}]


def test_only_the_system_administrator_imports_after_a_dry_run_that_names_differences_and_wrong_cells(
    cast: Any,
) -> None:
    assert posted(cast, who="customs.lead", text=ENDED).status_code == 403
    assert posted(cast, who="centre.coordinator", text=ENDED).status_code == 403
    with pytest.raises(Forbidden):
        draft_change(actor=cast["customs.lead"], table="control_rules", text=ENDED, grounds="x", seen="")
    page = posted(cast, text=ENDED).content.decode()
    assert "<ins>2027-01-31</ins>" in page
    assert RuleChange.objects.count() == 0
    refused = posted(cast, text=table(rule("A2025_10", in_force_until="2024-12-31", destinations="Atlantis")))
    assert refused.status_code == 400
    assert "Line 2, destinations “Atlantis”: Atlantis: no country or region" in refused.content.decode()


def test_no_case_and_no_determination_is_rewritten(cast: Any) -> None:
    case = stories.case(cast)
    before = list(Item.objects.filter(case=case).values())
    confirmed(cast, requested(cast, drafted(cast)))
    assert list(Item.objects.filter(case=case).values()) == before


def test_a_system_imports_rows_after_a_dry_run_and_reads_which_row_is_wrong(cast):
    browser, url = cast.browser("sysadmin"), "/api/v1/rule-changes/"
    rows = table(rule("A2025_10", consequence="maybe"))
    wrong = browser.post(url, {"table": "control_rules", "rows": rows, "dry_run": True}, "application/json")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "/rows/2/consequence"

    sent = {"table": "control_rules", "rows": ENDED}
    seen = browser.post(url, {**sent, "dry_run": True}, "application/json").json()
    assert (seen["id"], seen["changes"][0]["kind"], seen["changes"][0]["key"]) == (None, "ended", "A2025_10")
    assert not RuleChange.objects.exists()

    lacking = browser.post(url, sent, "application/json")
    assert {error["pointer"] for error in lacking.json()["errors"]} == {"/grounds", "/seen"}
    made = browser.post(url, {**sent, "grounds": GROUNDS, "seen": seen["seen"]}, "application/json")
    assert made.status_code == 201, made.json()
    assert str(RuleChange.objects.get().pk) == made.json()["id"]
    assert made["Location"].endswith(f"/api/v1/rule-changes/{made.json()['id']}/")


def test_more_rows_than_an_import_takes_are_too_large_on_the_page_and_over_the_api(cast):
    browser = cast.browser("sysadmin")
    sent = {"table": "control_rules", "rows": table(rule("A2025_10")) + "X1\r\n" * MOST_ROWS, "dry_run": True}
    answer = browser.post("/api/v1/rule-changes/", sent, "application/json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (413, "/rows")
    assert f"more than {MOST_ROWS} lines" in answer.json()["detail"]
    shown = browser.post(IMPORT, {"table": "control_rules", "text": sent["rows"], "grounds": "x"})
    assert (shown.status_code, f"more than {MOST_ROWS} lines" in shown.text) == (413, True)
