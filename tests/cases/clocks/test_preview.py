"""The calculator gives the same answer on the command line, by the API and on its page."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.kernel.work import atomic
from cases.clocks.actions import start_clocks
from cases.clocks.due_times import due_of
from cases.clocks.models import Clock, ClockExtension, PeriodRule
from cases.clocks.previewing import steps_in_order
from cases.proceedings.models import Proceeding
from tests import stories

START = "2026-02-13T17:30+08:00"  # a Friday; the Saturday is worked, then Spring Festival until the 23rd
API, PAGE = "/api/v1/clocks/preview/", "/deadlines/calculator/"


def run_command(*args: str) -> dict[str, Any]:
    out = StringIO()
    call_command("clock_due", *args, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.mark.django_db
def test_a_review_begun_before_spring_festival() -> None:
    answer = run_command("TRF_REVIEW", START)
    assert [step["code"] for step in answer.pop("steps")] == [
        *("first_day_not_counted", "calendar_day", "rolled", "lenient")
    ]
    assert answer == {
        "rule": "TRF_REVIEW",
        "version": 1,
        "kind": "duty",
        "start": "2026-02-13T17:30:00+08:00",
        "due_at": "2026-02-24T23:59:59+08:00",
        "breach_at": "2026-02-25T23:59:59+08:00",
        "provisional": False,
        "legal_basis": "D310 art.8; MPSP art.180",
        "citation": "《行政执法机关移送涉嫌犯罪案件的规定》第八条；《公安机关办理刑事案件程序规定》第一百八十条",
    }


# fmt: off
EXAMPLES = [
    ("TRF_HANDOVER", [], "2026-02-14T17:30:00+08:00"),
    ("CRM_ARREST_REQ", [], "2026-02-16T23:59:59+08:00"),
    ("CRM_ARREST_REQ", ["--extend", "1"], "2026-02-20T23:59:59+08:00"),
    ("CRM_ARREST_REQ", ["--extend", "2"], "2026-03-15T23:59:59+08:00"),
    ("CRM_INVEST", ["--extend", "3"], "2026-09-13T23:59:59+08:00"),
    ("TRF_REVIEW_ECO", ["--extend", "1"], "2026-02-24T23:59:59+08:00"),
    ("TRF_REVIEW_ECO", ["--extend", "3"], "2026-04-14T23:59:59+08:00"),
    ("ADM_SEAL", ["--extend", "1"], "2026-04-14T23:59:59+08:00"),
    ("CRM_BAIL", [], "2027-02-13T23:59:59+08:00"),
    ("ADM_SEAL", ["--pause", "2026-02-20T09:00+08:00,2026-03-02T17:00+08:00"], "2026-03-25T23:59:59+08:00"),
    ("CUS_DETAIN_GOODS", ["--extend", "1"], "2028-02-13T23:59:59+08:00"),
    ("CRM_ARREST_REQ", ["--length", "2"], "2026-02-18T23:59:59+08:00"),
    ("CRM_ARREST_REQ", ["--extend", "2", "--length", "2", "--length", "20"], "2026-03-05T23:59:59+08:00"),
    ("CRM_EXTEND_REQ", ["--extend", "1"], "2026-05-06T23:59:59+08:00"),
    ("LIT_FIRST", ["--length", "3"], "2026-11-13T23:59:59+08:00"),
]
# fmt: on


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "more", "due"), EXAMPLES)
def test_periods_from_the_same_friday(rule: str, more: list[str], due: str) -> None:
    assert run_command(rule, START, *more)["due_at"] == due


@pytest.mark.django_db
def test_both_ends_are_given_where_the_roll_is_unsettled_and_a_date_without_schedule_is_provisional() -> None:
    """The 13th of February 2027 is a Saturday."""
    bail = run_command("CRM_BAIL", START)
    assert (bail["due_at"][:10], bail["breach_at"][:10]) == ("2027-02-13", "2027-02-15")
    assert bail["steps"][-1]["code"] == "rolled_lenient"
    assert run_command("CUS_DETAIN_GOODS", START)["provisional"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "start", "ends"),
    [
        ("CRM_FREEZE", "2025-08-15T10:00+08:00", ("2026-02-15", "2026-02-24")),
        ("CRM_FREEZE_YEAR", "2025-02-15T10:00+08:00", ("2026-02-15", "2026-02-24")),
        ("CRM_FREEZE_SEC", "2024-02-15T10:00+08:00", ("2026-02-15", "2026-02-24")),
        ("CRM_FREEZE_EQUITY", "2025-08-15T10:00+08:00", ("2026-02-15", "2026-02-24")),
        ("ADM_FREEZE", "2026-01-16T10:00+08:00", ("2026-02-15", "2026-02-24")),
        ("CUS_DETAIN_GOODS", "2025-02-15T10:00+08:00", ("2026-02-15", "2026-02-24")),
    ],
)
def test_a_freeze_or_detention_has_the_day_on_which_the_bank_lifts_it_and_the_working_day_after(
    rule: str, start: str, ends: tuple[str, str]
) -> None:
    """The 15th of February 2026 is a Sunday, and the Spring Festival lasts until the 23rd."""
    counted = run_command(rule, start)
    assert (counted["due_at"][:10], counted["breach_at"][:10]) == ends


@pytest.mark.django_db
def test_the_warning_for_custody_in_months_is_a_day_early_and_a_renewable_measure_is_extended_repeatedly() -> None:
    last = run_command("CRM_INVEST", START)["steps"][-1]
    assert (last["code"], last["at"]) == ("day_early", "2026-04-12")
    assert len(steps_in_order(PeriodRule.objects.get(code="CRM_FREEZE"), 7)) == 7


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["NO_SUCH", START], "no rule NO_SUCH"),
        (["TRF_REVIEW", "2026-02-13T17:30"], "offset"),
        (["TRF_REVIEW", "yesterday"], "is not a time"),
        (["TRF_REVIEW", "1990-01-01T00:00+08:00"], "in force"),
        (["TRF_REVIEW", "9999-12-31T00:00+08:00"], "outside the range of this system"),
        (["TRF_REVIEW", START, "--extend", "1"], "names no extension"),
        (["CRM_ARREST_REQ", START, "--length", "5"], "at least 1, at most 4"),
        (["CRM_ARREST_REQ", START, "--length", "0"], "at least 1, at most 4"),
        (["ADM_SEAL", START, "--length", "5", "--length", "6"], "1 times at most"),
        (["ADM_SEAL", START, "--extend", "0", "--length", "6"], "More lengths"),
        (["ADM_SEAL", START, "--extend", "2"], "1 times at most"),
        (["ADM_SEAL", START, "--pause", START], "FROM,TO"),
        (["ADM_SEAL", START, "--pause", f"{START},2026-02-01T00:00+08:00"], "ends before it begins"),
        (["LIT_FIRST", START, "--extend", "1"], "no length"),
    ],
)
def test_the_command_reports_errors(args: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run_command(*args)


def post(cast: Any, body: dict[str, Any], who: str = "customs.officer") -> Any:
    return cast.browser(who).post(API, json.dumps(body), content_type="application/json")


def test_the_api_names_every_bad_field(cast: Any) -> None:
    response = post(cast, {"start": "2026-02-13T17:30", "pauses": [{"from": START}], "extend": -1, "colour": "red"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert {error["pointer"] for error in response.json()["errors"]} == {
        *("/rule", "/start", "/pauses/0/to", "/extend", "/colour")
    }


@pytest.mark.parametrize(("language", "words"), [("en", "does not count"), ("zh-hans", "不计入")])
def test_the_page_explains_each_step_in_both_languages(cast: Any, language: str, words: str) -> None:
    client = cast.browser("customs.officer", language)
    page = client.get(PAGE, {"rule": "TRF_REVIEW", "start": "2026-02-13T17:30"})
    assert words in page.content.decode()
    assert "2026-02-24 23:59" in page.content.decode()


def test_the_page_shows_errors_at_their_fields(cast: Any) -> None:
    query = {"rule": "ADM_SEAL", "start": "2026-02-13T17:30", "extend": "2", "from_1": "2026-02-14T10:00"}
    page = cast.browser("customs.officer").get(reverse("calculator"), query)
    assert page.context["form"].errors.keys() == {"to_1"}
    query |= {"to_1": "2026-02-13T20:00"}
    page = cast.browser("customs.officer").get(reverse("calculator"), query)
    assert page.context["form"].errors.keys() == {"to_1", "extend"}


def test_the_page_takes_part_lengths_and_as_many_pauses_as_there_were(cast: Any) -> None:
    """Two rows are always left empty, so that a third pause has its place after the second."""
    browser, url = cast.browser("customs.officer"), reverse("calculator")
    query = {"rule": "ADM_SEAL", "start": "2026-02-13T17:30", "lengths": "2"}
    for n, day in enumerate(("16", "18", "20"), start=1):
        query |= {f"from_{n}": f"2026-02-{day}T10:00", f"to_{n}": f"2026-02-{int(day) + 1}T10:00"}
    page = browser.get(url, query)
    assert page.context["found"].due.due_at == datetime.fromisoformat("2026-03-20T23:59:59+08:00")
    assert "to_5" in page.context["form"].fields
    assert browser.get(url, query | {"lengths": "two"}).context["form"].errors.keys() == {"lengths"}
    assert browser.get(url, query | {"lengths": "31"}).context["form"].errors.keys() == {"lengths"}


EXAMPLE = (
    r"- (?:Example|Extended (\d+) ×): due (\S+ \d\d:\d\d)"
    r"(?:, (?:breached after|by the lenient reading) (\S+ \d\d:\d\d))?"
)
Example = tuple[str, int, str, str]  # rule, extensions, due and late after as the page gives them


def examples_of_the_docs() -> Iterator[Example]:
    """Each example of docs/clocks.md that has an end."""
    text = (settings.BASE_DIR / "docs" / "clocks.md").read_text(encoding="utf-8")
    for section in text.split("\n#### ")[1:]:
        code = section.split(" ", 1)[0]
        found = re.findall(EXAMPLE, section)
        yield from ((code, int(times or 0), due, late or due) for times, due, late in found)


def words(moment: str | datetime | None) -> str:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def running(rule: PeriodRule, times: int, about: Proceeding) -> tuple[str, str]:
    """The end of a clock of this rule that the product runs, with extensions granted as its actions store them."""
    Clock.objects.about(about).delete()
    start = datetime.fromisoformat(START)
    codes = [code for code in (rule.follows, rule.code) if code]
    with atomic():
        start_clocks(codes, about, case_id=about.case_id, holder_id=about.agency_id, at=start, private=True)
    led = Clock.objects.about(about).get(rule__code=codes[0])
    for step in steps_in_order(rule, times):
        ClockExtension.objects.create(clock=led, step=step, length=step.length or 1, paper="1", granted_at=start)
    due = due_of(Clock.objects.about(about).get(rule__code=rule.code), load_calendar())
    return words(due.due_at), words(due.breach_at)


PARTS = 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_command_api_and_running_clocks_agree_with_every_example_of_the_docs(cast: Any, part: int) -> None:
    about, browser, wrong = stories.proceeding(cast), cast.browser("customs.officer"), []
    rules = {rule.code: rule for rule in PeriodRule.objects.order_by("version")}
    examples = list(examples_of_the_docs())
    assert len(examples) > 100
    assert {code for code, *_rest in examples} >= set(rules) - {"REV_TRANSFER"}
    for code, times, due, late in examples[part::PARTS]:
        command = run_command(code, START, "--extend", str(times))
        body = {"rule": code, "start": START, "extend": times}
        api = browser.post(API, json.dumps(body), content_type="application/json").json()
        seen = {(words(one["due_at"]), words(one["breach_at"])) for one in (command, api)}
        if seen | {running(rules[code], times, about)} != {(due, late)}:
            wrong.append((code, times, due, seen))
    assert wrong == []
