"""The commerce bureau keeps the watch lists; everyone who works on cases reads them, and no version is lost."""

from datetime import date

import pytest
from django.db import IntegrityError

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from cases.controls.parties import CheckedParty, listed
from cases.watchlists.actions import end_listing, import_listings, resume_listing, suspend_listing
from cases.watchlists.entries import forget
from cases.watchlists.models import Listing
from cases.watchlists.spreadsheet import COLUMNS, changes, changes_digest, read_rows, row_of, write_rows
from coordination.insight.search.actions import index_changed
from coordination.insight.search.finding import groups
from tests import stories

HEAD = stories.LISTED
LINE = "control,T-1,示例重工,Example Heavy Industries,示例重工业; EHI,IMO:9074729,JPN,示例公告,2026-02-24,2026-02-24,"
PAGE, IMPORT = "/listings/", "/listings/import/"


def table(*lines):
    return "\n".join([HEAD, *lines])


def keep(cast, *lines, by="commerce.lead", seen=None):
    rows = read_rows(table(*lines))
    return import_listings(rows, actor=cast[by], seen=changes_digest(changes(rows)) if seen is None else seen)


def wrong_in(*lines):
    with pytest.raises(Invalid) as no:
        read_rows(table(*lines))
    return [(error.code, error.detail) for error in no.value.errors]


def test_the_import_creates_the_entries_of_the_file(cast):
    (made,) = keep(cast, LINE)
    assert made.names == ("示例重工", "Example Heavy Industries", "示例重工业", "EHI")
    assert made.identifiers == [["IMO", "9074729"]]
    assert (made.number, made.state, made.effective_from) == (1, "LISTED", date(2026, 2, 24))
    assert Event.objects.filter(object_kind="listing", verb="list", object_id=made.pk).count() == 1


def test_a_changed_entry_is_a_new_version_beside_the_old_one_and_the_page_shows_both_and_their_authors(cast):
    (old,) = keep(cast, LINE)
    (new,) = keep(cast, LINE.replace("JPN", "KOR"))
    old.refresh_from_db()
    assert (old.state, old.country) == ("REPLACED", "JPN")
    assert (new.number, new.country) == (2, "KOR")
    assert [one.pk for one in Listing.objects.current_versions()] == [new.pk]
    text = cast.browser("customs.officer").get(f"{PAGE}{new.pk}/").text
    assert "put an entry on a watch list" in text
    assert "replaced the entry by another version" in text
    assert "Korea" in text


def test_the_same_file_again_changes_nothing_and_entries_missing_from_the_file_are_kept(cast):
    keep(cast, LINE)
    assert keep(cast, LINE) == []
    assert Listing.objects.count() == 1
    keep(cast, LINE.replace("T-1", "T-2"))
    assert Listing.objects.standing().count() == 2


def test_a_last_day_in_the_file_ends_the_entry(cast):
    keep(cast, LINE)
    (ended,) = keep(cast, LINE + "2026-05-14")
    assert (ended.state, ended.effective_to) == ("ENDED", date(2026, 5, 14))
    assert not Listing.objects.standing(date(2026, 5, 15)).exists()
    assert Listing.objects.standing(date(2026, 5, 14)).exists()


def test_an_import_with_outdated_changes_is_refused(cast):
    rows = read_rows(table(LINE))
    seen = changes_digest(changes(rows))
    keep(cast, LINE.replace("JPN", "KOR"))
    with pytest.raises(TransitionRefused, match="after you viewed"):
        import_listings(rows, actor=cast["commerce.head"], seen=seen)
    assert Listing.objects.current_versions().get().country == "KOR"


@pytest.mark.parametrize("who", ["commerce.officer", "customs.lead", "customs.head", "centre.coordinator"])
def test_only_the_leads_and_the_head_of_the_commerce_bureau_import_entries(cast, who):
    with pytest.raises(Forbidden):
        keep(cast, LINE, by=who)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (LINE.replace("control,", "secret,"), "choice", "watch_list: “secret” is not on the list"),
        (LINE.replace("JPN", "JAP"), "choice", "country"),
        (LINE.replace("IMO:9074729", "9074729"), "format", "IMO:9074729"),
        (LINE.replace("2026-02-24,2026-02-24", "24.2.2026,2026-02-24"), "format", "document_date must have the form"),
        (LINE + "2026-01-01", "order", "last day"),
        (LINE.replace("示例重工,Example Heavy Industries", ","), "required", "a name in Chinese or in English"),
        (LINE.replace("T-1", ""), "required", "code is empty"),
        (LINE.replace("示例公告", "x" * 201), "max_length", "document has at most 200"),
        (LINE + ",,,,surplus", "columns", "the cell has no heading above it"),
    ],
)
def test_a_bad_line_is_named_with_its_column(cast, line, code, says):
    found = wrong_in(LINE.replace("T-1", "T-0"), line)
    assert [one for one, _detail in found] == [code]
    assert says in found[0][1]
    assert found[0][1].startswith(("Line 3: ", "Line 3, column O: "))


