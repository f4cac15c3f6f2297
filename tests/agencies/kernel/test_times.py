"""One clock for the whole product, which tests move. In production the database uses its own."""

from datetime import UTC, date, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import time_machine
from django.db.models.functions import Now

from agencies.kernel import times
from agencies.organisations.models import Agency
from cases.clocks.models import Clock
from cases.clocks.raising import raise_breaches
from tests import dates, stories


def load_production_module() -> ModuleType:
    """Loads the module without the changes of the test suite."""
    found = spec_from_file_location("agencies.kernel.times", times.__file__)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_in_production_the_database_is_asked_for_its_own_time() -> None:
    assert isinstance(load_production_module().database_now(), Now)


def test_the_date_is_the_one_in_shanghai() -> None:
    with time_machine.travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), tick=False):
        assert times.today() == date(2027, 1, 1)


def test_a_test_moves_the_clocks_of_process_and_database_together(cast: Any) -> None:
    moment = datetime(2028, 2, 28, 16, 30, 0, 123456, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        value = Agency.objects.annotate(at=times.database_now()).values_list("at", flat=True)[:1]
        assert (times.now(), value[0]) == (moment, moment)


@pytest.mark.parametrize(("clock_of", "raised"), [("the database", 0), ("the suite", 1)])
def test_a_worker_with_a_wrong_clock_escalates_nothing_early(
    cast: Any, monkeypatch: pytest.MonkeyPatch, clock_of: str, raised: int
) -> None:
    clock = Clock.objects.about(stories.proceeding(cast, "INVESTIGATE")).get(rule__code="CUS_DECISION")
    if clock_of == "the database":
        monkeypatch.setattr(times, "database_clock", Now)
        # Fixed to the date of the database, which TEST_DATE does not change.
        Clock.objects.filter(pk=clock.pk).update(breach_at=database_time() + timedelta(days=30))
    clock.refresh_from_db()
    with time_machine.travel(clock.breach_at + timedelta(days=1)):
        assert raise_breaches() == raised


def test_the_files_run_at_five_dates_exist() -> None:
    """`make test-dates` collects these files only."""
    assert [place for place in dates.SENSITIVE if not (Path(dates.__file__).parent / place).exists()] == []


@pytest.mark.parametrize(("value", "says"), [("tomorrow", "ISO 8601"), ("2028-02-29T00:30:00", "a time zone")])
def test_an_invalid_test_date_is_refused_with_its_name(value: str, says: str) -> None:
    with pytest.raises(pytest.UsageError, match=says):
        dates.date_of(value)


def database_time() -> datetime:
    found: datetime = Agency.objects.annotate(at=Now()).values_list("at", flat=True)[0]
    return found
