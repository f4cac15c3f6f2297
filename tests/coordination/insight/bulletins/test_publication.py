"""Bulletins for publication: fixed tables, rounded numbers, and nothing that follows from two sheets."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.errors import Invalid, TransitionRefused
from coordination.insight.bulletins import actions
from coordination.insight.bulletins.drafts import TEMPLATES, filled, last_complete, period_of, undeclared
from coordination.insight.bulletins.figures import contents
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.bulletins.placeholders import bound_by, figures_in
from coordination.insight.bulletins.publication import BASE, rounded
from coordination.insight.metrics.asking import Answer, Point
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.registry import METRICS, Form
from tests import stories
from tests.refusals import refused_for

OUTSIDE, INTERNAL = Bulletin.Distribution.OUTSIDE, Bulletin.Distribution.INTERNAL
TITLES = {"title_zh": "通报", "title_en": "Bulletin"}
ATTACK = "A {cases_opened?mineral=gallium} B {by_dest?mineral=gallium&track=adm}"


def point(n: int, of: int | None = None, value: Any = None, key: str = "") -> Point:
    made = round(Decimal(n) / of, 4) if of else n if value is None else value
    return Point(key, key, made, n, of, "/rows/")


def codes(refused: Any) -> set[str]:
    return {one.code for one in refused.value.missing}


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The exact totals that the figures of this test have, by metric; 137 of 150 of all others."""
    held: dict[str, int] = {}

    def answered(actor: Any, questions: Any, **more: Any) -> list[Answer]:
        found = []
        for one in questions:
            metric, n = METRICS[one.metric], held.get(one.metric, 137)
            total = point(n, 150) if metric.form == Form.SHARE else point(n)
            parts = [point(size, key=key) for key, size in (("gallium", n - 2), ("antimony", 2))] if one.by else []
            found.append(Answer(one, total, tuple(parts), timezone.now(), ()))
        return found

    monkeypatch.setattr("coordination.insight.bulletins.figures.ask_many", answered)
    return held


def publish(cast: Any, state: str = "ISSUED", kind: str = "weekly", **story: Any) -> Bulletin:
    made: Bulletin = stories.bulletin(cast, state, kind=kind, distribution=OUTSIDE, **story)
    return made


def submit(cast: Any, bulletin: Bulletin) -> Bulletin:
    actions.submit(Bulletin.objects.get(pk=bulletin.pk), actor=cast["centre.supervisor"])
    return Bulletin.objects.get(pk=bulletin.pk)


# Rounding ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("metric", "counted", "printed"),
    [
        *(
            ("cases_opened", point(n), said)
            for n, said in ((0, 0), (1, 0), (2, 0), (3, 5), (7, 5), (8, 10), (137, 135))
        ),
        *(("cases_open", point(n), said) for n, said in ((2, 0), (1_233, 1_235))),
        ("ontime", point(46, 49), None),
        ("ontime", point(0, 0), None),
        ("ontime", point(47, 50), Decimal("0.90")),
        ("ontime", point(118, 125), Decimal("0.96")),
        ("seized_kg", point(4, value=Decimal(9_000)), None),
        ("seized_kg", point(5, value=Decimal("12345.67")), 12_500),
        ("seized_kg", point(9, value=Decimal(123)), 125),
        ("seized_kg", point(9, value=Decimal(12)), 10),
        ("fine", point(6, value=Decimal(1_234_567)), 1_250_000),
        ("avg_days", Point("", "", 30, None, 200, ""), None),
    ],
)
def test_every_number_for_publication_is_rounded(metric: str, counted: Point, printed: Any) -> None:
    assert rounded(counted, METRICS[metric]) == printed


def test_no_count_below_a_thousand_is_told_from_its_neighbours_by_its_printed_number() -> None:
    """Each printed number stands for at least three counts, and two of them leave open what lies between."""
    for metric in (one for one in METRICS.values() if one.form in (Form.COUNT, Form.STOCK, Form.STANDING)):
        said = [rounded(point(n), metric) for n in range(50)]
        assert all(said.count(one) >= 3 for one in set(said[:45])), metric.key
        assert all(one is not None and one % BASE == 0 for one in said)


