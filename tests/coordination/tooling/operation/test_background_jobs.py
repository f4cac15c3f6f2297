"""Pages of background jobs: only for the person who started them."""

from typing import Any

import pytest

from agencies.runs.actions import start_run
from agencies.runs.models import Run, RunRow
from coordination.tooling.operation.background_jobs import WORKS
from coordination.tooling.operation.jobs import go_on


@pytest.fixture
def run(cast: Any) -> Run:
    return start_run("recount", actor=cast["sysadmin"], given={"first": "2027-01-01"})


def test_the_person_who_started_a_job_finds_it_again(cast: Any, run: Run) -> None:
    client = cast.browser("sysadmin")
    assert "Recalculate periods" in client.get("/runs/").content.decode()
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert "Waiting for the background worker" in page
    assert "data-open" in page
    go_on()
    ended = client.get(f"/runs/{run.pk}/").content.decode()
    assert "Finished" in ended
    assert "data-open" not in ended


@pytest.mark.slow
def test_others_do_not_even_learn_that_there_is_one(cast: Any, run: Run) -> None:
    for who in ("secadmin", "customs.officer", "centre.supervisor"):
        client = cast.browser(who)
        assert "Recalculate periods" not in client.get("/runs/").content.decode()
        for path in ("", "cancel/", "continue/"):
            assert client.get(f"/runs/{run.pk}/{path}").status_code == 404
            assert client.post(f"/runs/{run.pk}/{path}").status_code == 404


def test_the_auditor_of_the_office_reads_it_and_stops_nothing(cast: Any, run: Run) -> None:
    auditor = cast.browser("auditor")
    page = auditor.get(f"/runs/{run.pk}/").content.decode()
    assert "Recalculate periods" in page
    assert "/cancel/" not in page
    assert auditor.post(f"/runs/{run.pk}/cancel/").status_code == 403


def test_it_is_stopped_and_goes_on(cast: Any, run: Run) -> None:
    client = cast.browser("sysadmin")
    assert client.post(f"/runs/{run.pk}/continue/").status_code == 409
    assert client.post(f"/runs/{run.pk}/cancel/").status_code == 302
    go_on()
    run.refresh_from_db()
    assert run.state == "CANCELLED"
    assert client.post(f"/runs/{run.pk}/continue/").status_code == 302
    go_on()
    run.refresh_from_db()
    assert run.state == "DONE"


def test_refused_rows_are_listed(cast: Any, run: Run) -> None:
    go_on()
    for n in range(60):
        RunRow.objects.create(
            run=run, subject=f"00000000-0000-4000-8000-{n:012}", outcome="refused", said=f"reason {n}."
        )
    client = cast.browser("sysadmin")
    page = client.get(f"/runs/{run.pk}/")
    assert "reason 0." in page.content.decode()
    assert len(page.context["rows"]) == 50


def test_each_kind_has_words_and_a_page_it_was_started_from(cast: Any, run: Run) -> None:
    run.given |= {"list": "tasks", "form": "csv", "query": "", "action": "claim"}
    run.given |= {"rule_set": str(run.pk), "change": str(run.pk), "case": str(run.pk)}
    run.given |= dict.fromkeys(("circular", "import"), str(run.pk))
    for work in WORKS.values():
        assert str(work.label)
        assert work.page(run).startswith("/")