def test_one_entry_twice_in_a_file_is_refused(cast):
    assert wrong_in(LINE, LINE)[0] == ("taken", "Line 3: T-1 already appears in line 2.")


@pytest.mark.parametrize("text", ["", "watch_list,code\n", "a,b\n1,2", f"{HEAD},list\n", f"{HEAD}\n"])
def test_an_invalid_table_is_refused(cast, text):
    with pytest.raises(Invalid):
        read_rows(text)


def test_an_exported_file_is_read_back_unchanged(cast):
    (made,) = keep(cast, LINE.replace("示例重工,", "=示例重工,"))
    text = cast.browser("customs.officer").get("/listings/watch-lists.csv").content.decode()
    assert "'=示例重工" in text
    assert read_rows(text) == [row_of(made)] == read_rows(write_rows([row_of(made)]))


def test_an_end_needs_its_document_and_its_day(cast):
    (made,) = keep(cast, LINE)
    with pytest.raises(Invalid) as no:
        end_listing(made, actor=cast["commerce.lead"], effective_to=None, reason="")
    assert {error.pointer for error in no.value.errors} >= {"/effective_to", "/end_document", "/reason"}
    with pytest.raises(Invalid, match="before the first"):
        end_listing(made, actor=cast["commerce.lead"], effective_to=date(2026, 1, 1), end_document="d", reason="r")
    end_listing(
        made, actor=cast["commerce.lead"], effective_to=date(2026, 8, 12), end_document="示例公告二", reason="r"
    )
    made.refresh_from_db()
    assert (made.state, made.effective_to, made.end_document) == ("ENDED", date(2026, 8, 12), "示例公告二")


@pytest.mark.both_databases  # a constraint
def test_no_two_versions_of_an_entry_are_in_force(cast):
    (made,) = keep(cast, LINE)
    made.pk, made._state.adding, made.number = None, True, 2
    with pytest.raises(IntegrityError), atomic():
        made.save()


def test_an_empty_page_says_why_and_another_shows_current_entries_and_by_its_filters_the_others(cast):
    assert "contains no names by default" in cast.browser("police.officer").get(PAGE).text
    keep(cast, LINE, LINE.replace("T-1", "T-2").replace("示例重工,", "旧名单公司,") + "2026-05-14")
    browser = cast.browser("police.officer", "zh-hans")
    text = browser.get(PAGE).text
    assert "示例重工" in text
    assert "旧名单公司" not in text
    assert "旧名单公司" in browser.get(PAGE, {"state": "ENDED"}).text
    assert IMPORT not in text
    assert browser.get(IMPORT).status_code == 403


def test_the_import_shows_errors_with_the_input_and_the_difference_before_it_changes_anything(cast):
    shown = cast.browser("commerce.lead").post(IMPORT, {"text": table(LINE.replace("JPN", "JAP"))})
    assert shown.status_code == 400
    assert "示例重工" in shown.text
    assert "Line 2: " in shown.text
    browser = cast.browser("commerce.lead")
    shown = browser.post(IMPORT, {"text": table(LINE)})
    assert "<ins>示例重工</ins>" in shown.text
    assert not Listing.objects.exists()
    answer = browser.post(IMPORT, {"text": table(LINE), "seen": shown.context["seen"], "go": "1"})
    assert answer.status_code == 302
    assert Listing.objects.count() == 1
    assert "the lists already agree" in browser.post(IMPORT, {"text": table(LINE)}).text


