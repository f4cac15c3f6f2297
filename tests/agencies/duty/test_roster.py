"""Shifts, absences with deputies, and handover notes."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from agencies.duty.actions import (
    RosterEntry,
    end_absence,
    enter_absence,
    enter_shift,
    import_shifts,
    remove_shift,
    take_over,
    write_note,
)
from agencies.duty.coverage import find_flaws
from agencies.duty.lookups import deputy_of, on_duty, posts_in
from agencies.duty.models import Absence, Shift, ShiftNote
from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.tables import xlsx_file
from agencies.organisations.models import Agency
from cases.clocks.models import Clock
from tests import stories
from tests.workbooks import read_back

HOUR = timedelta(hours=1)


def risk():
    return Agency.objects.get(code="GACC_RISK")


def customs():
    return Agency.objects.get(code="GACC")


def entry(cast, username="customs.officer", *, desk=None, start=-1, hours=24, **more):
    begins = timezone.now().replace(second=0, microsecond=0) + start * HOUR
    return RosterEntry(desk or risk(), cast.user(username), begins, begins + hours * HOUR, **more)


def away(cast, username, deputy=None, days=1):
    today = timezone.localdate()
    return enter_absence(
        cast.user(username),
        actor=cast["customs.lead"],
        since=today,
        until=today + timedelta(days=days),
        deputy=cast.user(deputy) if deputy else None,
    )


def names(posts):
    return [post.person.username for post in posts]


def test_a_lead_enters_a_shift_and_the_desk_shows_its_phone(cast):
    shift = enter_shift(entry(cast, phone="010-9999"), actor=cast["customs.lead"])
    [post] = on_duty(customs())
    assert (post.name, post.phone, post.desk) == (cast.user("customs.officer").name, "010-9999", risk().name)
    assert names(on_duty(risk())) == ["customs.officer"]
    assert on_duty(customs(), shift.ends_at) == []
    assert Event.objects.get(object_kind="shift").verb == "enter"


def test_a_deputy_acts_for_an_absent_person_unless_both_are_absent(cast):
    enter_shift(entry(cast), actor=cast["customs.lead"])
    away(cast, "customs.officer", "customs.legal")
    [post] = on_duty(customs())
    assert (post.person, post.instead_of) == (cast.user("customs.legal"), cast.user("customs.officer"))
    assert deputy_of(cast.user("customs.officer")) == cast.user("customs.legal")
    away(cast, "customs.legal", "customs.officer")
    assert on_duty(customs()) == []
    assert deputy_of(cast.user("customs.officer")) is None


def test_an_on_call_approver_is_not_represented_by_a_deputy(cast):
    with pytest.raises(Invalid, match="must be the responsible person or a unit lead"):
        enter_shift(entry(cast, on_call=True), actor=cast["customs.lead"])
    enter_shift(entry(cast, "customs.head", on_call=True), actor=cast["customs.admin"])
    [post] = posts_in([customs().pk])[customs().pk]
    assert (post.person, post.shift.on_call) == (cast.user("customs.head"), True)
    assert on_duty(customs()) == []
    away(cast, "customs.head", "customs.lead")
    assert posts_in([customs().pk]) == {}


@pytest.mark.parametrize("username", ["customs.officer", "commerce.lead", "centre.coordinator", "sysadmin"])
def test_only_customs_edits_the_roster_of_customs(cast, username):
    with pytest.raises(Forbidden):
        enter_shift(entry(cast), actor=cast[username])


def test_an_overlapping_row_is_refused_and_an_identical_one_changes_nothing(cast):
    line = entry(cast)
    first = enter_shift(line, actor=cast["customs.lead"])
    assert import_shifts([line, entry(cast, start=23)], actor=cast["customs.lead"])[0] == first
    assert Shift.objects.count() == 2
    with pytest.raises(Invalid, match="already"):
        enter_shift(entry(cast, start=2), actor=cast["customs.lead"])


def test_a_past_shift_is_kept_a_running_one_ended_and_a_future_one_deleted(cast):
    running = enter_shift(entry(cast), actor=cast["customs.lead"])
    coming = enter_shift(entry(cast, start=30), actor=cast["customs.lead"])
    remove_shift(coming, actor=cast["customs.lead"])
    remove_shift(running, actor=cast["customs.lead"])
    running.refresh_from_db()
    assert running.ends_at <= timezone.now()
    assert Shift.objects.get() == running
    with pytest.raises(TransitionRefused):
        remove_shift(running, actor=cast["customs.lead"])


def test_gaps_and_overlaps_are_found_desk_by_desk(cast):
    now = timezone.now()
    day = 24 * HOUR
    lines = [RosterEntry(risk(), cast.user("customs.officer"), now, now + day)]
    lines += [RosterEntry(risk(), cast.user("customs.legal"), now + day - 2 * HOUR, now + 2 * day)]
    lines += [RosterEntry(risk(), cast.user("customs.lead"), now + 3 * day, now + 4 * day)]
    shifts = import_shifts(lines, actor=cast["customs.lead"])
    overlap, gap = find_flaws(shifts, now, now + 4 * day)
    assert (overlap.starts_at, overlap.ends_at, len(overlap.people)) == (now + day - 2 * HOUR, now + day, 2)
    assert (gap.starts_at, gap.ends_at, gap.people) == (now + 2 * day, now + 3 * day, ())


def test_the_outgoing_and_the_incoming_person_sign_the_note(cast):
    going = enter_shift(entry(cast), actor=cast["customs.lead"])
    with pytest.raises(Forbidden):
        write_note(going, actor=cast["customs.legal"], text="not mine")
    write_note(going, actor=cast["customs.officer"], text="first")
    note = write_note(going, actor=cast["customs.officer"], text="second")
    for username in ("customs.officer", "customs.legal"):
        with pytest.raises(Forbidden):
            take_over(note, actor=cast[username])
    enter_shift(entry(cast, "customs.legal", start=23), actor=cast["customs.lead"])
    taken = take_over(note, actor=cast["customs.legal"])
    assert (taken.text, taken.taker) == ("second", cast.user("customs.legal"))
    with pytest.raises(TransitionRefused):
        write_note(going, actor=cast["customs.officer"], text="third")
    for username in ("commerce.lead", "centre.coordinator", "auditor"):
        assert not ShiftNote.objects.visible_to(cast[username]).exists()


def test_a_person_enters_only_their_own_absence(cast):
    today = timezone.localdate()
    days = {"since": today + timedelta(days=2), "until": today + timedelta(days=3)}
    made = enter_absence(cast.user("customs.officer"), actor=cast["customs.officer"], **days)
    with pytest.raises(Forbidden):
        enter_absence(cast.user("customs.lead"), actor=cast["customs.officer"], **days)
    with pytest.raises(Invalid, match="already entered"):
        enter_absence(cast.user("customs.officer"), actor=cast["customs.lead"], **days)
    with pytest.raises(Invalid, match="same agency"):
        enter_absence(
            cast.user("customs.legal"), actor=cast["customs.lead"], deputy=cast.user("police.officer"), **days
        )
    end_absence(made, actor=cast["customs.officer"])
    assert not Absence.objects.exists()


def test_a_roster_file_is_imported_completely_or_not_at_all(cast):
    day = timezone.localdate() + timedelta(days=1)
    head = "desk,person,from,to,phone,on_call"
    good = f"GACC_RISK,customs.officer,{day} 08:00,{day} 20:00,010-1,0"
    bad = f"MOFCOM_SCB,police.officer,yesterday,{day} 20:00,,maybe"
    lead = cast.browser("customs.lead")

    def post(*lines, **confirmed):
        file = SimpleUploadedFile("roster.csv", "\n".join([head, *lines]).encode(), "text/csv")
        return lead.post("/duty/import/", {"file": file} | confirmed)

    refused = post(good, bad)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert page.count("Line 3, ") == page.count("Line ") > 3
    assert not Shift.objects.exists()
    shown = post(good)
    assert shown.status_code == 200
    assert cast.user("customs.officer").name_en in shown.text
    assert not Shift.objects.exists()  # shown first
    assert lead.post("/duty/import/", {"text": shown.context["csv"], "go": "1"}).status_code == 302
    assert post(good, go="1").status_code == 302
    assert Shift.objects.get().person == cast.user("customs.officer")


def test_a_workbook_names_people_and_desks_in_chinese_and_a_name_of_two_colleagues_is_refused(cast):
    day = timezone.localdate() + timedelta(days=1)
    officer, desk = cast.user("customs.officer"), Agency.objects.get(code="GACC_RISK")
    lead = cast.browser("customs.lead", "zh-hans")
    template = lead.get("/duty/import/?template=1")
    [headings] = read_back(template.content)
    line = [desk.name_zh, officer.name_zh, f"{day} 08:00", f"{day} 20:00", "010-1", "否"]
    sent = SimpleUploadedFile("roster.xlsx", xlsx_file("roster", [headings, line]), template["Content-Type"])
    shown = lead.post("/duty/import/", {"file": sent})
    [shift] = shown.context["shifts"]
    assert (shift.person, shift.desk, shift.phone) == (officer, desk, "010-1")
    legal = cast.user("customs.legal")
    legal.name_zh = cast.user("customs.officer").name_zh
    legal.save()
    text = f"desk,person,from,to\nGACC_RISK,{legal.name_zh},{day} 08:00,{day} 20:00"
    refused = cast.browser("customs.lead").post("/duty/import/", {"text": text})
    assert refused.status_code == 400
    assert "customs.legal, customs.officer" in refused.text


def test_the_page_shows_the_own_roster_and_the_centre_whom_to_call(cast):
    stories.roster(cast)
    name = cast.user("customs.officer").name_en
    for username in ("customs.officer", "customs.lead", "customs.admin", "centre.coordinator"):
        browser = cast.browser(username)
        browser.get("/duty/")
        assert name in browser.get("/duty/").content.decode()
    foreign = cast.browser("commerce.lead").get("/duty/").content.decode()
    assert name not in foreign
    centre = cast.browser("centre.coordinator").get("/duty/").content.decode()
    assert "antimony case" not in centre


def test_every_form_of_the_page_performs_its_action(cast):
    lead, officer = cast.browser("customs.lead"), cast.browser("customs.officer")
    start = timezone.localtime() - HOUR
    shift = {"desk": "GACC_RISK", "person": "customs.officer"}
    period = {"starts_at": start.strftime("%Y-%m-%dT%H:%M"), "ends_at": (start + 24 * HOUR).strftime("%Y-%m-%dT%H:%M")}
    assert lead.post("/duty/new/", {**shift, **period}).status_code == 302
    made = Shift.objects.get()
    assert officer.get(f"/duty/{made.pk}/note/").status_code == 200
    assert officer.post(f"/duty/{made.pk}/note/", {"text": "quiet"}).status_code == 302
    next_period = {"starts_at": period["ends_at"], "ends_at": (start + 48 * HOUR).strftime("%Y-%m-%dT%H:%M")}
    assert lead.post("/duty/new/", {**shift, "person": "customs.lead", **next_period}).status_code == 302
    assert lead.post(f"/shift-notes/{ShiftNote.objects.get().pk}/take/").status_code == 302
    today = timezone.localdate().isoformat()
    absence = {"person": "customs.officer", "since": today, "until": today, "deputy": "customs.legal"}
    assert officer.post("/absences/new/", absence).status_code == 302
    assert officer.post(f"/absences/{Absence.objects.get().pk}/end/").status_code == 302
    assert lead.post(f"/duty/{made.pk}/remove/").status_code == 302
    assert officer.get("/duty/new/").status_code == 403


def test_the_api_names_who_is_on_duty_and_takes_a_roster(cast):
    day = timezone.localdate() + timedelta(days=1)
    line = {"desk": "GACC", "person": "customs.head", "from": f"{day}T08:00+08:00", "to": f"{day}T20:00+08:00"}
    lead = cast.browser("customs.lead")
    sent = {"shifts": [{**line, "on_call": True}]}
    assert lead.post("/api/v1/duty/", sent, "application/json").status_code == 201
    [shift] = lead.get("/api/v1/duty/", {"at": f"{day}T12:00+08:00"}).json()
    assert (shift["desk"]["code"], shift["on_call"], shift["agency"]["code"]) == ("GACC", True, "GACC")
    assert lead.get("/api/v1/duty/").json() == []
    assert lead.get("/api/v1/duty/", {"at": "noon"}).status_code == 400
    wrong = {"shifts": [{**line, "person": "police.head"}]}
    assert lead.post("/api/v1/duty/", wrong, "application/json").status_code == 400
    empty = lead.post("/api/v1/duty/", {"shifts": []}, "application/json")
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (400, "/shifts")
    assert cast.browser("customs.officer").post("/api/v1/duty/", sent, "application/json").status_code == 403
    assert cast.browser("commerce.lead").get("/api/v1/duty/", {"at": f"{day}T12:00+08:00"}).json() == []


def test_a_deadline_without_a_handler_shows_who_is_on_duty(cast):
    lead = stories.lead(cast)
    assert Clock.objects.about(lead).exists()
    enter_shift(entry(cast, phone="010-7777"), actor=cast["customs.lead"])
    page = cast.browser("customs.officer").get(reverse("running_clocks")).content.decode()
    assert "on duty" in page
    assert "010-7777" in page
