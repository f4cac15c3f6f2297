"""Everything measured at one size, in one run."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from math import ceil
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from agencies.journal.models import Stream
from agencies.journal.verify import verify_stream
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.paging import cursor_to
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from cases.clocks.raising import raise_alerts, raise_breaches
from cases.controls.rulebook import shipped
from cases.controls.terms import CheckFacts
from cases.controls.verdicts import controls
from cases.intake.models import Lead
from coordination.automation.routing.actions import draft_rule_set, import_rules, publish
from coordination.automation.routing.jobs import route
from coordination.automation.routing.models import Routing
from coordination.exchange.referrals.models import Referral
from coordination.insight.read_log import actions as read_log
from coordination.insight.search.actions import index_changed
from dev.scale.seeding import SeedResult

from .aims import FIRST_PAGES
from .asking import Answer, Visitor, at_once, in_turn
from .crowd import accounts, crowd, signed_in
from .figures import counted_live, rolled_up, timed
from .floor import CREATE
from .plans import Statement, read_whole, statements_of
from .served import peak_memory, served, working

TIMES = 40  # requests for each page
PEOPLE = {"customs.officer": 430, "customs.head": 20, "centre.supervisor": 50}  # copies of these, who ask for the pages
ABSENT = 1_500  # accounts that ask for nothing
INTAKE = 150  # reports for each client
CLIENTS = 8
BURST, BACKLOG = 250, 500  # reports for each client, and reports waiting for a worker
BATCH, DRAINED = 100, 20_000  # reports of a batch, and of all batches while the worker runs
FRESH = 12  # requests on a fresh connection
NEWCOMERS = 12  # people whom no process has served, for each page
PACED, PACE = 6, 4  # requests, and seconds between them
SWEPT, DUE = 1_000_000, 1_000
VERDICTS = 1_000  # of the control law
PLANS_FROM = 100_000  # cases


@dataclass(frozen=True)
class Figure:
    """Milliseconds; `rate` in requests (events, clocks) a second; `size` of the answer in bytes; `whole`: growing
    tables scanned completely; `count` of objects."""

    name: str
    median: float | None = None
    p95: float | None = None
    rate: float | None = None
    queries: int | None = None
    size: int | None = None
    whole: list[str] | None = None
    count: int | None = None

    @classmethod
    def of(
        cls, name: str, answers: list[Answer], *, seconds: float | None = None, queries: int | None = None
    ) -> "Figure":
        times = sorted(answer.seconds * 1000 for answer in answers)
        rate = len(times) / (seconds if seconds is not None else sum(times) / 1000)
        p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        return cls(name, median(times), p95, rate, queries, max(len(answer.body) for answer in answers))


def measure(password: str, seeded: SeedResult) -> dict[str, Any]:
    """Serves and measures the seeded database of the settings. Returns JSON-safe figures and memory in bytes."""
    figures: list[Figure] = []
    with served("coordination.asgi") as (port, master):
        officer = Visitor(port).sign_in("customs.officer", password)
        accounts("commerce.officer", ABSENT)
        people = {who: cycle(signed_in(port, crowd(who, count))) for who, count in PEOPLE.items()}
        before = peak_memory(master)
        figures += _pages(people)
        figures += _as_people_ask(officer)
        figures += _first_visits(port)
        key = _key()
        figures += _writes(port, password, key)
        figures += _burst(port, key)
        memory = {"before": before, "after": peak_memory(master)}
    figures += _figures(seeded)
    figures += [_floor()]
    figures += [_read_log(), _verification(), _sweep(), *_control_law()]
    return {"cases": Case.objects.count(), "memory": memory, "figures": [asdict(figure) for figure in figures]}


def pages() -> dict[str, tuple[str, str]]:
    """Pages measured: name → (username, path), with ids of visible rows."""
    actor = actor_for(User.objects.get(username="customs.officer"))
    seen = Case.objects.visible_to(actor)
    case = seen.filter(state="HANDLING").order_by("-updated_at").first()
    referral = Referral.objects.visible_to(actor).order_by("-updated_at").first()
    if case is None or referral is None:
        raise RuntimeError("nothing to open: seed more cases")
    deep = seen.order_by("-updated_at")[min(5_000, seen.count() // 2)]
    identifier = case.parties.filter(identifiers__scheme="USCC").values_list("identifiers__value", flat=True).first()
    after = cursor_to(deep, "updated_at", "-updated")
    return {
        "home": ("customs.officer", "/"),
        "queues": ("customs.officer", "/queues/"),
        "queues, overdue": ("customs.officer", "/queues/?queue=overdue"),
        "home of a head": ("customs.head", "/"),
        "approvals": ("customs.head", "/approvals/"),
        "inbox": ("customs.officer", "/inbox/"),
        "board": ("customs.officer", "/board/"),
        "case list": ("customs.officer", "/cases/"),
        "case list, open and critical": ("customs.officer", "/cases/?state=HANDLING&severity=critical"),
        "case list, deep": ("customs.officer", f"/cases/?after={after}"),
        "case list, oldest first": ("customs.officer", "/cases/?sort=updated"),
        "case page": ("customs.officer", f"/cases/{case.pk}/"),
        "case timeline": ("customs.officer", f"/cases/{case.pk}/?tab=timeline"),
        "tasks of my agency": ("customs.officer", "/tasks/"),
        "referrals": ("customs.officer", "/referrals/"),
        "referral page": ("customs.officer", f"/referrals/{referral.pk}/"),
        "leads": ("customs.officer", "/leads/"),
        "deadlines": ("customs.officer", "/deadlines/running/"),
        "supervision": ("centre.supervisor", "/supervision/"),
        "supervision, one filter": ("centre.supervisor", "/supervision/?mineral=gallium"),
        "supervision, two filters": ("centre.supervisor", "/supervision/?mineral=gallium&country=VNM"),
        "supervision of an agency": ("customs.head", "/supervision/"),
        "flow": ("centre.supervisor", "/supervision/flow/"),
        "minerals and routes": ("centre.supervisor", "/supervision/minerals/"),
        "figures of deadlines": ("centre.supervisor", "/supervision/deadlines/"),
        "daily brief": ("centre.supervisor", "/one-page/"),
        "search, two characters": ("customs.officer", _search("锑锭")),
        "search, identifier": ("customs.officer", _search(str(identifier))),
        "search, no hit": ("customs.officer", _search("无此企业QX7")),
    }


def _search(typed: str) -> str:
    return f"/search/?{urlencode({'q': typed, 'stay': 1})}"


def _pages(people: Mapping[str, Iterator[Visitor]]) -> Iterator[Figure]:
    """Each request is another person's, until all have asked for a page."""
    for name, (who, path) in pages().items():
        asked = statements_of_page(who, path)
        answers = in_turn(lambda: next(people[who]).ask("GET", path), TIMES)  # noqa: B023 - called in this round
        whole = sorted({table for one in asked for table in read_whole(one)}) if _is_large() else None
        yield replace(Figure.of(name, answers, queries=len(asked)), whole=whole)


