"""A gateway of customs is down for a day, and then sends what it kept. `docs/chaos.md` reports it."""

import hashlib
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from cases.intake.actions import close_lead, take_up_lead
from cases.intake.models import Lead
from coordination.automation.gateways.actions import take_package
from coordination.automation.gateways.models import Gateway
from coordination.messaging.feeds.jobs import follow
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.messaging.outcomes.jobs import notify
from tests.coordination.automation.gateways.test_gateways import KEY, packed, public

pytestmark = pytest.mark.both_databases
NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAST, SLOW = timedelta(days=3), timedelta(days=-400)
LEADS = "/api/v1/leads/"


class CustomsGateway:
    """The gateway with its own record: the newest version of each report, and the versions that it has not sent."""

    def __init__(self) -> None:
        scopes = ["leads:write", "leads:read", "events:read"]
        issued = create_key("port gate", Agency.objects.get(code="GACC"), scopes, actor=SYSTEM, sources=["GATE"])
        self.gateway = Gateway.objects.create(client=issued.key.client, public_key=public(KEY))
        self.client = Client(headers={"authorization": f"Bearer {issued.text}", "accept-language": "en"})
        self.newest: dict[str, dict[str, Any]] = {}
        self.kept: list[dict[str, Any]] = []
        self.numbers: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    def write(self, ref: str, at: datetime, clock: timedelta = timedelta(), *, by_time: bool = False) -> None:
        """Writes a report, or its next version, at the time of a clock that may be wrong. Versions are numbers or times
        of that clock. The third version of a report has the content of its first one."""
        self.numbers[ref] += 1
        first, shown = self.newest.get(ref), at + clock
        report = {
            **{"source_system": "GATE", "source_ref": ref, "report_type": "gate"},
            "title": f"{ref} {'odd' if self.numbers[ref] % 2 else 'even'}",
            "occurred_at": first["occurred_at"] if first else shown.isoformat(),
            "source_version": shown.isoformat() if by_time else self.numbers[ref],
        }
        self.newest[ref] = report
        self.kept.append(report)

    def post(self, address: str, body: Any, key: str) -> Any:
        headers = {"idempotency-key": key} if key else {}
        return self.client.post(address, body, content_type="application/json", headers=headers)

    def send(self, report: Any, key: str = "") -> None:
        answer = self.post(LEADS, report, key)
        if "idempotency-replayed" not in answer.headers:  # that is the answer of before
            self.statuses[answer.status_code] += 1

    def send_batch(self, reports: list[Any], key: str = "") -> None:
        answer = self.post(f"{LEADS}batch/", {"reports": reports}, key)
        self.statuses.update(one["status"] for one in answer.json()["results"])

    def carry(self, number: int, *reports: Any) -> None:
        """A package goes to the centre by hand."""
        package, _is_new = take_package(packed(self.gateway, number, *reports), actor=SYSTEM)
        self.statuses.update(one["status"] for one in package.results)

    def digest(self, *refs: str) -> tuple[int, str]:
        """Number and digest of these reports by the own record, as the contract says."""
        lines = sorted("\t".join(("gate", ref, in_utc(self.newest[ref]["source_version"]))).encode() for ref in refs)
        return len(lines), hashlib.sha256(b"\n".join(lines)).hexdigest()

    def digest_at_the_centre(self, day: datetime) -> tuple[int, str]:
        found = self.client.get(f"{LEADS}digest/?day={day.date()}&source_system=GATE").json()
        return found["leads"], found["digest"]

    def read_all(self, address: str, position: str) -> list[Any]:
        """Page by page from the beginning until a page brings nothing."""
        found: list[Any] = []
        page = self.client.get(address, {"size": 2}).json()
        while page["results"]:
            found += page["results"]
            page = self.client.get(address, {"size": 2, "after": page[position]}).json()
        return found


def in_utc(version: Any) -> str:
    """A version as receipts show it."""
    return str(version) if isinstance(version, int) else datetime.fromisoformat(version).astimezone(UTC).isoformat()


