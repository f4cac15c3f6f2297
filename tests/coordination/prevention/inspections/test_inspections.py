"""At least two officers inspect a place: the plan, the certificates shown, what was found, or how it was refused."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.kernel import times
from agencies.kernel.errors import Forbidden
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.sharing.actions import unshare_case
from coordination.exchange.reminders.late import late_items
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.prevention.inspections.actions import ACTIONS, plan_on_exporter
from coordination.prevention.inspections.coverage import coverage
from coordination.prevention.inspections.models import Inspection
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for
from tests.stories.diligence import in_days
from tests.stories.inspections import FOUND, REFUSED, both, plan

OFFICER, LEAD = "commerce.officer", "commerce.lead"


def act(cast, inspection, verb, who=OFFICER, **given):
    ACTIONS[verb](inspection, actor=cast[who], **given)
    inspection.refresh_from_db()


def test_an_officer_plans_one_on_the_page_of_the_exporter(cast):
    exporter = stories.exporter(cast, address="深圳市南山区", district="5300")
    browser = cast.browser(OFFICER)
    form = reverse("verb", args=["exporters", exporter.pk, "plan_inspection"])
    page = browser.get(form)
    assert page.context["form"].initial["site"] == "深圳市南山区"
    assert page.context["form"].initial["district"] == "5300"
    given = plan(cast) | {"version": exporter.version, "district": "5300", "material": "gallium"}
    answer = browser.post(form, {name: str(value) for name, value in given.items()})
    made = Inspection.objects.get()
    assert answer["Location"] == reverse("inspection", args=[made.pk])
    assert (made.district.code, made.material, made.checklist.count()) == ("5300", "gallium", 2)
    assert [one.certificate for one in made.inspectors.all()] == ["执法0001", "执法0002"]
    assert f"/inspections/{made.pk}/" in browser.get(f"/exporters/{exporter.pk}/").text


def test_one_goes_from_the_plan_to_its_follow_up(cast):
    inspection = stories.inspection(cast)
    act(cast, inspection, "start", present=both(cast), shown_to="王经理")
    assert (inspection.state, inspection.began_at is not None) == ("UNDER_WAY", True)
    sample = {"number": "S-1", "what": "Gallium ingot", "seal": "封0007", "kept_at": "Room 3"}
    act(cast, inspection, "take_sample", **sample)
    with invalid_at("/number"):
        act(cast, inspection, "take_sample", **sample)
    act(cast, inspection, "finish", findings=FOUND, minutes="From 9 to 11")
    assert [one.finding for one in inspection.checklist.all()] == ["in_order", "found"]
    with invalid_at("/follow_up_reference"):
        act(cast, inspection, "close", follow_up="letter")
    act(cast, inspection, "close", follow_up="letter", follow_up_reference="函〔2026〕1号")
    page = cast.browser(OFFICER).get(f"/inspections/{inspection.pk}/").text
    for said in ("封0007", "Two licences are missing", "From 9 to 11", "函〔2026〕1号", "执法0001", "王经理"):
        assert said in page


def test_one_officer_alone_neither_begins_nor_records_a_refusal(cast):
    inspection = stories.inspection(cast)
    alone = both(cast)[:1]
    with invalid_at("/present"):
        act(cast, inspection, "start", present=alone, shown_to="王经理")
    with invalid_at("/present"):
        act(cast, inspection, "start", present=alone * 2, shown_to="王经理")
    with invalid_at("/present"):
        act(cast, inspection, "refuse", present=alone, **REFUSED)
    assert Inspection.objects.get().state == "PLANNED"


def test_a_plan_names_two_different_officers_of_the_agency(cast):
    exporter = stories.exporter(cast)
    mine = str(cast.user(OFFICER).pk)
    with invalid_at("/second_officer"):
        plan_on_exporter(exporter, actor=cast[OFFICER], **plan(cast, second_officer=mine))
    with invalid_at("/second_officer"):
        theirs = str(cast.user("police.officer").pk)
        plan_on_exporter(exporter, actor=cast[OFFICER], **plan(cast, second_officer=theirs))
    inspection = stories.inspection(cast, at=exporter)
    with refused_for("officers"):
        act(cast, inspection, "remove_officer", officer=mine, reason="ill")


def test_an_officer_joins_and_another_leaves(cast):
    inspection = stories.inspection(cast)
    third = cast.user("commerce.head")
    act(cast, inspection, "add_officer", officer=str(third.pk), certificate="执法0003")
    with invalid_at("/officer"):
        act(cast, inspection, "add_officer", officer=str(third.pk), certificate="执法0003")
    act(cast, inspection, "remove_officer", officer=str(cast.user(OFFICER).pk), reason="ill")
    assert {one.person_id for one in inspection.inspectors.all()} == {third.pk, cast.user(LEAD).pk}
    with invalid_at("/present"):
        act(cast, inspection, "start", present=both(cast), shown_to="王经理")


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"ends_on": in_days(0), "starts_on": in_days(1)}, "/ends_on"),
        ({"ends_on": in_days(-1), "starts_on": in_days(-2)}, "/ends_on"),
        ({"checklist": " \n "}, "/checklist"),
        ({"checklist": "x" * 301}, "/checklist"),
        ({"checklist": "x\n" * 61}, "/checklist"),
    ],
)
def test_a_bad_plan_is_refused_at_its_field(cast, change, at):
    with invalid_at(at):
        plan_on_exporter(stories.exporter(cast), actor=cast[OFFICER], **plan(cast, **change))


@pytest.mark.parametrize(
    ("table", "at"),
    [
        ("number,finding\n1,in_order\n", "/findings"),
        ("number,finding\n1,perhaps\n2,in_order\n", "/findings/2/finding"),
        ("number,finding,remark\n1,found,\n2,in_order,\n", "/findings/2/remark"),
        ("number,finding\n9,in_order\n1,in_order\n2,in_order\n", "/findings/2/number"),
        ("number,finding\n1,in_order\n1,in_order\n2,in_order\n", "/findings/3/number"),
    ],
)
def test_findings_are_checked_cell_by_cell(cast, table, at):
    with invalid_at(at):
        act(cast, stories.inspection(cast, "UNDER_WAY"), "finish", findings=table, minutes="x")


def test_the_form_of_findings_has_one_line_for_each_point(cast):
    inspection = stories.inspection(cast, "UNDER_WAY")
    browser, form = cast.browser(OFFICER), f"/inspections/{inspection.pk}/findings/"
    assert form in browser.get(f"/inspections/{inspection.pk}/").text
    sent = {"version": inspection.version, "minutes": "From 9 to 11", "finding_0": "found", "finding_1": "in_order"}
    refused = browser.post(form, sent)
    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == ["remark_0"]
    assert browser.post(form, sent | {"remark_0": "No licence"}).status_code == 302
    inspection.refresh_from_db()
    assert (inspection.state, inspection.minutes) == ("DONE", "From 9 to 11")


def test_a_refusal_is_recorded_with_its_witness(cast):
    inspection = stories.inspection(cast, "REFUSED")
    page = cast.browser(OFFICER).get(f"/inspections/{inspection.pk}/").text
    assert all(said in page for said in REFUSED.values())
    assert [one.present for one in inspection.inspectors.all()] == [True, True]


def test_one_that_has_not_begun_when_its_window_ended_is_late(cast):
    inspection = stories.inspection(cast)
    Inspection.objects.update(due_at=times.now() - timedelta(hours=1))
    assert [row.pk for rows in late_items(cast[OFFICER]) for row in rows] == [inspection.pk]
    act(cast, inspection, "start", present=both(cast), shown_to="王经理")
    assert inspection.due_at is None
    assert [row.pk for rows in late_items(cast[OFFICER]) for row in rows] == []


def test_it_is_in_the_calendar_of_its_officers_until_it_has_begun(cast):
    inspection = stories.inspection(cast)
    day = inspection.ends_on.isoformat()
    for who in (OFFICER, LEAD):
        page = cast.browser(who).get(reverse("deadline_calendar"), {"month": day[:7], "day": day})
        assert inspection.exporter.name in page.text, who
    assert WorkItem.objects.filter(kind="inspection", first=True).count() == 1
    act(cast, inspection, "start", present=both(cast), shown_to="王经理")
    [item] = WorkItem.objects.filter(kind="inspection")
    assert item.person_id == inspection.handler_id


def test_other_agencies_see_nothing_and_the_centre_reads(cast):
    inspection = stories.inspection(cast)
    for who in ("customs.officer", "police.lead", "procurator"):
        for address in (f"/inspections/{inspection.pk}/", f"/api/v1/inspections/{inspection.pk}/"):
            assert cast.browser(who).get(address).status_code == 404, (who, address)
        with pytest.raises(Forbidden):
            act(cast, inspection, "cancel", who, reason="x")
    assert cast.browser("centre.supervisor").get(f"/inspections/{inspection.pk}/").status_code == 200
    with pytest.raises(Forbidden):
        act(cast, inspection, "cancel", "centre.coordinator", reason="x")


def test_a_case_shows_its_inspections_to_the_agency_that_inspects_alone(cast):
    case = stories.shared_case(cast)
    inspection = stories.inspection(cast, matter=case)
    tab = f"/cases/{case.pk}/?tab=coordination"
    assert inspection.site in cast.browser(OFFICER).get(tab).text
    assert inspection.site not in cast.browser("customs.officer").get(tab).text
    assert inspection.site not in cast.browser("customs.officer").get(f"/cases/{case.pk}/?tab=timeline").text
    assert case.label in cast.browser(OFFICER).get(f"/inspections/{inspection.pk}/").text


def test_an_inspection_outlasts_the_share_without_naming_the_case(cast):
    case = stories.shared_case(cast)
    inspection = stories.inspection(cast, matter=case)
    case = Case.objects.get(pk=case.pk)
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    page = cast.browser(OFFICER).get(f"/inspections/{inspection.pk}/")
    assert page.status_code == 200
    assert case.number not in page.text
    assert case.label not in page.text
    assert cast.browser(OFFICER).get(f"/api/v1/inspections/{inspection.pk}/").json()["case"] is None


def test_the_centre_does_not_see_one_on_a_restricted_case(cast):
    case = stories.case(cast, handling="H3")
    by = "customs.officer"
    inspection = stories.inspection(cast, by=by, matter=Case.objects.get(pk=case.pk))
    assert cast.browser("centre.supervisor").get(f"/inspections/{inspection.pk}/").status_code == 404
    follow()
    planned = Question("inspections_planned", times.today(), times.today())
    assert [ask_many(cast[who], [planned])[0].total.value for who in ("centre.supervisor", "customs.lead")] == [0, 1]
    assert cast.browser(by).get(f"/inspections/{inspection.pk}/").status_code == 200


def test_coverage_counts_exporters_inspected_within_twelve_months(cast):
    here = stories.exporter(cast, district="5300")
    stories.exporter(cast, district="5300", name="Other", uscc="")
    stories.inspection(cast, "DONE", at=here, material="gallium")
    [district] = coverage(cast[OFFICER]).districts
    assert (district.code, len(district.registered), len(district.inspected), len(district.found)) == ("5300", 2, 1, 1)
    assert district.percent == 50
    [mineral] = coverage(cast[OFFICER]).minerals
    assert (mineral.code, len(mineral.inspected)) == ("gallium", 1)
    Inspection.objects.update(began_at=times.now() - timedelta(days=400))
    assert len(coverage(cast[OFFICER]).districts[0].inspected) == 0
    assert coverage(cast["customs.officer"]).districts == []
    page = cast.browser(OFFICER).get("/inspections/coverage/")
    assert "/exporters/?district=5300" in page.text


def test_figures_count_planned_done_and_refused(cast):
    exporter = stories.exporter(cast)
    stories.inspection(cast, "DONE", at=exporter)
    stories.inspection(cast, "REFUSED", at=exporter)
    follow()
    today = times.today()
    keys = ("inspections_planned", "inspections_done", "inspections_refused", "inspections_found")
    answers = ask_many(cast[LEAD], [Question(key, today, today) for key in keys])
    assert [one.total.value for one in answers] == [2, 1, 1, 1]


def test_the_list_and_the_coverage_cost_no_more_with_more_rows(cast):
    exporter = stories.exporter(cast, district="5300")
    stories.inspection(cast, "DONE", at=exporter)
    with costs_no_more(cast.browser(OFFICER), "/inspections/", "/inspections/coverage/"):
        for _ in range(3):
            plan_on_exporter(exporter, actor=cast[OFFICER], **plan(cast))


def test_the_plan_is_edited_until_it_has_begun(cast):
    inspection = stories.inspection(cast)
    given = plan(cast, ends_on=in_days(30), checklist="Only stock")
    for name in ("first_officer", "first_certificate", "second_officer", "second_certificate"):
        del given[name]
    act(cast, inspection, "edit", **given)
    assert ([str(one) for one in inspection.checklist.all()], inspection.ends_on) == (["Only stock"], in_days(30))
    act(cast, inspection, "start", present=both(cast), shown_to="王经理")
    with refused_for("state"):
        act(cast, inspection, "edit", **given)


def test_over_the_api_the_wrong_number_of_officers_is_named(cast):
    inspection = stories.inspection(cast)
    answer = cast.browser(OFFICER).post(
        f"/api/v1/inspections/{inspection.pk}/start/",
        {"present": both(cast)[:1], "shown_to": "王经理"},
        content_type="application/json",
        headers={"Idempotency-Key": "start", "If-Match": f'"{inspection.version}"'},
    )
    assert answer.status_code == 400
    assert "/present" in answer.text


def test_its_migrations_are_current():
    call_command("makemigrations", "inspections", "--check", "--dry-run")