def _as_people_ask(officer: Visitor) -> Iterator[Figure]:
    """What persistent connections hide: the first request on a fresh database connection, and a request every few
    seconds."""
    paths = pages()
    for name in ("case list", "deadlines"):
        answers = []
        for _ in range(FRESH):
            _end_connections()
            answers.append(officer.ask("GET", paths[name][1]))
        yield Figure.of(f"{name}, fresh connection", answers)
    answers = []
    for _ in range(PACED):
        sleep(PACE)
        answers.append(officer.ask("GET", paths["case page"][1]))
    yield Figure.of(f"case page, every {PACE} s", answers, seconds=PACED * PACE)


def _first_visits(port: int) -> Iterator[Figure]:
    """A page that is the first of its person in a process that has served others, beside a later visit in the same
    process: a connection stays with its process."""
    paths = pages()
    for name in FIRST_PAGES:
        who, path = paths[name]
        visits = [[visitor.ask("GET", path) for _ in range(3)] for visitor in signed_in(port, crowd(who, NEWCOMERS))]
        yield Figure.of(f"{name}, first visit", [first for first, *_later in visits])
        yield Figure.of(f"{name}, later visit", [last for *_before, last in visits])


def _end_connections() -> None:
    """Closes the web server's database connections; each is reopened by the next request that needs it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _burst(port: int, key: str) -> Iterator[Figure]:
    """Reports from several clients at once while the worker processes them, and how fast it works off the rest."""
    _rules_for_reports()
    route()
    while index_changed():
        pass
    began_at = times.now()
    with working():
        fields = [_reporter(port, key) for _ in range(CLIENTS)]
        answers, seconds = at_once(fields, BURST, expected=201)
        yield Figure.of(f"intake, {CLIENTS} clients, worker running", answers, seconds=seconds)
    waiting = Lead.objects.filter(created_at__gte=began_at).exclude(pk__in=Routing.objects.values("subject"))
    yield Figure(f"of {CLIENTS * BURST:,} reports not routed when the burst ends", count=waiting.count())
    route()
    visitor, oldest = Visitor(port, {"Authorization": f"Bearer {key}"}), 0.0
    with working():
        for _ in range(DRAINED // BATCH):
            _batch(visitor)
            first = waiting.order_by("created_at").values_list("created_at", flat=True).first()
            oldest = max(oldest, (times.now() - first).total_seconds() if first else 0)
    yield Figure(f"of {DRAINED:,} reports in batches, seconds the oldest waited to be routed", count=ceil(oldest))
    route()
    for _ in range(BACKLOG):
        fields[0]()
    began = perf_counter()
    routed = route()
    yield Figure("routing of a backlog, leads", rate=routed / (perf_counter() - began))
    began, indexed = perf_counter(), 0
    while done := index_changed():
        indexed += done
    yield Figure("indexing of a backlog, leads", rate=indexed / (perf_counter() - began))


def _rules_for_reports() -> None:
    """The receiving agency has routing rules in force, as in practice."""
    lead = actor_for(User.objects.get(username="customs.lead"))
    draft = draft_rule_set(actor=lead)
    rows = "tier,position,unit,mode,priority\n1,1,GACC_RISK,claim,high"
    import_rules(draft, actor=lead, rows=rows)
    draft.refresh_from_db()
    publish(draft, actor=lead)


def _is_large() -> bool:
    """PostgreSQL rightly scans small tables completely."""
    return Case.objects.count() >= PLANS_FROM


def _figures(seeded: SeedResult) -> Iterator[Figure]:
    """Figures of a year rolled up beside the same counted live. Events are rolled up when the first cases are seeded:
    for all of a large size it would take hours."""
    yield Figure("figures: events rolled up", rate=seeded.rolled_up)
    for name, count in (("figures, rolled up", rolled_up), ("figures, counted live", counted_live)):
        answers, queries = timed(count)
        yield Figure.of(name, answers, queries=queries)


def statements_of_page(username: str, path: str) -> list[Statement]:
    """Statements of a page, recorded in this process on the same rows, because the server does not record them."""
    client = Client(headers={"accept-language": "zh-hans"}, SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=username), backend="agencies.people.backend.Backend")
    client.get(path)
    return statements_of(partial(client.get, path))


def report() -> dict[str, Any]:
    """A new report of usual size in the shape of the contract."""
    mark = secrets.token_hex(8)
    return {
        "source_system": "BENCH",
        "report_type": "targeting",
        "source_ref": mark,
        "title": "锑锭申报为锌锭",
        "narrative": "密度与申报品名不符。" * 5,
        "severity": "high",
        "handling_code": "H1",
        "parties": [{"role": "exporter", "kind": "company", "name": f"深圳{mark}贸易有限公司", "country": "CHN"}],
        "items": [{"description": "锑锭", "declared_as": "锌锭", "hs_code": "8110101000", "net_weight_kg": "25000"}],
        "shipments": [{"declaration_no": f"{secrets.randbelow(10**18):018d}", "route": ["CHN", "VNM"]}],
    }


def _writes(port: int, password: str, key: str) -> Iterator[Figure]:
    yield Figure.of("intake, 1 client", in_turn(_reporter(port, key), INTAKE, expected=(201,)))
    answers, seconds = at_once([_reporter(port, key) for _ in range(CLIENTS)], INTAKE, expected=201)
    yield Figure.of(f"intake, {CLIENTS} clients", answers, seconds=seconds)
    visitor, sent = Visitor(port, {"Authorization": f"Bearer {key}"}), report()
    visitor.post_json("/api/v1/leads/", sent)
    yield Figure.of("intake, a report again", in_turn(lambda: visitor.post_json("/api/v1/leads/", sent), INTAKE))
    yield Figure.of(f"intake, {BATCH} in a batch", in_turn(lambda: _batch(visitor), 20))
    yield from _transitions(port, password)


def _batch(visitor: Visitor) -> Answer:
    return visitor.post_json("/api/v1/leads/batch/", {"reports": [report() for _ in range(BATCH)]})


def _key() -> str:
    """Of a system of its own in each run, because a system has two keys at most."""
    customs, name = Agency.objects.get(code="GACC"), f"BENCH {secrets.token_hex(4)}"
    return create_key(name, customs, ["leads:write"], actor=SYSTEM, sources=["BENCH"]).text


def _reporter(port: int, key: str) -> Callable[[], Answer]:
    """A client with its own connection that sends a new report each time."""
    visitor = Visitor(port, {"Authorization": f"Bearer {key}"})
    return lambda: visitor.post_json("/api/v1/leads/", report())


def _transitions(port: int, password: str) -> Iterator[Figure]:
    """Accepts waiting requests as their receivers."""
    sent = Referral.objects.filter(receiver__code="MOFCOM_SCB", kind="assistance", state="SENT")
    waiting = iter(list(sent.values_list("pk", "version")[: TIMES + 4]))
    officer = Visitor(port).sign_in("commerce.officer", password)
    token = officer.cookies["csrf"]

    def accept() -> Answer:
        pk, version = next(waiting)
        headers = {"Content-Type": "application/json", "X-CSRFToken": token, "Referer": f"http://127.0.0.1:{port}/"}
        return officer.ask("POST", f"/api/v1/referrals/{pk}/accept/", json.dumps({"version": version}), **headers)

    if sent.count() > TIMES + 3:
        queries = _statements_of_accepting(*next(waiting))
        yield Figure.of("accept a referral", in_turn(accept, TIMES), queries=queries)


def _statements_of_accepting(pk: Any, version: int) -> int:
    """Of the request alone, in this process; what the worker does afterwards is not among them."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="commerce.officer"))
    asked = statements_of(
        partial(client.post, f"/api/v1/referrals/{pk}/accept/", {"version": version}, "application/json"), writes=True
    )
    return len(asked)