def a_day_without_connection(gate: CustomsGateway) -> None:
    """Its cameras go on, one with a fast clock, one with a slow one."""
    for hour in range(24):
        at = NINE + hour * HOUR
        gate.write(f"D-{hour % 8}", at)
        gate.write(f"F-{hour % 5}", at, FAST, by_time=True)
        gate.write(f"S-{hour % 5}", at, SLOW, by_time=True)
    for ref in ("M-1", "M-2"):
        gate.write(ref, NINE + 20 * HOUR)


def sends_what_it_kept(gate: CustomsGateway, order: random.Random) -> None:
    """Each version in one way or several, in no order."""
    order.shuffle(gate.kept)
    waiting = iter(gate.kept)
    batch, with_key, without, twice = (list(islice(waiting, number)) for number in (20, 12, 12, 8))
    offline = list(waiting)
    gate.send_batch(batch, "batch-1")
    gate.carry(3, *offline[:9], *twice[:4])  # the second package is still on its way
    for n, report in [*enumerate(with_key), *enumerate(with_key)]:  # the first answers got lost
        gate.send(report, f"post-{n}")
    gate.send_batch(batch, "batch-1")
    for report in [*without, *order.sample(without, 6), *twice]:
        gate.send(report)
    assert gate.gateway.missing == [1, 2]
    gate.carry(1, with_key[0])  # which arrived by another way
    gate.send_batch([*order.sample(gate.kept, 30), *batch[:5]])
    gate.carry(2, *offline[9:], *order.sample(batch, 5))
    gate.carry(4, *order.sample(gate.kept, 5))


def moves_on() -> None:
    follow()
    notify()


@pytest.mark.parametrize("seed", [pytest.param(n, marks=pytest.mark.slow if n else ()) for n in range(6)])
def test_after_a_day_without_connection_every_report_is_there_once_and_newest(cast: Any, seed: int) -> None:
    officer = cast["customs.officer"]
    with time_machine.travel(NINE, tick=False) as clock:
        gate = CustomsGateway()
        moves_on()
        for ref in ("M-1", "M-2", "M-3"):  # in the morning all is well
            gate.write(ref, NINE)
            gate.send(gate.kept.pop())
        morning = [take_up_lead(lead, actor=officer).thing for lead in Lead.objects.order_by("pk")]
        moves_on()
        a_day_without_connection(gate)
        clock.move_to(NINE + 3 * HOUR)
        close_lead(morning[0], actor=officer, closing="duplicate", reason="Twice in the port")
        moves_on()
        clock.move_to(NINE + DAY)
        sends_what_it_kept(gate, random.Random(seed))
        moves_on()
        every_report_is_there_once_and_newest(gate)
        assert gate.digest_at_the_centre(NINE) == gate.digest("M-1", "M-2", "M-3")
        assert gate.digest_at_the_centre(NINE + DAY) == gate.digest(*(ref for ref in gate.newest if ref[0] != "M"))
        what_customs_did_is_reported_once(gate, Counter({"lead.take_up": 3, "lead.close": 1}))


def every_report_is_there_once_and_newest(gate: CustomsGateway) -> None:
    """Nothing was refused. A clock that is fast is a flag of the lead, and a slow one is believed."""
    assert set(gate.statuses) == {200, 201}
    assert gate.statuses[201] == len(gate.newest) == Lead.objects.count()
    assert gate.gateway.missing == []
    leads = {lead.source_ref: lead for lead in Lead.objects.all()}
    titles = {ref: lead.title for ref, lead in leads.items()}
    assert titles == {ref: report["title"] for ref, report in gate.newest.items()}
    for ref, lead in leads.items():
        flags = lead.revisions.get(number=lead.revision).flags
        assert [flag["code"] for flag in flags] == (["future"] if ref[0] == "F" else []), ref
        assert (lead.occurred_at is None) == (ref[0] == "F"), ref


def what_customs_did_is_reported_once(gate: CustomsGateway, acts: Counter[str]) -> None:
    events = gate.read_all("/api/v1/events/", "last")
    assert [one["sequence"] for one in events] == list(range(1, len(events) + 1))
    assert Counter(one["type"] for one in events) == acts
    outcomes = gate.read_all("/api/v1/outcomes/", "reached")
    assert Counter(one["code"] for one in outcomes) == acts
    assert len({one["id"] for one in outcomes}) == len(outcomes)
