"""Figures in bulk, by people and by the keys of agencies: the numbers of the pages, cut to the sight of the agency."""

import csv
from typing import Any

import pytest

from agencies.kernel import times
from agencies.organisations.models import Agency
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.models import Fact
from tests import stories

ADDRESS = "/api/v1/figures/"
ASKED = "?metric=cases_opened&metric=transferred&by=agency&by=mineral&by=month"


@pytest.fixture
def counted(cast: Any) -> None:
    stories.transfer(cast, "ACCEPTED")
    follow()


def rows(caller: Any, query: str = ASKED) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    answer = caller.get(ADDRESS + query)
    assert answer.status_code == 200, answer.content
    numbers = ("value", "numerator", "denominator")
    listed = {(one["metric"], one["by"], one["key"]): tuple(map(one.get, numbers)) for one in answer.json()["results"]}
    assert len(listed) == len(answer.json()["results"])
    return listed


def shown_to(actor: Any, metric: str, by: str = "") -> dict[tuple[str, str, str], Any]:
    first, last = times.today().replace(day=1), times.today()
    answer = ask(actor, Question(metric, first, last, by=by))
    return {(metric, by if one.key else "", one.key): one.value for one in (answer.total, *answer.points)}


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("agency", "reader"), [("GACC", "customs.lead"), ("MPS_ECID", "police.lead"), ("JECC", "centre.supervisor")]
)
def test_a_key_reads_the_numbers_that_the_page_shows_to_its_agency(
    cast: Any, machine: Any, agency: str, reader: str
) -> None:
    read = rows(machine(agency, "figures:read"))
    assert read == rows(cast.browser(reader))
    for metric in ("cases_opened", "transferred"):
        for by in ("agency", "mineral", "month"):
            for where, value in shown_to(cast[reader], metric, by).items():
                assert read[where][0] == value
    assert any(value[0] for value in read.values()) or agency == "MPS_ECID"


@pytest.mark.usefixtures("counted")
def test_another_agency_reads_nothing_of_it(machine: Any) -> None:
    system = machine("SAMR", "figures:read")
    assert not any(value[0] for value in rows(system).values())
    answer = system.get(f"{ADDRESS}?metric=cases_opened&agency=GACC").json()
    assert [row["value"] for row in answer["results"]] == [None]
    assert len(answer["left_out"]) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("counted")
def test_a_system_of_a_bureau_reads_nothing_behind_its_wall(cast: Any, machine: Any) -> None:
    stories.transfer(cast, "FILED")
    follow()
    behind = Fact.objects.filter(agency_id=Agency.objects.get(code="GACC_ASB").pk).exclude(wall_id=None)
    assert behind.exists()
    system = machine("GACC_ASB", "figures:read")
    query = "?metric=crm_filed&metric=proceedings_open"
    before = rows(system, query)
    behind.delete()
    assert rows(system, query) == before


@pytest.mark.usefixtures("counted")
def test_the_table_has_the_same_rows(machine: Any) -> None:
    system = machine("GACC", "figures:read")
    answer = system.get(f"{ADDRESS}{ASKED}&as=csv")
    assert answer["Content-Type"].startswith("text/csv")
    listed = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert {(one["metric"], one["by"], one["key"]) for one in listed} == set(rows(system))


@pytest.mark.parametrize(
    ("query", "pointers", "words"),
    [
        ("", ["/metric"], "Name one metric"),
        ("?metric=secrets", ["/metric"], "secrets is not a metric"),
        ("?metric=secrets&metric=cases_opened&by=agency", ["/metric"], "secrets is not a metric"),
        ("?metric=cases_opened&by=age", ["/by"], "cases_opened is not divided by age"),
        ("?metric=cases_opened&by=officer", ["/by", "/by"], "for the lead of the agency"),
        ("?metric=cases_opened&officer=x", ["/officer"], "for the lead of the agency"),
        ("?metric=cases_opened&from=2026-13-01", ["/from"], "Enter a day"),
        ("?metric=cases_opened&mineral=cheese", ["/mineral"], "cheese"),
        ("?metric=cases_opened&month=x", ["/month"], "Unknown query parameter"),
        ("?metric=cases_opened&from=2020-01-01&by=day", ["/by"], "too long"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(machine: Any, query: str, pointers: list[str], words: str) -> None:
    refused = machine("GACC", "figures:read").get(ADDRESS + query)
    assert refused.status_code == 400
    errors = refused.json()["errors"]
    assert [one["pointer"] for one in errors] == pointers
    assert any(words in one["detail"] for one in errors)


def test_too_much_at_once_is_refused_with_the_limit(machine: Any) -> None:
    metrics = ["cases_opened", "cases_closed", "cases_open", "case_age", "adm_filed"]
    by = ("agency", "mineral", "technique", "country", "role", "district", "province", "track", "month", "week", "day")
    query = "&".join([*(f"metric={one}" for one in metrics), *(f"by={one}" for one in by)])
    refused = machine("GACC", "figures:read").get(f"{ADDRESS}?{query}")
    assert refused.status_code == 400
    assert "at most 50" in refused.json()["errors"][0]["detail"]


def test_people_without_figures_and_keys_without_the_scope_are_refused(cast: Any, machine: Any) -> None:
    for who in ("customs.officer", "auditor", "sysadmin", "customs.admin"):
        assert cast.browser(who).get(ADDRESS + ASKED).status_code == 403
    assert machine("GACC", "reference:read").get(ADDRESS + ASKED).status_code == 403
