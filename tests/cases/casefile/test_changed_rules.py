"""A change of the control law rewrites no determination; the lead agency decides on it."""

from datetime import date
from typing import Any

import pytest

from agencies.journal.models import Event
from agencies.kernel.resource import RESOURCES
from agencies.work.models import WorkItem
from cases.casefile.changed_rules import compare_determinations
from cases.casefile.models import Case, Determination, Item
from cases.controls import store
from cases.controls.rulebook import shipped_tables
from coordination.actions.performing import perform
from tests import stories
from tests.refusals import refused_for

CASES = RESOURCES["cases"]
DAY = "2026-03-01"


def determined(cast: Any, by: str = "customs.officer", **more: str) -> Case:
    case = stories.shared_case(cast)
    answers = {"item": str(case.items.get().pk), "basis": "listed", "control_code": "1C117.d", "conduct_on": DAY}
    perform(CASES, cast[by], case, "identify_item", {**answers, "reason": "Analysis", **more})
    return Case.objects.get(pk=case.pk)


def rules_end(code: str = "A2025_10", last: str = "2026-02-28") -> None:
    held = next(row for row in shipped_tables()["control_rules"] if row["code"] == code)
    store.publish_import({"control_rules": [{**held, "in_force_until": last}]}, grounds="Invented")
    store.forget()
    while compare_determinations():
        pass


def waiting(case: Case) -> list[WorkItem]:
    return list(WorkItem.objects.filter(kind="case", object_id=case.pk))


def test_a_determination_keeps_basis_version_period_decider_and_evidence(cast: Any) -> None:
    case = determined(cast, conduct_until="2026-03-05", evidence="Test report 7")
    one = Determination.objects.get()
    assert (one.basis, one.control_code, one.evidence) == ("listed", "1C117.d", "Test report 7")
    assert (one.conduct_from, one.conduct_until) == (date(2026, 3, 1), date(2026, 3, 5))
    assert (one.decided_by, one.agency) == (cast.user("customs.officer"), case.lead)
    assert one.rules_version == store.current().version
    assert one.said[0]["verdict"] == "licence"
    shown = cast.browser("commerce.officer").get(f"/api/v1/cases/{case.pk}/").json()["contents"]["determinations"]
    assert [(row["item"], row["basis"], row["evidence"]) for row in shown] == [
        (str(one.item_id), "listed", "Test report 7")
    ]


def test_a_basis_that_is_no_finding_is_no_determination_and_without_a_changed_rule_none_is_kept(cast: Any) -> None:
    determined(cast, basis="pending")
    assert Determination.objects.count() == 0
    case = determined(cast)
    with refused_for("changed_rules"):
        perform(CASES, cast["customs.officer"], case, "keep_basis", {"item": str(case.items.get().pk), "reason": "x"})


@pytest.mark.slow
def test_a_changed_rule_is_shown_on_the_item_changes_no_determination_and_is_work_of_who_determined(cast: Any) -> None:
    case = determined(cast)
    before, item = Determination.objects.get(), Item.objects.filter(case=case).values().get()
    assert waiting(case) == []
    rules_end()
    after = Determination.objects.get()
    same = ("basis", "control_code", "conduct_from", "conduct_until", "rules_version", "said", "evidence")
    same += ("decided_by_id", "decided_at")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert Item.objects.filter(case=case).values().get() == item
    page = cast.browser("customs.officer").get(f"/cases/{case.pk}/").content.decode()
    assert "Rules changed since" in page
    assert f'href="/cases/{case.pk}/do/keep_basis/?item={after.item_id}"' in page
    reader = cast.browser("centre.supervisor").get(f"/cases/{case.pk}/").content.decode()
    assert "Rules changed since" in reader
    assert "keep_basis" not in reader
    assert Event.objects.filter(verb="rules_changed", object_id=case.pk).count() == 1
    assert [str(row.person_id) for row in waiting(case)] == [cast["customs.officer"].id]
    home = cast.browser("customs.officer").get("/").content.decode()
    assert case.title in home
    assert case.title in cast.browser("customs.officer").get("/queues/?queue=mine").content.decode()
    assert case.title not in cast.browser("commerce.officer").get("/").content.decode()


def test_a_determination_of_another_agency_is_work_of_the_lead_agency(cast: Any) -> None:
    case = determined(cast, by="commerce.officer")
    rules_end()
    assert [(row.agency_id, row.person_id) for row in waiting(case)] == [(case.lead_id, None)]


def test_it_is_kept_with_a_reason(cast: Any) -> None:
    case = determined(cast)
    rules_end()
    answers = {"item": str(case.items.get().pk), "reason": "The conduct was before the end"}
    perform(CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), "keep_basis", answers)
    assert waiting(case) == []
    note = Event.objects.get(verb="keep_basis").remark
    assert note is not None
    assert note.data["changes"][0]["was"]["verdict"] == "licence"
    assert "Rules changed since" not in cast.browser("customs.officer").get(f"/cases/{case.pk}/").content.decode()
    rules_end("A2025_18", "2029-01-01")  # concerns other goods
    assert waiting(case) == []


def test_a_new_determination_settles_it(cast: Any) -> None:
    case = determined(cast)
    rules_end()
    answers = {"item": str(case.items.get().pk), "basis": "not_controlled", "reason": "The rule had ended"}
    asked = perform(CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), "identify_item", answers).created
    perform(RESOURCES["confirmations"], cast["customs.lead"], asked, "confirm", {})  # it replaces a finding
    assert waiting(case) == []
    assert Determination.objects.count() == 2
    assert Determination.objects.in_force().get().basis == "not_controlled"


def test_a_rule_that_is_put_right_again_leaves_no_work(cast: Any) -> None:
    case = determined(cast)
    rules_end()
    rules_end(last="")
    assert waiting(case) == []


def test_other_days_and_closed_cases_are_not_concerned(cast: Any) -> None:
    case = determined(cast, conduct_on="2026-02-01")
    rules_end()
    assert waiting(case) == []
    closed = determined(cast)
    Case.objects.filter(pk=closed.pk).update(state="CLOSED")
    rules_end(last="2026-02-27")
    assert waiting(closed) == []
