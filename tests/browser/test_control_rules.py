"""A changed rule is imported, corrected, confirmed by a second person, and in force from its day on."""

from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.kernel.tables import csv_file
from cases.controls import store
from cases.controls.rulebook import shipped_tables
from cases.controls.tables import TABLES
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = TABLES["control_rules"]


def table(path: Path, until: str) -> str:
    held = next(row for row in shipped_tables()["control_rules"] if row["code"] == "A2025_10")
    row = {**held, "in_force_until": until}
    path.write_bytes(csv_file([RULES.header, [row[name] for name in RULES.header]]))
    return str(path)


def import_table(admin, words, tmp_path):
    """The dry run names the wrong cell; the corrected file shows the difference and the effect."""
    admin.fill_in("grounds", "示例公告2026年第1号")
    admin.page.set_input_files("main [name=file]", table(tmp_path / "wrong.csv", "2024-12-31"))
    with admin.page.expect_navigation():
        admin.page.click("main [name=act]")
    assert [error.split(":")[0] for error in admin.errors] == ["Failed to load resource"]  # the answer is 400
    admin.errors.clear()
    admin.sees(words("is before the first day. Enter a later day, or leave it empty."))
    admin.sees("in_force_until")
    admin.looks_right()
    admin.page.set_input_files("main [name=file]", table(tmp_path / "right.csv", "2027-01-31"))
    with admin.page.expect_navigation():
        admin.page.click("main [name=act]")
    admin.sees("2027-01-31")
    admin.looks_right()
    with admin.page.expect_navigation():
        admin.page.click("main [name=go]")


def test_a_changed_rule_is_imported_confirmed_and_in_force_from_its_day(person, live_server, cast, tmp_path):
    def verdict_on(day):
        officer.goes_to(f"/controls/?control_code=6C002.a&on={day}")
        officer.looks_right()
        return officer.page.inner_text("main #result")

    def words(text):
        with translation.override("zh-hans"):
            return _(text)

    officer = person("zh-hans").signs_in("customs.officer", stories.PASSWORD)
    admin = person("zh-hans").signs_in("sysadmin", stories.PASSWORD)
    admin.goes_to("/controls/").looks_right()
    admin.chooses('main a[href="/rule-changes/"]').looks_right()
    admin.chooses('main a[href="/rule-changes/import/"]')

    import_table(admin, words, tmp_path)
    change = admin.page.url
    admin.looks_right()
    assert words("Licence needed") in verdict_on("2027-02-01")

    # Another person sees the same difference and confirms.
    admin.performs("publish")
    confirmation = admin.page.url
    second = person("zh-hans").signs_in("centre.coordinator", stories.PASSWORD)
    second.page.goto(confirmation)
    second.looks_right()
    second.chooses(f'main a[href="{change.removeprefix(str(live_server))}"]')
    second.sees("2027-01-31")
    second.page.goto(confirmation)
    second.performs("confirm")
    store.forget()
    assert words("Licence needed") in verdict_on("2027-01-31")
    assert words("Not controlled") in verdict_on("2027-02-01")
    officer.goes_to("/controls/versions/").looks_right()
    officer.sees("示例公告2026年第1号")
