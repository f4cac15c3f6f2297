"""Page components as pages use them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from agencies.kernel.paging import Page
from agencies.organisations.models import Agency
from coordination.site.templatetags import civic

CSS = (Path(__file__).resolve().parents[3] / "coordination" / "site" / "static" / "civic.css").read_text(
    encoding="utf-8"
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def render(source: str, **context: Any) -> str:
    return Template("{% load civic %}" + source).render(Context(context))


def test_an_icon_beside_a_word_is_hidden_from_readers_and_one_alone_has_a_label() -> None:
    html = render('{% icon "printer" %}')
    assert 'aria-hidden="true"' in html
    assert "#printer" in html
    assert 'role="img" aria-label="Restricted"' in render('{% icon "lock" "Restricted" %}')


def test_an_icon_outside_the_sprite_and_an_unknown_tone_are_errors() -> None:
    with pytest.raises(ValueError, match="no icon 'unicorn'"):
        render('{% icon "unicorn" %}')
    with pytest.raises(ValueError, match="no tone 'danger'"):
        render('{% badge "Refused" "danger" %}')


def test_a_badge_escapes_its_label_unless_it_was_marked_as_safe() -> None:
    assert "&lt;b&gt;" in render("{% badge label %}", label="<b>")
    assert "<i>new</i>" in civic.badge(mark_safe("<i>new</i>"), "info")
    assert "&lt;i&gt;new" in civic.badge("<i>new</i>", "info")


@pytest.mark.parametrize("line", Agency.Line.values)
def test_every_line_of_agencies_has_its_square(line: str) -> None:
    html = render("{% agency agency %}", agency=Agency(code="X", line=line, name_en="Agency"))
    assert f"cv-agency-{line}" in html
    assert line == Agency.Line.OTHER or f".cv-agency-{line}::before" in CSS


def test_the_antismuggling_bureau_shows_both_its_lines() -> None:
    html = render("{% agency agency %}", agency=Agency(code="GACC_ASB", line="customs", name_en="Bureau"))
    assert "cv-agency-antismuggling" in html


@pytest.mark.parametrize(
    ("precision", "shown"), [("minute", ">2026-11-25 00:30<"), ("day", ">2026-11-25<"), ("unknown", "time unknown")]
)
def test_a_moment_is_shown_in_shanghai_as_exactly_as_it_is_known(precision: str, shown: str) -> None:
    moment = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert shown in render("{% when moment precision %}", moment=moment, precision=precision)


def test_a_deadline_carries_words_bar_moment_and_the_provisional_mark() -> None:
    now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    html = render(
        "{% deadline due started_at=start provisional=True now=now %}",
        due=now + timedelta(days=5),
        start=now - timedelta(days=5),
        now=now,
    )
    assert "5 d left" in html
    assert 'value="50"' in html
    assert "2026-11-29 14:00" in html
    assert "provisional" in html


def test_a_running_clock_shows_both_readings() -> None:
    now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    running = SimpleNamespace(
        due_at=now - timedelta(hours=1),
        breach_at=now + timedelta(hours=23),
        started_at=now - timedelta(days=3),
        provisional=False,
        is_paused=False,
        rule=SimpleNamespace(kind="duty"),
    )
    html = render("{% clock running now=now %}", running=running, now=now)
    assert "strict reading passed" in html
    assert "2026-11-25 13:00" in html
    assert "cv-deadline-overdue" not in html


def test_paging_keeps_the_filters_and_one_page_has_no_pager() -> None:
    request = RequestFactory().get("/cases/", {"agency": "MPS", "before": "old"})
    html = render("{% pager page %}", page=Page([1, 2], "further", "back", "-due"), request=request)
    assert "?agency=MPS&amp;after=further" in html
    assert "?agency=MPS&amp;before=back" in html
    assert "2 rows on this page" in html
    request = RequestFactory().get("/cases/")
    assert render("{% pager page %}", page=Page([1], "", "", "-due"), request=request).strip() == ""


@pytest.mark.parametrize(
    ("sort", "link", "instruction"),
    [("due", "sort=-due", "ascending"), ("-due", "sort=due", "descending"), ("number", "sort=due", "")],
)
def test_a_column_head_turns_its_own_order_around(sort: str, link: str, instruction: str) -> None:
    request = RequestFactory().get("/cases/", {"after": "cursor", "agency": "MPS"})
    html = render('{% sort_header "Due" "due" sort %}', sort=sort, request=request)
    assert link in html
    assert "agency=MPS" in html
    assert "cursor" not in html
    assert (f'aria-sort="{instruction}"' in html) == bool(instruction)


class ReasonForm(forms.Form):
    reason = forms.CharField(help_text="Names the article.")
    note = forms.CharField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def test_the_head_of_a_table_has_its_labels_and_the_last_ones_above_figures() -> None:
    html = render('{% headings "Item" "Weight" "Value" numbers=2 %}')
    assert html == (
        '<thead><tr><th scope="col">Item</th>'
        '<th scope="col" class="cv-num">Weight</th><th scope="col" class="cv-num">Value</th></tr></thead>'
    )
    assert "cv-num" not in render('{% headings "Item" label %}', label="<b>")
    assert "&lt;b&gt;" in render("{% headings label %}", label="<b>")


def test_wrong_fields_are_reported_on_top_and_at_the_field_and_hidden_ones_too() -> None:
    html = render("{% formfields form %}", form=ReasonForm({"note": "x"}))
    assert '<a href="#id_reason">Reason</a>' in html
    assert 'id="id_reason_error"' in html
    assert 'aria-invalid="true"' in html
    html = render("{% formfields form %}", form=ReasonForm({"reason": "x", "version": "old"}))
    assert "<li>Version: Enter a whole number.</li>" in html


def test_a_control_has_its_help_error_and_label() -> None:
    html = render("{% field form.reason %}", form=ReasonForm({}))
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    assert 'id="id_reason_helptext"' in html
    html = render("{% formfields form %}", form=ReasonForm())
    assert html.count("(optional)") == 1
    assert html.count("<label") == 2


@pytest.mark.parametrize(
    ("page", "words", "marked"),
    [
        ("en", "锑锭案 (GACC)", ' lang="zh-Hans"'),
        ("en", "Antimony case", ""),
        ("zh-hans", "锑锭案 Antimony", ""),
        ("zh-hans", "Antimony declared as zinc", ' lang="en"'),
        ("zh-hans", "R-2026-7", ""),
        ("zh-hans", "ECCN", ""),
        ("en", "", ""),
        ("en", None, ""),
    ],
)
def test_text_in_another_language_is_marked(page, words, marked):
    with translation.override(page):
        assert civic.lang(words) == marked


def test_user_text_is_escaped_in_any_language():
    for wild in ("<b>锑</b>", "<b>zinc</b>"):
        assert "<b>" not in civic.with_lang(wild)
    assert civic.with_lang("锑") == '<span lang="zh-Hans">锑</span>'