# Fixed tables --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_formula_of_a_person_is_refused_for_publication_and_possible_inside(cast: Any) -> None:
    made = stories.bulletin(cast)
    given = {**TITLES, "text_zh": ATTACK, "text_en": ATTACK, "distribution": OUTSIDE}
    with pytest.raises(Invalid) as refused:
        actions.edit(made, actor=cast["centre.supervisor"], **given)
    assert [one.pointer for one in refused.value.errors] == ["/text_zh", "/text_en"]
    assert "{by_dest?mineral=gallium&track=adm}" in refused.value.errors[0].detail
    actions.edit(made, actor=cast["centre.supervisor"], **{**given, "distribution": INTERNAL})
    assert submit(cast, made).state == "REVIEW"


@pytest.mark.django_db
def test_a_formula_that_came_into_a_draft_another_way_is_not_submitted(cast: Any) -> None:
    """A draft of an earlier version, or a new edition of such a sheet."""
    made = publish(cast, "DRAFT")
    Bulletin.objects.filter(pk=made.pk).update(text_zh=ATTACK, text_en=ATTACK)
    with pytest.raises(TransitionRefused) as refused:
        submit(cast, made)
    assert codes(refused) == {"template"}
    assert "{cases_opened?mineral=gallium}" in refused.value.missing[0].detail


@pytest.mark.django_db
def test_a_sheet_that_was_submitted_before_numbers_were_rounded_is_not_issued(cast: Any) -> None:
    made = publish(cast, "REVIEW")
    Bulletin.objects.filter(pk=made.pk).update(content={k: v for k, v in made.content.items() if k != "rounded_to"})
    with refused_for("rounded"):
        actions.issue(Bulletin.objects.get(pk=made.pk), actor=cast["centre.coordinator"])
    actions.give_back(Bulletin.objects.get(pk=made.pk), actor=cast["centre.coordinator"], remarks="rounded now")
    submit(cast, made)
    issued = actions.issue(Bulletin.objects.get(pk=made.pk), actor=cast["centre.coordinator"]).thing
    assert issued.number


@pytest.mark.django_db
def test_the_text_of_the_template_follows_the_distribution(cast: Any) -> None:
    made = stories.bulletin(cast, distribution=OUTSIDE)
    text = TEMPLATES["weekly", OUTSIDE]["text_zh"]
    assert (made.text_zh, undeclared("weekly", made.text_zh, made.text_en)) == (text, [])
    given = {name: getattr(made, name) for name in actions.TEXT_NAMES} | {"text_en": "No {leads}."}
    actions.edit(made, actor=cast["centre.supervisor"], **given, distribution=INTERNAL)
    made.refresh_from_db()
    assert (made.text_zh, made.text_en) == (TEMPLATES["weekly", INTERNAL]["text_zh"], "No {leads}.")
    drafted = actions.draft_bulletin(
        actor=cast["centre.supervisor"], kind="weekly", day=made.first - timedelta(days=3), distribution=OUTSIDE
    )
    assert drafted.text_zh == text


def test_tables_for_publication_print_no_filter_no_change_and_no_divided_amount() -> None:
    for (kind, to), template in TEMPLATES.items():
        bound = figures_in(template["text_zh"], template["text_en"])
        if to == OUTSIDE:
            assert undeclared(kind, template["text_zh"], template["text_en"]) == []
            for one in bound:
                assert not one.filters, one.key
                assert one.show in ("value", "top"), one.key
                assert METRICS[one.metric].form in (Form.COUNT, Form.STOCK, Form.SHARE, Form.AMOUNT), one.key
                assert one.show == "value" or METRICS[one.metric].unit == "count", one.key
                assert "internal" not in one.metric, one.key
            title = filled(kind, date(2026, 11, 16), date(2026, 11, 22), to)["title_zh"]
            assert "2026" in title


