"""A recording is a file of JSON lines, sorted; compressed if its name ends in .gz."""

import gzip
import json
from pathlib import Path
from typing import Any

ORDER = ("route", "address", "account", "language")


def read(recording: Path) -> list[dict[str, Any]]:
    with _open(recording, "rt") as lines:
        return [json.loads(line) for line in lines]


def write(recording: Path, records: list[dict[str, Any]]) -> None:
    with _open(recording, "wt") as out:
        for record in sorted(records, key=lambda one: [one[name] for name in ORDER]):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def _open(path: Path, mode: str) -> Any:
    return gzip.open(path, mode, encoding="utf-8") if path.suffix == ".gz" else path.open(mode, encoding="utf-8")
