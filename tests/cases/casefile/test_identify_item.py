"""Recording the control basis of an item."""

from datetime import date

import pytest

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Item
from coordination.actions.performing import perform
from tests import stories

CASES = RESOURCES["cases"]


def test_an_officer_records_the_basis_and_the_journal_keeps_the_former_values(cast):
    case = stories.case(cast)
    item = case.items.get()
    answers = {"item": str(item.pk), "basis": "listed", "control_code": "1C117.d", "reason": "Conclusion of 5 May"}
    perform(CASES, cast["customs.officer"], case, "identify_item", answers | {"conduct_on": "2026-03-01"})

    item.refresh_from_db()
    assert (item.basis, item.control_code, item.conduct_on) == (Item.Basis.LISTED, "1C117.d", date(2026, 3, 1))
    note = Event.objects.get(verb="identify_item").remark
    assert note.data["basis_was"] == "unknown"
    said = note.data["rules_said"][0]
    assert (said["on"], said["verdict"], said["rules"]) == ("2026-03-01", "licence", ["A2025_10", "LIST", "LICCAT"])
    assert note.data["rules_version"] >= 0
    assert note.reason == "Conclusion of 5 May"


def test_an_item_of_another_case_is_refused_and_omitted_fields_are_unchanged(cast):
    case, other = stories.case(cast), stories.case(cast)
    answers = {"item": str(other.items.get().pk), "basis": "listed", "reason": "x"}
    with pytest.raises(Invalid):
        perform(CASES, cast["customs.officer"], case, "identify_item", answers)
    item = case.items.get()
    perform(
        CASES,
        cast["customs.officer"],
        case,
        "identify_item",
        {"item": str(item.pk), "basis": "disputed", "reason": "Two views"},
    )
    before = item.control_code
    item.refresh_from_db()
    assert item.control_code == before
