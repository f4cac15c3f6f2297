"""Versions of routing rules: permissions, validation, and immutability once published."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from coordination.actions.performing import perform
from coordination.automation.routing.actions import draft_rule_set, import_rules, publish
from coordination.automation.routing.models import RoutingRule, RuleSet
from coordination.automation.routing.spreadsheet import COLUMNS, changes, read_rows, rows_of, write_rows
from tests import stories
from tests.costs import MORE, queries_of
from tests.refusals import invalid_at

ADD = {"tier": 1, "position": 1, "unit": "GACC_RISK", "mode": "claim", "priority": "normal"}


def act(cast, who, thing, verb, **given):
    return perform(RESOURCES["rule-sets"], cast[who], thing, verb, given)


def test_only_leads_draft_and_only_for_their_own_agency(cast):
    with pytest.raises(Forbidden):
        draft_rule_set(actor=cast["customs.officer"])
    made = draft_rule_set(actor=cast["customs.lead"])
    assert (made.agency.code, made.code, made.state) == ("GACC", "GACC-1", "DRAFT")
    assert not RuleSet.objects.visible_to(cast["commerce.lead"]).exists()
    assert not RuleSet.objects.visible_to(cast["customs.admin"]).exists()
    assert not RuleSet.objects.visible_to(cast["centre.coordinator"]).exists()
    assert Event.objects.filter(object_kind="rule_set", verb="draft").count() == 1


def test_an_agency_has_one_draft_at_a_time_and_the_next_begins_as_the_last_published(cast):
    first = stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,urgent,customs.officer,lead task,,antimony")
    second = draft_rule_set(actor=cast["customs.head"])
    assert rows_of(second) == rows_of(first) != []
    with pytest.raises(TransitionRefused, match="GACC-2"):
        draft_rule_set(actor=cast["customs.lead"])


def test_a_rule_is_added_by_its_form_and_every_condition_is_kept(cast):
    made = draft_rule_set(actor=cast["customs.lead"])
    data = {"kinds": ["lead"], "materials": ["antimony"], "districts": ["2200"], "destinations": "KOR VNM"}
    more = {"verdicts": ["barred", "licence"], "verdict_from": "licence", "severities": ["high"]}
    more |= {"value_from": "200000", "weight_below": "20000.5", "officers": ["customs.officer"]}
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-31", "violation_types": ["concealment"], "note": "Winter"}
    act(cast, "customs.lead", made, "add_rule", **ADD | {"mode": "turn", "priority": "high"} | data | more | days)
    [row] = rows_of(made)
    assert (row.destinations, row.value_from, row.weight_below) == (("KOR", "VNM"), 200000, row.weight_below)
    assert str(row.weight_below.normalize()) == "20000.5"
    assert (row.officers, row.priority, row.note, row.ends_on.isoformat()) == (
        ("customs.officer",),
        "high",
        "Winter",
        "2026-12-31",
    )
    assert (row.verdicts, row.verdict_from) == (("barred", "licence"), "licence")
    assert row == read_rows(write_rows([row]), made)[0], "what is written as CSV is read as the same rule"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"tier": 0}, "tier"),
        ({"position": 10}, "position"),  # taken
        ({"destinations": "Atlantis"}, "destinations"),
        ({"verdicts": ["perhaps"]}, "verdicts"),
        ({"verdict_from": "cannot_tell"}, "verdict_from"),
        ({"value_from": "10", "value_below": "10"}, "value_below"),
        ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "ends_on"),
        ({"officers": ["customs.officer"]}, "officers"),  # combined with claiming
        ({"unit": "MOFCOM_SCB"}, "unit"),
        ({"officers": ["commerce.officer"], "mode": "turn"}, "officers"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_by_field(cast, wrong, field):
    made = stories.rule_set(cast)
    with pytest.raises(Invalid) as no:
        act(cast, "customs.lead", made, "add_rule", **ADD | wrong)
    assert [error.pointer for error in no.value.errors] == [f"/{field}"]
    assert made.rules.count() == 1


def test_a_rule_is_changed_in_a_form_with_its_values(cast):
    made = stories.rule_set(cast, "DRAFT", "1,1,GACC_RISK,turn,urgent,customs.officer,lead task,,antimony", "2,5,GACC")
    browser = cast.browser("customs.lead")
    form = reverse("verb", args=["rule-sets", made.pk, "edit_rule"]) + "?rule=1.1"
    assert form in browser.get(reverse("rule_set", args=[made.pk])).text
    asked = browser.get(form).context["form"].initial
    assert (asked["unit"], asked["mode"], asked["officers"]) == ("GACC_RISK", "turn", ("customs.officer",))
    shown = ADD | {"rule": "1.1", "tier": 3, "position": 7, "materials": ["gallium"], "priority": "high"}
    assert browser.post(form, shown | {"version": made.version}).status_code == 302
    rows = rows_of(made)
    assert [(row.place, row.materials, row.priority) for row in rows] == [
        ((2, 5), (), "normal"),
        ((3, 7), ("gallium",), "high"),
    ]
    event = Event.objects.filter(object_kind="rule_set").latest("pk")
    assert (event.verb, event.visibility) == ("edit_rule", "own")


def test_a_changed_rule_takes_no_place_that_another_has_and_nothing_is_lost(cast):
    made = stories.rule_set(cast, "DRAFT", "1,1,GACC_RISK,claim,urgent", "2,5,GACC")
    before = rows_of(made)
    with invalid_at("/position"):
        act(cast, "customs.lead", made, "edit_rule", **ADD | {"rule": "1.1", "tier": 2, "position": 5})
    assert rows_of(made) == before
    act(cast, "customs.lead", made, "edit_rule", **ADD | {"rule": "1.1", "tier": 1, "position": 1})
    assert rows_of(made)[0].priority == ADD["priority"]


def test_two_concurrent_changes_of_a_rule_show_both(cast):
    made = stories.rule_set(cast, "DRAFT", "1,1,GACC_RISK,claim,urgent")
    form = reverse("verb", args=["rule-sets", made.pk, "edit_rule"])
    shown = ADD | {"rule": "1.1", "tier": 1, "position": 1, "version": made.version}
    assert cast.browser("customs.head").post(form, shown | {"note": "Theirs"}).status_code == 302
    second = cast.browser("customs.lead").post(form, shown | {"note": "Mine"})
    assert second.status_code == 409
    for words in ("changed a routing rule", "Theirs", "Mine"):
        assert words in second.text, words


def test_a_published_version_is_never_edited(cast):
    made = stories.rule_set(cast, "PUBLISHED")
    for verb, given in (
        ("add_rule", ADD),
        ("edit_rule", ADD | {"rule": "1.10"}),
        ("remove_rule", {"rule": "1.10"}),
        ("import_rules", {"rows": "x"}),
    ):
        with pytest.raises(TransitionRefused):
            act(cast, "customs.lead", made, verb, **given)
    with pytest.raises(TransitionRefused, match="already in force"):
        act(cast, "customs.lead", made, "withdraw", reason="no")


def test_an_announced_version_may_be_withdrawn_and_versions_begin_in_order(cast):
    first = stories.rule_set(cast)
    lead = cast["customs.lead"]
    publish(first, actor=lead, starts_at=timezone.now() + timedelta(days=2))
    second = draft_rule_set(actor=lead)
    with pytest.raises(Invalid, match="GACC-1"):
        publish(second, actor=lead, starts_at=timezone.now() + timedelta(days=1))
    with pytest.raises(Invalid, match="later time"):
        publish(second, actor=lead, starts_at=timezone.now() - timedelta(hours=1))
    act(cast, "customs.lead", first, "withdraw", reason="not yet")
    publish(second, actor=lead, starts_at=timezone.now() + timedelta(days=1))
    assert RuleSet.objects.begun().count() == 0
    assert RuleSet.objects.begun(timezone.now() + timedelta(days=3)).get() == second


def test_a_version_that_is_empty_or_names_former_officers_is_not_published(cast):
    made = draft_rule_set(actor=cast["customs.lead"])
    with pytest.raises(TransitionRefused, match="no rules yet"):
        publish(made, actor=cast["customs.lead"])
    import_rules(made, actor=cast["customs.lead"], rows="tier,position,unit,mode,officers\n1,1,GACC,turn,customs.legal")
    cast.user("customs.legal").memberships.update(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(TransitionRefused, match=r"customs\.legal"):
        publish(made, actor=cast["customs.lead"])


# CSV -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "lacks the columns"),
        ("tier,position\n1,1", "lacks the columns: unit"),
        ("tier,position,unit,colour\n1,1,GACC,red", "Line 1, column D: the heading “colour” is unknown"),
        ("tier,position,unit", "no lines below its headings"),
        ("tier,position,unit\none,1,GACC", "Line 2: tier must have the form 1"),
        ("tier,position,unit\n1,1,GACC\n1,1,GACC", "Line 3: 1.1 already appears in line 2"),
        ("tier,position,unit\n2,1,GACC\n2,2,NOWHERE", "“NOWHERE” is not on the list"),
        ("tier,position,unit\n1,1,GACC,surplus", "Line 2, column D: the cell has no heading above it"),
        ("tier,position,unit,value_from\n1,1,GACC,1e999999999", "value_from must have the form 200000"),
        ("tier,position,unit,starts_on\n1,1,GACC,1.12.2026", "starts_on must have the form 2026-03-01"),
        ("tier,position,unit,mode\n1,1,GACC,lottery", "“lottery” is not on the list"),
        ("tier,position,unit\n12,1,GACC", "tier is 1 to 9"),
    ],
)
def test_a_file_that_means_nothing_is_refused_with_line_and_column(cast, text, expected):
    made = stories.rule_set(cast)
    with pytest.raises(Invalid, match=expected):
        import_rules(made, actor=cast["customs.lead"], rows=text)
    assert made.rules.count() == 1


def test_a_note_that_a_spreadsheet_would_calculate_is_written_as_text(cast):
    made = stories.rule_set(cast)
    RoutingRule.objects.filter(rule_set=made).update(note="=HYPERLINK(1)")
    written = write_rows(rows_of(made))
    assert ",'=HYPERLINK(1)" in written
    assert read_rows(written, made) == rows_of(made)


def test_a_difference_names_rule_and_column(cast):
    made = stories.rule_set(cast, "DRAFT", "1,1,GACC_RISK,claim,high", "1,2,GACC", "2,1,GACC")
    new = read_rows("tier,position,unit,priority\n1,1,GACC_RISK,urgent\n1,2,GACC,\n3,1,GACC,", made)
    assert [(one.place, one.what, one.columns) for one in changes(rows_of(made), new)] == [
        ("1.1", "changed", ("priority",)),
        ("2.1", "removed", ()),
        ("3.1", "added", ()),
    ]


# Pages ---------------------------------------------------------------------------------------------------------------
def test_a_file_first_shows_what_would_change_and_then_changes_it(cast):
    made = stories.rule_set(cast)
    browser, url = cast.browser("customs.lead"), f"/rule-sets/{made.pk}/import/"
    sheet = io.BytesIO("tier,position,unit,note\n1,1,GACC_RISK,首条\n".encode())
    sheet.name = "rules.csv"
    shown = browser.post(url, {"file": sheet})
    assert [one.change.what for one in shown.context["changes"]] == ["added", "removed"]
    assert made.rules.count() == 1
    text = shown.context["csv"]
    done = browser.post(url, {"text": text, "go": "1", "version": made.version})
    assert done.status_code == 302
    assert [rule.note for rule in made.rules.all()] == ["首条"]


def test_a_stale_preview_changes_nothing(cast):
    made = stories.rule_set(cast)
    seen = made.version
    act(cast, "customs.lead", made, "add_rule", **ADD)
    sent = {"text": "tier,position,unit\n1,1,GACC", "go": "1", "version": seen}
    answer = cast.browser("customs.lead").post(f"/rule-sets/{made.pk}/import/", sent)
    assert answer.status_code == 400
    assert made.rules.count() == 2


@pytest.mark.slow
def test_sixty_rules_cost_no_more_queries_than_one(cast):
    lines = [f"1,{n},GACC_RISK,turn,high,customs.officer,lead,concealment,antimony,2200,VNM,high" for n in range(1, 61)]
    browser, costs = cast.browser("customs.lead"), []
    for rules in (lines[:1], lines):
        costs.append(queries_of(browser, f"/rule-sets/{stories.rule_set(cast, 'PUBLISHED', *rules).pk}/"))
    assert costs[1] <= costs[0] + MORE


def test_the_api_shows_a_version_with_its_rules(cast):
    made = stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,urgent,customs.officer")
    data = cast.browser("customs.officer").get(f"/api/v1/rule-sets/{made.pk}/").json()
    assert (data["code"], data["rules"][0]["unit"], data["rules"][0]["priority"]) == ("GACC-1", "GACC_RISK", "urgent")
    assert data["rules"][0]["officers"] == ["customs.officer"]
    assert set(data["rules"][0]) == set(COLUMNS)