def _control_law() -> Iterator[Figure]:
    """Verdicts over rows in memory: one at a time, and as many as a question of the API may hold."""
    book, day = shipped(), date(2026, 11, 7)
    words = ("金属镓 5 kg 4N", "NdFeB magnets containing dysprosium", "cotton shirts", "antimony trioxide")
    facts = [CheckFacts(description=words[n % len(words)], destination="USA") for n in range(VERDICTS)]
    times = []
    began = perf_counter()
    for one in facts:
        started = perf_counter()
        controls(one, day, book)
        times.append((perf_counter() - started) * 1000)
    yield Figure("control law, one verdict", median=median(times), p95=quantiles(times, n=20)[-1])
    yield Figure(f"control law, {VERDICTS:,} verdicts", rate=VERDICTS / (perf_counter() - began))


def _floor() -> Figure:
    """The speed of the machine, with which the aims scale: the framework answers a request with one row."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    with served("dev.bench.floor:application", BENCH_FLOOR="1") as (port, _master):
        visitor = Visitor(port)
        answers = in_turn(lambda: visitor.post_json("/rows/", report()), INTAKE, expected=(201,))
    return Figure.of("floor: one DRF row", answers)


def _read_log() -> Figure:
    """What the read log adds to a request: one row, written after the response was sent."""
    row = {
        **{"at": times.now().isoformat(), "actor_kind": "user", "actor_id": "", "agency_id": None, "address": ""},
        **{"route": "case", "object_kind": "", "object_id": None, "status": 200, "terms": ""},
    }

    def write() -> Answer:
        began = perf_counter()
        read_log.write(row)
        return Answer("", 200, b"", perf_counter() - began)

    return Figure.of("read log, one row", in_turn(write, 10 * TIMES))


def _verification() -> Figure:
    """Verification of chains, in events a second."""
    streams = Stream.objects.filter(kind="case").order_by("-pk")[:500]
    began, rows = perf_counter(), 0
    for stream in streams:
        if (broken := verify_stream(stream)) is not None:
            raise RuntimeError(f"{broken.stream}: {broken.why}")
        rows += stream.head_seq
    return Figure("verify events", rate=rows / (perf_counter() - began))


COPY_CLOCKS = """
INSERT INTO clocks_clock ({columns})
SELECT {values} FROM (SELECT * FROM clocks_clock WHERE stopped_at IS NULL AND breach_at IS NOT NULL LIMIT 1) c,
generate_series(1, %s) n
"""


def _literal(span: timedelta) -> str:
    """The time that far from now, for SQL."""
    return f"timestamptz '{(times.now() + span).isoformat()}'"


def _sweep() -> Figure:
    """One sweep over a million running clocks of which a thousand are due."""
    raise_breaches()
    raise_alerts()
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'clocks_clock'")
        columns = [row[0] for row in cursor.fetchall()]
        late = f"CASE WHEN n <= {DUE} THEN {_literal(-timedelta(hours=1))} ELSE {_literal(timedelta(days=30))} END"
        own = {
            "id": "gen_random_uuid()",
            "subject_id": "gen_random_uuid()",
            "case_id": "NULL",
            "started_at": _literal(-timedelta(days=2)),
            "due_at": late,
            "breach_at": late,
            "warn_by": late,
        }
        duty = "(SELECT id FROM clocks_periodrule WHERE kind = 'duty' LIMIT 1)"
        values = ", ".join(duty if name == "rule_id" else own.get(name, f"c.{name}") for name in columns)
        cursor.execute(COPY_CLOCKS.format(columns=", ".join(columns), values=values), [SWEPT])
        cursor.execute("ANALYZE clocks_clock")
    began = perf_counter()
    raised = raise_breaches()
    raise_alerts()
    seconds = perf_counter() - began
    if raised < DUE:  # a few more may have become due since the copies began
        raise RuntimeError(f"{raised} breaches raised, not {DUE}")
    return Figure(f"sweep of {SWEPT:,} clocks, {DUE:,} due", median=seconds * 1000, rate=SWEPT / seconds)