# What one sheet says -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_published_sheet_holds_rounded_numbers_only_and_its_editors_see_the_exact_ones(
    cast: Any, counts: dict[str, int]
) -> None:
    counts |= {"cases_opened": 13, "cases_closed": 1, "cases_open": 62}
    made = publish(cast)
    english, figures = made.content["en"], made.content["en"]["figures"]
    assert figures["cases_opened"]["words"] == "15"
    assert figures["cases_closed"]["words"] == "0"
    assert figures["cases_open"]["words"] == "60"
    assert figures["cases_opened:top 5 mineral"]["words"] == "gallium 10", "13: 11 and 2"
    assert figures["ontime"]["words"] == "90%"
    assert "rounded to the nearest five" in english["note"]
    counted = [one for key, one in figures.items() if METRICS[bound_by(key).metric].form != Form.SHARE]
    assert all(int(cell["value"]) % BASE == 0 for one in counted for cell in one["cells"])
    reads = {
        who: cast.browser(who).get(f"/bulletins/{made.pk}/?in=en").text for who in ("centre.supervisor", "procurator")
    }
    shown = {who: " ".join(text.split()) for who, text in reads.items()}
    assert "exact: 13" in shown["centre.supervisor"]
    assert "exact:" not in shown["procurator"]
    assert "15 cases opened and 0 closed" in shown["procurator"]


@pytest.mark.django_db
def test_a_single_case_is_not_seen_in_a_published_sheet(cast: Any) -> None:
    stories.case(cast)
    follow()
    made = publish(cast, "DRAFT", kind="monthly")
    month = period_of("monthly", times.today())
    Bulletin.objects.filter(pk=made.pk).update(first=month[0], last=month[1])
    found = contents(Bulletin.objects.get(pk=made.pk))
    assert found["rounded_to"] == BASE
    assert found["en"]["figures"]["cases_opened"]["words"] == "0"
    assert found["en"]["figures"]["cases_opened:top 5 mineral"]["words"] == "none to name"
    assert found["en"]["figures"]["fine"]["words"] == "not published"


@pytest.mark.django_db
def test_stocks_and_flows_leave_open_what_happened_between_two_sheets(cast: Any, counts: dict[str, int]) -> None:
    """Open before, plus opened, minus closed, is what is open: but only to the nearest five of each."""
    week, next_week = (
        {"cases_opened": 13, "cases_closed": 11, "cases_open": 102},
        {"cases_opened": 1, "cases_closed": 1, "cases_open": 102},
    )
    sheets = []
    for ago, exact in ((1, week), (0, next_week)):
        counts |= exact
        made = publish(cast, weeks_ago=ago)
        sheets.append({key: int(made.content["zh"]["figures"][key]["cells"][0]["value"]) for key in exact})
    assert sheets == [
        {"cases_opened": 15, "cases_closed": 10, "cases_open": 100},
        {"cases_opened": 0, "cases_closed": 0, "cases_open": 100},
    ]


@pytest.mark.django_db
def test_sheets_for_member_agencies_stay_exact(cast: Any, counts: dict[str, int]) -> None:
    counts |= {"cases_opened": 13}
    made = stories.bulletin(cast, "ISSUED")
    assert made.content["en"]["figures"]["cases_opened"]["words"] == "13"
    assert made.content["en"]["figures"]["ontime"]["words"].endswith("(137 of 150)")
    assert "rounded_to" not in made.content


# Beside other sheets -------------------------------------------------------------------------------------------------
def overlapping(cast: Any, week: Bulletin, text: str) -> Bulletin:
    """A monthly draft for publication about the days of the week, with this text."""
    made = actions.draft_bulletin(
        actor=cast["centre.supervisor"],
        kind="monthly",
        day=last_complete("monthly", times.today())[0],
        distribution=OUTSIDE,
    )
    Bulletin.objects.filter(pk=made.pk).update(
        first=week.first - timedelta(days=3), last=week.last, text_zh=text, text_en=text
    )
    return Bulletin.objects.get(pk=made.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("issued", "text", "is_refused"),
    [
        ("{cases_opened}", "{cases_opened}", True),
        ("{cases_opened}", "{by_dest:top 5 country}", True),  # the same measure under another name
        ("{cases_opened:top 5 mineral}", "{by_port:top 5 district}", True),
        ("{cases_open}", "{cases_opened}", True),  # a stock and its flow
        ("{cases_closed}", "{cases_open}", True),
        ("{cases_opened}", "{leads}", False),
        ("{leads}", "{convicted}", False),
    ],
)
def test_a_month_is_not_published_beside_its_weeks_with_what_counts_the_same(
    cast: Any, issued: str, text: str, is_refused: bool
) -> None:
    week = publish(cast, text_zh=issued, text_en=issued)
    month = overlapping(cast, week, text)
    if not is_refused:
        assert submit(cast, month).state == "REVIEW"
        return
    with pytest.raises(TransitionRefused) as refused:
        submit(cast, month)
    assert codes(refused) == {"published"}
    assert str(week) in refused.value.missing[0].detail
    assert str(METRICS[figures_in(text)[0].metric].name) in refused.value.missing[0].detail


