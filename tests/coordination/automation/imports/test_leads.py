"""A register of leads: checked without a trace, taken over once, corrected, and undone while untouched."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.large_tables import read_large_table
from cases.clocks.models import Clock
from cases.intake.models import Lead, LeadMark, Revision
from coordination.automation.imports.actions import (
    check_import,
    discard_import,
    take_import,
    undo_import,
    upload_table,
)
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.models import ColumnMapping, Import
from coordination.automation.imports.page import page_parts, reading
from tests import stories
from tests.refusals import refused_for

OFFICER, COLLEAGUE = "customs.officer", "customs.lead"


def checked(cast, *lines, **given):
    return stories.import_story(cast, "CHECKED", rows=lines or None, **given)


def taken(cast, *lines, **given):
    return stories.import_story(cast, "TAKEN", rows=lines or None, **given)


def problems(imported):
    """Line → the columns and codes of what is wrong."""
    return {row.line: [tuple(one[:2]) for one in row.problems] for row in imported.rows.all() if row.problems}


def doubts(imported):
    return {row.line: [one[1] for one in row.doubts] for row in imported.rows.all() if row.doubts}


def test_a_check_leaves_no_trace(cast):
    before = [model.objects.count() for model in (Lead, Revision, LeadMark, Clock)]
    made = checked(cast, stories.lead_line(1), stories.lead_line(2, 标题=""))
    assert stories.results_of(made) == {2: "new", 3: "refused"}
    assert made.found == {"checked": {"new": 1, "refused": 1}}
    assert [model.objects.count() for model in (Lead, Revision, LeadMark, Clock)] == before
    assert not Event.objects.filter(object_kind="lead").exists()


def test_every_result_is_foreseen_and_comes_true(cast):
    """A new row, one that is known, one that revises, one of a system, and one that is wrong."""
    taken(cast, stories.lead_line(1), stories.lead_line(2))
    lines = (
        stories.lead_line(3),
        stories.lead_line(1),
        stories.lead_line(2, 标题="另一标题"),
        stories.lead_line(4, 最终目的国="亚特兰蒂斯"),
    )
    expected = {2: "new", 3: "unchanged", 4: "revised", 5: "refused"}
    made = checked(cast, *lines)
    assert stories.results_of(made) == expected
    assert problems(made) == {5: [("final_destination", "unknown_code")]}
    take_import(made, actor=cast[OFFICER])
    stories.work_off()
    assert stories.results_of(made) == expected
    assert sorted(Lead.objects.values_list("source_ref", "revision")) == [("R-1", 1), ("R-2", 2), ("R-3", 1)]


def test_a_row_says_in_words_what_the_contract_says_in_codes(cast):
    row = {
        "编号": "7",
        "线索类型": "举报",
        "标题": "镓",
        "发生时间": "2025年11月3日 8:30",
        "严重程度": "高",
        "涉嫌企业名称": "宁波甲公司",
        "统一社会信用代码": "91330200MA2AGKB172",
        "涉嫌方证件种类": "海关注册编码",
        "涉嫌方证件号码": "3302912345",
        "收货人名称": "ACME",
        "收货人国别": "越南",
        "货值": "1,250,000",
        "币种": "cny",
        "运输路线": "中国、马来西亚、越南",
        "Way of export": "Transit or transhipment",
    }
    made = taken(cast, list(row.values()), headings=list(row))
    assert problems(made) == {}
    content = Lead.objects.get(source_ref="7").newest.content
    assert (content["report_type"], content["severity"]) == ("tip_off", "high")
    assert content["occurred_at"] == "2025-11-03T00:30:00+00:00"
    first, second = content["parties"]
    assert [(one["scheme"], one["value"]) for one in first["identifiers"]] == [
        ("USCC", "91330200MA2AGKB172"),
        ("CREG", "3302912345"),
    ]
    assert (second["name"], second["country"]) == ("ACME", "VNM")
    assert content["items"] == [{"value": "1250000", "currency": "CNY"}]
    assert content["shipments"][0] == {"route": ["CHN", "MYS", "VNM"], "mode": "transit"}


def test_a_party_that_is_not_given_leaves_no_gap(cast):
    """The error of the second party is named by its own column."""
    headings = ["source_ref", "report_type", "title", "other_name", "other_country"]
    made = checked(cast, ["1", "tip_off", "T", "ACME", "nowhere"], headings=headings)
    assert problems(made) == {2: [("other_country", "unknown_code")]}


def test_duplicates_are_warned_of(cast):
    number = "91330200MA2AGKB172"
    taken(cast, stories.lead_line(1, 统一社会信用代码=number))
    taken(cast, stories.lead_line(2, 统一社会信用代码=number))
    made = checked(
        cast,
        stories.lead_line(5),
        stories.lead_line(6, 统一社会信用代码=number),
        stories.lead_line(5, 标题="又一次"),
        stories.lead_line(7, 统一社会信用代码="91330200MA2AGKB17X"),
    )
    assert stories.results_of(made) == {2: "new", 3: "new", 4: "revised", 5: "new"}
    assert doubts(made) == {3: ["similar"], 4: ["repeated"], 5: ["checksum"]}


def test_corrected_rows_are_sent_again_and_none_is_doubled(cast):
    made = taken(cast, stories.lead_line(1), stories.lead_line(2, 标题=""), stories.lead_line(3, 最终目的国="无"))
    assert made.found["taken"] == {"new": 1, "refused": 2}
    answer = cast.browser(OFFICER).post(reverse("import_rows", args=[made.pk, "csv"]), {"result": "refused"})
    rows = stories.rows_of_file(answer.content)
    assert [row["线索编号"] for row in rows] == ["R-2", "R-3"]
    assert [
        "标题" in rows[0]["Reason for the import result"],
        "最终目的国" in rows[1]["Reason for the import result"],
    ] == [True, True]
    rows[0]["标题"], rows[1]["最终目的国"] = "补正", "越南"
    second = taken(cast, *(list(row.values()) for row in rows), headings=list(rows[0]))
    assert stories.results_of(second) == {2: "new", 3: "new"}
    assert sorted(Lead.objects.values_list("source_ref", flat=True)) == ["R-1", "R-2", "R-3"]


def test_a_file_is_corrected_twice(cast):
    """The reasons of the first correction are no columns of the second."""
    made = checked(cast, stories.lead_line(1, 标题="", 最终目的国="无"))
    for corrected, number in (("标题", 0), ("最终目的国", 1)):
        answer = cast.browser(OFFICER, "zh-hans" if number else "en").post(
            reverse("import_rows", args=[made.pk, "csv"]), {"result": "refused"}
        )
        [row] = stories.rows_of_file(answer.content)
        assert len(row) == len(stories.HEADINGS) + 3
        row[corrected] = "越南"
        made = checked(cast, list(row.values()), headings=list(row))
        assert page_parts(made, cast[OFFICER], QueryDict())["others"] == []
    take_import(made, actor=cast[OFFICER])
    stories.work_off()
    assert not Lead.objects.get().newest.content.get("extra")


def test_a_column_that_no_field_takes_is_named_and_kept_with_the_lead(cast):
    made = taken(cast, [*stories.lead_line(1), "张三转来", ""], headings=[*stories.HEADINGS, "备注", "经办人"])
    lead = Lead.objects.get()
    assert lead.newest.content["extra"] == {"备注": "张三转来"}
    assert "张三转来" in cast.browser(COLLEAGUE).get(reverse("lead", args=[lead.pk])).text
    for route in ("import", "import_columns"):
        again = stories.uploaded_import(cast, [["1", "x"]], headings=["线索编号", "备注"])
        page = cast.browser(OFFICER).get(reverse(route, args=[again.pk])).text
        assert "Kept as further data of the source" in page
        assert "备注" in page
    assert ("Kept as further data of the source", "备注, 经办人") in reading(made, cast[OFFICER])


def test_the_same_table_again_changes_nothing(cast):
    taken(cast)
    versions = list(Lead.objects.order_by("pk").values_list("version", "updated_at"))
    assert stories.results_of(taken(cast)) == {2: "unchanged", 3: "unchanged"}
    assert list(Lead.objects.order_by("pk").values_list("version", "updated_at")) == versions


# Sources and people --------------------------------------------------------------------------------------------------
def test_an_agency_imports_for_a_source_of_its_own(cast):
    with pytest.raises(Forbidden, match="which alone reports"):
        stories.uploaded_import(cast, source="MOFCOM")
    for who in ("auditor", "customs.admin", "centre.supervisor"):
        with pytest.raises(Forbidden):
            stories.uploaded_import(cast, who=who)


@pytest.mark.slow
def test_only_its_agency_sees_an_import(cast):
    made = taken(cast)
    assert Import.objects.visible_to(cast[COLLEAGUE]).get() == made
    for who in ("commerce.officer", "centre.coordinator", "centre.supervisor", "auditor", "customs.admin", "sysadmin"):
        assert not Import.objects.visible_to(cast[who]).exists(), who
        for route in (reverse("import", args=[made.pk]), reverse("import_columns", args=[made.pk])):
            answer = cast.browser(who).get(route)
            assert answer.status_code in (403, 404), (who, route)
            assert "register" not in answer.content.decode(), who
        answer = cast.browser(who).post(reverse("import_rows", args=[made.pk, "csv"]))
        assert answer.status_code in (403, 404), who


def test_the_journal_has_no_cell_of_the_table(cast):
    made = taken(cast, stories.lead_line(1, 标题="绝密字样"))
    undo_import(made, actor=cast[OFFICER], reason="误导入")
    stories.work_off()
    notes = Event.objects.filter(object_kind="import").values_list("note__data", flat=True)
    assert len(notes) == 7
    assert "绝密" not in str(list(notes))


# Undoing -------------------------------------------------------------------------------------------------------------
def undone(cast, made, who=OFFICER):
    undo_import(made, actor=cast[who], reason="Wrong register")
    stories.work_off()
    made.refresh_from_db()
    return made


def test_untouched_leads_are_withdrawn_and_the_others_named(cast):
    made = taken(cast, *(stories.lead_line(n) for n in range(1, 5)))
    first, second = (Lead.objects.get(source_ref=f"R-{n}") for n in (1, 2))
    stories.walk(cast, first, [("take_up", COLLEAGUE, {})])
    stories.walk(cast, second, [("take_up", COLLEAGUE, {}), ("put_back", COLLEAGUE, {"reason": "not mine"})])
    undone(cast, made)
    assert (made.state, made.found["undone"]) == ("UNDONE", {"stays": 2, "withdrawn": 2})
    assert stories.results_of(made) == {2: "stays", 3: "stays", 4: "withdrawn", 5: "withdrawn"}
    assert problems(made) == {2: [("", "touched")], 3: [("", "touched")]}
    states = dict(Lead.objects.values_list("source_ref", "state"))
    assert states == {"R-1": "TAKEN_UP", "R-2": "RECEIVED", "R-3": "CLOSED", "R-4": "CLOSED"}
    lead = Lead.objects.get(source_ref="R-3")
    event = Event.objects.get(object_kind="lead", object_id=lead.pk, verb="close")
    assert (lead.closing, event.note.reason) == ("mistake", "Wrong register")
    assert not Clock.objects.running().filter(subject_id=lead.pk).exists(), "its triage period has ended"


def test_what_was_known_before_stays_as_it_was_revised(cast):
    taken(cast, stories.lead_line(1))
    made = taken(cast, stories.lead_line(1, 标题="更正"), stories.lead_line(2))
    undone(cast, made)
    assert stories.results_of(made) == {2: "stays", 3: "withdrawn"}
    assert Lead.objects.get(source_ref="R-1").title == "更正"


def test_a_withdrawn_lead_that_is_imported_again_is_triaged_again(cast):
    undone(cast, taken(cast, stories.lead_line(1), stories.lead_line(2)))
    made = taken(cast, stories.lead_line(1), stories.lead_line(2, 标题="更正"))
    assert stories.results_of(made) == {2: "reopened", 3: "reopened"}
    assert set(Lead.objects.values_list("state", "officer", "closing")) == {("RECEIVED", None, "")}
    assert Lead.objects.get(source_ref="R-2").title == "更正"
    undone(cast, made)
    assert set(Lead.objects.values_list("state", flat=True)) == {"CLOSED"}


def test_a_lead_that_another_agency_closed_as_a_mistake_stays_closed_and_stops_no_other(cast):
    """The centre imports it, assigns it, and imports its register again."""
    taken(cast, stories.lead_line(1), who="centre.coordinator")
    lead = Lead.objects.get()
    assigned = ("assign", "centre.coordinator", {"agency": "GACC"})
    stories.walk(cast, lead, [assigned, ("close", OFFICER, {"closing": "mistake", "reason": "not ours"})])
    made = taken(cast, stories.lead_line(1), stories.lead_line(2), who="centre.coordinator")
    assert (made.state, stories.results_of(made)) == ("TAKEN", {2: "unchanged", 3: "new"})
    assert doubts(made) == {2: ["closed"]}
    assert Lead.objects.get(pk=lead.pk).state == "CLOSED"


def test_an_import_is_undone_once_and_only_if_it_made_something(cast):
    made = taken(cast, stories.lead_line(1))
    again = taken(cast, stories.lead_line(1))
    with refused_for("rows"):
        undo_import(again, actor=cast[OFFICER], reason="x")
    undone(cast, made)
    with refused_for("state", "rows"):
        undo_import(made, actor=cast[OFFICER], reason="x")


# States --------------------------------------------------------------------------------------------------------------
def test_nothing_is_taken_over_unseen(cast):
    made = stories.uploaded_import(cast)
    with refused_for("state", "rows"):
        take_import(made, actor=cast[OFFICER])
    only_wrong = checked(cast, stories.lead_line(1, 标题=""))
    with refused_for("rows"):
        take_import(only_wrong, actor=cast[OFFICER])


def test_columns_are_assigned_before_the_check_and_remembered(cast):
    headings = ["No", "Sort", "What", "Where"]

    def uploaded(who=OFFICER):
        return stories.uploaded_import(cast, [["1", "", "Gallium", "Vietnam"]], headings=headings, who=who)

    made = uploaded()
    assert made.mapping == {"leads": {}}
    with refused_for("columns"):
        check_import(made, actor=cast[OFFICER])
    mapping = {"leads": {"source_ref": "No", "title": "What", "report_type": "What"}}
    with pytest.raises(Invalid) as no:
        check_import(made, actor=cast[OFFICER], mapping=mapping)
    assert {error.pointer for error in no.value.errors} == {"/leads/title"}
    mapping = {"leads": {"source_ref": "No", "title": "What", "final_destination": "Where"}}
    fixed = {"leads": {"report_type": "举报"}}
    check_import(made, actor=cast[OFFICER], mapping=mapping, fixed=fixed)
    stories.work_off()
    assert stories.results_of(made) == {2: "new"}
    assert (uploaded().mapping, uploaded().fixed) == (mapping, fixed)
    assert ColumnMapping.objects.get().agency.code == "GACC"
    assert uploaded("commerce.officer").mapping == {"leads": {}}, "another agency has its own"


def test_the_name_of_a_file_cannot_disguise_itself(cast):
    table = read_large_table(stories.table_file([stories.HEADINGS, stories.lead_line(1)]))
    name = "register\u202efdp.csv"
    made = upload_table(KINDS["leads"], table, actor=cast[OFFICER], source="register", file_name=name)
    assert made.file_name == "registerfdp.csv"


def test_a_discarded_table_keeps_no_row(cast):
    made = checked(cast, stories.lead_line(1))
    discard_import(made, actor=cast[COLLEAGUE])
    made.refresh_from_db()
    assert (made.state, made.rows.count(), made.kept_until) == ("DISCARDED", 0, None)