def test_the_search_finds_an_entry_by_name_alias_and_number_and_no_replaced_version(cast):
    keep(cast, LINE)
    index_changed()
    keep(cast, LINE.replace("EHI", "Example Shipyard"))
    assert index_changed() == 2
    assert index_changed() == 0

    def found(typed):
        return [hit.thing.number for group in groups(typed, cast["police.officer"]) for hit in group.hits]

    assert found("示例重工") == found("Example Shipyard") == found("9074729") == [2]
    assert found("EHI") == []


# Own lists and suspensions -------------------------------------------------------------------------------------------
WHOLE = ",".join(COLUMNS)


def line(**cells):
    given = {
        "watch_list": "own",
        "code": "O-1",
        "name_zh": "示例贸易",
        "document": "内部",
        "document_date": "2026-02-24",
        "effective_from": "2026-02-24",
        "owner": "GACC",
    } | cells
    return ",".join(given.get(name, "") for name in COLUMNS)


def wrong_line(**cells):
    with pytest.raises(Invalid) as no:
        read_rows(f"{WHOLE}\n{line(**cells)}")
    return [(error.code, error.detail) for error in no.value.errors]


@pytest.mark.parametrize(
    ("cells", "code", "says"),
    [
        ({"owner": ""}, "required", "owner is empty"),
        ({"watch_list": "control"}, "route", "owner is only for watched routes and own entries"),
        ({"destinations": "USA"}, "route", "destinations is only for watched routes"),
        ({"suspended_until": "2026-03-01"}, "order", "last day is before the first"),
        ({"suspended_from": "2026-03-02", "suspended_until": "2026-03-01"}, "order", "last day is before the first"),
        ({"suspended_from": "March"}, "format", "suspended_from must have the form"),
        ({"addresses": "x" * 301}, "max_length", "addresses has at most 300"),
    ],
)
def test_a_bad_own_entry_or_suspension_names_its_column(cast, cells, code, says):
    [(found, detail)] = wrong_line(**cells)
    assert found == code
    assert says in detail


def test_an_own_entry_is_imported_with_addresses_and_read_back(cast):
    rows = read_rows(f"{WHOLE}\n{line(addresses='上海示例路1号; 北京示例街2号', suspended_from='2026-03-01')}")
    (made,) = import_listings(rows, actor=cast["customs.lead"], seen=changes_digest(changes(rows)))
    assert made.addresses == ["上海示例路1号", "北京示例街2号"]
    assert (made.owner.code, made.suspended_from) == ("GACC", date(2026, 3, 1))
    assert read_rows(write_rows([row_of(made)])) == rows
    text = cast.browser("customs.officer").get(f"{PAGE}{made.pk}/").text
    assert "北京示例街2号" in text
    assert "suspended from 2026-03-01 until further notice" in text
    assert cast.browser("commerce.lead").get(f"{PAGE}{made.pk}/").status_code == 404


def test_a_suspension_has_days_and_a_reason_and_can_be_ended(cast):
    (made,) = keep(cast, LINE)
    with pytest.raises(TransitionRefused, match="not suspended"):
        resume_listing(made, actor=cast["commerce.lead"], suspended_until=date(2026, 3, 1), reason="r")
    with pytest.raises(Forbidden):
        suspend_listing(made, actor=cast["customs.lead"], suspended_from=date(2026, 3, 1), reason="r")
    suspend_listing(made, actor=cast["commerce.lead"], suspended_from=date(2026, 3, 1), reason="r")
    made.refresh_from_db()
    resume_listing(made, actor=cast["commerce.lead"], suspended_until=date(2026, 5, 31), reason="r")
    made.refresh_from_db()
    assert (made.suspended_from, made.suspended_until, made.state) == (date(2026, 3, 1), date(2026, 5, 31), "LISTED")
    assert Event.objects.filter(object_id=made.pk, verb__in=["suspend", "resume"]).count() == 2


def test_a_suspended_entry_does_not_count_under_the_control_law_on_its_days(cast):
    (made,) = keep(cast, LINE)
    first, last = date(2026, 3, 1), date(2026, 5, 31)
    suspend_listing(made, actor=cast["commerce.lead"], suspended_from=first, suspended_until=last, reason="r")
    party = CheckedParty("示例重工", "end_user")
    forget()
    days = {date(2026, 2, 28): 1, date(2026, 3, 1): 0, date(2026, 5, 31): 0, date(2026, 6, 1): 1}
    assert {day: len(listed([party], day)) for day in days} == days