@pytest.mark.django_db
def test_a_sheet_submitted_before_another_was_issued_is_checked_again_at_its_issue(cast: Any) -> None:
    text = {"text_zh": "{cases_opened}", "text_en": "{cases_opened}"}
    week = publish(cast, "DRAFT", **text)
    month = submit(cast, overlapping(cast, week, "{cases_closed}"))
    submit(cast, week)
    actions.issue(Bulletin.objects.get(pk=week.pk), actor=cast["centre.coordinator"])
    with refused_for("published"):
        actions.issue(Bulletin.objects.get(pk=month.pk), actor=cast["centre.coordinator"])


@pytest.mark.django_db
def test_another_sheet_about_the_same_period_prints_the_same_numbers_or_is_refused(
    cast: Any, counts: dict[str, int]
) -> None:
    text = {"text_zh": "{cases_opened}", "text_en": "{cases_opened}"}
    counts |= {"cases_opened": 13}
    week = publish(cast, **text)
    month = overlapping(cast, week, "{cases_opened}")
    Bulletin.objects.filter(pk=month.pk).update(first=week.first)
    assert submit(cast, month).state == "REVIEW"
    actions.give_back(Bulletin.objects.get(pk=month.pk), actor=cast["centre.coordinator"], remarks="once more")
    counts |= {"cases_opened": 18}
    with pytest.raises(TransitionRefused) as refused:
        submit(cast, month)
    assert codes(refused) == {"published"}
    assert "new edition" in refused.value.missing[0].detail
    edition = actions.replace(week, actor=cast["centre.supervisor"], reason="cases were recorded late")
    assert submit(cast, edition).content["zh"]["figures"]["cases_opened"]["words"] == "20"


@pytest.mark.django_db
def test_the_next_week_is_published_and_an_earlier_one_beside_an_old_sheet_with_changes_is_not(cast: Any) -> None:
    week = publish(cast)
    assert publish(cast, weeks_ago=2).state == "ISSUED"
    changes = "{cases_opened} {cases_opened:change}"
    Bulletin.objects.filter(pk=week.pk).update(text_zh=changes, text_en=changes)  # issued by an earlier version
    between = publish(cast, "DRAFT", weeks_ago=1)
    with refused_for("published"):
        submit(cast, between)


def test_metrics_that_count_the_same_things_have_a_common_subject() -> None:
    same = [
        {"cases_opened", "cases_closed", "cases_open", "by_tech", "by_dest", "by_port", "clear_rate", "course"},
        {"adm_filed", "crm_filed", "proceedings_open", "proceedings_closed"},
        {"transferred", "referrals_sent", "referrals_open", "accept_rate"},
        {"suspects", "arrests", "prosecuted", "convicted", "coercive_measures"},
        {"ontime", "overdue", "overdue_statutory", "duties_due"},
        {"adm_decided", "fine"},
    ]
    for metrics in same:
        assert frozenset.intersection(*(METRICS[one].subjects for one in metrics)), metrics
    assert not METRICS["leads"].subjects & METRICS["cases_opened"].subjects


@pytest.mark.django_db
def test_what_was_issued_before_keeps_what_it_printed(cast: Any) -> None:
    made = publish(cast)
    old = {**made.content, "en": {**made.content["en"], "paragraphs": ["A 13 B 11"]}}
    old.pop("rounded_to")
    Bulletin.objects.filter(pk=made.pk).update(content=old, text_zh=ATTACK, text_en=ATTACK)
    made.refresh_from_db()
    assert "A 13 B 11" in cast.browser("procurator").get(f"/bulletins/{made.pk}/print/?in=en").text
    assert contents(made)["en"]["paragraphs"] != ["A 13 B 11"]
