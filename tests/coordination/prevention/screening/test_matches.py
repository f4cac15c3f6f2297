"""Parties of cases and leads are compared with the lists; a person decides, and the verdict survives."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.work import Side
from agencies.work.models import WorkItem
from cases.controls.parties import CheckedParty, listed
from cases.intake.actions import close_lead, promote_lead
from cases.watchlists.actions import end_listing, resume_listing, suspend_listing
from cases.watchlists.models import Listing
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.screening.actions import follow_changes
from coordination.prevention.screening.jobs import follow as follow_job
from coordination.prevention.screening.models import Match, ScreenedMatter
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at

pytestmark = pytest.mark.both_databases

OFFICER, PARTNER, KEEPER = "customs.officer", "commerce.officer", "commerce.lead"
BECAUSE = {"because": "Same number in the register."}


def again(match):
    follow_changes()
    match.refresh_from_db()
    return match


def verbs(match):
    events = Event.objects.filter(object_kind="match", object_id=match.pk).order_by("pk")
    return list(events.values_list("verb", flat=True))


# Finding -------------------------------------------------------------------------------------------------------------
def test_a_party_that_may_be_listed_is_found_with_grade_and_reason_and_only_once(cast):
    match = stories.match(cast)
    assert (match.grade, match.subject_name, match.state) == ("probable", "华锐重工有限公司", "OPEN")
    assert match.reasons[0] == {
        "way": "form",
        "likeness": 100,
        "asked": "华锐重工有限公司",
        "listed": "华锐重工株式会社",
    }
    assert follow_changes() == 0
    ScreenedMatter.objects.update(seq=0)
    assert follow_job() >= 1
    assert Match.objects.count() == 1
    assert verbs(match) == ["find"]


def test_a_number_is_exact_under_any_name_and_an_owner_is_somebody_else(cast):
    listed = stories.entry(cast)
    numbers = [{"scheme": "IMO", "value": "907-4729"}]
    parties = [
        {"role": "carrier", "kind": "vessel", "name": "Sea Star", "identifiers": numbers},
        {"role": "end_user", "kind": "company", "name": "Daughter Works", "owner": "Huarui Heavy Industries"},
    ]
    case = stories.case(cast, parties=parties)
    follow_changes()
    found = {(one.subject_name, one.part, one.grade) for one in Match.objects.filter(case=case, code=listed.code)}
    assert found == {("Sea Star", "", "exact"), ("Huarui Heavy Industries", "owner", "exact")}


def test_a_lead_is_screened_while_it_waits_and_its_verdict_passes_to_the_case(cast):
    match = stories.match_in_lead(cast)
    stories.walk(cast, match, [("different", OFFICER, BECAUSE)])
    moved = promote_lead(match.lead, actor=cast[OFFICER], title="A case", handling="H1")
    follow_changes()
    on_case = Match.objects.get(case=moved.thing.case)
    assert (on_case.state, on_case.because) == ("DIFFERENT", BECAUSE["because"])
    assert on_case.decided_by == cast.user(OFFICER)
    match.refresh_from_db()
    assert match.state == "DIFFERENT"


def test_an_open_match_ends_with_its_lead(cast):
    match = stories.match_in_lead(cast)
    close_lead(match.lead, actor=cast[OFFICER], closing="false_lead", reason="No goods.")
    assert again(match).state == "GONE"
    assert not ScreenedMatter.objects.filter(matter=match.lead_id).exists()
    assert follow_changes() == 0


def test_a_new_entry_finds_old_cases_and_notifies_their_agency(cast):
    case = stories.shared_case(cast, parties=[stories.PARTY])
    follow_changes()
    drain()
    stories.entry(cast)
    follow_changes()
    drain()
    assert Match.objects.filter(case=case).exists()
    assert "华锐重工有限公司" in cast.browser(OFFICER).get("/notices/").text


def test_the_command_screens_all_again_and_changes_nothing(cast):
    match = stories.match(cast, "SAME")
    out = StringIO()
    call_command("screen_names", stdout=out)
    assert "Screened: " in out.getvalue()
    match.refresh_from_db()
    assert (match.state, verbs(match)) == ("SAME", ["find", "same"])


# Verdicts ------------------------------------------------------------------------------------------------------------
def test_a_verdict_needs_a_reason_and_says_who_and_when(cast):
    match = stories.match(cast)
    with invalid_at("/because"):
        stories.walk(cast, match, [("same", OFFICER, {"because": ""})])
    stories.walk(cast, match, [("same", OFFICER, BECAUSE)])
    match.refresh_from_db()
    assert (match.state, match.verdict, match.because) == ("SAME", "SAME", BECAUSE["because"])
    assert match.decided_by == cast.user(OFFICER)
    assert match.decided_at is not None


def test_only_the_holder_of_the_case_decides(cast):
    match = stories.match(cast)
    for who in (PARTNER, "centre.coordinator"):
        with pytest.raises(Forbidden):
            stories.walk(cast, match, [("same", who, BECAUSE)])


def test_a_verdict_survives_an_import_that_changes_nothing_that_was_compared(cast):
    match = stories.match(cast, "DIFFERENT")
    newer = stories.entry(cast, code=match.code, document="示例公告二")
    assert (newer.number, again(match).state) == (2, "DIFFERENT")
    assert match.listing == newer
    assert verbs(match) == ["find", "different"]


@pytest.mark.parametrize("side", ["entry", "party"])
def test_a_side_that_changes_is_compared_again_and_the_earlier_verdict_stays_in_the_journal(cast, side):
    match = stories.match(cast, "DIFFERENT")
    if side == "entry":
        stories.entry(cast, code=match.code, aliases="Old Huarui KK; Huarui Shipyard")
    else:
        party = match.case.parties.get(pk=match.subject)
        party.address = "示例市示例路一百号"
        party.save()
        ScreenedMatter.objects.update(seq=0)
    assert again(match).state == "OPEN"
    assert (match.verdict, match.because, match.decided_by) == ("", "", None)
    event = Event.objects.get(object_id=match.pk, verb="reopen")
    assert event.note.data["was"]["because"] == "The same entry in the register."


def test_an_ended_entry_takes_its_matches_and_a_listing_anew_brings_the_verdict_back(cast):
    match = stories.match(cast, "SAME")
    yesterday = timezone.localdate() - timedelta(days=1)
    end_listing(match.listing, actor=cast[KEEPER], effective_to=yesterday, end_document="x", reason="x")
    assert again(match).state == "GONE"
    stories.entry(cast, code=match.code)
    assert again(match).state == "SAME"
    assert match.because == "The same entry in the register."
    assert verbs(match) == ["find", "same", "leave", "return_same"]


def test_a_suspended_entry_matches_nothing_until_it_counts_again(cast):
    match, today = stories.match(cast, "DIFFERENT"), timezone.localdate()
    suspend_listing(match.listing, actor=cast[KEEPER], suspended_from=today - timedelta(days=3), reason="Talks")
    assert again(match).state == "GONE"
    listed = Listing.objects.get(pk=match.listing_id)
    resume_listing(listed, actor=cast[KEEPER], suspended_until=today - timedelta(days=1), reason="Talks ended")
    assert again(match).state == "DIFFERENT"


def test_a_suspension_that_ends_before_it_begins_is_refused(cast):
    listed, today = stories.entry(cast), timezone.localdate()
    with pytest.raises(Invalid, match="before the first"):
        suspend_listing(
            listed,
            actor=cast[KEEPER],
            suspended_from=today,
            suspended_until=today - timedelta(days=1),
            reason="x",
        )


def test_a_removed_name_is_gone_and_a_party_that_is_named_again_is_as_before(cast):
    match = stories.match(cast, "SAME")
    party = match.case.parties.get(pk=match.subject)
    correct_party_name(cast, party, "Unrelated Works")
    assert again(match).state == "GONE"
    correct_party_name(cast, party, stories.PARTY["name"])
    assert again(match).state == "SAME"


def correct_party_name(cast, party, name):
    party.name = name
    party.save()
    ScreenedMatter.objects.update(seq=0)


# Sight ---------------------------------------------------------------------------------------------------------------
def test_readers_of_the_contents_see_a_match_and_others_do_not(cast):
    match = stories.match(cast)
    seen = {who: Match.objects.visible_to(cast[who]).filter(pk=match.pk).exists() for who in (
        OFFICER, PARTNER, "police.officer", "centre.coordinator", "auditor",
    )}  # fmt: skip
    assert seen == {
        OFFICER: True, PARTNER: True, "police.officer": False, "centre.coordinator": True, "auditor": False,
    }  # fmt: skip
    assert cast.browser("police.officer").get(f"/matches/{match.pk}/").status_code == 404


def test_a_reader_of_the_status_of_a_case_sees_no_match(cast):
    stories.entry(cast)
    stories.shared_case(cast, profile="status", parties=[stories.PARTY])
    follow_changes()
    assert not Match.objects.visible_to(cast[PARTNER]).exists()
    assert Match.objects.visible_to(cast[OFFICER]).exists()


def test_a_match_with_an_own_list_is_for_its_keeper_and_the_centre(cast):
    match = stories.own_match(cast)
    assert not Match.objects.visible_to(cast[PARTNER]).exists()
    assert not Listing.objects.visible_to(cast[PARTNER]).filter(code=match.code).exists()
    page = cast.browser(PARTNER).get(f"/cases/{match.case_id}/", {"tab": "timeline"})
    assert "found a match" not in page.text
    for who in (OFFICER, "centre.coordinator"):
        assert Match.objects.visible_to(cast[who]).filter(pk=match.pk).exists(), who
    stories.walk(cast, match, [("same", OFFICER, BECAUSE)])


def test_an_own_entry_binds_nobody_under_the_control_law(cast):
    stories.own_entry(cast)
    party = CheckedParty("华锐重工株式会社", "end_user", ("9074729",))
    assert listed([party], timezone.localdate()) == ()


def test_an_own_list_is_kept_by_the_leads_of_its_agency_and_the_coordinators_of_the_centre(cast):
    for who in (OFFICER, KEEPER, "centre.coordinator"):
        with pytest.raises(Forbidden):
            stories.own_entry(cast, by=who)
    centre = cast["centre.coordinator"].agency_code
    assert stories.own_entry(cast, by="centre.coordinator", owner=centre, code="C-1").state == "LISTED"


# Work, pages, figures ------------------------------------------------------------------------------------------------
def test_the_holder_gets_the_work_until_it_is_decided(cast):
    match = stories.match(cast)
    items = WorkItem.objects.filter(kind="match", object_id=match.pk, side=Side.DOES)
    assert [one.agency_id for one in items] == [cast[OFFICER].agency_id]
    assert "华锐重工有限公司" in cast.browser(OFFICER).get("/queues/").text
    stories.walk(cast, match, [("same", OFFICER, BECAUSE)])
    assert not items.all().exists()


def test_the_page_shows_both_sides_with_what_agrees_and_takes_the_verdict(cast):
    match = stories.match(cast)
    browser = cast.browser(OFFICER)
    text = browser.get(f"/matches/{match.pk}/").text
    for words in ("华锐重工有限公司", "Huarui Heavy Industries", "same after removing the legal", "Japan", "agrees"):
        assert words in text
    answer = browser.post(f"/matches/{match.pk}/do/different/", {**BECAUSE, "version": match.version})
    assert answer.status_code == 302
    match.refresh_from_db()
    assert match.state == "DIFFERENT"
    assert BECAUSE["because"] in browser.get(f"/matches/{match.pk}/").text
    assert "Different" in browser.get(f"/cases/{match.case_id}/", {"tab": "screening"}).text
    assert "formaction" not in cast.browser(PARTNER).get(f"/matches/{match.pk}/").text


def test_the_api_shows_and_decides_a_match(cast):
    match = stories.match(cast)
    browser = cast.browser(OFFICER)
    [row] = browser.get("/api/v1/matches/").json()["results"]
    assert (row["state"], row["grade"], row["listing"]["code"]) == ("OPEN", "probable", match.code)
    assert row["reasons"][0]["way"] == "form"
    answer = browser.post(
        f"/api/v1/matches/{match.pk}/same/",
        BECAUSE,
        content_type="application/json",
        headers={"If-Match": f'"{match.version}"', "Idempotency-Key": "verdict-1"},
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "SAME"


def test_the_search_finds_a_match_for_its_readers(cast):
    match = stories.match(cast, "SAME")
    index_changed()
    for who, sees in ((OFFICER, True), ("police.officer", False)):
        text = cast.browser(who).get("/search/", {"q": "华锐重工"}).text
        assert (f"/matches/{match.pk}/" in text) == sees, who


def test_the_figures_count_matches_and_the_share_confirmed(cast):
    stories.match(cast, "SAME")
    stories.match(cast, "DIFFERENT")
    stories.own_match(cast)
    follow()
    today = timezone.localdate()
    keys = ("screening_matches_found", "screening_matches_decided", "screening_matches_confirmed")
    answers = ask_many(cast["centre.supervisor"], [Question(key, today, today) for key in keys])
    found, decided, confirmed = (answer.total.value for answer in answers)
    assert decided == 2
    assert found >= 2
    assert float(confirmed) == 0.5


# Cost ----------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_more_matches_cost_the_list_and_the_case_no_more_queries(cast):
    case = stories.shared_case(cast, parties=[stories.PARTY])
    first = stories.entry(cast)
    follow_changes()
    browser = cast.browser(OFFICER)
    pages = ["/matches/", f"/cases/{case.pk}/?tab=screening", f"/matches/{Match.objects.get(code=first.code).pk}/"]
    with costs_no_more(browser, *pages):
        for _n in range(7):
            stories.entry(cast)
        follow_changes()
    assert Match.objects.filter(case=case).count() == 8


@pytest.mark.slow
def test_matters_without_a_change_are_screened_together(cast):
    def queries():
        ScreenedMatter.objects.update(seq=0)
        with CaptureQueriesContext(connection) as asked:
            assert follow_changes() > 0
        return len(asked)

    stories.match(cast)
    stories.case(cast, parties=[stories.PARTY])
    follow_changes()
    few = queries()
    for _n in range(4):
        stories.case(cast, parties=[stories.PARTY])
    follow_changes()
    assert queries() == few
