"""`python -m dev bench`: measures the product at several sizes, each in a temporary database."""

import json
import os
import platform
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from agencies.kernel import times
from dev.bench import aims

FIELDS = ("median", "p95", "rate", "queries", "size")


class Command(BaseCommand):
    help = "Measure lists, pages, intake, transitions and sweeps at several sizes, on the PostgreSQL of DATABASE_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", default="1000,100000,500000", help="sizes, by comma")
        parser.add_argument("--json", type=Path, help="also write everything to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("set DATABASE_URL to a PostgreSQL server; the database itself is not touched")
        signal.signal(signal.SIGTERM, _leave)  # otherwise nothing would be cleaned up
        data: dict[str, Any] = {"at": times.now().isoformat(timespec="minutes"), "machine": machine(), "runs": []}
        for size in [int(one) for one in options["cases"].split(",")]:
            data["runs"].append(self._run(size))
            # After each size: the largest takes longest, and earlier results must survive its failure.
            if options["json"]:
                options["json"].write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
            self.stdout.write(table(data))

    def _run(self, size: int) -> dict[str, Any]:
        """In its own process, because its settings name another database."""
        name = f"bench_{secrets.token_hex(4)}"
        link = psycopg.connect(**server(), autocommit=True)
        link.execute(f'CREATE DATABASE "{name}"')
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                environ = {**os.environ, "DATABASE_URL": _url(name), "DATA_DIR": folder, "PYTHONUNBUFFERED": "1"}
                environ.pop("REDIS_URL", None)
                command = [sys.executable, "-m", "dev", "bench_size", "--cases", str(size)]
                return dict(json.loads(_last_line(command, environ)))
        finally:
            link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            link.close()


def _leave(_signal: int, _frame: Any) -> None:
    raise SystemExit(143)


def _last_line(command: list[str], environ: dict[str, str]) -> bytes:
    """In its own process group, so that the web server it started ends with it in any case."""
    child = subprocess.Popen(  # noqa: S603 - this interpreter and our own command, nothing from outside
        command, env=environ, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        output, _ = child.communicate()
        if child.returncode:
            raise CommandError(f"the measurement ended with code {child.returncode}; see the message above")
        return output.splitlines()[-1]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    # Connects to the server's own database; the one in DATABASE_URL may not exist.
    with psycopg.connect(**server()) as link:
        version = link.info.parameter_status("server_version")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": version,
    }


def table(result: dict[str, Any]) -> str:
    """Markdown: one line for each figure, sizes side by side, and the ratio of largest to smallest."""
    runs = result["runs"]
    sizes = [f"{run['cases']:,}" for run in runs]
    lines = [
        f"{result['at']} · " + ", ".join(f"{name} {value}" for name, value in result["machine"].items()),
        "",
        "| ms median (p95), requests/s, queries, bytes | " + " | ".join(sizes) + " | largest ÷ smallest | aim |",
        "|---|" + "---|" * (len(sizes) + 2),
    ]
    names = list(dict.fromkeys(figure["name"] for run in runs for figure in run["figures"]))
    by_name = [{figure["name"]: figure for figure in run["figures"]} for run in runs]
    for name in names:
        found = [next((f for f in run["figures"] if f["name"] == name), None) for run in runs]
        aim = aims.results(name, by_name[0], by_name[-1])
        ratio = _ratio(found[0], found[-1])
        lines.append(f"| {name} | " + " | ".join(_cell(one) for one in found) + f" | {ratio} | {aim} |")
    lines.append("| memory lifted, MB | " + " | ".join(_lifted(run) for run in runs) + " | | |")
    lines.append("| tables read whole | " + " | ".join(_read_whole(run) for run in runs) + " | | none, at 100,000 |")
    return "\n".join(lines)


def _read_whole(run: dict[str, Any]) -> str:
    """Pages for which PostgreSQL scans a growing table completely, with the tables."""
    measured = [figure for figure in run["figures"] if figure.get("whole") is not None]
    if not measured:
        return "–"
    return "; ".join(f"{one['name']}: {', '.join(one['whole'])}" for one in measured if one["whole"]) or "none"


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "–"
    parts = []
    if figure["median"] is not None:
        p95 = f" ({figure['p95']:.1f})" if figure["p95"] is not None else ""
        parts.append(f"{figure['median']:.1f}{p95}")
    parts += [f"{figure['rate']:,.0f}/s"] if figure["rate"] is not None else []
    parts += [f"{figure['queries']} q"] if figure["queries"] is not None else []
    parts += [f"{figure['size']:,} B"] if figure["size"] else []
    parts += [f"{figure['count']:,}"] if figure.get("count") is not None else []
    return ", ".join(parts)


def _ratio(first: dict[str, Any] | None, last: dict[str, Any] | None) -> str:
    if not (first and last and first["median"] and last["median"]):
        return ""
    return f"{last['median'] / first['median']:.2f}"


def _lifted(run: dict[str, Any]) -> str:
    return f"{(run['memory']['after'] - run['memory']['before']) / 2**20:.0f}"


def server() -> dict[str, Any]:
    known = connection.get_connection_params()
    named = ("user", "host", "port", "password")
    return {"dbname": "postgres", **{name: known[name] for name in named if known.get(name)}}


def _url(database: str) -> str:
    """DATABASE_URL with another database; the path may contain a socket folder."""
    server = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")[0]
    return f"{server}/{database}"
